/**
 * A declared game as flat arrays: what does not see the laws is read once, transitions as sparse rows.
 *
 * Memory grows with the number of transitions, not with |S|².
 */

import { InputError } from "../core/index.ts";
import { checkFactors, factorsOf } from "./factors.ts";
import type { CompiledFactors } from "./factors.ts";
import type { FiniteModel, Laws, Population } from "./model.ts";
import { openRoom } from "./room.ts";
import type { Room } from "./room.ts";
import { nameOf, placeOf, sizeOf } from "./space.ts";

export interface CompiledGame {
  readonly model: FiniteModel;
  /** T + 1. */
  readonly times: number;
  readonly populations: readonly CompiledPopulation[];
  /** Where compiled sweeps work. */
  readonly room: Room;
}

export interface CompiledPopulation {
  readonly declared: Population;
  /** Its place among the populations. */
  readonly index: number;
  /** |S|. */
  readonly states: number;
  /** |A|. */
  readonly actions: number;
  /** 1 at (t·|S| + s)·|A| + a where a may be taken; undefined where all may. */
  readonly allowed: Uint8Array | undefined;
  /** Undefined where it depends on the laws. */
  readonly kernel: Kernel | undefined;
  /** The part of the reward that sees nothing, at base.stride·t + s·|A| + a. */
  readonly base: { readonly stride: number; readonly values: Float64Array };
  /** Matrices of the couplings that have one, in their places. */
  readonly matrices: readonly (Float64Array | undefined)[];
  /** Tables of the coupled reward, where it splits into moments and tables. */
  readonly factors: CompiledFactors | undefined;
}

/**
 * P_t(s'|s,a): row t·stride + s·|A| + a has the entries `starts[row]` up to `starts[row + 1]`. Who is in s' n steps later has
 * `next` = (n − 1)·|S| + s', which is a place in any table by time and state, counted from t + 1 on.
 */
export interface Kernel {
  /** 0 where one kernel serves all times, otherwise |S|·|A|. */
  readonly stride: number;
  readonly starts: Int32Array;
  next: Int32Array;
  probability: Float64Array;
}

/** How far the probabilities of a row may sum from one. */
const rowTolerance = 1e-9;

/**
 * Compiles and checks a game.
 *
 * @throws InputError, naming population, time, state and action, for rows that do not sum to one, negative or NaN
 * probabilities, successors that do not exist, rewards that are not finite, states without an action, initial laws
 * that are none, and factors that do not add up to the coupled reward. What depends on the laws is checked whenever it is read.
 */
export function compile(model: FiniteModel): CompiledGame {
  const { horizon, populations } = model;
  if (!Number.isSafeInteger(horizon) || horizon < 0)
    throw new InputError("horizon", horizon, "a whole number of at least 0");
  if (populations.length === 0) throw new InputError("populations", [], "at least one");
  const compiled = populations.map((declared, index) => compilePopulation(model, declared, index));
  checkFactors(model, compiled);
  const room = roomFor(compiled, horizon + 1);
  return { model, times: horizon + 1, populations: compiled.map((population) => placed(population, room)), room };
}

/** Tables by time, state and action that a game has room for: an iteration's, and some of its solver's. */
const tables = 16;

function roomFor(populations: readonly CompiledPopulation[], times: number): Room {
  let [bytes, most] = [0, 0];
  for (const { states, actions, kernel, allowed, base, matrices, factors } of populations) {
    // Kernels that see the laws grow as they are written: some twenty entries a row, with what they grew out of.
    const entries =
      kernel === undefined
        ? 256 * times * states * actions
        : 12 * kernel.starts[kernel.starts.length - 1] + 4 * kernel.starts.length;
    const fixed = entries + (allowed?.length ?? 0) + 8 * base.values.length;
    const coupled = matrices.reduce((sum, matrix) => sum + 8 * (matrix?.length ?? 0), 0);
    const factored = 8 * (factors?.tables.length ?? 0);
    bytes += fixed + coupled + factored + 8 * times * states * tables * (actions + 1) + 8192;
    most = Math.max(most, times * states);
  }
  return openRoom(bytes, 2 * most);
}

/** What kernels read, where they can. */
function placed(population: CompiledPopulation, room: Room): CompiledPopulation {
  const { kernel, allowed, base, matrices, factors } = population;
  const placedKernel = (all: Kernel): Kernel => {
    const entries = all.starts[all.starts.length - 1];
    return {
      stride: all.stride,
      starts: room.indices(all.starts),
      next: room.indices(all.next.subarray(0, entries)),
      probability: room.numbers(all.probability.subarray(0, entries)),
    };
  };
  return {
    ...population,
    kernel: kernel === undefined ? undefined : placedKernel(kernel),
    allowed: allowed === undefined ? undefined : room.flags(allowed),
    base: { stride: base.stride, values: room.numbers(base.values) },
    matrices: matrices.map((matrix) => (matrix === undefined ? undefined : room.numbers(matrix))),
    factors: factors === undefined ? undefined : { ...factors, tables: room.numbers(factors.tables) },
  };
}

function compilePopulation(model: FiniteModel, declared: Population, index: number): CompiledPopulation {
  const states = sizeOf(declared.states);
  const actions = sizeOf(declared.actions);
  checkInitial(declared, states);
  const shape = { declared, index, states, actions, allowed: allowedOf(model, declared, states, actions) };
  const { sees, timed } = declared.transition;
  const kernel = sees === "nothing" ? emptyKernel(shape, model.horizon, timed) : undefined;
  if (kernel !== undefined) {
    const writer = rowWriter(shape, kernel);
    for (let t = 0; t < (timed ? model.horizon : Math.min(1, model.horizon)); t++) writer.fill(t, noLaws);
  }
  const matrices = (declared.reward.couplings ?? []).map((one) => (one.form === "linear" ? one.matrix : undefined));
  const factors = factorsOf(declared, states, actions, allowedEver(shape.allowed, states * actions));
  return { ...shape, kernel, base: baseOf(model, shape), matrices, factors };
}

/** What a function that says it sees nothing is given: nothing. */
const noLaws: Laws = { states: [], pairs: [], features: new Float64Array() };

type Shape = Pick<CompiledPopulation, "declared" | "states" | "actions" | "allowed">;

/** Room for the rows of T steps, or of one that serves them all; in the memory of compiled sweeps if there is some of it. */
export function emptyKernel({ states, actions }: Shape, horizon: number, timed: boolean, room?: Room): Kernel {
  const rows = states * actions;
  const capacity = 4 * rows;
  return {
    stride: timed ? rows : 0,
    starts: integers((timed ? horizon : 1) * rows + 1, room),
    next: integers(capacity, room),
    probability: numbers(capacity, room),
  };
}

function integers(length: number, room: Room | undefined): Int32Array {
  return room?.int32(length) ?? new Int32Array(length);
}

function numbers(length: number, room: Room | undefined): Float64Array {
  return room?.float64(length) ?? new Float64Array(length);
}

/** Writes rows of a kernel, time after time from 0 on; a second round overwrites the first in place. */
export interface RowWriter {
  readonly fill: (t: number, laws: Laws) => void;
}

/** @param room where a kernel goes on growing that began there */
export function rowWriter({ declared, states, actions, allowed }: Shape, kernel: Kernel, room?: Room): RowWriter {
  const { successors, longest = 1 } = declared.transition;
  const { starts, stride } = kernel;
  const horizon = stride === 0 ? 1 : (starts.length - 1) / stride;
  // Where a successor was last written: entries of this row add up there.
  const place = new Int32Array(states * longest).fill(-1);
  let { next, probability } = kernel;
  let [start, end] = [0, 0];
  let [time, state, action] = [0, 0, 0];
  // A number that a closure writes is a new object each time, unless it lies in an array.
  const sum = new Float64Array(1);
  // One kernel for all times serves what is allowed at any of them.
  const asked = stride === 0 ? allowedEver(allowed, states * actions) : allowed;
  const where = (what: string): string => `${transitionAt(declared, time, state, action)}: ${what}`;
  const emit = (successor: number, share: number, steps = 1): void => {
    if (!(share >= 0 && share < Infinity)) throw new InputError(where("probability"), share, "at least 0");
    if (share === 0) return;
    sum[0] += share;
    const to = (steps - 1) * states + successor;
    const known = place[to];
    // With several steps a place that there is not would pass for one that there is, some steps off.
    if (known >= start && known < end && next[known] === to && to % states === successor) {
      probability[known] += share;
      return;
    }
    if (!(Number.isSafeInteger(steps) && steps >= 1 && steps <= longest))
      throw new InputError(where("steps"), steps, `a whole number in [1, ${longest}]`);
    // An index that does not exist reads as undefined.
    if (known === undefined || successor < 0 || successor >= states)
      throw new InputError(where("successor"), successor, `a state, a whole number in [0, ${states - 1}]`);
    if (steps > 1 && time + steps > horizon)
      throw new InputError(where("steps"), steps, "so few that they end at the horizon");
    if (end === next.length) grow();
    place[to] = end;
    next[end] = to;
    probability[end] = share;
    end++;
  };
  const grow = (): void => {
    const capacity = Math.ceil(1.6 * next.length) + 16;
    const wider = { next: integers(capacity, room), probability: numbers(capacity, room) };
    wider.next.set(next);
    wider.probability.set(probability);
    ({ next, probability } = wider);
    Object.assign(kernel, wider);
  };
  return {
    fill: (t, laws) => {
      time = t;
      let row = (stride === 0 ? 0 : t) * states * actions;
      end = starts[row];
      const masks = stride === 0 ? 0 : t * states * actions;
      for (state = 0; state < states; state++) {
        for (action = 0; action < actions; action++) {
          start = end;
          if (asked === undefined || asked[masks + state * actions + action] === 1) {
            sum[0] = 0;
            successors(t, state, action, laws, emit);
            if (!(Math.abs(sum[0] - 1) <= rowTolerance))
              throw new InputError(where("sum of probabilities"), sum[0], "1");
          }
          row++;
          starts[row] = end;
        }
      }
    },
  };
}

function transitionAt(population: Population, t: number, s: number, a: number): string {
  return `transition of ${placeOf(population, t, s, a)}`;
}

function checkInitial({ name, initial, states: axes }: Population, states: number): void {
  const field = `initial law of ${name}`;
  if (initial.length !== states) throw new InputError(field, initial.length, `${states} shares`);
  const broken = initial.findIndex((share) => !(share >= 0));
  if (broken >= 0) throw new InputError(`${field} in state ${nameOf(axes, broken)}`, initial[broken], "at least 0");
  const sum = initial.reduce((total, share) => total + share, 0);
  if (!(Math.abs(sum - 1) <= rowTolerance)) throw new InputError(field, sum, "shares that sum to 1");
}

function allowedOf(
  { horizon }: FiniteModel,
  population: Population,
  states: number,
  actions: number,
): Uint8Array | undefined {
  const { allowed } = population;
  if (allowed === undefined) return undefined;
  const out = new Uint8Array((horizon + 1) * states * actions);
  for (let t = 0; t <= horizon; t++) {
    for (let s = 0; s < states; s++) {
      let some = false;
      for (let a = 0; a < actions; a++) {
        if (!allowed(t, s, a)) continue;
        out[(t * states + s) * actions + a] = 1;
        some = true;
      }
      if (!some) throw new InputError(`actions of ${placeOf(population, t, s)}`, 0, "at least one that is allowed");
    }
  }
  return out;
}

/** What is allowed at some time, by state and action. */
function allowedEver(allowed: Uint8Array | undefined, rows: number): Uint8Array | undefined {
  const out = allowed?.slice(0, rows);
  if (allowed !== undefined && out !== undefined) allowed.forEach((may, i) => (out[i % rows] |= may));
  return out;
}

function baseOf({ horizon }: FiniteModel, { declared, states, actions, allowed }: Shape): CompiledPopulation["base"] {
  const { base } = declared.reward;
  const rows = states * actions;
  if (base === undefined) return { stride: 0, values: new Float64Array(rows) };
  const times = base.timed ? horizon + 1 : 1;
  const values = new Float64Array(times * rows);
  const asked = base.timed ? allowed : allowedEver(allowed, rows);
  for (let t = 0, i = 0; t < times; t++) {
    for (let s = 0; s < states; s++) {
      for (let a = 0; a < actions; a++, i++) {
        if (asked !== undefined && asked[i] === 0) continue;
        values[i] = base.at(t, s, a);
        if (!Number.isFinite(values[i])) throw notFinite(declared, t, s, a, values[i]);
      }
    }
  }
  return { stride: base.timed ? rows : 0, values };
}

export function notFinite(population: Population, t: number, s: number, a: number | undefined, value: number): Error {
  return new InputError(`reward of ${placeOf(population, t, s, a)}`, value, "a finite number");
}

/** A table of π_t(a|s) or Q_t(s,a) of zeros that compiled sweeps reach, if there is room: only for work, never for results. */
export function workingProfile({ times, populations, room }: CompiledGame): Float64Array[] {
  return populations.map(({ states, actions }) => room.float64(times * states * actions));
}

/** A table of μ_t(s) or V_t(s) of zeros that compiled sweeps reach, if there is room: only for work, never for results. */
export function workingFlow({ times, populations, room }: CompiledGame): Float64Array[] {
  return populations.map(({ states }) => room.float64(times * states));
}

/** A table of π_t(a|s) or Q_t(s,a) of zeros. */
export function emptyProfile({ times, populations }: CompiledGame): Float64Array[] {
  return populations.map(({ states, actions }) => new Float64Array(times * states * actions));
}

/** A table of μ_t(s) or V_t(s) of zeros. */
export function emptyFlow({ times, populations }: CompiledGame): Float64Array[] {
  return populations.map(({ states }) => new Float64Array(times * states));
}
