/**
 * Parametrised policies π_θ: tabular softmax, hard threshold, smooth threshold.
 *
 * J. Subramanian, A. Mahajan, "Reinforcement learning in stationary mean-field games", AAMAS 2019, section 3 (Gibbs
 * policies); thresholds as in M. Huang, Y. Ma, CDC 2016. The smooth threshold makes a one-dimensional class that has
 * derivatives: P(action 1 | x) = σ((x − θ)/τ), or σ((θ − x)/τ) where action 1 is taken below.
 */

import { RefusalError } from "../core/index.ts";
import type { ThresholdShape } from "./model.ts";

export const policyClasses = ["softmax", "smooth-threshold", "hard-threshold"] as const;
export type PolicyClassName = (typeof policyClasses)[number];

/** A policy as simulators and evaluations take it. */
export type PlayedPolicy = TablePolicy | ThresholdPolicy;

/** Finitely many states: π(a|x) at x·|A| + a. */
export interface TablePolicy {
  readonly kind: "table";
  readonly probabilities: Float64Array;
}

/** A state in an interval: action 1 above θ; with width τ > 0, with probability σ((x − θ)/τ). */
export interface ThresholdPolicy {
  readonly kind: "threshold";
  readonly threshold: number;
  /** 0 for a hard threshold. */
  readonly width: number;
  /**
   * Probability of action 1 in the state 0 itself, for a hard threshold at 0; 0 where absent.
   *
   * The malware game has mass there, and equilibria that mix there where no threshold alone is one.
   */
  readonly atZero?: number;
  /** −ln(1 − θ) of a hard threshold that rounds to 1 or nearly so, and with it all that tells it from others there. */
  readonly length?: number;
}

/** What of a game decides which policies there are; models and simulators both have it. */
export interface PolicySpace {
  /** Positions of finitely many states; undefined where the state is continuous. */
  readonly positions: Float64Array | undefined;
  readonly actions: number;
  readonly threshold?: ThresholdShape;
}

/** A family of policies with parameter θ in a box. */
export interface PolicyClass {
  readonly name: PolicyClassName;
  /** Number of parameters. */
  readonly dimension: number;
  /** Θ: θ is projected to [low, high] in every coordinate. */
  readonly low: number;
  readonly high: number;
  /** Learning starts uniformly in here, in every coordinate. */
  readonly start: readonly [low: number, high: number];
  /** The policy with these parameters. */
  readonly play: (theta: ArrayLike<number>) => PlayedPolicy;
  /**
   * Adds weight · ∂ log π_θ(a|x) / ∂θ to `out`; `x` is the index of a state, or the state itself where it is continuous.
   *
   * Absent for hard thresholds, which have no derivative.
   */
  readonly addScore?: (theta: ArrayLike<number>, x: number, a: number, weight: number, out: Float64Array) => void;
}

/** Logits beyond this differ from certainty by less than 1e-13: Θ of the softmax class. */
const largestLogit = 30;

/**
 * The class of this name over a policy space.
 *
 * @param width τ of the smooth threshold; the game's own unless given
 * @throws RefusalError where the class does not exist there: softmax over a continuous state, thresholds without an order.
 */
export function policyClass(space: PolicySpace, name: PolicyClassName, width?: number): PolicyClass {
  const why = refusedClass(space, name);
  if (why !== undefined) throw new RefusalError(why);
  if (name === "softmax") return softmax((space.positions as Float64Array).length, space.actions);
  const shape = space.threshold as ThresholdShape;
  return threshold(space, shape, name === "hard-threshold" ? 0 : (width ?? shape.width));
}

/** Why a policy space has no such class; undefined where it has. */
export function refusedClass(space: PolicySpace, name: PolicyClassName): string | undefined {
  if (name === "softmax")
    return space.positions === undefined
      ? "class = softmax needs finitely many states; this state is continuous"
      : undefined;
  if (space.threshold === undefined) return `class = ${name} needs two actions and ordered states; use softmax`;
  return undefined;
}

/** π(a|x) = exp θ_{x,a} / Σ_b exp θ_{x,b}; two actions have one logit a state, that of action 1 over action 0. */
function softmax(states: number, actions: number): PolicyClass {
  const perState = actions === 2 ? 1 : actions;
  const row = new Float64Array(actions);
  const fill = (theta: ArrayLike<number>, x: number): void => {
    if (actions === 2) {
      row[1] = logistic(theta[x]);
      row[0] = logistic(-theta[x]);
      return;
    }
    let top = -Infinity;
    for (let a = 0; a < actions; a++) top = Math.max(top, theta[x * actions + a]);
    let sum = 0;
    for (let a = 0; a < actions; a++) sum += row[a] = Math.exp(theta[x * actions + a] - top);
    for (let a = 0; a < actions; a++) row[a] /= sum;
  };
  return {
    name: "softmax",
    dimension: states * perState,
    low: -largestLogit,
    high: largestLogit,
    start: [-0.5, 0.5],
    play: (theta) => {
      const probabilities = new Float64Array(states * actions);
      for (let x = 0; x < states; x++) {
        fill(theta, x);
        probabilities.set(row, x * actions);
      }
      return { kind: "table", probabilities };
    },
    addScore: (theta, x, a, weight, out) => {
      fill(theta, x);
      // Λ_{x,b} = 1{b = a} − π(b|x).
      if (actions === 2) out[x] += weight * (a - row[1]);
      else for (let b = 0; b < actions; b++) out[x * actions + b] += weight * ((a === b ? 1 : 0) - row[b]);
    },
  };
}

function threshold({ positions }: PolicySpace, shape: ThresholdShape, width: number): PolicyClass {
  const sign = shape.acts === "above" ? 1 : -1;
  const { low, high, start } = shape;
  const act = (x: number, theta: number): number => {
    const distance = sign * (x - theta);
    return width === 0 ? (distance > 0 ? 1 : 0) : logistic(distance / width);
  };
  return {
    name: width === 0 ? "hard-threshold" : "smooth-threshold",
    dimension: 1,
    low,
    high,
    start,
    play: ({ 0: theta }) => {
      if (positions === undefined) return { kind: "threshold", threshold: theta, width };
      const probabilities = new Float64Array(2 * positions.length);
      positions.forEach((x, i) => {
        const p = act(x, theta);
        probabilities[2 * i] = 1 - p;
        probabilities[2 * i + 1] = p;
      });
      return { kind: "table", probabilities };
    },
    ...(width === 0
      ? {}
      : {
          // Λ = −s(1{a = 1} − π(1|x))/τ with s = ±1.
          addScore: ({ 0: theta }, x, a, weight, out) => {
            out[0] -= (sign * weight * (a - act(positions === undefined ? x : positions[x], theta))) / width;
          },
        }),
  };
}

/** 1/(1 + e^{−u}) without overflow. */
export function logistic(u: number): number {
  return u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u));
}
