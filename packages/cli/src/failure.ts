import { CommanderError } from "commander";
import { InputError, RefusalError } from "meanfield";

/** Exit codes of the contract. */
export const exitCode = { done: 0, internal: 1, usage: 2, notConverged: 3, interrupted: 130 } as const;

/** Bad usage of the command line itself, where no field of a game is at fault. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The run was stopped before there was anything to keep. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
}

/** What a person is told about an error, and how the process ends. */
export function explain(error: unknown): { readonly line: string; readonly code: number } {
  if (error instanceof InputError || error instanceof RefusalError || error instanceof UsageError) {
    return { line: oneLine(error.message), code: exitCode.usage };
  }
  if (error instanceof StoppedError) return { line: oneLine(error.message), code: exitCode.interrupted };
  if (error instanceof CommanderError) {
    return {
      line: oneLine(error.message.replace(/^error: /, "")),
      code: error.exitCode === 0 ? exitCode.done : exitCode.usage,
    };
  }
  const own = ownFault(error);
  if (own !== undefined) return { line: own, code: exitCode.usage };
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { line: `internal error: ${text}`, code: exitCode.internal };
}

/** A person's own game file, and how it was asked for; errors thrown in it are its author's, not ours. */
let ownFile: { readonly path: string; readonly asked: string } | undefined;

/** From here on, errors whose stack passes through this file are told as faults of the file. */
export function blame(path: string, asked: string): void {
  ownFile = { path, asked };
}

function ownFault(error: unknown): string | undefined {
  if (ownFile === undefined || !(error instanceof Error)) return undefined;
  const { path, asked } = ownFile;
  const frame = error.stack?.split("\n").find((line) => line.includes(path));
  if (frame === undefined) return undefined;
  const place = /:(\d+):\d+\)?$/.exec(frame)?.[1];
  return oneLine(`${asked}${place === undefined ? "" : `, line ${place}`}: ${error.message}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
