import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pngOf, renderSvg } from "./render.ts";
import type { Drawable } from "./render.ts";

export interface FigureFile {
  readonly name: string;
  readonly title: string;
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  /** File names inside the directory. */
  readonly svg: string;
  readonly png: string;
}

/**
 * Writes each figure as `<name>.svg` and `<name>.png` and says what was written.
 *
 * A file appears under its name only when it is complete.
 *
 * @throws RangeError for two figures of one name, before anything is written.
 */
export async function writeFigures(directory: string, specifications: readonly Drawable[]): Promise<FigureFile[]> {
  const names = new Set<string>();
  for (const { name } of specifications) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name))
      throw new RangeError(`figure name ${JSON.stringify(name)}: must be in kebab-case`);
    if (names.has(name)) throw new RangeError(`two figures are named ${name}`);
    names.add(name);
  }
  await mkdir(directory, { recursive: true });
  const files: FigureFile[] = [];
  for (const specification of specifications) {
    const { name, title, caption, width, height } = specification;
    const svg = renderSvg(specification);
    await put(join(directory, `${name}.svg`), svg);
    await put(join(directory, `${name}.png`), pngOf(svg));
    files.push({ name, title, caption, width, height, svg: `${name}.svg`, png: `${name}.png` });
  }
  return files;
}

async function put(path: string, content: string | Uint8Array): Promise<void> {
  const unfinished = `${path}.unfinished`;
  await writeFile(unfinished, content);
  await rename(unfinished, path);
}
