import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../failure.ts";

/** The files of a run, by path inside its folder. */
export type RunFiles = Readonly<Record<string, string | Uint8Array>>;

/**
 * Makes sure that runs can be written below `out`, before anything is computed.
 *
 * @throws UsageError where the folder cannot be made or written.
 */
export function checkWritable(out: string): void {
  if (out === "") throw new UsageError("--out: must name a folder");
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

/** A run folder in the making: nobody else can take its name, and it is not there until it is whole. */
export interface Reservation {
  /** Where the run will be. */
  readonly path: string;
  /** Writes the files and puts the folder in its place; on failure nothing remains. */
  readonly write: (files: RunFiles) => void;
  /** Gives the name up: nothing remains. */
  readonly release: () => void;
}

/**
 * Reserves the name of a new run folder: the local time and the game, with a number where that is taken.
 *
 * The reservation is the hidden folder that is later renamed; making it is atomic, so that two runs started in the same
 * second get two names.
 *
 * @param now given in tests
 */
export function reserveRun(out: string, game: string, now = new Date()): Reservation {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  makeFolder(resolve(out));
  for (let n = 1; ; n++) {
    const name = `${day}-${time}-${game}${n === 1 ? "" : `-${n}`}`;
    const hidden = join(out, `.${name}`);
    const path = join(out, name);
    if (existsSync(path) || !makeOwn(hidden)) continue;
    return {
      path,
      write: (files) => writeWhole(hidden, path, files),
      release: () => rmSync(hidden, { recursive: true, force: true }),
    };
  }
}

/** False where somebody else has made it. */
function makeOwn(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function writeWhole(hidden: string, path: string, files: RunFiles): void {
  try {
    for (const [name, content] of Object.entries(files)) {
      const file = join(hidden, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
    renameSync(hidden, path);
  } catch (error) {
    rmSync(hidden, { recursive: true, force: true });
    throw error;
  }
}
