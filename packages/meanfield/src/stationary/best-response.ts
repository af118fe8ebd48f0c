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

/**
 * By value iteration, until MacQueen's bounds enclose V* within `tolerance` (relative to the largest value).
 *
 * Shares nothing with policy iteration but the tables: certificates use it against solvers that use the other.
 */
export function valueIteration(model: FiniteStationaryModel, tables: Tables, tolerance = 1e-14): BestResponse {
  const { states, actions, discount } = model;
  let V = new Float64Array(states);
  for (let k = 0; ; k++) {
    const Q = actionValues(model, tables, V);
    const next = V.map((_, x) => Q[x * actions + largestOf(Q, x * actions, actions)]);
    let [least, most, size] = [Infinity, -Infinity, 1e-300];
    for (let x = 0; x < states; x++) {
      least = Math.min(least, next[x] - V[x]);
      most = Math.max(most, next[x] - V[x]);
      size = Math.max(size, Math.abs(next[x]));
    }
    const reach = discount / (1 - discount);
    V = next;
    // Rounding may hold the bounds apart for ever near the smallest tolerances; γᵏ then says when nothing more can come.
    if (reach * (most - least) <= tolerance * size || k * Math.log(discount) < Math.log(1e-17)) {
      V = V.map((v) => v + 0.5 * reach * (least + most));
      const final = actionValues(model, tables, V);
      const choice = Int32Array.from(V, (_, x) => largestOf(final, x * actions, actions));
      return { V, Q: final, policy: pure(choice, actions) };
    }
  }
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
