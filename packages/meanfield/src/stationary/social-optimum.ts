/**
 * The social optimum over all stationary policies (SMF-SO, scalarised): max_π J_{π, z_π}, each policy at its own field.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, definition of an SMF-SO. Ascent on the exact total gradient by spectral projected
 * gradients (E. G. Birgin, J. M. Martínez, M. Raydan, SIAM J. Optim. 10 (2000) 1196–1211) over the probabilities
 * themselves: over logits, which were tried, an optimum that is pure in most states lies at infinity. Polished by Newton's
 * method on the states that mix. J need not be concave: only many starts say that a maximum is likely the largest.
 */

import { RefusalError } from "../core/index.ts";
import { SingularMatrixError } from "../numeric/lu.ts";
import { fieldOf } from "./exploitability.ts";
import { probabilityGradients, simplexGap } from "./gradients.ts";
import type { ProbabilityGradients } from "./gradients.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { polishedOnSupport } from "./support-polish.ts";

export interface Ascent {
  policy: Float64Array;
  at: ProbabilityGradients;
  /** Step length of the next move. */
  length: number;
  /** J of the last moves: the next must beat the least of them. */
  readonly recent: number[];
  /** First-order gain that is left (`simplexGap`); an upper bound on nothing global. */
  gap: number;
  status: "running" | "settled" | "stuck";
}

export function startAscent(model: FiniteStationaryModel, policy: Float64Array): Ascent {
  const at = probabilityGradients(model, policy);
  return { policy, at, length: 1, recent: [at.J], gap: simplexGap(model, policy, at.total), status: "running" };
}

/** Moves of a nonmonotone search are compared with the worst of so many. */
const memory = 8;

/** A first-order gain is small beside J, or beside all that policies decide about it. */
export function gainScale(model: FiniteStationaryModel, { J, total }: ProbabilityGradients): number {
  let decided = 0;
  for (let x = 0; x < model.states; x++) {
    const row = total.subarray(x * model.actions, (x + 1) * model.actions);
    decided += Math.max(...row) - Math.min(...row);
  }
  return Math.max(Math.abs(J), decided);
}

/** One projected-gradient move; `tolerance` is relative to `gainScale`. */
export function ascend(model: FiniteStationaryModel, state: Ascent, tolerance: number): void {
  const { policy, at, recent } = state;
  if (state.gap <= tolerance * gainScale(model, at)) {
    state.status = "settled";
    return;
  }
  const weights = decisions(model, at);
  const stateOf = (i: number): number => Math.floor(i / model.actions);
  const perDecision = at.total.map((g, i) => g / weights[stateOf(i)]);
  const target = projected(model, policy, perDecision, state.length);
  const direction = target.map((p, i) => p - policy[i]);
  const slope = direction.reduce((sum, d, i) => sum + d * at.total[i], 0);
  const least = Math.min(...recent);
  for (let share = 1; ; share *= 0.5) {
    if (share < 1e-12) {
      state.status = "stuck";
      return;
    }
    const next = policy.map((p, i) => p + share * direction[i]);
    const there = whereDefined(() => probabilityGradients(model, next));
    if (there === undefined || !(there.J >= least + 1e-4 * share * slope)) continue;
    let [moved, bent] = [0, 0];
    next.forEach((p, i) => {
      const step = p - policy[i];
      moved += weights[stateOf(i)] * step * step;
      bent -= step * (there.total[i] - at.total[i]);
    });
    state.length = bent > 0 ? Math.min(1e6, Math.max(1e-6, moved / bent)) : 1e6;
    state.policy = next;
    state.at = there;
    recent.push(there.J);
    if (recent.length > memory) recent.shift();
    state.gap = simplexGap(model, next, there.total);
    return;
  }
}

/** The local optimum on the support of a policy that nearly is one; undefined where the polish fails or would lose. */
export function polishedOptimum(model: FiniteStationaryModel, nearly: Float64Array): Float64Array | undefined {
  const goodness = (policy: Float64Array): Float64Array => probabilityGradients(model, policy).total;
  const policy = whereDefined(() => polishedOnSupport(model, nearly, 1e-6, { tying: goodness, incentive: goodness }));
  if (policy === undefined) return undefined;
  const [before, after] = [nearly, policy].map((p) => probabilityGradients(model, p, fieldOf(model, p)).J);
  return after >= before - 1e-13 * Math.max(1, Math.abs(before)) ? policy : undefined;
}

/**
 * How much is decided in each state: (1 − γ)d(x) for the player, z(x) for the field. Steps are measured by them, as a natural
 * gradient measures them (S. Kakade, NIPS 2001); measured alike, the gradient hardly moves what is decided seldom, and
 * ascents of games with long days took twenty times as many steps.
 */
function decisions({ states, discount }: FiniteStationaryModel, { visits, field }: ProbabilityGradients): Float64Array {
  // A state that nobody comes to may be decided at once, but not by a division by zero.
  return Float64Array.from({ length: states }, (_, x) => Math.max(1e-6, (1 - discount) * visits[x] + field[x]));
}

/** Policies without a stationary field, or with one that no derivative follows, are where an ascent may not go. */
function whereDefined<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof RefusalError || error instanceof SingularMatrixError) return undefined;
    throw error;
  }
}

/**
 * The nearest policy to π + length · g: a projection onto the simplex in every state.
 *
 * Gradients are taken relative to the best action's: where γ is near 1 the rest, times the length, would swallow π.
 */
function projected(
  { states, actions }: FiniteStationaryModel,
  policy: Float64Array,
  gradient: Float64Array,
  length: number,
): Float64Array {
  const out = new Float64Array(policy.length);
  const row = new Float64Array(actions);
  for (let x = 0; x < states; x++) {
    const first = x * actions;
    let top = -Infinity;
    for (let a = 0; a < actions; a++) top = Math.max(top, gradient[first + a]);
    for (let a = 0; a < actions; a++) row[a] = policy[first + a] + length * (gradient[first + a] - top);
    toSimplex(row);
    out.set(row, first);
  }
  return out;
}

/** Euclidean projection onto {p ≥ 0, Σp = 1}: subtract the level above which exactly one is left. */
function toSimplex(row: Float64Array): void {
  const sorted = row.toSorted((p, q) => q - p);
  let [sum, level] = [0, 0];
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k];
    const candidate = (sum - 1) / (k + 1);
    if (sorted[k] > candidate) level = candidate;
  }
  for (let a = 0; a < row.length; a++) row[a] = Math.max(0, row[a] - level);
}
