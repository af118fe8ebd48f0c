/**
 * What an action is worth to everybody: the derivative of the population's total reward, which a planner follows.
 *
 * λ_t(s,a) = r_t(s,a) + g_t(s,a) + Σ_{s'} P_t(s'|s,a) W_{t+1}(s') with W_t(s) = Σ_a π_t(a|s) λ_t(s,a), where g_t is what one
 * more player there does to the others: the derivative in L̃, at L̃ = L_t, of
 * Φ_t(L̃) = Σ_{s,a} L_t(s,a) (r_t(s,a,L̃) + Σ_{s'} P_t(s'|s,a,L̃) W_{t+1}(s')), summed over populations. A planner's optimum is an
 * equilibrium of players who earn r + g. R. Carmona, F. Delarue, "Probabilistic Theory of Mean Field Games", vol. I (2018),
 * section 6.2, in discrete time.
 */

import { actionValues } from "./evaluation.ts";
import type { Values } from "./evaluation.ts";
import type { Field } from "./flow.ts";
import type { Profile } from "./model.ts";
import { pullback } from "./pullback.ts";

/** The sum over populations of what its players earn on average, along the flow that `field` holds. */
export function totalReward({ game, parts }: Field): number {
  let sum = 0;
  for (const { population, mu, pairs, here, table, tableStride } of parts) {
    const rows = population.states * population.actions;
    for (let i = 0; i < mu.length; i++) sum += mu[i] * here[i];
    for (let t = 0, i = 0; t < game.times; t++)
      for (let k = t * tableStride; k < t * tableStride + rows; k++, i++) sum += pairs[i] * table[k];
  }
  return sum;
}

/**
 * Adds g to the rewards of a field (`emptyField` with tables of its own) that holds the flow of `policy`; writes λ and W.
 *
 * After it, `respond` and `forgone` tell how much a planner could still gain, to first order.
 */
export function socialise(field: Field, policy: Profile, { Q, V }: Values): void {
  const { game, parts, laws } = field;
  for (let t = game.times - 1; t >= 0; t--) {
    const { pairs } = laws[t];
    pullback(
      field,
      t,
      { reward: pairs, move: (p, i, next) => pairs[p][i] * V[p][(t + 1) * parts[p].population.states + next] },
      {
        state: (p, s, slope) => (parts[p].here[t * parts[p].population.states + s] += slope),
        pair: (p, i, slope) => (parts[p].table[t * pairs[p].length + i] += slope),
      },
    );
    parts.forEach((part, p) => {
      const { states, actions } = part.population;
      actionValues(part, game.times, t, V[p], Q[p]);
      for (let s = 0, i = t * states, j = i * actions; s < states; s++, i++) {
        let sum = 0;
        for (let a = 0; a < actions; a++, j++) if (policy[p][j] > 0) sum += policy[p][j] * Q[p][j];
        V[p][i] = sum;
      }
    });
  }
}
