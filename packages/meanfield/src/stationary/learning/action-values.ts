/**
 * Tables Q(x,a) learned from experience, one entry at a time.
 *
 * C. J. C. H. Watkins, P. Dayan, "Q-learning", Machine Learning 8 (1992) 279–292: Q ← Q + ρ (r + γ max_b Q(y,b) − Q), with
 * steps ρ that fall with the number of visits to (x,a); with a temperature τ the maximum is τ log Σ_b exp(Q(y,b)/τ).
 */

import { real } from "../../core/index.ts";
import type { Question } from "../../core/index.ts";
import { mean } from "../../numeric/statistics.ts";
import { refusedQuestion } from "../candidate.ts";
import type { TablePolicy } from "../policy-class.ts";
import type { Draws, LearnedField, StationaryEnvironment } from "../simulation/environment.ts";
import type { Experience } from "./agents.ts";
import { greedy } from "./empirical-model.ts";
import { horizonFor } from "./exploitability-estimate.ts";
import type { NamedSchedule } from "./schedule.ts";
import { stepAt } from "./schedule.ts";

/** Why a learner of tables cannot take an environment or question. */
export function refusedTable(
  name: string,
  { space }: StationaryEnvironment,
  question: Question,
  whyNoPlanner: string,
): string | undefined {
  if (space.positions === undefined) return `${name} needs finitely many states: set n to 11 or more`;
  if (question.concept === "planner") return `${name} learns equilibria only: ${whyNoPlanner}`;
  return refusedQuestion(question);
}

/** ρ(n) = value-step/(n + value-offset)^value-power in the n-th visit, from 0. */
export function valueOptions(power: number, offset = 1) {
  return {
    "value-step": real(1, "First step of values ρ(n) = ρ₀/(n + n₀)^ω in the n-th visit; what exceeds 1 counts as 1", {
      minimum: 0,
      open: "minimum",
      maximum: 1e6,
    }),
    "value-offset": real(offset, "n₀ of the steps of values", { minimum: 0, open: "minimum", maximum: 1e9 }),
    "value-power": real(power, "ω of the steps of values", { symbol: "\\omega", minimum: 0, maximum: 10 }),
  };
}

export function valueSchedule(options: {
  readonly "value-step": number;
  readonly "value-offset": number;
  readonly "value-power": number;
}): NamedSchedule {
  const { "value-step": scale, "value-offset": offset, "value-power": power } = options;
  return { symbol: "ρ", option: "value-power", scale, offset, power };
}

/**
 * Learns from experience in its order; `Q` and `visits` are changed in place.
 *
 * @returns the largest change of an entry
 */
export function learnActionValues(
  Q: Float64Array,
  visits: Float64Array,
  { states, actions, rewards, next }: Experience,
  settings: {
    readonly choices: number;
    readonly discount: number;
    readonly step: NamedSchedule;
    readonly temperature: number;
  },
): number {
  const { choices, discount, step, temperature } = settings;
  const before = Q.slice();
  const unused = new Float64Array(choices);
  for (let i = 0; i < states.length; i++) {
    const pair = states[i] * choices + actions[i];
    const value = greedy(Q.subarray(next[i] * choices, (next[i] + 1) * choices), temperature, unused);
    Q[pair] += Math.min(1, stepAt(step, visits[pair])) * (rewards[i] + discount * value - Q[pair]);
    visits[pair]++;
  }
  return Q.reduce((top, value, i) => Math.max(top, Math.abs(value - before[i])), 0);
}

/** The first best action in every state, or with a temperature softmax(Q/τ): π(a|x) at x·|A| + a. */
export function greedyTable(Q: Float64Array, choices: number, temperature = 0): TablePolicy {
  const probabilities = new Float64Array(Q.length);
  for (let start = 0; start < Q.length; start += choices) {
    greedy(Q.subarray(start, start + choices), temperature, probabilities.subarray(start, start + choices));
  }
  return { kind: "table", probabilities };
}

/** The same, but with probability ε an action at random. */
export function exploring({ probabilities }: TablePolicy, choices: number, epsilon: number): Float64Array {
  return probabilities.map((p) => (1 - epsilon) * p + epsilon / choices);
}

const trajectories = 200;
const leastWeight = 1e-3;

/** J of a policy against a frozen field, from a few rollouts: what learners of values report beside them. */
export function sampledPerformance(
  environment: StationaryEnvironment,
  policy: TablePolicy,
  field: LearnedField,
  draws: Draws,
): number {
  const horizon = horizonFor(environment.discount, leastWeight);
  return mean(environment.returns(policy, field, { count: trajectories, horizon }, draws));
}
