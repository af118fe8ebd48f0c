import { exitCode, explain } from "./failure.ts";
import { makeProgram } from "./program.ts";

/**
 * Runs the command line.
 *
 * @param args without the interpreter and the script
 * @returns the exit code of the contract
 */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader that stops early (`meanfield list | head`) is no error; the command ends as it would have.
    if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
    process.stderr.write(`meanfield: stdout cannot be written (${error.code ?? error.message})\n`);
    process.exit(exitCode.internal);
  });
  let code: number = exitCode.done;
  try {
    const program = makeProgram((result) => {
      code = result;
    });
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: "user" });
    return code;
  } catch (error) {
    const explained = explain(error);
    if (explained.code !== exitCode.done) process.stderr.write(`meanfield: ${explained.line}\n`);
    return explained.code;
  }
}
