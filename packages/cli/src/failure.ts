import { CommanderError } from "commander";
import { InputError, RefusalError } from "meanfield";

/** Exit codes of the contract. */
export const exitCode = { done: 0, internal: 1, usage: 2, notConverged: 3, interrupted: 130 } as const;

/** Bad usage of the command line itself, where no field of a game is at fault. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What a person is told about an error, and how the process ends. */
export function explain(error: unknown): { readonly line: string; readonly code: number } {
  if (error instanceof InputError || error instanceof RefusalError || error instanceof UsageError) {
    return { line: oneLine(error.message), code: exitCode.usage };
  }
  if (error instanceof CommanderError) {
    return {
      line: oneLine(error.message.replace(/^error: /, "")),
      code: error.exitCode === 0 ? exitCode.done : exitCode.usage,
    };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { line: `internal error: ${text}`, code: exitCode.internal };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
