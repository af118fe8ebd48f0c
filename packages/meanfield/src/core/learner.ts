import type { Family } from "./model.ts";
import type { ParameterSchema, ParametersOf } from "./parameters.ts";
import type { Question } from "./question.ts";
import type { Step } from "./solver.ts";

/**
 * One method that learns from a simulator.
 *
 * It is given an environment — a simulator that a wing makes of a model — and never the model itself: what a learner
 * cannot see, it cannot use. Like a solver it is a value without state of its own.
 *
 * @typeParam E environment that the family's wing makes
 * @typeParam O options
 * @typeParam S state of one run, changed in place by `step`
 * @typeParam C what has been learned
 */
export interface Learner<E = unknown, O extends ParameterSchema = ParameterSchema, S = unknown, C = unknown> {
  readonly name: string;
  readonly title: string;
  readonly family: Family;
  /** One or two sentences: the idea, when to choose it. */
  readonly story: string;
  /** Paper and equation or algorithm number. */
  readonly reference: string;
  /** Holds `iterations`, the number of steps of a run, which `--max-iterations` sets. */
  readonly options: O;
  /** Undefined where the learner can take this environment and question; otherwise why not, as one line. */
  readonly refuses: (environment: E, question: Question) => string | undefined;
  /**
   * Conditions that tie options together, such as those of a convergence theorem on step sizes.
   *
   * @throws InputError or RefusalError with one clear line naming the condition that is broken.
   */
  readonly check?: (environment: E, question: Question, options: ParametersOf<O>) => void;
  /**
   * The state before the first step; with `saved`, the state that `save` was given, exactly.
   *
   * All randomness is addressed by (seed, run, iteration), so that a resumed run draws what it would have drawn.
   */
  readonly init: (
    environment: E,
    question: Question,
    options: ParametersOf<O>,
    random: Randomness,
    saved?: SavedState,
  ) => S;
  /** One iteration; the status `converged` ends the run early, `diverged` ends it as that. */
  readonly step: (environment: E, state: S) => Step;
  readonly candidate: (environment: E, state: S) => C;
  /** Everything that `init` needs to go on, as plain data that survives JSON exactly (numbers may not be NaN). */
  readonly save: (state: S) => SavedState;
}

/** Which random numbers a run draws: a seed for the experiment, and the number of the run in it, from 0. */
export interface Randomness {
  readonly seed: number;
  readonly run: number;
}

/** Plain data: numbers, and lists of numbers (typed arrays are saved as such lists). */
export type SavedState = Readonly<Record<string, number | readonly number[]>>;
