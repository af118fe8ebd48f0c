import type { FiniteStationaryModel } from "./model.ts";

/** A finite game at a frozen field. */
export interface Tables {
  /** P(y|x,a) at (x·|A| + a)·|X| + y. */
  readonly P: Float64Array;
  /** r̄(x,a) = Σ_y P(y|x,a) r(x,a,y) at x·|A| + a. */
  readonly r: Float64Array;
}

const uncoupled = new WeakMap<FiniteStationaryModel, Float64Array>();

/** P and r̄ at the features of a field. */
export function tablesAt(model: FiniteStationaryModel, phi: Float64Array): Tables {
  const P = transitionsAt(model, phi);
  const rewards = new Float64Array(P.length);
  model.reward(phi, rewards);
  return { P, r: expectations(model, P, rewards) };
}

/** P alone; shared between calls where it does not depend on the field. */
export function transitionsAt(model: FiniteStationaryModel, phi: Float64Array): Float64Array {
  const known = uncoupled.get(model);
  if (known !== undefined) return known;
  const P = new Float64Array(model.states * model.actions * model.states);
  model.transition(phi, P);
  if (!model.transitionsCoupled) uncoupled.set(model, P);
  return P;
}

/** ∂P/∂φ_f and ∂r̄/∂φ_f = Σ_y (∂P r + P ∂r). */
export function slopesAt(model: FiniteStationaryModel, phi: Float64Array, f: number): Tables {
  const size = model.states * model.actions * model.states;
  const slope = new Float64Array(size);
  model.rewardSlope(phi, f, slope);
  const r = expectations(model, transitionsAt(model, phi), slope);
  const P = new Float64Array(size);
  if (model.transitionsCoupled) {
    model.transitionSlope(phi, f, P);
    const rewards = new Float64Array(size);
    model.reward(phi, rewards);
    const moved = expectations(model, P, rewards);
    for (let i = 0; i < r.length; i++) r[i] += moved[i];
  }
  return { P, r };
}

/** Σ_y weights(x,a,y) values(x,a,y). */
function expectations(
  { states, actions }: FiniteStationaryModel,
  weights: Float64Array,
  values: Float64Array,
): Float64Array {
  const out = new Float64Array(states * actions);
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let i = row * states; i < (row + 1) * states; i++) sum += weights[i] * values[i];
    out[row] = sum;
  }
  return out;
}
