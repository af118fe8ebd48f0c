/**
 * Equilibria as zeros of one function of laws L, values y and slacks z ≥ 0 (MF-OMO):
 * c1 ‖A_L L − b‖² + c2 ‖A_Lᵀ y + z − c_L‖² + c3 zᵀL, whose parts say that L is a flow, that z is what actions forgo, and that
 * nobody takes those that forgo anything.
 *
 * X. Guo, A. Hu, J. Zhang, "MF-OMO: an optimization formulation of mean-field games", SIAM J. Control Optim. 62 (2024)
 * 243–270, theorem 3.3. A_L is never written down: its rows are the steps of the flow, (A_L L)_t = Σ L_t P_t − Σ_a L_{t+1} and
 * Σ_a L_0 for the last, which b = (0, …, 0, μ_0) fixes; c_L = −r. So y_t stands for V_{t+1}, and y_T for −V_0.
 */

import { respond } from "./best-response.ts";
import { emptyFlow, emptyProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import { emptyValues } from "./evaluation.ts";
import { observe } from "./flow.ts";
import type { Field, FieldPart } from "./flow.ts";
import type { Profile } from "./model.ts";
import { pullback } from "./pullback.ts";

export interface Occupation {
  /** L_t(s,a). */
  readonly L: Profile;
  /** y_t(s) at t·|S| + s. */
  readonly y: readonly Float64Array[];
  /** z_t(s,a). */
  readonly z: Profile;
}

export interface Penalties {
  readonly c1: number;
  readonly c2: number;
  readonly c3: number;
}

export function emptyOccupation(game: CompiledGame): Occupation {
  return { L: emptyProfile(game), y: emptyFlow(game), z: emptyProfile(game) };
}

/** Sets y and z to what best responses to L make them: A_Lᵀ y + z = c_L. */
export function matchValues(field: Field, { L, y, z }: Occupation): void {
  observe(field, L);
  const best = emptyValues(field.game);
  respond(field, best);
  field.parts.forEach(({ population: { states, actions } }, p) => {
    const [V, Q] = [best.V[p], best.Q[p]];
    y[p].set(V.subarray(states));
    for (let s = 0; s < states; s++) y[p][V.length - states + s] = -V[s];
    for (let i = 0; i < Q.length; i++) z[p][i] = Q[i] === -Infinity ? 0 : V[Math.floor(i / actions)] - Q[i];
  });
}

/** The function's value; its gradient is written to `slope`. */
export function occupationGradient(field: Field, at: Occupation, { c1, c2, c3 }: Penalties, slope: Occupation): number {
  observe(field, at.L);
  const { game, parts, laws } = field;
  const broken = emptyFlow(game);
  const f = emptyProfile(game);
  let value = 0;
  parts.forEach((part, p) => {
    flowResidual(part, game.times, at.L[p], broken[p]);
    valueResidual(part, game.times, at, p, f[p]);
    for (const e of broken[p]) value += c1 * e * e;
    for (let i = 0; i < f[p].length; i++) value += c2 * f[p][i] ** 2 + c3 * at.z[p][i] * at.L[p][i];
    directSlopes(part, game.times, at, p, broken[p], f[p], { c1, c2, c3 }, slope);
  });
  for (let t = 0; t < game.times; t++) {
    const reward = parts.map(({ population: { states, actions } }, p) => {
      const rows = states * actions;
      return f[p].subarray(t * rows, (t + 1) * rows).map((entry) => 2 * c2 * entry);
    });
    const move = (p: number, i: number, next: number): number => {
      const { states } = parts[p].population;
      return 2 * c1 * laws[t].pairs[p][i] * broken[p][t * states + next] + reward[p][i] * at.y[p][t * states + next];
    };
    pullback(
      field,
      t,
      { reward, move },
      {
        state: (p, s, by) => {
          const { states, actions } = parts[p].population;
          const first = (t * states + s) * actions;
          for (let i = first; i < first + actions; i++) slope.L[p][i] += by;
        },
        pair: (p, i, by) => (slope.L[p][t * reward[p].length + i] += by),
      },
    );
  }
  return value;
}

/** A_L L − b: what flows on less what is there, at t·|S| + s; in the last place what is there at first less μ_0. */
function flowResidual(
  { population: { states, actions, declared }, mu, kernel }: FieldPart,
  times: number,
  L: Float64Array,
  out: Float64Array,
): void {
  const last = (times - 1) * states;
  for (let i = 0; i < last; i++) out[i] = -mu[i + states];
  for (let s = 0; s < states; s++) out[last + s] = mu[s] - declared.initial[s];
  const rows = states * actions;
  for (let t = 0, i = 0; t + 1 < times; t++) {
    for (let row = t * kernel.stride; row < t * kernel.stride + rows; row++, i++) {
      for (let k = kernel.starts[row]; k < kernel.starts[row + 1]; k++)
        out[t * states + kernel.next[k]] += L[i] * kernel.probability[k];
    }
  }
}

/** A_Lᵀ y + z − c_L. */
function valueResidual(
  { population: { states, actions, allowed }, here, table, tableStride, kernel }: FieldPart,
  times: number,
  { y, z }: Occupation,
  p: number,
  out: Float64Array,
): void {
  const last = (times - 1) * states;
  for (let t = 0, i = 0; t < times; t++) {
    for (let s = 0, row = t * kernel.stride, entry = t * tableStride; s < states; s++) {
      const before = t === 0 ? y[p][last + s] : -y[p][(t - 1) * states + s];
      for (let a = 0; a < actions; a++, i++, row++, entry++) {
        let sum = here[t * states + s] + table[entry] + z[p][i] + before;
        if (t + 1 < times)
          for (let k = kernel.starts[row]; k < kernel.starts[row + 1]; k++)
            sum += kernel.probability[k] * y[p][t * states + kernel.next[k]];
        out[i] = allowed === undefined || allowed[i] === 1 ? sum : 0;
      }
    }
  }
}

/** The gradient with rewards and kernel held. */
function directSlopes(
  { population: { states, actions }, kernel }: FieldPart,
  times: number,
  { L, z }: Occupation,
  p: number,
  broken: Float64Array,
  f: Float64Array,
  { c1, c2, c3 }: Penalties,
  slope: Occupation,
): void {
  const last = (times - 1) * states;
  const dy = slope.y[p].fill(0);
  for (let t = 0, i = 0; t < times; t++) {
    for (let s = 0, row = t * kernel.stride; s < states; s++) {
      // What comes before: the row of the flow that ends here.
      const sign = t === 0 ? 1 : -1;
      const place = t === 0 ? last + s : (t - 1) * states + s;
      for (let a = 0; a < actions; a++, i++, row++) {
        let sum = sign * broken[place];
        dy[place] += 2 * c2 * sign * f[i];
        if (t + 1 < times) {
          for (let k = kernel.starts[row]; k < kernel.starts[row + 1]; k++) {
            const next = t * states + kernel.next[k];
            sum += kernel.probability[k] * broken[next];
            dy[next] += 2 * c2 * f[i] * kernel.probability[k];
          }
        }
        slope.L[p][i] = 2 * c1 * sum + c3 * z[p][i];
        slope.z[p][i] = 2 * c2 * f[i] + c3 * L[p][i];
      }
    }
  }
}
