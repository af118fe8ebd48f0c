/**
 * The game restricted to a population of policies: players of population p choose among π^1, …, π^n, shares ν^p of them each.
 *
 * All players share one law, L_t = Σ_i ν_i L^i_t, where L^i are those who took policy i. Where transitions do not see the laws
 * L^i is the same whatever others do, and payoffs differ by rewards only; otherwise all parts are followed together, so that
 * payoffs and laws are exact there too. P. Muller, M. Rowland, R. Elie, G. Piliouras, J. Pérolat, M. Laurière, R. Marinier, O.
 * Pietquin, K. Tuyls, "Learning equilibria in mean-field games: introducing mean-field PSRO", AAMAS 2022.
 */

import type { CompiledGame } from "../compile.ts";
import { emptyField, observeAt } from "../flow.ts";
import type { Field, FieldPart } from "../flow.ts";
import type { Profile } from "../model.ts";

export interface MetaGame {
  readonly game: CompiledGame;
  /** Along the law of the last mixture that was looked at. */
  readonly field: Field;
  /** By population. */
  readonly members: readonly Members[];
}

/** The policies of a population, and those who play them, along the last mixture. */
export interface Members {
  /** π^i_t(a|s). */
  readonly policies: Float64Array[];
  /** μ^i_t(s). */
  readonly places: Float64Array[];
  /** L^i_t(s,a). */
  readonly flows: Float64Array[];
}

/** Shares of the policies, or what each is worth: one array a population. */
export type Shares = readonly Float64Array[];

export function emptyMetaGame(game: CompiledGame): MetaGame {
  return {
    game,
    field: emptyField(game),
    members: game.populations.map(() => ({ policies: [], places: [], flows: [] })),
  };
}

/** Adds a policy of population p; false where it is there already and `known` says to leave it out then. */
export function enlist({ field, members }: MetaGame, p: number, policy: Float64Array, known: "out" | "in"): boolean {
  const { policies, places, flows } = members[p];
  if (known === "out" && policies.some((other) => other.every((share, i) => share === policy[i]))) return false;
  const part = field.parts[p];
  const place = new Float64Array(part.mu.length);
  place.set(part.population.declared.initial);
  policies.push(policy.slice());
  places.push(place);
  flows.push(new Float64Array(policy.length));
  // Where they go does not hang on others: once and for all.
  if (part.writer === undefined) {
    const { times } = field.game;
    for (let t = 0; t < times; t++) {
      decide(part, t, members[p], flows.length - 1);
      if (t + 1 < times) move(part, t, members[p], flows.length - 1);
    }
  }
  return true;
}

/** Looks at the game along the law of a mixture. */
export function mingle({ game, field, members }: MetaGame, shares: Shares): void {
  const { times } = game;
  field.parts.forEach(({ pairs, mu, writer, population: { declared } }, p) => {
    const { places, flows } = members[p];
    if (writer === undefined) {
      weighted(flows, shares[p], pairs, 0, pairs.length);
      weighted(places, shares[p], mu, 0, mu.length);
      return;
    }
    for (const place of places) {
      place.fill(0);
      place.set(declared.initial);
    }
  });
  for (let t = 0; t < times; t++) {
    field.parts.forEach((part, p) => {
      const { pairs, mu, writer, population } = part;
      if (writer === undefined) return;
      const { places, flows } = members[p];
      const { states, actions } = population;
      for (let i = 0; i < flows.length; i++) decide(part, t, members[p], i);
      weighted(flows, shares[p], pairs, t * states * actions, (t + 1) * states * actions);
      weighted(places, shares[p], mu, t * states, (t + 1) * states);
    });
    observeAt(field, t);
    if (t + 1 === times) continue;
    field.parts.forEach((part, p) => {
      if (part.writer !== undefined) for (let i = 0; i < members[p].flows.length; i++) move(part, t, members[p], i);
    });
  }
}

/** What each policy is worth along the law of a mixture. */
export function payoffs(meta: MetaGame, shares: Shares): Float64Array[] {
  mingle(meta, shares);
  return meta.field.parts.map((part, p) => Float64Array.from(meta.members[p].flows, (flow) => earned(part, flow)));
}

/**
 * The policy that a mixture looks like from outside, which induces the same law: π(a|s) = Σ_i ν_i L^i(s,a) ⁄ Σ_i ν_i μ^i(s),
 * and where nobody comes the mean of the policies.
 */
export function blend(meta: MetaGame, shares: Shares, out: Profile): void {
  mingle(meta, shares);
  meta.field.parts.forEach(({ pairs, mu, population: { actions } }, p) => {
    const policy = out[p];
    weighted(meta.members[p].policies, shares[p], policy, 0, policy.length);
    for (let i = 0, j = 0; i < mu.length; i++)
      for (let a = 0; a < actions; a++, j++) if (mu[i] > 0) policy[j] = pairs[j] / mu[i];
  });
}

/** Σ_t Σ_{s,a} L^i_t(s,a) r_t(s,a). */
function earned({ population: { states, actions }, here, table, tableStride }: FieldPart, flow: Float64Array): number {
  let sum = 0;
  for (let i = 0, j = 0; i < here.length; i++) {
    const entry = Math.floor(i / states) * tableStride + (i % states) * actions;
    for (let a = 0; a < actions; a++, j++) if (flow[j] > 0) sum += flow[j] * (here[i] + table[entry + a]);
  }
  return sum;
}

/** L^i_t from μ^i_t. */
function decide({ population: { states, actions } }: FieldPart, t: number, members: Members, i: number): void {
  const [policy, place, flow] = [members.policies[i], members.places[i], members.flows[i]];
  for (let s = t * states, j = s * actions; s < (t + 1) * states; s++)
    for (let a = 0; a < actions; a++, j++) flow[j] = place[s] * policy[j];
}

/** Who decided at t arrives later. */
function move({ population: { states, actions }, kernel }: FieldPart, t: number, members: Members, i: number): void {
  const [place, flow] = [members.places[i], members.flows[i]];
  const { starts, next, probability, stride } = kernel;
  const later = (t + 1) * states;
  const rows = states * actions;
  for (let row = t * stride, j = t * rows; j < (t + 1) * rows; row++, j++) {
    if (flow[j] === 0) continue;
    for (let k = starts[row]; k < starts[row + 1]; k++) place[later + next[k]] += flow[j] * probability[k];
  }
}

/** Σ_i ν_i x^i on a stretch of tables. */
function weighted(
  tables: readonly Float64Array[],
  shares: Float64Array,
  out: Float64Array,
  first: number,
  end: number,
): void {
  out.fill(0, first, end);
  tables.forEach((table, i) => {
    const share = shares[i];
    if (share > 0) for (let k = first; k < end; k++) out[k] += share * table[k];
  });
}
