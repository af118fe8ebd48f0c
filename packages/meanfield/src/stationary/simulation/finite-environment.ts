/**
 * The simulator of a stationary game with finitely many states: all that a learner sees of it.
 *
 * Agents move in the kernels (kernels/finite-agents.ts) on tables that finite-desk.ts keeps. Where P depends on the field,
 * interacting players move step by step, each repeat against its own empirical field; where it does not, all repeats move
 * at once.
 */

import { InputError } from "../../core/index.ts";
import type { FiniteStationaryModel } from "../model.ts";
import type { PlayedPolicy } from "../policy-class.ts";
import { agentTables, agentTablesBytes, writePolicy } from "./agent-tables.ts";
import type { Draws, StationaryEnvironment } from "./environment.ts";
import { at, type Desk, desksOf } from "./finite-desk.ts";
import { checkCount, checkLaws, checkLength, checkPopulation, checkRollout, keysOf } from "./inputs.ts";

/** Agents a block of the kernels. */
const BLOCK = 4;
/** Agents, and entries of trajectories, that are simulated before they are copied out: they stay in the cache. */
const MOST_AGENTS = 8192;
const MOST_ENTRIES = 65_536;
/** Targets are numbered by 16 bits. */
const MOST_STATES = 65_536;

/** @throws InputError where the model has more than 65,536 states. */
export function finiteEnvironment(model: FiniteStationaryModel): StationaryEnvironment {
  const { states, actions, discount, initial } = model;
  if (states > MOST_STATES) throw new InputError("states", states, `at most ${MOST_STATES} for simulation`);
  const rowCount = states * actions;
  const desks = desksOf(model);

  /** The arguments that all calls share. */
  const prepare = (open: Desk, policy: Float64Array | undefined, draws: Draws): void => {
    open.keys.set(keysOf(draws));
    open.call[at.firstStep] = 0;
    if (policy !== undefined) writePolicy(policy, actions, open.policy);
  };

  const table = (policy: PlayedPolicy): Float64Array => {
    if (policy.kind !== "table")
      throw new InputError("policy.kind", policy.kind, "table, where states are finitely many");
    checkLength("policy.probabilities", policy.probabilities, rowCount);
    checkLaws("policy.probabilities", policy.probabilities, actions);
    return policy.probabilities;
  };

  const checkField = (field: Float64Array): void => {
    checkLength("field", field, states);
    checkLaws("field", field, states);
  };

  /** Calls `use` for chunks of agents whose numbers begin at `first`, placed by ξ₀. */
  const started = (
    open: Desk,
    count: number,
    most: number,
    use: (agents: Int32Array, blocks: number, first: number, many: number) => void,
  ): void => {
    const agents = open.arena.int32(blocksOf(Math.min(count, most)) * BLOCK);
    open.call[at.agents] = agents.byteOffset;
    for (let first = 0; first < count; first += most) {
      const many = Math.min(most, count - first);
      const blocks = blocksOf(many);
      open.call[at.firstAgent] = first;
      open.place(open.start, blocks);
      use(agents, blocks, first, many);
    }
  };

  return {
    space: {
      positions: model.positions,
      actions,
      ...(model.threshold === undefined ? {} : { threshold: model.threshold }),
    },
    discount,
    initialField: () => initial.slice(),

    population: (policy, settings, draws) => {
      checkPopulation(settings);
      const played = table(policy);
      const { players, steps, repeats } = settings;
      const counts = new Float64Array(states);
      if (!model.transitionsCoupled) {
        const open = desks.open(initial, 4 * MOST_AGENTS + 64, false);
        prepare(open, played, draws);
        open.call[at.steps] = steps;
        started(open, players * repeats, MOST_AGENTS, (agents, blocks, _first, many) => {
          open.kernels.finiteMove(open.call.byteOffset, 0, blocks);
          countStates(agents, many, counts);
        });
        return counts.map((n) => n / (players * repeats));
      }
      const field = new Float64Array(states);
      const open = desks.open(initial, 4 * players + 2 * 64, false);
      prepare(open, played, draws);
      open.call[at.steps] = 1;
      const blocks = blocksOf(players);
      const agents = open.arena.int32(blocks * BLOCK);
      open.call[at.agents] = agents.byteOffset;
      for (let repeat = 0; repeat < repeats; repeat++) {
        open.call[at.firstAgent] = repeat * players;
        open.place(open.start, blocks);
        for (let t = 0; t < steps; t++) {
          field.fill(0);
          countStates(agents, players, field);
          for (let x = 0; x < states; x++) field[x] /= players;
          desks.turn(field, false);
          open.call[at.firstStep] = t;
          open.kernels.finiteMove(open.call.byteOffset, 0, blocks);
        }
        countStates(agents, players, counts);
      }
      return counts.map((n) => n / (players * repeats));
    },

    nextField: (policy, field, count, draws) => {
      checkCount("count", count);
      checkField(field);
      const open = desks.open(field, agentTablesBytes(1, states) + 4 * MOST_AGENTS + 64, false);
      prepare(open, table(policy), draws);
      const law = agentTables(open.arena, 1, states, states);
      law.write(field);
      open.call[at.steps] = 1;
      const agents = open.arena.int32(blocksOf(Math.min(count, MOST_AGENTS)) * BLOCK);
      open.call[at.agents] = agents.byteOffset;
      const counts = new Float64Array(states);
      for (let first = 0; first < count; first += MOST_AGENTS) {
        const many = Math.min(MOST_AGENTS, count - first);
        const blocks = blocksOf(many);
        open.call[at.firstAgent] = first;
        open.place(law, blocks);
        open.kernels.finiteMove(open.call.byteOffset, 0, blocks);
        countStates(agents, many, counts);
      }
      return counts.map((n) => n / count);
    },

    returns: (policy, field, settings, draws) => {
      checkRollout(settings);
      checkField(field);
      const { count, horizon } = settings;
      const open = desks.open(field, 12 * MOST_AGENTS + 2 * 64, true);
      prepare(open, table(policy), draws);
      const sums = open.arena.float64(Math.min(blocksOf(count) * BLOCK, MOST_AGENTS));
      open.call[at.steps] = horizon;
      open.call[at.out] = sums.byteOffset;
      const result = new Float64Array(count);
      started(open, count, MOST_AGENTS, (_agents, blocks, first, many) => {
        open.kernels.finiteReturns(open.call.byteOffset, 0, blocks);
        result.set(sums.subarray(0, many), first);
      });
      return result;
    },

    trajectories: (policy, field, settings, draws) => {
      checkRollout(settings);
      checkField(field);
      const { count, horizon } = settings;
      const most = BLOCK * Math.max(1, Math.floor(MOST_ENTRIES / horizon / BLOCK));
      const entries = Math.min(blocksOf(count) * BLOCK, most) * horizon;
      const open = desks.open(field, 17 * entries + 4 * most + 5 * 64, true);
      prepare(open, table(policy), draws);
      const visited = open.arena.float64(entries);
      const rewards = open.arena.float64(entries);
      const taken = new Uint8Array(
        open.arena.memory.buffer,
        open.arena.int32(Math.ceil(entries / 4)).byteOffset,
        entries,
      );
      open.call[at.steps] = horizon;
      open.call[at.out] = rewards.byteOffset;
      open.call[at.states] = visited.byteOffset;
      open.call[at.taken] = taken.byteOffset;
      const result = {
        count,
        horizon,
        states: new Float64Array(count * horizon),
        actions: new Uint8Array(count * horizon),
        rewards: new Float64Array(count * horizon),
        last: new Float64Array(count),
      };
      started(open, count, most, (agents, blocks, first, many) => {
        open.kernels.finiteRecord(open.call.byteOffset, 0, blocks);
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
      checkField(field);
      for (let j = 0; j < count; j++) {
        if (!(Number.isInteger(from[j]) && from[j] >= 0 && from[j] < states))
          throw new InputError(`states[${j}]`, from[j], `the index of a state, a whole number below ${states}`);
        if (taken[j] >= actions)
          throw new InputError(`actions[${j}]`, taken[j], `the index of an action, a whole number below ${actions}`);
      }
      const padded = Math.min(blocksOf(count) * BLOCK, MOST_AGENTS);
      const open = desks.open(field, 13 * padded + 3 * 64, true);
      prepare(open, undefined, draws);
      const agents = open.arena.int32(padded);
      const given = new Uint8Array(open.arena.memory.buffer, open.arena.int32(padded / 4).byteOffset, padded);
      const paid = open.arena.float64(padded);
      open.call[at.agents] = agents.byteOffset;
      open.call[at.taken] = given.byteOffset;
      open.call[at.out] = paid.byteOffset;
      const rewards = new Float64Array(count);
      const next = new Float64Array(count);
      for (let first = 0; first < count; first += padded) {
        const many = Math.min(padded, count - first);
        agents.set(from.subarray(first, first + many));
        given.set(taken.subarray(first, first + many));
        open.call[at.firstAgent] = first;
        open.kernels.finiteTransition(open.call.byteOffset, 0, blocksOf(many));
        rewards.set(paid.subarray(0, many), first);
        next.set(agents.subarray(0, many), first);
      }
      return { rewards, next };
    },
  };
}

function countStates(agents: Int32Array, many: number, counts: Float64Array): void {
  for (let j = 0; j < many; j++) counts[agents[j]]++;
}

function blocksOf(count: number): number {
  return Math.ceil(count / BLOCK);
}
