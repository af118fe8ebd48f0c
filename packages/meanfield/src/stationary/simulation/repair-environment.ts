/**
 * The simulator of the malware game with its continuous state: all that a learner sees of it.
 *
 * Agents move in the kernels (kernels/repair-agents.ts). A field is a sample of states; the game depends on it by its mean
 * alone, and moves of the agents not at all, so that all repeats of interacting players move at once.
 */

import { InputError } from "../../core/index.ts";
import { type Arena, openArena } from "../../kernels/index.ts";
import type { RepairModel } from "../model.ts";
import type { PlayedPolicy } from "../policy-class.ts";
import type { Draws, LearnedField, StationaryEnvironment } from "./environment.ts";
import { checkCount, checkLength, checkPopulation, checkRollout, keysOf } from "./inputs.ts";

/** Agents a block of the kernels. */
const BLOCK = 8;
/** Agents, and entries of trajectories, that are simulated before they are copied out: they stay in the cache. */
const MOST_AGENTS = 8192;
const MOST_ENTRIES = 65_536;
/** States in a sample of ξ₀. */
const SAMPLE = 10_000;

/** Places of the kernels' arguments. */
const at = { agents: 0, firstAgent: 1, steps: 3, kind: 5, c: 8, out: 11, states: 12, actions: 13 };
const ARGUMENTS = 14;
/** Kinds of policy. */
const [ABOVE, BELOW, SMOOTH] = [0, 1, 2];

export function repairEnvironment(model: RepairModel): StationaryEnvironment {
  const { discount, threshold } = model;
  let desk: Desk | undefined;

  /** A desk with `scratch` bytes of free room, the arguments that all calls share in place. */
  const deskFor = (scratch: number, draws: Draws, played?: PlayedPolicy): Desk => {
    if (desk === undefined || desk.room < scratch) desk = openDesk(model, Math.max(scratch, 2 * (desk?.room ?? 0)));
    desk.arena.release(desk.base);
    desk.keys.set(keysOf(draws));
    if (played !== undefined) setPolicy(desk.call, played, threshold.acts);
    return desk;
  };

  /** Calls `use` for chunks of agents whose numbers begin at `first`, uniformly placed. */
  const started = (
    { arena, call, kernels }: Desk,
    count: number,
    most: number,
    use: (agents: Float64Array, blocks: number, first: number, many: number) => void,
  ): void => {
    const agents = arena.float64(blocksOf(Math.min(count, most)) * BLOCK);
    call[at.agents] = agents.byteOffset;
    for (let first = 0; first < count; first += most) {
      const many = Math.min(most, count - first);
      const blocks = blocksOf(many);
      call[at.firstAgent] = first;
      kernels.repairStart(call.byteOffset, 0, blocks);
      use(agents, blocks, first, many);
    }
  };

  const population: StationaryEnvironment["population"] = (policy, settings, draws) => {
    checkPopulation(settings);
    const { players, steps, repeats } = settings;
    const open = deskFor(8 * MOST_AGENTS + 64, draws, policy);
    open.call[at.steps] = steps;
    const result = new Float64Array(players * repeats);
    started(open, players * repeats, MOST_AGENTS, (agents, blocks, first, many) => {
      open.kernels.repairMove(open.call.byteOffset, 0, blocks);
      result.set(agents.subarray(0, many), first);
    });
    return result;
  };

  return {
    space: { positions: undefined, actions: 2, threshold },
    discount,
    initialField: (draws) => {
      const open = deskFor(8 * MOST_AGENTS + 64, draws);
      const result = new Float64Array(SAMPLE);
      started(open, SAMPLE, MOST_AGENTS, (agents, _blocks, first, many) => {
        result.set(agents.subarray(0, many), first);
      });
      return result;
    },
    population,

    nextField: (policy, field, count, draws) => {
      checkCount("count", count);
      meanOfSample(field);
      const padded = Math.min(blocksOf(count) * BLOCK, MOST_AGENTS);
      const open = deskFor(8 * (padded + field.length + 5) + 3 * 64, draws, policy);
      const { arena, call, kernels } = open;
      const sample = arena.float64(field.length);
      sample.set(field);
      const agents = arena.float64(padded);
      const placing = arena.float64(5);
      call[at.agents] = agents.byteOffset;
      call[at.steps] = 1;
      const result = new Float64Array(count);
      for (let first = 0; first < count; first += padded) {
        const many = Math.min(padded, count - first);
        call[at.firstAgent] = first;
        placing.set([agents.byteOffset, first, open.keys.byteOffset, sample.byteOffset, field.length]);
        kernels.agentsOfSample(placing.byteOffset, 0, blocksOf(many));
        kernels.repairMove(call.byteOffset, 0, blocksOf(many));
        result.set(agents.subarray(0, many), first);
      }
      return result;
    },

    returns: (policy, field, settings, draws) => {
      checkRollout(settings);
      const c = model.k + meanOfSample(field);
      const { count, horizon } = settings;
      const open = deskFor(16 * MOST_AGENTS + 2 * 64, draws, policy);
      const sums = open.arena.float64(Math.min(blocksOf(count) * BLOCK, MOST_AGENTS));
      open.call[at.c] = c;
      open.call[at.steps] = horizon;
      open.call[at.out] = sums.byteOffset;
      const result = new Float64Array(count);
      started(open, count, MOST_AGENTS, (_agents, blocks, first, many) => {
        open.kernels.repairReturns(open.call.byteOffset, 0, blocks);
        result.set(sums.subarray(0, many), first);
      });
      return result;
    },

    trajectories: (policy, field, settings, draws) => {
      checkRollout(settings);
      const c = model.k + meanOfSample(field);
      const { count, horizon } = settings;
      const most = BLOCK * Math.max(1, Math.floor(MOST_ENTRIES / horizon / BLOCK));
      const entries = Math.min(blocksOf(count) * BLOCK, most) * horizon;
      const open = deskFor(17 * entries + 8 * most + 5 * 64, draws, policy);
      const { arena, call } = open;
      const visited = arena.float64(entries);
      const rewards = arena.float64(entries);
      const taken = new Uint8Array(arena.memory.buffer, arena.int32(Math.ceil(entries / 4)).byteOffset, entries);
      call[at.c] = c;
      call[at.steps] = horizon;
      call[at.out] = rewards.byteOffset;
      call[at.states] = visited.byteOffset;
      call[at.actions] = taken.byteOffset;
      const result = {
        count,
        horizon,
        states: new Float64Array(count * horizon),
        actions: new Uint8Array(count * horizon),
        rewards: new Float64Array(count * horizon),
        last: new Float64Array(count),
      };
      started(open, count, most, (agents, blocks, first, many) => {
        open.kernels.repairRecord(call.byteOffset, 0, blocks);
        result.states.set(visited.subarray(0, many * horizon), first * horizon);
        result.actions.set(taken.subarray(0, many * horizon), first * horizon);
        result.rewards.set(rewards.subarray(0, many * horizon), first * horizon);
        result.last.set(agents.subarray(0, many), first);
      });
      return result;
    },

    transitions: (from, taken, field, draws) => {
      const count = from.length;
      checkCount("states.length", count);
      checkLength("actions", taken, count);
      const c = model.k + meanOfSample(field);
      sumOfStates("states", from);
      const wrong = taken.findIndex((a) => a > 1);
      if (wrong >= 0) throw new InputError(`actions[${wrong}]`, taken[wrong], "0 or 1");
      const padded = Math.min(blocksOf(count) * BLOCK, MOST_AGENTS);
      const { arena, call, kernels } = deskFor(17 * padded + 3 * 64, draws);
      const agents = arena.float64(padded);
      const paid = arena.float64(padded);
      const given = new Uint8Array(arena.memory.buffer, arena.int32(padded / 4).byteOffset, padded);
      call[at.c] = c;
      call[at.agents] = agents.byteOffset;
      call[at.out] = paid.byteOffset;
      call[at.actions] = given.byteOffset;
      const rewards = new Float64Array(count);
      const next = new Float64Array(count);
      for (let first = 0; first < count; first += padded) {
        const many = Math.min(padded, count - first);
        agents.set(from.subarray(first, first + many));
        given.set(taken.subarray(first, first + many));
        call[at.firstAgent] = first;
        kernels.repairTransition(call.byteOffset, 0, blocksOf(many));
        rewards.set(paid.subarray(0, many), first);
        next.set(agents.subarray(0, many), first);
      }
      return { rewards, next };
    },
  };
}

/** Memory in which agents move. */
interface Desk {
  readonly arena: Arena;
  readonly kernels: Arena["kernels"];
  readonly keys: Int32Array;
  /** Arguments of the kernels. */
  readonly call: Float64Array;
  /** Where the agents' room begins, and its bytes. */
  readonly base: number;
  readonly room: number;
}

function openDesk({ lambda, discount }: RepairModel, room: number): Desk {
  const arena = openArena(8 * (ARGUMENTS + 2) + 2 * 64 + room);
  const keys = arena.int32(4);
  const call = arena.float64(ARGUMENTS);
  call[4] = keys.byteOffset;
  call[9] = lambda;
  call[10] = discount;
  return { arena, kernels: arena.kernels, keys, call, base: arena.mark(), room };
}

function setPolicy(call: Float64Array, policy: PlayedPolicy, acts: "above" | "below"): void {
  if (policy.kind !== "threshold")
    throw new InputError("policy.kind", policy.kind, "threshold, where the state is continuous");
  const { threshold, width, atZero = 0 } = policy;
  // No class that is learned mixes at 0 alone, and the kernels compare with a threshold only.
  if (atZero > 0) throw new InputError("policy.atZero", atZero, "0: simulated agents repair above a threshold only");
  if (!Number.isFinite(threshold)) throw new InputError("policy.threshold", threshold, "a finite number");
  if (!(width >= 0 && width < Infinity)) throw new InputError("policy.width", width, "a finite number, at least 0");
  const below = acts === "below";
  call[at.kind] = width > 0 ? SMOOTH : below ? BELOW : ABOVE;
  call[6] = threshold;
  call[7] = width > 0 ? (below ? -1 : 1) / width : 0;
}

/** The mean of a sample of states. */
function meanOfSample(field: LearnedField): number {
  checkCount("field.length", field.length);
  return sumOfStates("field", field) / field.length;
}

/** The sum of numbers that are checked to be states. */
function sumOfStates(name: string, states: Float64Array): number {
  let sum = 0;
  let inside = true;
  // Leaving the loop early would make it twice as slow.
  for (let i = 0; i < states.length; i++) {
    const x = states[i];
    sum += x;
    if (!(x >= 0 && x <= 1)) inside = false;
  }
  if (!inside) {
    const i = states.findIndex((x) => !(x >= 0 && x <= 1));
    throw new InputError(`${name}[${i}]`, states[i], "a state, in [0, 1]");
  }
  return sum;
}

function blocksOf(count: number): number {
  return Math.ceil(count / BLOCK);
}
