import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Plugin } from "vite";

const name = "virtual:gallery";

/** Makes `virtual:gallery`: the games' titles and thumbnails, solved when the page is built. */
export function galleryPlugin(): Plugin {
  let made: Promise<string> | undefined;
  return {
    name: "gallery",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: async (id) => {
      if (id !== `\0${name}`) return;
      made ??= solved();
      // A string to be parsed is read several times faster than a literal of the language.
      return `export const entries = JSON.parse(${JSON.stringify(await made)});`;
    },
  };
}

async function solved(): Promise<string> {
  // Builds may run under an older Node than the project's own, which reads TypeScript.
  const node = fileURLToPath(
    new URL("bin/node", `file://${createRequire(import.meta.url).resolve("node/package.json")}`),
  );
  const { stdout } = await promisify(execFile)(
    node,
    ["--conditions=@meanfield/source", fileURLToPath(new URL("gallery-data.ts", import.meta.url))],
    { maxBuffer: 1 << 24 },
  );
  return stdout.trim();
}
