/**
 * Coupled rewards that split into moments of the laws and tables, Σ_k w_k(t,L_t) f_k(s,a): the tables, and whether they add up.
 *
 * `coupled.at` remains what the reward is; derivatives, certificates and loops in JavaScript ask it.
 */

import { InputError } from "../core/index.ts";
import { randomStream } from "../numeric/random.ts";
import type { RandomSequence } from "../numeric/random.ts";
import type { CompiledPopulation } from "./compile.ts";
import type { Factors, FiniteModel, Laws, Population } from "./model.ts";
import { placeOf } from "./space.ts";

export interface CompiledFactors {
  readonly declared: Factors;
  /** f_k(s,a) at (k·|S| + s)·|A| + a; 0 where the action is never allowed. */
  readonly tables: Float64Array;
}

/**
 * Tabulates a population's factors, if it declares some.
 *
 * @param asked by state and action, whether it is ever allowed; undefined where all are
 * @throws InputError naming the population where their number is none.
 */
export function factorsOf(
  { name, reward }: Population,
  states: number,
  actions: number,
  asked: Uint8Array | undefined,
): CompiledFactors | undefined {
  const declared = reward.coupled?.factors;
  if (declared === undefined) return undefined;
  const { count, table } = declared;
  if (!Number.isSafeInteger(count) || count < 1)
    throw new InputError(`factors of the reward of ${name}`, count, "a whole number of at least 1");
  const rows = states * actions;
  const tables = new Float64Array(count * rows);
  for (let i = 0; i < tables.length; i++) {
    const row = i % rows;
    if (asked === undefined || asked[row] === 1)
      tables[i] = table(Math.floor(i / rows), Math.floor(row / actions), row % actions);
  }
  return { declared, tables };
}

/** Powers of exponential variables that shares are proportional to: from nearly even laws to nearly a single pair. */
const unevenness = [0.5, 2, 8];

/** Of terms that may cancel: far above rounding, also in the moments, and far below what shows in a reward. */
const tolerance = 1e-10;

/** How many pairs are looked at for each time, beside a time for each pair. */
const pairsATime = 4;

/**
 * Compares the sum of factors with the coupled reward at random laws: for every pair at some time, at every time for some pairs.
 *
 * @throws InputError naming population, time, state and action where they differ.
 */
export function checkFactors(model: FiniteModel, populations: readonly CompiledPopulation[]): void {
  if (populations.every(({ factors }) => factors === undefined)) return;
  const random = randomStream(1, 0).sequence();
  const times = model.horizon + 1;
  for (const power of unevenness) {
    const laws = randomLaws(model, populations, times, power, random);
    for (const population of populations) {
      const compare = comparison(population, laws);
      if (compare === undefined) continue;
      const rows = population.states * population.actions;
      for (let row = 0; row < rows; row++) compare(Math.floor(random.uniform() * times), row);
      for (let i = 0; i < pairsATime * times; i++) compare(i % times, Math.floor(random.uniform() * rows));
    }
  }
}

function comparison(
  population: CompiledPopulation,
  laws: readonly Laws[],
): ((t: number, row: number) => void) | undefined {
  const { declared, states, actions, allowed, factors } = population;
  const { coupled } = declared.reward;
  if (factors === undefined || coupled === undefined) return undefined;
  const rows = states * actions;
  const weights = laws.map((at, t) => {
    const out = new Float64Array(factors.declared.count);
    factors.declared.weights(t, at, out);
    return out;
  });
  return (t, row) => {
    if (allowed !== undefined && allowed[t * rows + row] === 0) return;
    const [s, a] = [Math.floor(row / actions), row % actions];
    const reward = coupled.at(t, s, a, laws[t]);
    let [sum, size] = [0, Math.abs(reward)];
    weights[t].forEach((weight, k) => {
      const term = weight * factors.tables[k * rows + row];
      sum += term;
      size += Math.abs(term);
    });
    // What is not finite at such laws may be so on both sides; where players meet it, it is refused.
    if (Object.is(sum, reward) || Math.abs(sum - reward) <= tolerance * size) return;
    throw new InputError(
      `sum of factors of the reward of ${placeOf(declared, t, s, a)}`,
      sum,
      `what \`at\` gives, ${reward}`,
    );
  };
}

/** The same random laws at all times, over all pairs that there may be at first, and what the game reads off them at each. */
function randomLaws(
  { features }: FiniteModel,
  populations: readonly CompiledPopulation[],
  times: number,
  power: number,
  random: RandomSequence,
): Laws[] {
  const pairs = populations.map(({ declared, states, actions, allowed }) => {
    const law = new Float64Array(states * actions);
    for (let i = 0; i < law.length; i++) {
      const closed = declared.closed?.(Math.floor(i / actions)) ?? false;
      const share = random.exponential() ** power;
      if (!closed && (allowed === undefined || allowed[i] === 1)) law[i] = share;
    }
    const total = law.reduce((sum, share) => sum + share, 0);
    return law.map((share) => share / total);
  });
  const states = pairs.map((law, p) => {
    const { actions, states: count } = populations[p];
    const mu = new Float64Array(count);
    law.forEach((share, i) => (mu[Math.floor(i / actions)] += share));
    return mu;
  });
  const laws = Array.from({ length: times }, () => ({
    states,
    pairs,
    features: new Float64Array(features?.count ?? 0),
  }));
  laws.forEach((at, t) => features?.read(t, at, at.features, laws));
  return laws;
}
