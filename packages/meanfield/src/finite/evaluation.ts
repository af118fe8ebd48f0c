/**
 * Action values along a frozen flow, by backward induction:
 * Q_T = r_T and Q_t(s,a) = r_t(s,a) + Σ_{s'} P_t(s'|s,a) V_{t+1}(s').
 */

import { workingFlow, workingProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import { argument, kernelsFor } from "./flow.ts";
import type { Field, FieldPart } from "./flow.ts";
import type { Profile } from "./model.ts";

/** Tables that a backward induction overwrites. */
export interface Values {
  /** Q_t(s,a) at (t·|S| + s)·|A| + a, −∞ where a may not be taken; one table a population. */
  readonly Q: Profile;
  /** V_t(s) at t·|S| + s. */
  readonly V: readonly Float64Array[];
}

export function emptyValues(game: CompiledGame): Values {
  return { Q: workingProfile(game), V: workingFlow(game) };
}

/**
 * Q^π and V^π along the flow that `field` holds.
 *
 * With a temperature above 0 players also earn temperature·H(π_t(·|s)), the entropy of their choice, wherever they are; it
 * stands in V_t(s), not in Q_t(s,·).
 */
export function evaluate(field: Field, policy: Profile, { Q, V }: Values, temperature = 0): void {
  const kernels = temperature > 0 ? undefined : kernelsFor(field, policy, Q, V);
  field.parts.forEach((part, p) => {
    if (kernels === undefined) {
      evaluatePart(part, field.game.times, policy[p], Q[p], V[p], temperature);
      return;
    }
    const { call } = part;
    call[argument.ownQ] = Q[p].byteOffset;
    call[argument.ownV] = V[p].byteOffset;
    call[argument.policy] = policy[p].byteOffset;
    kernels.finiteEvaluate(call.byteOffset);
  });
}

function evaluatePart(
  part: FieldPart,
  times: number,
  policy: Float64Array,
  Q: Float64Array,
  V: Float64Array,
  temperature: number,
): void {
  const { states, actions } = part.population;
  for (let t = times - 1; t >= 0; t--) {
    actionValues(part, times, t, V, Q);
    for (let s = 0, i = t * states, j = i * actions; s < states; s++, i++) {
      let sum = 0;
      // An action that may not be taken has value −∞ and share 0.
      for (let a = 0; a < actions; a++, j++) if (policy[j] > 0) sum += policy[j] * Q[j];
      if (temperature > 0)
        for (let k = j - actions; k < j; k++) if (policy[k] > 0) sum -= temperature * policy[k] * Math.log(policy[k]);
      V[i] = sum;
    }
  }
}

/** Q_t from V_{t+1}. */
export function actionValues(
  { population: { states, actions, allowed }, here, table, tableStride, kernel }: FieldPart,
  times: number,
  t: number,
  V: Float64Array,
  Q: Float64Array,
): void {
  const { starts, next, probability, stride } = kernel;
  const later = (t + 1) * states;
  const moves = t + 1 < times;
  let j = t * states * actions;
  let row = t * stride;
  let entry = t * tableStride;
  for (let s = 0, i = t * states; s < states; s++, i++) {
    const earned = here[i];
    for (let a = 0; a < actions; a++, j++, row++, entry++) {
      let value = earned + table[entry];
      if (moves) {
        const last = starts[row + 1];
        for (let k = starts[row]; k < last; k++) value += probability[k] * V[later + next[k]];
      }
      Q[j] = allowed === undefined || allowed[j] === 1 ? value : -Infinity;
    }
  }
}

/** Σ_s μ_0(s) V_0(s) by population. */
export function worth({ parts }: Field, { V }: Values): number[] {
  return parts.map(({ population: { states, declared } }, p) => {
    let sum = 0;
    for (let s = 0; s < states; s++) sum += declared.initial[s] * V[p][s];
    return sum;
  });
}
