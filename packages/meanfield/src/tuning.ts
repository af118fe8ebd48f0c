import { InputError, RefusalError } from "./core/errors.ts";
import type { Certificate } from "./core/certificate.ts";
import type { OutcomeKind } from "./core/outcome.ts";
import { describeParameters } from "./core/parameters.ts";
import type { ParameterFacts, ParametersOf, ParameterSchema, Tunable } from "./core/parameters.ts";
import { parseNamedOptions, runSolver } from "./laboratory.ts";
import type { Preparation } from "./laboratory.ts";
import { randomStream } from "./numeric/random.ts";

/**
 * A search for good options of a solver by successive halving, here in thirds: many options get few iterations, the best
 * third of them three times as many, and so on.
 *
 * K. Jamieson, A. Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016,
 * algorithm 1. Every run begins at the beginning, never where a shorter one stopped: so each is what the command line gives
 * again, on whatever thread. The options as they were given are run 0 and stay to the end: nothing is called best that is
 * worse than they are.
 */
export interface TuningPlan {
  /** How many options are tried. */
  readonly runs: number;
  /** Most iterations of one run. */
  readonly iterations: number;
}

/** One run to do. */
export interface Trial {
  /** 0 for the options as given. */
  readonly trial: number;
  /** All options of the solver, also those that are not searched. */
  readonly options: ParametersOf<ParameterSchema>;
  readonly iterations: number;
}

/** One run that was done. */
export interface Tried extends Trial {
  readonly outcome: Exclude<OutcomeKind, "aborted"> | "refused";
  readonly reason: string;
  /** The iterations it took. */
  readonly taken: number;
  /** By the certificate, less is better; null where the run diverged, was refused, or has no finite one. */
  readonly score: number | null;
  readonly measure: Measure | null;
}

/** The number of a certificate that options are scored by: the first that applies. */
export type Measure = "exploitability" | "residual" | "consistency";

const measures: readonly Measure[] = ["exploitability", "residual", "consistency"];

export interface Tuning {
  readonly plan: TuningPlan;
  /** The options that were searched. */
  readonly searched: readonly string[];
  /** The last run of each of the options, best first. */
  readonly tried: readonly Tried[];
  /** Absent where no run has a score. */
  readonly best: Tried | undefined;
  /** Whether it was stopped before its end. */
  readonly interrupted: boolean;
}

export const tuningDefaults: TuningPlan = { runs: 27, iterations: 300 };

/** One in so many goes on, with so many times the iterations. */
const kept = 3;
const mostRounds = 3;

/**
 * The search, as a conversation: yields runs that may be done in any order or at once, takes what came of them (fewer, to
 * stop), and returns what it found.
 *
 * @param fixed options that are not to be searched, since somebody gave them
 * @throws RefusalError where nothing is left to search; InputError for a plan that is none
 */
export function* tuning(
  preparation: Preparation,
  plan: TuningPlan,
  fixed: readonly string[],
): Generator<readonly Trial[], Tuning, readonly Tried[]> {
  for (const [name, least] of [["runs", 2] as const, ["iterations", 1] as const])
    if (!Number.isSafeInteger(plan[name]) || plan[name] < least)
      throw new InputError(`tune-${name}`, plan[name], `a whole number of at least ${least}`);
  const ranges = searchable(preparation, fixed);
  const candidates = drawOptions(preparation, ranges, plan.runs);
  const rounds = Math.min(mostRounds, 1 + Math.floor(Math.log(plan.runs) / Math.log(kept) + 1e-9));
  const last = new Map<number, Tried>();
  const end = (interrupted: boolean): Tuning => {
    const tried = [...last.values()].toSorted(better);
    const best = tried[0]?.score === null ? undefined : tried[0];
    return { plan, searched: Object.keys(ranges), tried, best, interrupted };
  };
  let running = candidates.map((_, trial) => trial);
  for (let round = 0; round < rounds; round++) {
    const iterations = Math.ceil(plan.iterations / kept ** (rounds - 1 - round));
    // What came to its own end earlier would come to the same.
    const batch = running
      .filter((trial) => !isOver(last.get(trial)))
      .map((trial): Trial => ({ trial, options: candidates[trial], iterations }));
    const results = batch.length === 0 ? [] : yield batch;
    for (const result of results) last.set(result.trial, result);
    if (results.length < batch.length) return end(true);
    const ranked = running.flatMap((trial) => last.get(trial) ?? []).toSorted(better);
    const count = Math.ceil(running.length / kept);
    running = ranked
      .filter(({ trial, score }, rank) => trial === 0 || (rank < count && score !== null))
      .map(({ trial }) => trial);
  }
  return end(false);
}

/** Does one run; undefined where it was stopped. */
export async function tryOptions(
  preparation: Preparation,
  trial: Trial,
  signal?: AbortSignal,
): Promise<Tried | undefined> {
  const asked = { ...preparation, options: trial.options, maximumIterations: trial.iterations };
  try {
    const { outcome, reason, iterations, candidate } = await runSolver(asked, { signal });
    if (outcome === "aborted") return undefined;
    const done = { ...trial, outcome, reason, taken: iterations };
    if (outcome === "diverged") return { ...done, score: null, measure: null };
    const certificate = preparation.wing.certify(preparation.model, preparation.question, candidate);
    return { ...done, ...scoreOf(certificate) };
  } catch (error) {
    if (!(error instanceof RefusalError || error instanceof InputError)) throw error;
    return { ...trial, outcome: "refused", reason: error.message, taken: 0, score: null, measure: null };
  }
}

function scoreOf(certificate: Certificate): Pick<Tried, "score" | "measure"> {
  const measure = measures.find((name) => certificate[name] !== null) ?? null;
  const value = measure === null ? null : certificate[measure];
  // NaN and infinities are no scores.
  return { measure, score: value !== null && Number.isFinite(value) ? Math.abs(value) : null };
}

/** Converged before not converged, then fewer iterations, then the better score; what has no score comes last. */
function better(one: Tried, other: Tried): number {
  if (one.score === null || other.score === null)
    return Number(one.score === null) - Number(other.score === null) || one.trial - other.trial;
  const done = Number(other.outcome === "converged") - Number(one.outcome === "converged");
  if (done !== 0) return done;
  const sooner = one.outcome === "converged" ? one.taken - other.taken : 0;
  return sooner || one.score - other.score || one.trial - other.trial;
}

/** Whether more iterations would change nothing. */
function isOver(tried: Tried | undefined): boolean {
  return tried !== undefined && (tried.outcome !== "iteration-limit" || tried.taken < tried.iterations);
}

/** The options to search, with where. */
function searchable({ solver }: Preparation, fixed: readonly string[]): Readonly<Record<string, ParameterFacts>> {
  const declared = Object.entries(describeParameters(solver.options)).filter(
    ([, { tunable }]) => tunable !== undefined,
  );
  if (declared.length === 0) throw new RefusalError(`the solver ${solver.name} has no options to tune`);
  const free = declared.filter(([name]) => !fixed.includes(name));
  if (free.length === 0)
    throw new RefusalError(
      `nothing is left to tune: ${declared.map(([name]) => name).join(", ")} of ${solver.name} ${declared.length === 1 ? "is" : "are all"} given`,
    );
  return Object.fromEntries(free);
}

/** How often a value apart from the range is tried. */
const apart = 1 / 8;

/**
 * As many different options as there are, up to `count`; the given ones first, the others spread by an additive recurrence
 * with powers of the root of x^{d+1} = x + 1, moved by the seed.
 *
 * M. Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018, which takes H. Weyl's sequences of 1916.
 */
function drawOptions(
  { solver, options, seed }: Preparation,
  ranges: Readonly<Record<string, ParameterFacts>>,
  count: number,
): readonly ParametersOf<ParameterSchema>[] {
  const names = Object.keys(ranges);
  let root = 2;
  for (let i = 0; i < 60; i++) root = (1 + root) ** (1 / (names.length + 1));
  const moved = randomStream(seed, 0);
  const found = new Map([[JSON.stringify(options), options]]);
  // Few whole numbers, or only one value beside them: then there are not so many to be had.
  for (let k = 1; k < 20 * count && found.size < count; k++) {
    const drawn = names.map((name, j) => {
      const place = (moved.uniform(j) + k * root ** -(j + 1)) % 1;
      return [name, valueAt(ranges[name], place)] as const;
    });
    const given = parseNamedOptions(solver.options, { ...options, ...Object.fromEntries(drawn) });
    const key = JSON.stringify(given);
    if (!found.has(key)) found.set(key, given);
  }
  return [...found.values()];
}

/** The value at a place in [0, 1), of three digits, which nobody minds typing. */
function valueAt({ kind, tunable = { from: 0, to: 1 } }: ParameterFacts, place: number): number {
  const { also = [] } = tunable;
  const aside = also.length * apart;
  if (place < aside) return also[Math.floor(place / apart)];
  const value = within(tunable, (place - aside) / (1 - aside));
  return kind === "whole" ? Math.round(value) : Number(value.toPrecision(3));
}

function within({ from, to, scale }: Tunable, share: number): number {
  return scale === "log" ? from * (to / from) ** share : from + (to - from) * share;
}
