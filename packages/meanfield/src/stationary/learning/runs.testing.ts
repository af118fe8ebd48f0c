import { expect } from "vitest";
import { meanFieldEquilibrium, parseParameters } from "../../core/index.ts";
import type { Concept, Learner, ParameterSchema, Question, SavedState } from "../../core/index.ts";
import type { StationaryEnvironment } from "../simulation/environment.ts";
import type { StationaryLearned } from "./learned.ts";

type StationaryLearner<O extends ParameterSchema, S> = Learner<StationaryEnvironment, O, S, StationaryLearned>;

export interface Ran {
  readonly rows: readonly Readonly<Record<string, number>>[];
  readonly learned: StationaryLearned;
  readonly saved: SavedState;
}

export interface RunSettings {
  readonly concept?: Concept;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly run?: number;
  /** Steps to take; all of the run's unless given. */
  readonly steps?: number;
  readonly from?: SavedState;
}

export function question(concept: Concept): Question {
  return { ...meanFieldEquilibrium, concept };
}

/** π(a|x) of what was learned in a finite game. */
export function tableOf({ learned: { policy } }: Ran): Float64Array {
  if (policy.kind !== "table") throw new Error("a finite game is played by tables");
  return policy.probabilities;
}

/** One run of a learner, checked as a front would. */
export function learn<O extends ParameterSchema, S>(
  learner: StationaryLearner<O, S>,
  environment: StationaryEnvironment,
  { concept = "nash", options = {}, run = 0, steps, from }: RunSettings = {},
): Ran {
  const asked = question(concept);
  const given = parseParameters(learner.options, options);
  expect(learner.refuses(environment, asked)).toBeUndefined();
  learner.check?.(environment, asked, given);
  const state = learner.init(environment, asked, given, { seed: 3, run }, from);
  const rows: Readonly<Record<string, number>>[] = [];
  for (let k = 0; k < (steps ?? (given["iterations"] as number)); k++) {
    const { metrics, status } = learner.step(environment, state);
    expect(status).toBe("running");
    for (const [name, value] of Object.entries(metrics))
      if (!Number.isFinite(value)) throw new Error(`${name} is ${value}`);
    rows.push(metrics);
  }
  return { rows, learned: learner.candidate(environment, state), saved: learner.save(state) };
}

/** A run in one go, and the same saved as JSON after a third of its steps and taken up again: equal bit for bit. */
export function wholeAndResumed<O extends ParameterSchema, S>(
  learner: StationaryLearner<O, S>,
  environment: StationaryEnvironment,
  settings: RunSettings & { readonly options: { readonly iterations: number } },
): readonly [whole: Ran, resumed: Ran] {
  const { iterations } = settings.options;
  const whole = learn(learner, environment, settings);
  const before = Math.ceil(iterations / 3);
  const first = learn(learner, environment, { ...settings, steps: before });
  const from = JSON.parse(JSON.stringify(first.saved)) as SavedState;
  const rest = learn(learner, environment, { ...settings, steps: iterations - before, from });
  // Nothing stands still: otherwise equality would say nothing.
  expect(rest.saved).not.toEqual(first.saved);
  return [whole, { ...rest, rows: [...first.rows, ...rest.rows] }];
}
