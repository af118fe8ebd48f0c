/**
 * Best responses to a frozen field: policy iteration and value iteration.
 *
 * R. A. Howard, "Dynamic Programming and Markov Processes", MIT Press 1960 (policy iteration); J. MacQueen, "A modified
 * dynamic programming method for Markovian decision problems", J. Math. Anal. Appl. 14 (1966) 38–43 (the bounds that stop
 * value iteration).
 */

import { actionValues, evaluate } from "./evaluation.ts";
import type { FiniteStationaryModel } from "./model.ts";
import type { Tables } from "./tables.ts";

export interface BestResponse {
  /** V*(x), the value of a best response. */
  readonly V: Float64Array;
  /** Q*(x,a) at x·|A| + a. */
  readonly Q: Float64Array;
  /** A pure best response: π(a|x) at x·|A| + a. */
  readonly policy: Float64Array;
}

/** An improvement below this, relative to the values, is rounding and moves nothing, so that ties cannot cycle. */
const tie = 1e-13;

/** By policy iteration from `start` (any policy): exact up to rounding, in a handful of linear solves. */
export function policyIteration(model: FiniteStationaryModel, tables: Tables, start?: Float64Array): BestResponse {
  const { states, actions } = model;
  let choice = new Int32Array(states);
  if (start !== undefined) for (let x = 0; x < states; x++) choice[x] = largestOf(start, x * actions, actions);
  for (;;) {
    const policy = pure(choice, actions);
    const { V, Q } = evaluate(model, tables, policy);
    const size = V.reduce((largest, v) => Math.max(largest, Math.abs(v)), 1e-300);
    let improved = false;
    choice = choice.map((a, x) => {
      const best = largestOf(Q, x * actions, actions);
      if (!(Q[x * actions + best] > Q[x * actions + a] + tie * size)) return a;
      improved = true;
      return best;
    });
    if (!improved) return { V, Q, policy };
  }
}

/** Part of the way that values move in a sweep: less than all, so that a periodic chain settles too. */
const relaxation = 0.9;
/** Some seconds of work on the largest grids; chains that mix more slowly are left to policy iteration. */
const mostSweeps = 20_000;

/**
 * By value iteration, until MacQueen's bounds enclose V* within `tolerance` (relative to the largest value).
 *
 * Shares nothing with policy iteration but the tables: certificates use it against solvers that use the other. Where a
 * chain mixes so slowly that the bounds do not close in 20 000 sweeps, policy iteration ends from there.
 */
export function valueIteration(model: FiniteStationaryModel, tables: Tables, tolerance = 1e-14): BestResponse {
  const { states, actions, discount } = model;
  let V: Float64Array = new Float64Array(states);
  for (let k = 0; ; k++) {
    const Q = actionValues(model, tables, V);
    const improvement = V.map((v, x) => Q[x * actions + largestOf(Q, x * actions, actions)] - v);
    const [least, most] = [Math.min(...improvement), Math.max(...improvement)];
    const reach = 1 / (1 - discount);
    const middle = 0.5 * reach * (least + most);
    const size = V.reduce((largest, v) => Math.max(largest, Math.abs(v + middle)), 1e-300);
    const closed = 0.5 * reach * (most - least) <= tolerance * size;
    if (!closed && k < mostSweeps && !(k > 50 && rounded(most - least, V))) {
      V = V.map((v, x) => v + relaxation * improvement[x]);
      continue;
    }
    V = V.map((v) => v + middle);
    const final = actionValues(model, tables, V);
    const choice = Int32Array.from(V, (_, x) => largestOf(final, x * actions, actions));
    const policy = pure(choice, actions);
    return k < mostSweeps ? { V, Q: final, policy } : policyIteration(model, tables, policy);
  }
}

/** Whether a spread of improvements is down to the rounding of values, below which it does not fall. */
function rounded(spread: number, V: Float64Array): boolean {
  return spread <= 4 * Number.EPSILON * V.reduce((largest, v) => Math.max(largest, Math.abs(v)), 0);
}

/** The index, from `first` on, of the largest of `count` entries; the first of equal ones. */
function largestOf(values: Float64Array, first: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[first + i] > values[first + best]) best = i;
  return best;
}

/** The policy that takes one action in each state. */
export function pure(choice: Int32Array, actions: number): Float64Array {
  const policy = new Float64Array(choice.length * actions);
  choice.forEach((a, x) => (policy[x * actions + a] = 1));
  return policy;
}
