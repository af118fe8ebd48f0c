/**
 * A finite game as it shows itself at a frozen field: how often each state followed each state and action, what that paid,
 * and the values of that empirical decision problem ("certainty equivalence").
 *
 * P. R. Kumar, P. Varaiya, "Stochastic Systems", Prentice-Hall 1986, chapter 12; the entropy-regularised values as in
 * B. Anahtarcı, C. D. Karıksız, N. Saldi, Dynamic Games and Applications 13 (2023).
 */

import type { Draws, LearnedField, StationaryEnvironment } from "../simulation/environment.ts";

export interface EmpiricalModel {
  readonly states: number;
  readonly actions: number;
  readonly discount: number;
  /** Mean reward at x·|A| + a. */
  readonly rewards: Float64Array;
  /** Successors of x·|A| + a: `next` and `share` from `first[x·|A| + a]` up to `first[x·|A| + a + 1]`. */
  readonly first: Uint32Array;
  readonly next: Uint32Array;
  readonly share: Float64Array;
}

/** Tries every action in every state `samples` times against the field. */
export function empiricalModel(
  environment: StationaryEnvironment,
  field: LearnedField,
  samples: number,
  draws: Draws,
): EmpiricalModel {
  const states = (environment.space.positions as Float64Array).length;
  const { actions } = environment.space;
  const pairs = states * actions;
  const from = new Float64Array(pairs * samples);
  const action = new Uint8Array(pairs * samples);
  for (let pair = 0; pair < pairs; pair++) {
    from.fill(Math.floor(pair / actions), pair * samples, (pair + 1) * samples);
    action.fill(pair % actions, pair * samples, (pair + 1) * samples);
  }
  const seen = environment.transitions(from, action, field, draws);
  const rewards = new Float64Array(pairs);
  const first = new Uint32Array(pairs + 1);
  const next: number[] = [];
  const share: number[] = [];
  const counts = new Uint32Array(states);
  for (let pair = 0; pair < pairs; pair++) {
    counts.fill(0);
    let sum = 0;
    for (let i = pair * samples; i < (pair + 1) * samples; i++) {
      sum += seen.rewards[i];
      counts[seen.next[i]]++;
    }
    rewards[pair] = sum / samples;
    for (let y = 0; y < states; y++) {
      if (counts[y] === 0) continue;
      next.push(y);
      share.push(counts[y] / samples);
    }
    first[pair + 1] = next.length;
  }
  return {
    states,
    actions,
    discount: environment.discount,
    rewards,
    first,
    next: Uint32Array.from(next),
    share: Float64Array.from(share),
  };
}

/** Values are iterated until they move by less than this share of what one step pays. */
const accuracy = 1e-10;

export interface EmpiricalOptimum {
  readonly V: Float64Array;
  /** π(a|x) at x·|A| + a: the first best action, or softmax(Q/temperature). */
  readonly policy: Float64Array;
}

/** The best values and policy; with a temperature, those of the game in which entropy is paid for at that rate. */
export function bestResponse(model: EmpiricalModel, temperature = 0): EmpiricalOptimum {
  const { states, actions } = model;
  const policy = new Float64Array(states * actions);
  const row = new Float64Array(actions);
  const V = settle(model, temperature, (values, x) => {
    for (let a = 0; a < actions; a++) row[a] = actionValue(model, values, x * actions + a);
    return greedy(row, temperature, policy.subarray(x * actions, (x + 1) * actions));
  });
  return { V, policy };
}

/** V of a policy; with a temperature, its entropy is paid for at that rate. */
export function policyValue(model: EmpiricalModel, policy: Float64Array, temperature = 0): Float64Array {
  const { actions } = model;
  return settle(model, temperature, (values, x) => {
    let sum = 0;
    for (let pair = x * actions; pair < (x + 1) * actions; pair++) {
      const p = policy[pair];
      if (p > 0) sum += p * (actionValue(model, values, pair) - temperature * Math.log(p));
    }
    return sum;
  });
}

/**
 * max_a Q(a), and the policy that attains it; with a temperature τ, τ log Σ exp(Q/τ) and softmax(Q/τ).
 *
 * @param Q one row of action values
 * @param out written: the policy
 */
export function greedy(Q: ArrayLike<number>, temperature: number, out: Float64Array): number {
  let best = 0;
  for (let a = 1; a < Q.length; a++) if (Q[a] > Q[best]) best = a;
  const top = Q[best];
  if (temperature === 0) {
    out.fill(0);
    out[best] = 1;
    return top;
  }
  let sum = 0;
  for (let a = 0; a < Q.length; a++) sum += out[a] = Math.exp((Q[a] - top) / temperature);
  for (let a = 0; a < Q.length; a++) out[a] /= sum;
  return top + temperature * Math.log(sum);
}

function actionValue({ rewards, first, next, share, discount }: EmpiricalModel, V: Float64Array, pair: number): number {
  let sum = 0;
  for (let i = first[pair]; i < first[pair + 1]; i++) sum += share[i] * V[next[i]];
  return rewards[pair] + discount * sum;
}

/** Applies a γ-contraction, state by state, to its fixed point. */
function settle(
  { states, rewards }: EmpiricalModel,
  temperature: number,
  update: (V: Float64Array, x: number) => number,
): Float64Array {
  const V = new Float64Array(states);
  const scale = rewards.reduce((top, r) => Math.max(top, Math.abs(r)), temperature);
  for (;;) {
    let moved = 0;
    for (let x = 0; x < states; x++) {
      const value = update(V, x);
      moved = Math.max(moved, Math.abs(value - V[x]));
      V[x] = value;
    }
    if (!(moved > accuracy * scale)) return V;
  }
}
