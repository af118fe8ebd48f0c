/**
 * Best responses to a frozen flow, by backward induction: V*_t(s) = max_a Q*_t(s,a). R. Bellman, "Dynamic Programming",
 * Princeton 1957. What a policy forgoes along its own flow is its exploitability.
 */

import type { CompiledGame, CompiledPopulation } from "./compile.ts";
import { actionValues } from "./evaluation.ts";
import type { Values } from "./evaluation.ts";
import { argument, kernelsFor } from "./flow.ts";
import type { Field } from "./flow.ts";
import type { Profile } from "./model.ts";

/** Q* and V* along the flow that `field` holds. */
export function respond(field: Field, { Q, V }: Values): void {
  const { game, parts } = field;
  const kernels = kernelsFor(field, Q, V);
  parts.forEach((part, p) => {
    if (kernels !== undefined) {
      const { call } = part;
      call[argument.bestQ] = Q[p].byteOffset;
      call[argument.bestV] = V[p].byteOffset;
      kernels.finiteRespond(call.byteOffset);
      return;
    }
    const { states, actions } = part.population;
    for (let t = game.times - 1; t >= 0; t--) {
      actionValues(part, game.times, t, V[p], Q[p]);
      for (let s = 0, i = t * states; s < states; s++, i++) V[p][i] = largest(Q[p], i * actions, actions);
    }
  });
}

/** `respond` and `evaluate` in one sweep, for methods that need both: transitions are read once. */
export function respondAndEvaluate(field: Field, policy: Profile, best: Values, own: Values): void {
  const { game, parts } = field;
  const kernels = kernelsFor(field, policy, best.Q, best.V, own.Q, own.V);
  if (kernels !== undefined) {
    parts.forEach(({ call }, p) => {
      call[argument.bestQ] = best.Q[p].byteOffset;
      call[argument.bestV] = best.V[p].byteOffset;
      call[argument.ownQ] = own.Q[p].byteOffset;
      call[argument.ownV] = own.V[p].byteOffset;
      call[argument.policy] = policy[p].byteOffset;
      kernels.finiteRespondAndEvaluate(call.byteOffset);
    });
    return;
  }
  parts.forEach(({ population: { states, actions, allowed }, here, table, tableStride, kernel }, p) => {
    const { starts, next, probability, stride } = kernel;
    const [Q, V, ownQ, ownV, pi] = [best.Q[p], best.V[p], own.Q[p], own.V[p], policy[p]];
    for (let t = game.times - 1; t >= 0; t--) {
      const later = (t + 1) * states;
      const moves = t + 1 < game.times;
      let j = t * states * actions;
      let row = t * stride;
      let entry = t * tableStride;
      for (let s = 0, i = t * states; s < states; s++, i++) {
        const earned = here[i];
        let [top, mean] = [-Infinity, 0];
        for (let a = 0; a < actions; a++, j++, row++, entry++) {
          if (allowed !== undefined && allowed[j] === 0) {
            Q[j] = -Infinity;
            ownQ[j] = -Infinity;
            continue;
          }
          let value = earned + table[entry];
          let kept = value;
          if (moves) {
            const last = starts[row + 1];
            for (let k = starts[row]; k < last; k++) {
              const to = later + next[k];
              value += probability[k] * V[to];
              kept += probability[k] * ownV[to];
            }
          }
          Q[j] = value;
          ownQ[j] = kept;
          if (value > top) top = value;
          mean += pi[j] * kept;
        }
        V[i] = top;
        ownV[i] = mean;
      }
    }
  });
}

/**
 * Q* and V* of players who also earn temperature·H(π_t(·|s)): V_t(s) = τ ln Σ_a exp(Q_t(s,a)/τ), attained by the softmax of
 * Q/τ. G. Neu, A. Jonsson, V. Gómez, "A unified view of entropy-regularized Markov decision processes", 2017, section 3.
 */
export function respondSoftly({ game, parts }: Field, { Q, V }: Values, temperature: number): void {
  parts.forEach((part, p) => {
    const { states, actions } = part.population;
    for (let t = game.times - 1; t >= 0; t--) {
      actionValues(part, game.times, t, V[p], Q[p]);
      for (let s = 0, i = t * states; s < states; s++, i++) {
        const top = largest(Q[p], i * actions, actions);
        let sum = 0;
        for (let k = i * actions; k < (i + 1) * actions; k++) sum += Math.exp((Q[p][k] - top) / temperature);
        V[p][i] = top + temperature * Math.log(sum);
      }
    }
  });
}

/** Who gets what where several actions are best. */
export type Ties = "spread" | "first";

/**
 * Actions are taken to be equally good where their values differ by no more than this, relative to the values where these
 * exceed one: sums of a horizon's rewards differ by as much with the order of adding.
 */
export const tieTolerance = 1e-12;

/** The policies that take the best of action values: all of the best alike, or the first of them. */
export function greedy({ populations, room }: CompiledGame, Q: Profile, out: Profile, ties: Ties = "spread"): void {
  populations.forEach(({ actions }, p) => {
    const [values, policy] = [Q[p], out[p]];
    const kernels = room.over(values, policy);
    if (kernels !== undefined) {
      const rows = values.length / actions;
      kernels.finiteGreedy(rows, actions, values.byteOffset, tieTolerance, ties === "first", policy.byteOffset);
      return;
    }
    for (let first = 0; first < values.length; first += actions) {
      const top = largest(values, first, actions);
      const margin = top - tieTolerance * Math.max(1, Math.abs(top));
      let count = 0;
      for (let i = first; i < first + actions; i++) {
        const best = values[i] >= margin && (ties === "spread" || count === 0);
        policy[i] = best ? 1 : 0;
        if (best) count++;
      }
      if (count > 1) for (let i = first; i < first + actions; i++) policy[i] /= count;
    }
  });
}

/**
 * Soft best responses: π(a) ∝ exp(scale·values(a)).
 *
 * The largest exponent of a state is taken away before, so that nothing overflows.
 */
export function softmax({ populations, room }: CompiledGame, values: Profile, scale: number, out: Profile): void {
  populations.forEach(({ actions }, p) => {
    const [from, to] = [values[p], out[p]];
    const kernels = room.over(from, to);
    if (kernels === undefined) softRows(actions, from, scale, to);
    else kernels.finiteSoftmax(from.length / actions, actions, from.byteOffset, scale, to.byteOffset);
  });
}

/** Softmax of each row of so many numbers. */
export function softRows(actions: number, values: Float64Array, scale: number, policy: Float64Array): void {
  for (let first = 0; first < values.length; first += actions) {
    const top = largest(values, first, actions);
    let sum = 0;
    for (let i = first; i < first + actions; i++) {
      const weight = Math.exp(scale * (values[i] - top));
      policy[i] = weight;
      sum += weight;
    }
    for (let i = first; i < first + actions; i++) policy[i] /= sum;
  }
}

/** The policies that take every allowed action alike. */
export function uniformPolicy({ populations, times }: CompiledGame, out: Profile): void {
  populations.forEach((population, p) => uniformRows(population, times, out[p]));
}

function uniformRows({ states, actions, allowed }: CompiledPopulation, times: number, policy: Float64Array): void {
  if (allowed === undefined) {
    policy.fill(1 / actions);
    return;
  }
  for (let row = 0; row < times * states; row++) {
    const mask = allowed.subarray(row * actions, (row + 1) * actions);
    const count = mask.reduce((sum, one) => sum + one, 0);
    mask.forEach((one, a) => (policy[row * actions + a] = one / count));
  }
}

function largest(values: Float64Array, first: number, count: number): number {
  let top = -Infinity;
  for (let i = first; i < first + count; i++) if (values[i] > top) top = values[i];
  return top;
}
