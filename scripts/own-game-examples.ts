/** Writes the library's examples of declared games as files: docs/examples/own-games/NAME.mfg.json. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { diffusion } from "meanfield";

const folder = join(dirname(fileURLToPath(import.meta.url)), "../docs/examples/own-games");
mkdirSync(folder, { recursive: true });
for (const [name, declaration] of Object.entries(diffusion.ownGameExamples)) {
  writeFileSync(join(folder, `${name}.mfg.json`), `${JSON.stringify(declaration, null, 2)}\n`);
}
