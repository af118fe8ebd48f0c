/**
 * What a policy is worth against a frozen field, by linear algebra.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 2: V = (I − γP_π)⁻¹ r_π and J = ξ₀ᵀV.
 */

import { luDecompose } from "../numeric/lu.ts";
import { transpose, zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import type { FiniteStationaryModel } from "./model.ts";
import type { Tables } from "./tables.ts";

export interface Evaluation {
  /** V(x). */
  readonly V: Float64Array;
  /** Q(x,a) = r̄ + γPV at x·|A| + a. */
  readonly Q: Float64Array;
  /** J = Σ ξ₀(x) V(x). */
  readonly J: number;
}

/** P_π(x,y) = Σ_a π(a|x) P(y|x,a). */
export function policyKernel(
  { states, actions }: FiniteStationaryModel,
  P: Float64Array,
  policy: Float64Array,
): Matrix {
  const kernel = zeros(states, states);
  for (let x = 0; x < states; x++) {
    for (let a = 0; a < actions; a++) {
      const share = policy[x * actions + a];
      if (share === 0) continue;
      const row = (x * actions + a) * states;
      for (let y = 0; y < states; y++) kernel.data[x * states + y] += share * P[row + y];
    }
  }
  return kernel;
}

/** Σ_a π(a|x) f(x,a). */
export function averageOver(
  { states, actions }: FiniteStationaryModel,
  policy: Float64Array,
  f: Float64Array,
): Float64Array {
  const out = new Float64Array(states);
  for (let x = 0; x < states; x++) {
    let sum = 0;
    for (let a = 0; a < actions; a++) sum += policy[x * actions + a] * f[x * actions + a];
    out[x] = sum;
  }
  return out;
}

/** Σ_y P(y|x,a) h(y) at x·|A| + a. */
export function expectedNext({ states }: FiniteStationaryModel, P: Float64Array, h: Float64Array): Float64Array {
  const out = new Float64Array(P.length / states);
  for (let row = 0; row < out.length; row++) {
    let sum = 0;
    for (let y = 0; y < states; y++) sum += P[row * states + y] * h[y];
    out[row] = sum;
  }
  return out;
}

/** Q(x,a) = r̄(x,a) + γ Σ_y P(y|x,a) V(y). */
export function actionValues(model: FiniteStationaryModel, { P, r }: Tables, V: Float64Array): Float64Array {
  const next = expectedNext(model, P, V);
  return next.map((value, i) => r[i] + model.discount * value);
}

/** V, Q and J of a policy (π(a|x) at x·|A| + a) against frozen tables. */
export function evaluate(model: FiniteStationaryModel, tables: Tables, policy: Float64Array): Evaluation {
  const V = accumulated(model, tables.P, policy, averageOver(model, policy, tables.r));
  return { V, Q: actionValues(model, tables, V), J: dot(model.initial, V) };
}

/** d = ξ₀ᵀ(I − γP_π)⁻¹, the discounted number of visits to each state; sums to 1/(1 − γ). */
export function occupancy(model: FiniteStationaryModel, P: Float64Array, policy: Float64Array): Float64Array {
  const system = discounted(policyKernel(model, P, policy), model.discount);
  return luDecompose(transpose(system)).solve(model.initial);
}

/** E[Σ γ^t f(X_t) | X_0 = x] in each state. */
export function accumulated(
  model: FiniteStationaryModel,
  P: Float64Array,
  policy: Float64Array,
  f: Float64Array,
): Float64Array {
  return luDecompose(discounted(policyKernel(model, P, policy), model.discount)).solve(f);
}

/** I − γP. */
function discounted({ rows, data }: Matrix, discount: number): Matrix {
  const system = zeros(rows, rows);
  for (let i = 0; i < data.length; i++) system.data[i] = -discount * data[i];
  for (let x = 0; x < rows; x++) system.data[x * rows + x] += 1;
  return system;
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
