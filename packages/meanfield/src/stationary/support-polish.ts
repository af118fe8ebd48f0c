/**
 * From a policy that nearly solves a complementarity problem to one that does: Newton's method on the actions in use.
 *
 * Equilibria and optima of finite games have one form: in every state the actions in use are equally good and no other is
 * better. Given which are in use these are as many smooth equations as unknown probabilities; an action whose probability
 * would turn negative leaves, one that is better enters (the active-set idea of J. Nocedal, S. Wright, "Numerical
 * Optimization", 2nd ed., chapter 16).
 */

import { luDecompose, SingularMatrixError } from "../numeric/lu.ts";
import { zeros } from "../numeric/matrix.ts";
import type { FiniteStationaryModel } from "./model.ts";

export interface Goodness {
  /** How good each action is, at x·|A| + a, where actions in use must tie; `anchors` takes one action in use in each state. */
  readonly tying: (policy: Float64Array, anchors: Float64Array) => Float64Array;
  /** How good each action is where others must not be better. */
  readonly incentive: (policy: Float64Array) => Float64Array;
}

/** An advantage below this, relative to the largest goodness, is rounding. */
const incentiveTolerance = 1e-11;

/**
 * Most unknown probabilities worth a Newton step: each costs two evaluations of |X|³ operations, and a policy that mixes
 * in more places is not near a solution yet.
 */
const affordable = ({ states }: FiniteStationaryModel): number => 8 + 1e7 / states ** 3;

/** The solution near a policy, all of whose actions above the share `inUse` are in use; undefined where there is none. */
export function polishedOnSupport(
  model: FiniteStationaryModel,
  nearly: Float64Array,
  inUse: number,
  goodness: Goodness,
): Float64Array | undefined {
  let policy = onSupport(model, nearly, (p) => p > inUse);
  for (let round = 0; round < 2 * model.states * model.actions; round++) {
    const solved = solveSupport(model, policy, goodness);
    if (solved === undefined) return undefined;
    if (solved.leaving !== undefined) {
      const { leaving } = solved;
      policy = onSupport(model, solved.policy, (p, i) => p > 0 && i !== leaving);
      continue;
    }
    const entering = mostTempting(model, solved.policy, goodness.incentive(solved.policy));
    if (entering === undefined) return solved.policy;
    policy = entered(model, solved.policy, entering);
  }
  return undefined;
}

/** The policy with only those actions that are kept, scaled up again. */
function onSupport(
  { states, actions }: FiniteStationaryModel,
  policy: Float64Array,
  keep: (p: number, index: number) => boolean,
): Float64Array {
  const out = new Float64Array(policy.length);
  for (let x = 0; x < states; x++) {
    let sum = 0;
    for (let i = x * actions; i < (x + 1) * actions; i++) if (keep(policy[i], i)) sum += out[i] = policy[i];
    if (sum === 0) throw new RangeError(`no action is left in state ${x}`);
    for (let i = x * actions; i < (x + 1) * actions; i++) out[i] /= sum;
  }
  return out;
}

/** An action enters with a small share, taken from those in use. */
function entered({ actions }: FiniteStationaryModel, policy: Float64Array, index: number): Float64Array {
  const share = 1e-3;
  const first = index - (index % actions);
  return policy.map((p, i) => {
    if (i < first || i >= first + actions) return p;
    return (1 - share) * p + (i === index ? share : 0);
  });
}

/** The action outside the support that gains most over those in it, by more than rounding. */
function mostTempting(
  { states, actions }: FiniteStationaryModel,
  policy: Float64Array,
  Q: Float64Array,
): number | undefined {
  let [index, gain] = [-1, incentiveTolerance * Q.reduce((size, q) => Math.max(size, Math.abs(q)), 1)];
  for (let x = 0; x < states; x++) {
    let used = -Infinity;
    for (let i = x * actions; i < (x + 1) * actions; i++) if (policy[i] > 0) used = Math.max(used, Q[i]);
    for (let i = x * actions; i < (x + 1) * actions; i++) {
      if (policy[i] === 0 && Q[i] - used > gain) [index, gain] = [i, Q[i] - used];
    }
  }
  return index < 0 ? undefined : index;
}

interface Solved {
  readonly policy: Float64Array;
  /** The action that leaves before the equations are solved. */
  readonly leaving?: number;
}

function solveSupport(model: FiniteStationaryModel, start: Float64Array, { tying }: Goodness): Solved | undefined {
  const { states, actions } = model;
  // In each state the action in greatest use is the one that the others are compared with.
  const anchors = Int32Array.from({ length: states }, (_, x) => {
    let best = x * actions;
    for (let i = best; i < (x + 1) * actions; i++) if (start[i] > start[best]) best = i;
    return best;
  });
  const free = [...start.keys()].filter((i) => start[i] > 0 && anchors[Math.floor(i / actions)] !== i);
  if (free.length === 0) return { policy: start };
  if (free.length > affordable(model)) return undefined;
  const anchored = new Float64Array(start.length);
  anchors.forEach((i) => (anchored[i] = 1));
  const policyOf = (p: Float64Array): Float64Array => {
    const policy = anchored.slice();
    free.forEach((i, k) => {
      policy[i] = p[k];
      policy[anchors[Math.floor(i / actions)]] -= p[k];
    });
    return policy;
  };
  /** How much better free actions are than their anchors. */
  const gaps = (p: Float64Array): Float64Array => {
    const Q = tying(policyOf(p), anchored);
    return Float64Array.from(free, (i) => Q[i] - Q[anchors[Math.floor(i / actions)]]);
  };
  let p = Float64Array.from(free, (i) => start[i]);
  let value = gaps(p);
  for (let k = 0; k < 60; k++) {
    const slope = zeros(free.length, free.length);
    free.forEach((_, j) => {
      const h = 1e-6;
      const [up, down] = [p.slice(), p.slice()];
      up[j] += h;
      down[j] -= h;
      const [above, below] = [gaps(up), gaps(down)];
      free.forEach((__, i) => (slope.data[i * free.length + j] = (above[i] - below[i]) / (2 * h)));
    });
    let step: Float64Array;
    try {
      step = luDecompose(slope).solve(value);
    } catch (error) {
      if (error instanceof SingularMatrixError) return undefined;
      throw error;
    }
    const next = p.map((share, i) => share - step[i]);
    const leaving = leavingOf(policyOf(p), policyOf(next));
    if (leaving !== undefined) return { policy: policyOf(p), leaving };
    p = next;
    const before = largest(value);
    value = gaps(p);
    if (largest(step) < 1e-14 || (largest(value) >= before && largest(step) < 1e-8)) return { policy: policyOf(p) };
  }
  return undefined;
}

/** The first probability to reach zero on the way from one policy to the next; undefined where none does. */
function leavingOf(from: Float64Array, to: Float64Array): number | undefined {
  let [index, reach] = [-1, Infinity];
  to.forEach((p, i) => {
    if (p < 0 && from[i] > 0) {
      const share = from[i] / (from[i] - p);
      if (share < reach) [index, reach] = [i, share];
    }
  });
  return index < 0 ? undefined : index;
}

function largest(v: Float64Array): number {
  return v.reduce((size, entry) => Math.max(size, Math.abs(entry)), 0);
}
