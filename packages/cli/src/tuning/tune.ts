import { availableParallelism } from "node:os";
import { prepare, tuningDefaults, version } from "meanfield";
import type { Catalogue, OutcomeKind, Preparation, RunDocument, SolveRequest, Tried, Tuning } from "meanfield";
import { UsageError } from "../failure.ts";
import { wholeFlag } from "../flags.ts";
import { interruptible } from "../interrupt.ts";
import type { Terminal } from "../terminal.ts";
import { digits, magnitude } from "../text/numbers.ts";
import { table } from "../text/table.ts";
import { commandLine } from "./command-line.ts";
import { searchOptions } from "./trials.ts";

export interface TuneFlags {
  readonly tune?: boolean;
  readonly tuneRuns?: string;
  readonly tuneIterations?: string;
  readonly threads?: string;
}

/** The `tuning` block of a document. */
export interface TuningBlock {
  readonly runs: number;
  readonly iterations: number;
  readonly searched: readonly string[];
  readonly interrupted: boolean;
  /** The number of the certificate that options are scored by; null where nothing has a score. */
  readonly measure: string | null;
  /** Best first, each with the last of its runs. */
  readonly tried: readonly {
    readonly options: Readonly<Record<string, unknown>>;
    readonly outcome: string;
    readonly reason: string;
    readonly iterations: number;
    /** Null where there is none: nothing that diverged has one. */
    readonly score: number | null;
  }[];
  readonly best: {
    readonly options: Readonly<Record<string, unknown>>;
    readonly score: number;
    readonly iterations: number;
    readonly command: string;
  } | null;
}

export interface Tuned {
  /** The best options found; those given where nothing has a score. */
  readonly preparation: Preparation;
  readonly block: TuningBlock;
}

/**
 * Searches good options where `--tune` asks for it; undefined where it does not.
 *
 * @throws UsageError where only the budget is given.
 */
export async function tuneOptions(
  asked: string,
  catalogue: Catalogue,
  preparation: Preparation,
  request: SolveRequest,
  flags: TuneFlags,
  terminal: Terminal,
): Promise<Tuned | undefined> {
  if (flags.tune !== true) {
    for (const [flag, value] of [["tune-runs", flags.tuneRuns] as const, ["tune-iterations", flags.tuneIterations]])
      if (value !== undefined) throw new UsageError(`--${flag} ${value}: needs --tune`);
    return undefined;
  }
  const plan = {
    runs: wholeFlag("tune-runs", flags.tuneRuns, undefined, tuningDefaults.runs, 2),
    iterations: wholeFlag("tune-iterations", flags.tuneIterations, undefined, tuningDefaults.iterations, 1),
  };
  const threads = wholeFlag("threads", flags.threads, undefined, availableParallelism(), 1);
  const found = await interruptible((signal) =>
    searchOptions({
      preparation,
      asked,
      request,
      plan,
      threads,
      signal,
      watch: ({ outcome, score }, done) => terminal.progress(`run ${done}: ${outcome}  ${magnitude(score)}`),
    }),
  );
  terminal.progress(undefined);
  const options = found.best?.options ?? preparation.options;
  const best = prepare(catalogue, preparation.game, {
    ...request,
    solver: preparation.solver.name,
    options,
    tolerance: undefined,
  });
  return { preparation: best, block: blockOf(asked, best, found) };
}

function blockOf(asked: string, best: Preparation, found: Tuning): TuningBlock {
  const searched = ({ options }: Tried): Record<string, unknown> =>
    Object.fromEntries(found.searched.map((name) => [name, options[name]]));
  const { plan, tried, interrupted } = found;
  const leader = found.best;
  return {
    ...plan,
    searched: found.searched,
    interrupted,
    measure: leader?.measure ?? null,
    tried: tried.map((one) => ({
      options: searched(one),
      outcome: one.outcome,
      reason: one.reason,
      iterations: one.taken,
      score: one.score,
    })),
    best:
      leader === undefined || leader.score === null
        ? null
        : {
            options: searched(leader),
            score: leader.score,
            iterations: leader.taken,
            command: commandLine(asked, best),
          },
  };
}

/** The document of a search that was stopped: what it found, and nothing that was not computed. */
export function stoppedDocument({ preparation, block }: Tuned, seconds: number): RunDocument {
  const { game, solver, question, parameters, options, seed } = preparation;
  const unknown = { exploitability: null, consistency: null, residual: null, exactError: null };
  const outcome: OutcomeKind = "aborted";
  return {
    game: game.id,
    solver: solver.name,
    concept: question.concept,
    players: Number.isFinite(question.players) ? question.players : null,
    information: Number.isFinite(question.players) ? question.information : null,
    parameters,
    options,
    seed,
    version,
    outcome,
    reason: `stopped by request while options were tried, after ${block.tried.length} of ${block.runs}`,
    iterations: 0,
    seconds,
    certificate: unknown,
    quantities: {},
    exact: {},
    trace: [],
    run: null,
  };
}

/** More than that nobody reads; the document has them all. */
const mostRows = 10;

export function printTuning(terminal: Terminal, { tried, searched, measure, best, ...plan }: TuningBlock): void {
  terminal.print(
    terminal.bold(`options tried`) +
      ` — ${tried.length}, the best of them up to ${plan.iterations} iterations${plan.interrupted ? "; stopped early" : ""}`,
  );
  const rows = tried.slice(0, mostRows).map(({ options, outcome, iterations, score }) => [
    ...searched.map((name) => {
      const value = options[name];
      return typeof value === "number" ? digits(value, 4) : String(value);
    }),
    outcome,
    String(iterations),
    magnitude(score),
  ]);
  terminal.print(table([[...searched, "outcome", "iterations", measure ?? "score"], ...rows], "  "));
  if (tried.length > mostRows) terminal.print(`  and ${tried.length - mostRows} worse ones`);
  terminal.print(best === null ? "  none has a score: the options stay as they were" : `  ${best.command}`);
}
