import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../failure.ts";

/** The files of a run, by path inside its folder. */
export type RunFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * Makes sure that runs can be written below `out`, before anything is computed.
 *
 * @throws UsageError where the folder cannot be made or written.
 */
export function checkWritable(out: string): void {
  try {
    makeFolder(resolve(out));
    rmSync(mkdtempSync(join(out, ".writable-")), { recursive: true });
  } catch (error) {
    throw new UsageError(`--out ${out}: cannot be written (${(error as NodeJS.ErrnoException).code ?? "error"})`);
  }
}

/** Step by step: Node's recursive `mkdir` never returns below `/proc`, where a new folder "does not exist". */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/**
 * Chooses the name of a new run folder: the local time and the game, with a number where that is taken.
 *
 * @param now given in tests
 */
export function newRunPath(out: string, game: string, now = new Date()): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const path = join(out, `${day}-${time}-${game}`);
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? path : `${path}-${n}`;
    if (!existsSync(candidate)) return candidate;
  }
}

/** Writes a run folder whole or not at all: to a temporary name beside it first, then renamed. */
export function writeRunFolder(path: string, files: RunFiles): void {
  const parent = dirname(resolve(path));
  makeFolder(parent);
  const temporary = mkdtempSync(join(parent, `.${basename(path)}-`));
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = join(temporary, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
}
