import type { Family, Model } from "./model.ts";
import type { Iteration, Outcome, OutcomeKind, TraceRow } from "./outcome.ts";
import type { ParameterSchema, ParametersOf } from "./parameters.ts";
import type { Question } from "./question.ts";

/**
 * One method, for models of one family.
 *
 * A solver is a value without state of its own; the state of a solve is made by `init` and changed in place by `step`,
 * so that a page can stop between any two steps and a worker can hold many solves at once.
 */
export interface Solver<
  M extends Model = Model,
  O extends ParameterSchema = ParameterSchema,
  S = unknown,
  C = unknown,
> {
  readonly name: string;
  readonly title: string;
  readonly family: Family;
  /** The kind of models it is for, in families whose models tell their `kind`; those of any kind where left out. */
  readonly kind?: string;
  /** One or two sentences: the idea, when to choose it. */
  readonly story: string;
  /** Paper and equation or algorithm number. */
  readonly reference: string;
  readonly options: O;
  /** Undefined where the solver can take this model and question; otherwise why not, as one line. */
  readonly refuses: (model: M, question: Question) => string | undefined;
  readonly init: (model: M, question: Question, options: ParametersOf<O>) => S;
  readonly step: (model: M, state: S) => Step | BoundedStep;
  readonly candidate: (model: M, state: S) => C;
  /**
   * The options of less work, where a game is more than a place can carry: for a first look that a page gives within a `frame` or
   * two while a slider moves, a coarse grid; for an answer on a `phone`, a grid that is small only where solves take seconds.
   * Options as they are where left out.
   */
  readonly quick?: (model: M, options: ParametersOf<O>, place?: SmallPlace) => ParametersOf<O>;
  /** What to add to the reason of a solve that is stopped from outside, such as which of its iterates is returned. */
  readonly remark?: (model: M, state: S) => string | undefined;
}

/** Where there is little time for a solve. */
export type SmallPlace = "frame" | "phone";

/** What one step says: numbers for the trace, and whether to go on. */
export interface Step {
  readonly metrics: Readonly<Record<string, number>>;
  readonly status: "running" | "converged" | "diverged";
  /** Required in words once the status is not `running`. */
  readonly reason?: string;
}

/** A step that met the bound which an option of the solver puts on its work. */
export interface BoundedStep extends Omit<Step, "status"> {
  readonly status: "iteration-limit";
}

export interface IterateSettings {
  /** Stop after this many steps with outcome `iteration-limit`; 1000 unless told. */
  readonly maximumIterations?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a solver as a generator: yields every iteration, returns the outcome.
 *
 * A metric that is not finite ends the run as `diverged`; an aborted signal ends it as `aborted` with the candidate of
 * the last completed step.
 *
 * @throws RefusalError from the solver's own `init` where the question has no answer.
 */
export function* iterate<M extends Model, O extends ParameterSchema, S, C>(
  solver: Solver<M, O, S, C>,
  model: M,
  question: Question,
  options: ParametersOf<O>,
  settings: IterateSettings = {},
): Generator<Iteration<C>, Outcome<C>, void> {
  const { maximumIterations = 1000, signal } = settings;
  const state = solver.init(model, question, options);
  const candidate = (): C => solver.candidate(model, state);
  const trace: TraceRow[] = [];
  const end = (outcome: OutcomeKind, reason: string): Outcome<C> => ({
    outcome,
    reason,
    iterations: trace.length,
    candidate: candidate(),
    trace,
  });
  const stopped = (outcome: OutcomeKind, reason: string): Outcome<C> => {
    const remark = solver.remark?.(model, state);
    return end(outcome, remark === undefined ? reason : `${reason}; ${remark}`);
  };
  for (let k = 0; k < maximumIterations; k++) {
    if (signal?.aborted === true)
      return stopped("aborted", `stopped by request after ${k} ${k === 1 ? "iteration" : "iterations"}`);
    const step = solver.step(model, state);
    trace.push({ k, ...step.metrics });
    yield { k, metrics: step.metrics, candidate };
    if (step.status !== "running") return end(step.status, step.reason ?? step.status);
    const broken = Object.entries(step.metrics).find(([, value]) => !Number.isFinite(value));
    if (broken !== undefined) return stopped("diverged", `${broken[0]} became ${broken[1]} at iteration ${k}`);
  }
  return stopped(
    "iteration-limit",
    `not converged within ${maximumIterations} ${maximumIterations === 1 ? "iteration" : "iterations"}`,
  );
}

/**
 * The same as an asynchronous stream that gives the thread back between time slices.
 *
 * @param slice milliseconds of work between two yields to the event loop; 12 keeps a page at 60 frames a second.
 */
export async function* stream<M extends Model, O extends ParameterSchema, S, C>(
  solver: Solver<M, O, S, C>,
  model: M,
  question: Question,
  options: ParametersOf<O>,
  settings: IterateSettings & { readonly slice?: number } = {},
): AsyncGenerator<Iteration<C>, Outcome<C>, void> {
  const { slice = 12 } = settings;
  const steps = iterate(solver, model, question, options, settings);
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

/** Runs a solver to its end; `watch` sees every iteration. */
export function run<M extends Model, O extends ParameterSchema, S, C>(
  solver: Solver<M, O, S, C>,
  model: M,
  question: Question,
  options: ParametersOf<O>,
  settings: IterateSettings & { readonly watch?: (iteration: Iteration<C>) => void } = {},
): Outcome<C> {
  const steps = iterate(solver, model, question, options, settings);
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    settings.watch?.(next.value);
  }
}
