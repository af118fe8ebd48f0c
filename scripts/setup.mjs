/**
 * What a fresh clone needs before anything else can run: dependencies, and a build that is not older than its sources.
 *
 * Plain JavaScript for any Node from 18 on; everything after it runs on the Node that the project installs for itself.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The project's own Node and tools first, whatever the machine has. */
export const environment = {
  ...process.env,
  PATH: `${join(root, "node_modules/.bin")}${process.platform === "win32" ? ";" : ":"}${process.env.PATH}`,
};

/** Installs where the lock file has changed since the last install (or there was none). Talks on stderr only. */
export function install() {
  const installed = join(root, "node_modules/.package-lock.json");
  if (existsSync(installed) && modified(installed) >= modified(join(root, "package-lock.json"))) return;
  console.error("installing dependencies (npm ci) …");
  // --loglevel=error: the machine's Node may be older than the one the project is about to install for itself.
  must(run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { stdio: ["ignore", 2, 2] }), "npm ci");
}

/** Builds kernels and packages where a source is newer than what was built from it. */
export function build() {
  const sources = ["packages/meanfield/src", "packages/meanfield/kernels", "packages/cli/src"].map((p) =>
    join(root, p),
  );
  const built = ["packages/meanfield/dist/.tsbuildinfo", "packages/cli/dist/.tsbuildinfo"].map((p) => join(root, p));
  const oldest = Math.min(...built.map((path) => (existsSync(path) ? modified(path) : 0)));
  if (oldest >= Math.max(...sources.map(newest))) return;
  console.error("building …");
  must(run("npm", ["run", "--silent", "build"], { stdio: ["ignore", 2, 2] }), "npm run build");
}

/** Builds the studio's page where something it is made of is newer: its own sources, the library's, the kernels. */
export function buildStudio() {
  const sources = ["packages/meanfield/src", "packages/meanfield/kernels", "apps/studio/src", "apps/studio/build"].map(
    (p) => join(root, p),
  );
  const page = join(root, "apps/studio/dist/index.html");
  const config = modified(join(root, "apps/studio/vite.config.ts"));
  if (existsSync(page) && modified(page) >= Math.max(config, ...sources.map(newest))) return;
  console.error("building the studio (its thumbnails are solved: half a minute) …");
  must(run("npm", ["run", "--silent", "build:studio"], { stdio: ["ignore", 2, 2] }), "npm run build:studio");
}

export function run(command, args, options = {}) {
  // npm is a script on Windows and needs a shell there; the arguments are our own.
  const shell = process.platform === "win32";
  return spawnSync(command, args, { cwd: root, env: environment, stdio: "inherit", shell, ...options });
}

export function must(result, what) {
  if (result.error) console.error(`${what}: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function modified(path) {
  return statSync(path).mtimeMs;
}

function newest(folder) {
  let latest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(path));
    else if (!entry.name.endsWith(".test.ts") && entry.name !== "module.ts") latest = Math.max(latest, modified(path));
  }
  return latest;
}
