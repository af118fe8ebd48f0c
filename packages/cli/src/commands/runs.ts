import { explain } from "../failure.ts";
import { listRuns, readRun } from "../runs/read-run.ts";
import type { StoredRun } from "../runs/read-run.ts";
import { processTerminal } from "../terminal.ts";
import { duration, magnitude } from "../text/numbers.ts";
import { table } from "../text/table.ts";

export interface RunsFlags {
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `meanfield runs` */
export function runsCommand(flags: RunsFlags): number {
  const terminal = processTerminal(flags.quiet === true);
  const runs = listRuns(flags.out).flatMap((path) => {
    try {
      return [{ path, run: readRun(path) }];
    } catch (error) {
      // One bad folder does not hide the others.
      terminal.say(`left out: ${explain(error).line}`);
      return [];
    }
  });
  if (flags.json === true) {
    terminal.print(
      JSON.stringify(
        runs.map(({ path, run }) => ({
          run: path,
          command: run.command,
          game: run.game,
          solver: run.solver ?? null,
          outcome: run.outcome,
          exploitability: run.certificate?.["exploitability"] ?? null,
          seconds: run.seconds,
        })),
      ),
    );
    return 0;
  }
  if (runs.length === 0) {
    terminal.say(`no runs below ${flags.out}`);
    return 0;
  }
  const rows = runs.map(({ path, run }) => [
    path,
    run.command,
    run.outcome,
    magnitude(run.certificate?.["exploitability"] ?? null),
    duration(run.seconds),
    questionOf(run),
  ]);
  terminal.print(table([["run", "command", "outcome", "exploitability", "time", ""], ...rows]));
  return 0;
}

/** What a run was of, in a few words. */
export function questionOf(run: StoredRun): string {
  const players = Array.isArray(run.players)
    ? `N = ${run.players.join(", ")}`
    : typeof run.players === "number"
      ? `N = ${run.players}`
      : "limit";
  const asked = run.answer === undefined ? [run.concept, players] : [run.answer];
  return [run.game, run.solver, ...asked].filter((word) => word !== undefined).join(", ");
}
