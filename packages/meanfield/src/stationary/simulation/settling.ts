/**
 * The population as it settles: what infinitely many players earn who all start from ξ₀, without chance.
 *
 * Their law goes its way by z_{t+1} = Φ(z_t, π). In the malware game 1 − X is multiplied by a uniform number in each step
 * without repair, so that −ln(1 − X) grows by exponential numbers of mean one: j steps after x = 0 it is a Γ(j) variable, and
 * ξ₀, which is uniform, is one step after it. So everything follows from the times of repair, which are a renewal process.
 */

import { averageOver, dot, policyKernel } from "../evaluation.ts";
import { featuresAt } from "../finite-model.ts";
import type { FiniteStationaryModel, RepairModel } from "../model.ts";
import type { ThresholdPolicy } from "../policy-class.ts";
import { tablesAt } from "../tables.ts";

/** Σ_{t<steps} γᵗ r_t of a player among infinitely many, all of whom play the policy from ξ₀. */
export function settlingReturn(model: FiniteStationaryModel, policy: Float64Array, steps: number): number {
  const { states, discount, transitionsCoupled } = model;
  let law = model.initial;
  let kernel: Float64Array | undefined;
  let sum = 0;
  for (let t = 0; t < relevantSteps(discount, steps); t++) {
    const { P, r } = tablesAt(model, featuresAt(model, law));
    sum += discount ** t * dot(law, averageOver(model, policy, r));
    if (kernel === undefined || transitionsCoupled) kernel = policyKernel(model, P, policy).data;
    const next = new Float64Array(states);
    for (let x = 0; x < states; x++) for (let y = 0; y < states; y++) next[y] += law[x] * kernel[x * states + y];
    law = next;
  }
  return sum;
}

/** The same in the malware game with its continuous state, for a hard threshold; nothing is known for a smooth one. */
export function settlingRepairReturn(model: RepairModel, policy: ThresholdPolicy, steps: number): number | undefined {
  const { k, lambda, discount } = model;
  if (policy.width > 0) return undefined;
  const length = policy.threshold >= 1 ? Infinity : -Math.log1p(-Math.max(0, policy.threshold));
  const atZero = policy.threshold < 0 ? 1 : (policy.atZero ?? 0);
  const last = relevantSteps(discount, steps);
  const { unrepaired, moment } = ages(length, last);
  // Who left x = 0 at the time t − 1, from t = 0 on; at −1 that is everybody.
  const left = new Float64Array(last + 1);
  left[0] = 1;
  let healthy = 0;
  let sum = 0;
  for (let t = 0; t < last; t++) {
    let mean = 0;
    let repaired = atZero * healthy;
    for (let j = 1; j < Math.min(t + 2, moment.length); j++) {
      mean += left[t + 1 - j] * moment[j];
      repaired += left[t + 1 - j] * (unrepaired[j - 1] - unrepaired[j]);
    }
    sum -= discount ** t * ((k + mean) * mean + lambda * repaired);
    left[t + 1] = (1 - atZero) * healthy;
    healthy = repaired;
  }
  return sum;
}

/** What comes later is less than rounding. */
function relevantSteps(discount: number, steps: number): number {
  return Math.min(steps, Math.ceil(Math.log(1e-20) / Math.log(discount)));
}

/**
 * By the number j of steps since x = 0: P(Γ_j ≤ ℓ), and E[X_j; Γ_{j−1} ≤ ℓ] with X_j = 1 − e^{−Γ_j}; as far as there is
 * anybody.
 *
 * Γ_j ≤ ℓ where a Poisson variable of mean ℓ is at least j, and e^{−Γ} doubles the rate: E[e^{−Γ_j}; Γ_j ≤ ℓ] is 2^{−j} times
 * the same for the mean 2ℓ.
 */
function ages(length: number, last: number): { unrepaired: number[]; moment: number[] } {
  const one = poissonTail(length);
  const two = poissonTail(2 * length);
  const unrepaired = [1];
  const moment = [0];
  for (let j = 1; j <= last + 1; j++) {
    const before = unrepaired[j - 1];
    moment.push(before - 0.5 ** j * two(j - 1));
    unrepaired.push(one(j));
    if (before === 0) break;
  }
  return { unrepaired, moment };
}

/** P(K ≥ j) of a Poisson variable, for j = 0, 1, 2, … asked in this order. */
function poissonTail(mean: number): (j: number) => number {
  if (mean === Infinity) return () => 1;
  let term = Math.exp(-mean);
  let tail = 1;
  let at = 0;
  return (j) => {
    for (; at < j; at++) {
      tail = Math.max(0, tail - term);
      term *= mean / (at + 1);
    }
    // Rounding of the sum is all that is left.
    return tail < 1e-15 ? 0 : tail;
  };
}
