import { InputError, RefusalError } from "./core/errors.ts";
import type { Game } from "./core/game.ts";
import type { Learner, SavedState } from "./core/learner.ts";
import type { TraceRow } from "./core/outcome.ts";
import { real, whole } from "./core/parameters.ts";
import type { ParametersOf, ParameterSchema } from "./core/parameters.ts";
import type { Step } from "./core/solver.ts";
import { orRefuse, tooExtreme } from "./core/too-extreme.ts";
import { askGame, byName, checkIterations, parseNamedOptions } from "./laboratory.ts";
import type { AskedGame, Catalogue, SolveRequest } from "./laboratory.ts";
import { z } from "zod";

/**
 * Learning from parameters to finished runs: what the command line, the page and workers all call.
 *
 * An experiment is several runs of one learner that differ in their random numbers only. Runs know nothing of each
 * other, so that they may be computed anywhere and in any order.
 */
export interface LearningPreparation extends AskedGame {
  readonly learner: Learner;
  /** All of the model that the learner sees. */
  readonly environment: unknown;
  /** The learner's own. */
  readonly options: ParametersOf<ParameterSchema>;
  readonly plan: LearningPlan;
  /** Planned for every run. */
  readonly iterations: number;
  /** How exploitable the learned policies may be at most, on average over runs. */
  readonly tolerance: number | undefined;
}

/** Options of every experiment, whatever the learner. */
export const planOptions = z.object({
  runs: whole(1, "Independent runs, for standard errors", { minimum: 1, maximum: 10_000 }),
  "observe-every": whole(
    0,
    "Iterations between two looks at what only the model tells (true exploitability, field error); 0: twenty looks a run",
    { minimum: 0 },
  ),
  "trace-every": whole(0, "Iterations between two rows of the trace; 0: all, up to a thousand rows a run", {
    minimum: 0,
  }),
  "checkpoint-every": real(5, "Time between two checkpoints", { minimum: 0, unit: "seconds" }),
});

export type LearningPlan = ParametersOf<typeof planOptions>;

/** One iteration of one run: its number, that of the iteration, and metrics. */
export type LearningRow = TraceRow & { readonly run: number };

/**
 * A run, finished or not, as plain data: what goes between threads and into checkpoints.
 *
 * `planned`: all iterations done. `converged`, `diverged`: ended early, as the learner's step or a metric that is not
 * finite said. `aborted`: there is more to do.
 */
export interface LearnedRun {
  readonly run: number;
  readonly end: "planned" | "converged" | "diverged" | "aborted";
  readonly reason: string;
  /** Iterations done. */
  readonly iterations: number;
  /** The rows that are kept for the trace. */
  readonly rows: readonly LearningRow[];
  /** The row of the last iteration, kept or not; null before the first. */
  readonly last: LearningRow | null;
  /** What goes on from here, and what was learned; null where it diverged. */
  readonly saved: SavedState | null;
}

/** What is seen of a run while it learns. */
export interface LearningStep {
  readonly row: LearningRow;
  /** Whether it goes into the trace. */
  readonly kept: boolean;
  readonly save: () => SavedState;
}

export interface LearningSettings {
  /** The run as it was left; it goes on as if it had never stopped. */
  readonly from?: LearnedRun | undefined;
  readonly signal?: { readonly aborted: boolean } | undefined;
}

/**
 * Validates a request for learning; `solver` names the learner, `options` are its own and those of the plan.
 *
 * @throws InputError naming the field, the value and what is allowed; RefusalError where nothing can be learned.
 */
export function prepareLearning(catalogue: Catalogue, game: Game, request: SolveRequest = {}): LearningPreparation {
  const asked = askGame(catalogue, game, request);
  const { wing, model } = asked;
  if (wing.environment === undefined || wing.learned === undefined) {
    throw new RefusalError(
      `${game.id} cannot be learned: no simulator for learners is known for ${model.family} games`,
    );
  }
  const environment = orRefuse(() => wing.environment?.(model));
  const learner = chooseLearner(catalogue.learners ?? [], asked, environment, request.solver);
  const { plan, options } = parseOptions(learner, game, request);
  const iterations = options["iterations"];
  if (typeof iterations !== "number") throw new RefusalError(`the learner ${learner.name} has no option iterations`);
  const { tolerance } = request;
  if (tolerance !== undefined && !(tolerance > 0 && tolerance < Infinity)) {
    throw new InputError("tolerance", tolerance, "a positive number");
  }
  orRefuse(() => learner.check?.(environment, asked.question, options));
  return { ...asked, learner, environment, options, plan, iterations, tolerance };
}

/** The learners of a catalogue that take a game, best first. */
export function fittingLearners(
  learners: readonly Learner[],
  { wing, model, question }: Pick<AskedGame, "wing" | "model" | "question">,
): Learner[] {
  const environment = wing.environment?.(model);
  if (environment === undefined) return [];
  return learners.filter(
    ({ family, refuses }) => family === model.family && refuses(environment, question) === undefined,
  );
}

/**
 * One run as a generator: yields every iteration, returns the run.
 *
 * A metric that is not finite, or numerics that fail, end it as `diverged`; an aborted signal ends it as `aborted`.
 *
 * @param run its number, from 0
 */
export function* learnRun(
  preparation: LearningPreparation,
  run: number,
  { from, signal }: LearningSettings = {},
): Generator<LearningStep, LearnedRun, void> {
  const { learner, iterations, plan } = preparation;
  if (from?.end === "converged" || from?.end === "diverged") return from;
  const rows = [...(from?.rows ?? [])];
  let last = from?.last ?? null;
  let k = from?.iterations ?? 0;
  const state = orRefuse(() => stateOf(preparation, run, from?.saved ?? undefined));
  const save = (): SavedState => learner.save(state);
  const end = (kind: LearnedRun["end"], reason: string): LearnedRun => ({
    run,
    end: kind,
    reason,
    iterations: k,
    rows,
    last,
    saved: kind === "diverged" ? null : save(),
  });
  while (k < iterations) {
    if (signal?.aborted === true) return end("aborted", `stopped by request after ${k} iterations`);
    const taken = oneStep(preparation, state, run, k);
    if (typeof taken === "string") return end("diverged", taken);
    const { row, step, observed } = taken;
    const broken = Object.entries(row).find(([, value]) => !Number.isFinite(value));
    last = row;
    k++;
    // What ends a run is seen in its trace; the last planned iteration is none, since the run may go on some day.
    const kept = observed || k % plan["trace-every"] === 0 || step.status !== "running" || broken !== undefined;
    if (kept) rows.push(row);
    yield { row, kept, save };
    if (step.status !== "running") return end(step.status, step.reason ?? step.status);
    if (broken !== undefined) return end("diverged", `${broken[0]} became ${broken[1]} at iteration ${row.k}`);
  }
  return end("planned", `${k} iterations, as planned`);
}

/** The same as an asynchronous stream that gives the thread back after every `slice` milliseconds of work. */
export async function* learnStream(
  preparation: LearningPreparation,
  run: number,
  settings: LearningSettings & { readonly slice?: number } = {},
): AsyncGenerator<LearningStep, LearnedRun, void> {
  const { slice = 12 } = settings;
  const steps = learnRun(preparation, run, settings);
  let since = performance.now();
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    yield next.value;
    if (performance.now() - since > slice) {
      await new Promise<void>((resolve) => void setTimeout(resolve, 0));
      since = performance.now();
    }
  }
}

/** Whether anything happened in a run. */
export function hasBegun({ iterations, end }: LearnedRun): boolean {
  return iterations > 0 || end === "diverged";
}

/** What a run has learned, as its learner tells it; undefined where it diverged or has not begun. */
export function learnedOf(preparation: LearningPreparation, { run, iterations, saved }: LearnedRun): unknown {
  if (saved === null || iterations === 0) return undefined;
  const { learner, environment } = preparation;
  return learner.candidate(environment, stateOf(preparation, run, saved));
}

/** What a run has learned before its first iteration. */
export function unlearnedOf(preparation: LearningPreparation): unknown {
  const { learner, environment } = preparation;
  return learner.candidate(environment, stateOf(preparation, 0, undefined));
}

function stateOf(preparation: LearningPreparation, run: number, saved: SavedState | undefined): unknown {
  const { learner, environment, question, options, seed } = preparation;
  return learner.init(environment, question, options, { seed, run }, saved);
}

/** One iteration with what the model tells of it; numerics that fail are said in words. */
function oneStep(
  { learner, environment, wing, model, question, plan }: LearningPreparation,
  state: unknown,
  run: number,
  k: number,
): { readonly row: LearningRow; readonly step: Step; readonly observed: boolean } | string {
  try {
    const step = learner.step(environment, state);
    const observed = wing.observe !== undefined && (k + 1) % plan["observe-every"] === 0;
    const told = observed ? wing.observe?.(model, question, learner.candidate(environment, state)) : {};
    return { row: { run, k, ...step.metrics, ...told }, step, observed };
  } catch (error) {
    const told = tooExtreme(error);
    if (told instanceof RefusalError) return `iteration ${k}: ${told.message}`;
    throw error;
  }
}

function chooseLearner(
  learners: readonly Learner[],
  { model, question }: AskedGame,
  environment: unknown,
  name: string | undefined,
): Learner {
  if (name !== undefined) {
    const learner = byName("learner", learners, (candidate) => candidate.name, name);
    if (learner.family !== model.family) {
      throw new RefusalError(`the learner ${name} is for ${learner.family} games, this game is ${model.family}`);
    }
    const why = learner.refuses(environment, question);
    if (why !== undefined) throw new RefusalError(`the learner ${name} cannot take this: ${why}`);
    return learner;
  }
  const ours = learners.filter(({ family }) => family === model.family);
  const best = ours.find(({ refuses }) => refuses(environment, question) === undefined);
  if (best !== undefined) return best;
  const reasons = ours.map((learner) => `${learner.name}: ${learner.refuses(environment, question)}`).join("; ");
  throw new RefusalError(`no learner takes this question (${reasons || `none is for ${model.family} games`})`);
}

/** Defaults of the learner, over them those of the game, over them what was asked for. */
function parseOptions(
  learner: Learner,
  game: Game,
  request: SolveRequest,
): { readonly plan: LearningPlan; readonly options: ParametersOf<ParameterSchema> } {
  const maximumIterations = checkIterations(request.maximumIterations);
  // One schema, so that an unknown name is answered with all that are known.
  const schema = z.object({ ...learner.options.shape, ...planOptions.shape });
  const parsed = parseNamedOptions(schema, {
    ...game.learning?.[learner.name],
    ...request.options,
    ...(maximumIterations === undefined ? {} : { iterations: maximumIterations }),
  });
  const iterations: unknown = (parsed as ParametersOf<ParameterSchema>)["iterations"];
  const isPlan = ([name]: [string, unknown]): boolean => Object.hasOwn(planOptions.shape, name);
  const entries = Object.entries(parsed);
  const plan = Object.fromEntries(entries.filter(isPlan)) as LearningPlan;
  // Decided here and now, so that a run that goes on for longer looks as often as before.
  const each = (name: "observe-every" | "trace-every", count: number): number =>
    plan[name] === 0 ? Math.ceil(Number(iterations) / count) : plan[name];
  return {
    plan: { ...plan, "observe-every": each("observe-every", 20), "trace-every": each("trace-every", 1000) },
    options: Object.fromEntries(entries.filter((entry) => !isPlan(entry))),
  };
}
