import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InputError, readCheckpoint } from "meanfield";
import type { LearningCheckpoint } from "meanfield";
import { UsageError } from "../failure.ts";

/** The checkpoint's name inside a run folder. */
export const checkpointName = "checkpoint.json";

/** Where the checkpoint of a run lies while its folder is in the making. */
export function besideRun(path: string): string {
  return `${path}.checkpoint.json`;
}

/** Whoever reads the file finds a whole checkpoint, whenever the process ends. */
export function writeCheckpoint(file: string, checkpoint: LearningCheckpoint): void {
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, textOf(checkpoint));
  renameSync(unfinished, file);
}

export function removeCheckpoint(file: string): void {
  rmSync(file, { force: true });
  rmSync(`${file}.unfinished`, { force: true });
}

export function textOf(checkpoint: LearningCheckpoint): string {
  return `${JSON.stringify(checkpoint)}\n`;
}

/**
 * Reads the checkpoint that `--resume` names: a file, or that of a run folder.
 *
 * @throws UsageError where there is none, or it is something else.
 */
export function findCheckpoint(path: string): LearningCheckpoint {
  const fault = (text: string): UsageError => new UsageError(`--resume ${path}: ${text}`);
  if (!existsSync(path)) throw fault("no such run folder or checkpoint file");
  const file = statSync(path).isDirectory() ? join(path, checkpointName) : path;
  if (!existsSync(file)) throw fault(`has no ${checkpointName}: not a run of learn`);
  try {
    return readCheckpoint(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof InputError) throw fault(error.message);
    throw fault(`cannot be read (${(error as Error).message})`);
  }
}
