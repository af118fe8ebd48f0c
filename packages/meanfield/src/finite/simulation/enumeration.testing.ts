/** The game of two players of each population by the law on all their states: no formula shared with what is tested. */

import { compile } from "../compile.ts";
import { emptyField, observeAt } from "../flow.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { rewardAt } from "./crowd.ts";

/**
 * What the first of two players of each population earns in all on average, by the law on all pairs of states of all: the first
 * of population `deviating` plays the other policy.
 */
export function pairsOf(model: FiniteModel, policy: Profile, other: Profile, deviating = -1): number[] {
  const game = compile(model);
  const field = emptyField(game);
  const populations = game.populations.map(({ states, actions }) => ({ states, actions }));
  const earned = populations.map(() => 0);
  // Seats in the order first and second of population 0, first and second of population 1, ….
  const seats = populations.flatMap((_, p) => [0, 1].map((place) => ({ p, place })));
  let joint = new Map<string, number>();
  const spread = (
    sizes: readonly number[],
    of: (seat: number, x: number) => number,
    found: (xs: number[], share: number) => void,
  ): void => {
    const visit = (xs: number[], share: number): void => {
      if (share === 0) return;
      if (xs.length === sizes.length) return found(xs, share);
      for (let x = 0; x < sizes[xs.length]; x++) visit([...xs, x], share * of(xs.length, x));
    };
    visit([], 1);
  };
  const add = (law: Map<string, number>, xs: readonly number[], share: number): void => {
    law.set(xs.join(","), (law.get(xs.join(",")) ?? 0) + share);
  };
  const stateSizes = seats.map(({ p }) => populations[p].states);
  const actionSizes = seats.map(({ p }) => populations[p].actions);
  spread(
    stateSizes,
    (i, s) => model.populations[seats[i].p].initial[s],
    (xs, share) => add(joint, xs, share),
  );
  for (let t = 0; t < game.times; t++) {
    const later = new Map<string, number>();
    for (const [key, weight] of joint) {
      const at = key.split(",").map(Number);
      const chosen = (i: number, a: number): number => {
        const { p, place } = seats[i];
        const table = place === 0 && p === deviating ? other[p] : policy[p];
        return table[(t * populations[p].states + at[i]) * populations[p].actions + a];
      };
      spread(actionSizes, chosen, (acts, chance) => {
        const share = weight * chance;
        for (const { mu, pairs, population } of field.parts) {
          mu.fill(0, t * population.states, (t + 1) * population.states);
          pairs.fill(0, t * population.states * population.actions, (t + 1) * population.states * population.actions);
        }
        seats.forEach(({ p }, i) => {
          const { states, actions } = populations[p];
          field.parts[p].mu[t * states + at[i]] += 0.5;
          field.parts[p].pairs[(t * states + at[i]) * actions + acts[i]] += 0.5;
        });
        observeAt(field, t);
        seats.forEach(({ p, place }, i) => {
          if (place === 0) earned[p] += share * rewardAt(field.parts[p], t, at[i], acts[i]);
        });
        if (t + 1 === game.times) return;
        const rows = seats.map(({ p }, i) => {
          const { kernel, population } = field.parts[p];
          const row = kernel.stride * t + at[i] * population.actions + acts[i];
          const out = new Float64Array(population.states);
          for (let k = kernel.starts[row]; k < kernel.starts[row + 1]; k++)
            out[kernel.next[k]] += kernel.probability[k];
          return out;
        });
        spread(
          stateSizes,
          (i, s) => rows[i][s],
          (xs, moved) => add(later, xs, share * moved),
        );
      });
    }
    joint = later;
  }
  return earned;
}
