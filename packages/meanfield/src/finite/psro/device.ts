/**
 * Correlation devices: somebody draws a mixture ν of policies from a law ρ, and tells each player, alone, a policy drawn from
 * ν.
 *
 * Nobody sees ν. A device is a coarse correlated equilibrium where nobody gains by deciding beforehand not to listen, a
 * correlated one where nobody gains by playing something else instead of what it was told. P. Muller et al., AAMAS 2022.
 *
 * Backward induction on mean rewards finds the best deviation where transitions do not see the laws. Otherwise players would
 * learn ν from where they are taken, and no policy of t and s is a best response.
 */

import { respond } from "../best-response.ts";
import type { CorrelationDevice } from "../candidate.ts";
import { emptyValues, worth } from "../evaluation.ts";
import type { Values } from "../evaluation.ts";
import { emptyField } from "../flow.ts";
import type { Field } from "../flow.ts";
import { payoffs } from "./meta-game.ts";
import type { MetaGame, Shares } from "./meta-game.ts";
import { dot } from "./regret-minimiser.ts";

/** Whom a deviation is for: all players of a population, or those who were told policy `told`. */
export interface Deviators {
  readonly population: number;
  readonly told: number | undefined;
}

/** What one kind of deviators gains by the best they could do instead, counted by how many they are. */
export interface Deviation extends Deviators {
  readonly gain: number;
  /** Q* of their mean rewards; only the table of their population counts. */
  readonly values: Values;
}

/** ρ and ν, as solvers have them. */
export type Lottery = Pick<CorrelationDevice, "weights" | "recommendations">;

export function deviatorsOf({ members }: MetaGame, concept: CorrelationDevice["concept"]): Deviators[] {
  return members.flatMap(({ policies }, population): Deviators[] =>
    concept === "coarse-correlated"
      ? [{ population, told: undefined }]
      : policies.map((_, told) => ({ population, told })),
  );
}

/** The best deviation of each kind of deviators who are anybody. */
export function deviations(
  meta: MetaGame,
  { weights, recommendations }: Lottery,
  kinds: readonly Deviators[],
): Deviation[] {
  const { game } = meta;
  const means = kinds.map(() => ({ field: emptyField(game, true), own: 0, mass: 0 }));
  recommendations.forEach((shares, atom) => {
    if (!(weights[atom] > 0)) return;
    const values = payoffs(meta, shares);
    kinds.forEach(({ population: p, told }, g) => {
      const weight = weights[atom] * (told === undefined ? 1 : shares[p][told]);
      if (!(weight > 0)) return;
      const mean = means[g];
      mean.own += weights[atom] * (told === undefined ? dot(shares[p], values[p]) : shares[p][told] * values[p][told]);
      mean.mass += weight;
      addRewards(meta.field, mean.field, p, weight);
    });
  });
  return kinds.flatMap((kind, g): Deviation[] => {
    const { field, own, mass } = means[g];
    if (mass === 0) return [];
    const values = emptyValues(game);
    respond(field, values);
    return [{ ...kind, values, gain: Math.max(0, worth(field, values)[kind.population] - own) }];
  });
}

/** Adds weight·r_t(s,a) of population p along one field to another, which has tables of its own. */
function addRewards(from: Field, to: Field, p: number, weight: number): void {
  const [source, sum] = [from.parts[p], to.parts[p]];
  const { states, actions } = source.population;
  for (let i = 0; i < source.here.length; i++) {
    sum.here[i] += weight * source.here[i];
    const entry = Math.floor(i / states) * source.tableStride + (i % states) * actions;
    for (let a = 0; a < actions; a++) sum.table[i * actions + a] += weight * source.table[entry + a];
  }
}

/** What deviators gain by each policy of their population instead, by atom; rows without any gain are left out. */
export interface RegretRows {
  /** By kind of deviators: rows, each with an entry per atom. */
  readonly rows: readonly (readonly Float64Array[])[];
}

/** Regrets within the restricted game, from what policies are worth at each atom. */
export function regretRows(
  recommendations: readonly Shares[],
  worths: readonly Shares[],
  kinds: readonly Deviators[],
): RegretRows {
  const rows = kinds.map(({ population: p, told }) => {
    const count = recommendations[0][p].length;
    const alternatives = Array.from({ length: count }, (_, i) => i).filter((i) => i !== told);
    return alternatives.map((i) =>
      Float64Array.from(recommendations, (shares, atom) => {
        const values = worths[atom][p];
        return told === undefined ? values[i] - dot(shares[p], values) : shares[p][told] * (values[i] - values[told]);
      }),
    );
  });
  return { rows };
}

/** Σ over kinds of deviators of the most that one policy gains, at least 0. */
export function restrictedGap({ rows }: RegretRows, weights: Float64Array): number {
  return rows.reduce((sum, own) => sum + Math.max(0, ...own.map((row) => dot(row, weights))), 0);
}
