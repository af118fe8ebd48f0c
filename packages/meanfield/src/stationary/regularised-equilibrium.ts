/**
 * Equilibria of any finite stationary game: a damped fixed point of regularised best responses, cooled down, then polished.
 *
 * Regularised best responses: B. Anahtarcı, C. D. Karıksız, N. Saldi, "Q-learning in regularized mean-field games", Dynamic
 * Games and Applications 13 (2023) 89–117; at temperature τ a player takes a with probability ∝ exp(Q_τ(x,a)/τ), where Q_τ
 * is the value with an entropy bonus. The polish solves the equilibrium's own equations on its support: actions in use tie.
 */

import { policyIteration } from "./best-response.ts";
import { accumulated, actionValues, averageOver, evaluate } from "./evaluation.ts";
import { fieldOf } from "./exploitability.ts";
import { featuresAt } from "./finite-model.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { polishedOnSupport } from "./support-polish.ts";
import { tablesAt } from "./tables.ts";
import type { Tables } from "./tables.ts";

/** The soft best response to frozen tables at temperature τ, by Newton's method on the soft Bellman equation. */
export function softResponse(
  model: FiniteStationaryModel,
  tables: Tables,
  temperature: number,
  start?: Float64Array,
): { readonly V: Float64Array; readonly policy: Float64Array } {
  const { states, actions } = model;
  let V = start ?? policyIteration(model, tables).V;
  const policy = new Float64Array(states * actions);
  for (let k = 0; k < 200; k++) {
    const Q = actionValues(model, tables, V);
    softmaxRows(Q, actions, temperature, policy);
    // Newton on the soft Bellman equation is policy iteration: the value of the soft policy with its entropy as reward.
    const bonus = entropyRows(policy, actions, temperature);
    const r = averageOver(model, policy, tables.r);
    const rewards = r.map((reward, x) => reward + bonus[x]);
    const next = accumulated(model, tables.P, policy, rewards);
    let [moved, size] = [0, 1];
    for (let x = 0; x < states; x++) {
      moved = Math.max(moved, Math.abs(next[x] - V[x]));
      size = Math.max(size, Math.abs(next[x]));
    }
    V = next;
    if (moved <= 1e-13 * size) break;
  }
  softmaxRows(actionValues(model, tables, V), actions, temperature, policy);
  return { V, policy };
}

function softmaxRows(Q: Float64Array, actions: number, temperature: number, out: Float64Array): void {
  for (let first = 0; first < Q.length; first += actions) {
    let top = -Infinity;
    for (let a = 0; a < actions; a++) top = Math.max(top, Q[first + a]);
    let sum = 0;
    for (let a = 0; a < actions; a++) sum += out[first + a] = Math.exp((Q[first + a] - top) / temperature);
    for (let a = 0; a < actions; a++) out[first + a] /= sum;
  }
}

/** −τ Σ π log π, by state. */
function entropyRows(policy: Float64Array, actions: number, temperature: number): Float64Array {
  return Float64Array.from({ length: policy.length / actions }, (_, x) => {
    let sum = 0;
    for (let a = 0; a < actions; a++) {
      const p = policy[x * actions + a];
      if (p > 0) sum -= p * Math.log(p);
    }
    return temperature * sum;
  });
}

/**
 * The equilibrium on the support of a policy that is nearly one; undefined where its equations have no solution there.
 *
 * Actions in use must be worth the same against the field that the policy induces, and no other may be worth more.
 */
export function polishedEquilibrium(
  model: FiniteStationaryModel,
  nearly: Float64Array,
  inUse: number,
): Float64Array | undefined {
  const tables = (policy: Float64Array): Tables => tablesAt(model, featuresAt(model, fieldOf(model, policy)));
  return polishedOnSupport(model, nearly, inUse, {
    // Valued by the anchors alone: where all in use tie this is the value of the policy, and it is smooth elsewhere.
    tying: (policy, anchors) => evaluate(model, tables(policy), anchors).Q,
    incentive: (policy) => policyIteration(model, tables(policy), policy).Q,
  });
}
