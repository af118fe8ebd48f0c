#!/usr/bin/env node
// Plain JavaScript for any Node, so that an old one gets a clear line instead of a syntax error.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  const { spawnSync } = await import("node:child_process");
  const { existsSync } = await import("node:fs");
  const path = await import("node:path");
  const { fileURLToPath } = await import("node:url");
  const own = fileURLToPath(import.meta.url);
  // A clone (or an install beside the `node` package) brings its own Node; use that one.
  let folder = path.dirname(own);
  while (!existsSync(path.join(folder, "node_modules/node/bin/node")) && folder !== path.dirname(folder))
    folder = path.dirname(folder);
  const node = path.join(folder, "node_modules/node/bin/node");
  if (existsSync(node)) {
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
    const { status } = spawnSync(node, [own, ...process.argv.slice(2)], { stdio: "inherit" });
    process.exit(status ?? 1);
  }
  console.error(`meanfield needs Node 22.18 or later; this is ${process.version}`);
  process.exit(2);
}
const { main } = await import("../dist/main.js");
process.exitCode = await main(process.argv.slice(2));
