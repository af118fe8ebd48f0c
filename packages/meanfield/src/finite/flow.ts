/**
 * The flow that policies induce, and what the game looks like along it: laws, rewards and, where it depends on them, the
 * kernel. μ_{t+1}(s') = Σ_{s,a} μ_t(s) π_t(a|s) P_t(s'|s,a,L_t).
 */

import type { KernelExports } from "../kernels/module.ts";
import { emptyKernel, notFinite, rowWriter, workingFlow, workingProfile } from "./compile.ts";
import type { CompiledGame, CompiledPopulation, Kernel, RowWriter } from "./compile.ts";
import type { CompiledFactors } from "./factors.ts";
import type { Coupling, Laws, Profile } from "./model.ts";

/** A game along a flow; `induce` overwrites it in place. */
export interface Field {
  readonly game: CompiledGame;
  readonly parts: readonly FieldPart[];
  /** By time. */
  readonly laws: readonly Laws[];
  /** Compiled sweeps over its tables; undefined where there was no room for them. */
  readonly kernels: KernelExports | undefined;
  /** Whether transitions do not depend on the laws, so that all times can be followed at once. */
  readonly steady: boolean;
}

/** Of one population. r_t(s,a) = here[t·|S| + s] + table[tableStride·t + s·|A| + a]. */
export interface FieldPart {
  readonly population: CompiledPopulation;
  /** μ_t(s) at t·|S| + s. */
  readonly mu: Float64Array;
  /** L_t(s,a) at (t·|S| + s)·|A| + a. */
  readonly pairs: Float64Array;
  /** What a player earns in a state, whatever its action. */
  readonly here: Float64Array;
  readonly table: Float64Array;
  readonly tableStride: number;
  /** Of the factors of the coupled reward, at one time. */
  readonly weights: Float64Array;
  readonly kernel: Kernel;
  /** Refills the kernel where it depends on the laws. */
  readonly writer: RowWriter | undefined;
  /** Arguments of compiled sweeps over time; those of `argument` are set before each. */
  readonly call: Float64Array;
}

/** Places of what a compiled sweep over time is told each time: addresses of tables. */
export const argument = { next: 7, probability: 8, bestQ: 14, bestV: 15, ownQ: 16, ownV: 17, policy: 18 } as const;

/**
 * Room for a game along a flow.
 *
 * @param owned whether rewards get tables of their own, so that more may be added to them after `induce`
 */
export function emptyField(game: CompiledGame, owned = false): Field {
  const { model, times, populations } = game;
  const mu = workingFlow(game);
  const here = workingFlow(game);
  const pairs = workingProfile(game);
  const features = new Float64Array(times * (model.features?.count ?? 0));
  const parts = populations.map((population, p): FieldPart => {
    const { declared, base } = population;
    const kernel = population.kernel ?? emptyKernel(population, model.horizon, true, game.room);
    const own = owned || declared.reward.coupled !== undefined;
    const part = {
      population,
      mu: mu[p],
      pairs: pairs[p],
      here: here[p],
      table: own ? game.room.float64(pairs[p].length) : base.values,
      tableStride: own ? population.states * population.actions : base.stride,
      weights: game.room.float64(population.factors?.declared.count ?? 0),
      kernel,
    };
    const writer = population.kernel === undefined ? rowWriter(population, kernel, game.room) : undefined;
    return { ...part, writer, call: argumentsOf(game, part) };
  });
  const slice = (arrays: readonly Float64Array[], t: number): Float64Array[] =>
    arrays.map((array) => array.subarray((array.length / times) * t, (array.length / times) * (t + 1)));
  const laws = Array.from({ length: times }, (_, t): Laws => {
    return { states: slice(mu, t), pairs: slice(pairs, t), features: slice([features], t)[0] };
  });
  const steady = parts.every(({ writer }) => writer === undefined);
  return { game, parts, laws, kernels: kernelsOver(game, parts), steady };
}

/** As kernels/finite-sweeps.ts numbers them. */
function argumentsOf(
  { times, room }: CompiledGame,
  { population, mu, pairs, here, table, tableStride, kernel }: Omit<FieldPart, "writer" | "call">,
): Float64Array {
  const { states, actions, allowed } = population;
  const call = room.float64(19);
  call.set([times, states, actions, here.byteOffset, table.byteOffset, tableStride]);
  call.set(
    [kernel.starts, kernel.next, kernel.probability].map(({ byteOffset }) => byteOffset),
    6,
  );
  call.set([kernel.stride, allowed?.byteOffset ?? 0, mu.byteOffset, pairs.byteOffset, room.scratch.byteOffset], 9);
  return call;
}

function kernelsOver({ room }: CompiledGame, parts: readonly FieldPart[]): KernelExports | undefined {
  const tables = parts.flatMap(({ population, mu, pairs, here, table, weights, kernel, call }) => {
    const { allowed, base, matrices, factors } = population;
    const optional = [allowed, factors?.tables, ...matrices].filter((one) => one !== undefined);
    const rewards = [here, table, base.values, weights];
    return [mu, pairs, ...rewards, kernel.starts, kernel.next, kernel.probability, call, ...optional];
  });
  return room.over(...tables, room.scratch);
}

/** The compiled sweeps, where these tables lie in their memory, too. */
export function kernelsFor(
  { game, parts, kernels, steady }: Field,
  ...profiles: readonly Profile[]
): KernelExports | undefined {
  if (kernels === undefined) return undefined;
  for (const profile of profiles) if (game.room.over(...profile) === undefined) return undefined;
  if (steady) return kernels;
  // Transitions that are written anew may have moved to where there is more room.
  for (const { kernel, call } of parts) {
    if (game.room.over(kernel.next, kernel.probability) === undefined) return undefined;
    call[argument.next] = kernel.next.byteOffset;
    call[argument.probability] = kernel.probability.byteOffset;
  }
  return kernels;
}

/**
 * Follows the populations under their policies from their initial laws.
 *
 * @throws InputError naming population, time, state and action where a kernel or reward that depends on the laws is none.
 */
export function induce(field: Field, policy: Profile): void {
  const { game, parts, laws } = field;
  const { model, times } = game;
  for (const { mu, population } of parts) {
    mu.fill(0);
    mu.set(population.declared.initial);
  }
  const kernels = kernelsFor(field, policy);
  if (kernels !== undefined && field.steady) {
    // Kernels do not see the laws, so that all times go at once.
    parts.forEach(({ call }, p) => {
      call[argument.policy] = policy[p].byteOffset;
      kernels.finiteFlow(call.byteOffset);
    });
    for (const part of parts) earnCompiled(kernels, field, part);
    const tabled = parts.filter(({ population, table }) => table !== population.base.values);
    for (let t = 0; t < times; t++) {
      model.features?.read(t, laws[t], laws[t].features, laws);
      for (const part of tabled) earnByAction(part, t, laws[t], kernels);
    }
    return;
  }
  for (let t = 0; t < times; t++) {
    parts.forEach(({ population: { states, actions }, mu, pairs }, p) => {
      const pi = policy[p];
      for (let s = 0, i = t * states, j = i * actions; s < states; s++, i++) {
        for (let a = 0; a < actions; a++, j++) pairs[j] = mu[i] * pi[j];
      }
    });
    model.features?.read(t, laws[t], laws[t].features, laws);
    for (const part of parts) {
      earn(part, t, laws[t], kernels);
      if (t + 1 < times) move(part, t, laws[t]);
    }
  }
}

/**
 * Looks at the game at any laws L_t(s,a), one table a population, whether or not they are a flow.
 *
 * @throws InputError as `induce`.
 */
export function observe(field: Field, given: Profile): void {
  field.parts.forEach(({ population: { actions }, mu, pairs }, p) => {
    pairs.set(given[p]);
    mu.fill(0);
    for (let i = 0; i < pairs.length; i++) mu[Math.floor(i / actions)] += pairs[i];
  });
  for (let t = 0; t < field.game.times; t++) observeAt(field, t);
}

/**
 * Looks at the game at the laws of states and of pairs that `field` holds for t; times one after the other from 0 on.
 *
 * @throws InputError as `induce`.
 */
export function observeAt({ game, parts, laws }: Field, t: number): void {
  game.model.features?.read(t, laws[t], laws[t].features, laws);
  for (const part of parts) {
    earn(part, t, laws[t]);
    if (t + 1 < game.times) part.writer?.fill(t, laws[t]);
  }
}

/** μ_{t+1} from L_t. */
function move({ population: { states, actions }, mu, pairs, kernel, writer }: FieldPart, t: number, laws: Laws): void {
  writer?.fill(t, laws);
  const { starts, next, probability, stride } = kernel;
  const to = (t + 1) * states;
  const rows = states * actions;
  for (let row = t * stride, i = t * rows, end = i + rows; i < end; row++, i++) {
    const share = pairs[i];
    if (share === 0) continue;
    const last = starts[row + 1];
    for (let k = starts[row]; k < last; k++) mu[to + next[k]] += share * probability[k];
  }
}

/** What players earn by couplings, at all times. */
function earnCompiled(kernels: KernelExports, { game, parts }: Field, { population, mu, here }: FieldPart): void {
  const { declared, states, matrices } = population;
  const { couplings } = declared.reward;
  // A planner adds to it what players do to each other, couplings or none.
  here.fill(0);
  if (couplings === undefined) return;
  const count = here.length;
  const to = here.byteOffset;
  couplings.forEach((coupling, c) => {
    if (coupling.form === "log-density") {
      const { weight, floor, floored } = coupling;
      kernels.finiteLogDensity(count, mu.byteOffset, to, weight, floor, floored === "least");
    } else if (coupling.form === "local") {
      coupling.weights.forEach((weight, q) => {
        if (weight !== 0) kernels.finiteLocal(count, parts[q].mu.byteOffset, to, weight);
      });
    } else {
      const { population: seen, mu: other } = parts[coupling.population];
      kernels.finiteLinear(game.times, states, seen.states, matrices[c]?.byteOffset ?? 0, other.byteOffset, to);
    }
  });
  const broken = kernels.finiteBroken(count, to);
  if (broken >= 0) throw notFinite(declared, Math.floor(broken / states), broken % states, undefined, here[broken]);
}

/** The rewards at t; by `kernels`, where they are given, what is swept by them. */
function earn(part: FieldPart, t: number, laws: Laws, kernels?: KernelExports): void {
  const { population, here } = part;
  const { declared, states } = population;
  const { couplings } = declared.reward;
  const first = t * states;
  here.fill(0, first, first + states);
  if (couplings !== undefined) {
    const own = laws.states[population.index];
    for (const coupling of couplings) addCoupling(coupling, own, laws, here, first);
    for (let s = 0; s < states; s++) {
      if (!Number.isFinite(here[first + s])) throw notFinite(declared, t, s, undefined, here[first + s]);
    }
  }
  if (part.table !== population.base.values) earnByAction(part, t, laws, kernels);
}

/** What of the rewards at t depends on actions. */
function earnByAction(part: FieldPart, t: number, laws: Laws, kernels: KernelExports | undefined): void {
  const { population, table, tableStride } = part;
  const { declared, states, actions, base, allowed, factors } = population;
  const { coupled } = declared.reward;
  if (kernels !== undefined && factors !== undefined) {
    earnByFactors(kernels, factors, part, t, laws);
    return;
  }
  let [i, b] = [t * tableStride, t * base.stride];
  for (let s = 0; s < states; s++) {
    for (let a = 0; a < actions; a++, i++, b++) {
      if (allowed !== undefined && allowed[i] === 0) continue;
      const reward = base.values[b] + (coupled === undefined ? 0 : coupled.at(t, s, a, laws));
      if (!Number.isFinite(reward)) throw notFinite(declared, t, s, a, reward);
      table[i] = reward;
    }
  }
}

/** The same by tables of factors, also of actions that are not allowed, which nobody reads. */
function earnByFactors(
  kernels: KernelExports,
  { declared: factors, tables }: CompiledFactors,
  { population, table, tableStride, weights }: FieldPart,
  t: number,
  laws: Laws,
): void {
  const { declared, states, actions, base } = population;
  const rows = states * actions;
  factors.weights(t, laws, weights);
  const from = base.values.byteOffset + 8 * t * base.stride;
  const to = table.byteOffset + 8 * t * tableStride;
  kernels.finiteFactors(rows, factors.count, from, tables.byteOffset, weights.byteOffset, to);
  const broken = kernels.finiteBroken(rows, to);
  if (broken < 0) return;
  throw notFinite(declared, t, Math.floor(broken / actions), broken % actions, table[t * tableStride + broken]);
}

function addCoupling(coupling: Coupling, own: Float64Array, laws: Laws, here: Float64Array, first: number): void {
  const states = own.length;
  if (coupling.form === "log-density") {
    const { weight, floor, floored } = coupling;
    if (floored === "added") for (let s = 0; s < states; s++) here[first + s] -= weight * Math.log(own[s] + floor);
    else for (let s = 0; s < states; s++) here[first + s] -= weight * Math.log(Math.max(own[s], floor));
    return;
  }
  if (coupling.form === "local") {
    coupling.weights.forEach((weight, q) => {
      const mu = laws.states[q];
      if (weight !== 0) for (let s = 0; s < states; s++) here[first + s] += weight * mu[s];
    });
    return;
  }
  const mu = laws.states[coupling.population];
  const { matrix } = coupling;
  for (let s = 0, k = 0; s < states; s++) {
    let sum = 0;
    for (let y = 0; y < mu.length; y++, k++) sum += matrix[k] * mu[y];
    here[first + s] += sum;
  }
}
