/**
 * Policy gradients by likelihood ratios, from trajectories against a frozen field.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 3, after R. J. Williams, Machine Learning 8 (1992) 229–256 and
 * P. L'Ecuyer, Management Science 36 (1990): ∂J/∂θ = E Σ_t γ^t Λ_θ(X_t, A_t) (R_t − b), Λ = ∂ log π_θ/∂θ, with the return R_t
 * from t on and any b that does not depend on A_t. The formula as printed has V(X_t) in place of R_t; read as the value of
 * the state it is zero whatever the policy, because E[Λ_t | X_t] = 0: `printedFormula` is kept to show that.
 *
 * Baselines are taken over the other trajectories, so that they cost no bias at all.
 */

import { zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { PolicyClass, PolicySpace } from "../policy-class.ts";
import type { Trajectories } from "../simulation/environment.ts";

export const baselines = ["none", "time-mean", "state-value"] as const;
export type Baseline = (typeof baselines)[number];

export interface GradientEstimate {
  /** ∂J/∂θ at the frozen field. */
  readonly gradient: Float64Array;
  /** E Σ_t γ^t ΛΛᵀ: the Fisher matrix of the policy over its discounted visits. */
  readonly fisher: Matrix;
  /** J: the mean of R_0. */
  readonly performance: number;
}

/** Intervals that a continuous state is cut into for its baseline. */
const bins = 40;

/** Where a state's baseline is kept; a continuous state is cut into intervals. */
function cellsOf({ positions, threshold }: PolicySpace): {
  readonly count: number;
  readonly of: (x: number) => number;
} {
  if (positions !== undefined) return { count: positions.length, of: (x) => x };
  const { low, high } = threshold ?? { low: 0, high: 1 };
  const scale = bins / (high - low);
  return { count: bins, of: (x) => Math.min(bins - 1, Math.max(0, Math.floor((x - low) * scale))) };
}

/** The gradient with its Fisher matrix; at least two trajectories. */
export function likelihoodRatio(
  space: PolicySpace,
  family: PolicyClass,
  theta: Float64Array,
  discount: number,
  trajectories: Trajectories,
  baseline: Baseline,
): GradientEstimate {
  const { count, horizon } = trajectories;
  const returns = returnsToGo(trajectories, discount);
  const advantages = subtractBaseline(space, trajectories, returns, discount, baseline);
  const gradient = new Float64Array(family.dimension);
  const fisher = zeros(family.dimension, family.dimension);
  forEachScore(space, family, theta, discount, trajectories, advantages, (score, weight, visits) => {
    for (let i = 0; i < score.length; i++) {
      if (score[i] === 0) continue;
      gradient[i] += weight * score[i];
      for (let j = 0; j < score.length; j++) fisher.data[i * score.length + j] += visits * score[i] * score[j];
    }
  });
  let performance = 0;
  for (let j = 0; j < count; j++) performance += returns[j * horizon] / count;
  return { gradient, fisher, performance };
}

/**
 * The printed formula, E Σ_t γ^t Λ_t V(X_t), which is zero for every function V of the state.
 *
 * @param value V(x)
 */
export function printedFormula(
  space: PolicySpace,
  family: PolicyClass,
  theta: Float64Array,
  discount: number,
  trajectories: Trajectories,
  value: (x: number) => number,
): Float64Array {
  const out = new Float64Array(family.dimension);
  const values = trajectories.states.map(value);
  forEachScore(space, family, theta, discount, trajectories, values, (score, weight) => {
    for (let i = 0; i < score.length; i++) out[i] += weight * score[i];
  });
  return out;
}

/**
 * Calls `visit(Λ, E γ^t f, E γ^t)` so that sums of Λ times the one, and of ΛΛᵀ times the other, are means over trajectories:
 * once for each state and action where these are finitely many, else once a step.
 */
function forEachScore(
  { positions, actions: choices }: PolicySpace,
  { dimension, addScore }: PolicyClass,
  theta: Float64Array,
  discount: number,
  { count, horizon, states, actions }: Trajectories,
  f: Float64Array,
  visit: (score: Float64Array, weight: number, visits: number) => void,
): void {
  if (addScore === undefined) throw new RangeError("likelihood ratios need a policy with derivatives");
  const score = new Float64Array(dimension);
  const scoreOf = (x: number, a: number): Float64Array => {
    score.fill(0);
    addScore(theta, x, a, 1, score);
    return score;
  };
  const sums = new Float64Array(positions === undefined ? 0 : positions.length * choices);
  const visits = new Float64Array(sums.length);
  let discounted = 1 / count;
  for (let t = 0; t < horizon; t++) {
    for (let at = t; at < count * horizon; at += horizon) {
      if (positions === undefined) {
        visit(scoreOf(states[at], actions[at]), discounted * f[at], discounted);
        continue;
      }
      const pair = states[at] * choices + actions[at];
      sums[pair] += discounted * f[at];
      visits[pair] += discounted;
    }
    discounted *= discount;
  }
  for (let pair = 0; pair < sums.length; pair++) {
    if (visits[pair] > 0) visit(scoreOf(Math.floor(pair / choices), pair % choices), sums[pair], visits[pair]);
  }
}

/** R_t = r_t + γ R_{t+1}, up to the horizon. */
function returnsToGo({ count, horizon, rewards }: Trajectories, discount: number): Float64Array {
  const returns = new Float64Array(count * horizon);
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let at = (j + 1) * horizon - 1; at >= j * horizon; at--) returns[at] = sum = rewards[at] + discount * sum;
  }
  return returns;
}

function subtractBaseline(
  space: PolicySpace,
  { count, horizon, states }: Trajectories,
  returns: Float64Array,
  discount: number,
  baseline: Baseline,
): Float64Array {
  if (baseline === "none") return returns;
  const out = new Float64Array(returns.length);
  // R_j − (mean of the others) = (R_j − mean of all) N/(N − 1).
  for (let t = 0; t < horizon; t++) {
    let mean = 0;
    for (let at = t; at < returns.length; at += horizon) mean += returns[at] / count;
    for (let at = t; at < returns.length; at += horizon) out[at] = ((returns[at] - mean) * count) / (count - 1);
  }
  if (baseline === "time-mean") return out;
  // A state's mean return over all its visits by others, each weighing γ^t; where nobody else came, the mean in time stays.
  const cells = cellsOf(space);
  const cell = new Uint32Array(states.length);
  for (let at = 0; at < cell.length; at++) cell[at] = cells.of(states[at]);
  const weights = Float64Array.from({ length: horizon }, (_, t) => discount ** t);
  const [sum, weight, own, ownWeight] = Array.from({ length: 4 }, () => new Float64Array(cells.count));
  const addTo = (sums: Float64Array, sumsOfWeights: Float64Array, start: number): void => {
    for (let t = 0; t < horizon; t++) {
      const c = cell[start + t];
      sums[c] += weights[t] * returns[start + t];
      sumsOfWeights[c] += weights[t];
    }
  };
  for (let start = 0; start < returns.length; start += horizon) addTo(sum, weight, start);
  // Less than the weight of a last step is rounding.
  const least = 0.5 * weights[horizon - 1];
  for (let start = 0; start < returns.length; start += horizon) {
    own.fill(0);
    ownWeight.fill(0);
    addTo(own, ownWeight, start);
    for (let at = start; at < start + horizon; at++) {
      const c = cell[at];
      const others = weight[c] - ownWeight[c];
      if (others > least) out[at] = returns[at] - (sum[c] - own[c]) / others;
    }
  }
  return out;
}
