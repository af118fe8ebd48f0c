/**
 * The memory in which agents with finitely many states move: the game's tables at a field, and room for the agents.
 *
 * P and r are tabulated at the features φ of the field and kept while φ stays the same bits. Where P depends on the field,
 * the laws of many earlier φ are kept too: the mean of n players takes few values, and returns to them.
 */

import { type Arena, openArena } from "../../kernels/index.ts";
import type { FiniteStationaryModel } from "../model.ts";
import { type AgentTables, type AgentTablesCopy, agentTables, agentTablesBytes, slotsOf } from "./agent-tables.ts";

/** Places of the kernels' arguments. */
export const at = {
  agents: 0,
  firstAgent: 1,
  firstStep: 2,
  steps: 3,
  keys: 4,
  actions: 5,
  policy: 6,
  rows: 7,
  thresholds: 8,
  targets: 9,
  rewards: 10,
  bySuccessor: 11,
  discount: 12,
  out: 13,
  states: 14,
  taken: 15,
};
const ARGUMENTS = 16;

/** Laws that are kept: so many at most, and no more than so many bytes of them. */
const KEPT = 1024;
const KEPT_BYTES = 2 ** 23;

export interface Desks {
  /** A desk with tables at the field and `scratch` bytes of free room; rewards only where they are `paid`. */
  readonly open: (field: Float64Array, scratch: number, paid: boolean) => Desk;
  /** Brings the tables of the desk that was opened last to another field. */
  readonly turn: (field: Float64Array, paid: boolean) => void;
}

/** The desk of a model, opened when it is needed and anew when more room is. */
export function desksOf(model: FiniteStationaryModel): Desks {
  const { states, actions, features, transitionsCoupled } = model;
  const P = new Float64Array(states * actions * states);
  const r = new Float64Array(states * actions * states);
  const phi = new Float64Array(features.rows);
  const seen = new Float64Array(features.rows);
  const kept = keptLaws(
    Math.min(KEPT, Math.max(1, Math.floor(KEPT_BYTES / agentTablesBytes(states * actions, P.length)))),
  );
  let desk: Desk | undefined;
  /** Whether laws and rewards on the desk are those at the features `seen`. */
  let [lawful, priced] = [false, false];

  const look = (field: Float64Array): void => {
    for (let f = 0; f < phi.length; f++) {
      let sum = 0;
      for (let x = 0; x < states; x++) sum += features.data[f * states + x] * field[x];
      phi[f] = sum;
    }
  };

  const tabulate = (open: Desk, paid: boolean): void => {
    if (!sameBits(phi, seen)) {
      // P that does not depend on the field was written when the desk was opened.
      if (transitionsCoupled) lawful = false;
      priced = false;
      seen.set(phi);
    }
    if (!lawful) {
      const known = kept.find(phi);
      if (known === undefined) {
        model.transition(phi, P);
        open.tables.write(P);
        if (transitionsCoupled) kept.keep(phi, open.tables.copy());
      } else open.tables.restore(known);
      lawful = true;
    }
    if (paid && !priced) {
      model.reward(phi, r);
      open.setRewards(r);
      priced = true;
    }
  };

  return {
    open: (field, scratch, paid) => {
      look(field);
      if (desk === undefined || desk.room < scratch) {
        [lawful, priced] = [false, false];
        // Coupled laws may gain successors from field to field.
        let slots = P.length;
        if (!transitionsCoupled) {
          model.transition(phi, P);
          slots = slotsOf(P);
        }
        desk = openDesk(model, slots, Math.max(scratch, 2 * (desk?.room ?? 0)));
      }
      tabulate(desk, paid);
      desk.arena.release(desk.base);
      return desk;
    },
    turn: (field, paid) => {
      if (desk === undefined) throw new Error("no desk has been opened");
      look(field);
      tabulate(desk, paid);
    },
  };
}

interface KeptLaws {
  readonly find: (phi: Float64Array) => AgentTablesCopy | undefined;
  readonly keep: (phi: Float64Array, laws: AgentTablesCopy) => void;
}

/** At most `most` laws, each in the one place that its features' bits lead to: a newcomer displaces who was there. */
function keptLaws(most: number): KeptLaws {
  const entries = new Map<number, { readonly phi: Float64Array; readonly laws: AgentTablesCopy }>();
  const placeOf = (phi: Float64Array): number => {
    const words = new Int32Array(phi.buffer, phi.byteOffset, 2 * phi.length);
    let hash = 0x811c9dc5;
    for (const word of words) {
      hash = Math.imul(hash ^ word, 0x01000193);
      hash ^= hash >>> 15;
    }
    return (hash >>> 0) % most;
  };
  return {
    find: (phi) => {
      const entry = entries.get(placeOf(phi));
      return entry !== undefined && sameBits(entry.phi, phi) ? entry.laws : undefined;
    },
    keep: (phi, laws) => void entries.set(placeOf(phi), { phi: phi.slice(), laws }),
  };
}

function sameBits(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}

/** What the kernels need for one call, in one memory. */
export interface Desk {
  readonly arena: Arena;
  readonly kernels: Arena["kernels"];
  readonly tables: AgentTables;
  /** ξ₀. */
  readonly start: AgentTables;
  readonly keys: Int32Array;
  readonly policy: Uint32Array;
  /** Arguments of the kernels. */
  readonly call: Float64Array;
  readonly setRewards: (r: Float64Array) => void;
  /** Draws the states of the agents of `call` from a law. */
  readonly place: (law: AgentTables, blocks: number) => void;
  /** Where the agents' room begins, and its bytes. */
  readonly base: number;
  readonly room: number;
}

function openDesk(model: FiniteStationaryModel, slots: number, room: number): Desk {
  const { states, actions, initial } = model;
  const rowCount = states * actions;
  const policyWords = 2 * states * (actions - 1);
  const arena = openArena(
    agentTablesBytes(rowCount, slots) +
      agentTablesBytes(1, states) +
      8 * (Math.max(2 * slots, rowCount) + ARGUMENTS) +
      4 * (policyWords + 4) +
      4 * 64 +
      room,
  );
  const tables = agentTables(arena, rowCount, slots, states);
  const start = agentTables(arena, 1, states, states);
  start.write(initial);
  const rewards = arena.float64(Math.max(2 * slots, rowCount));
  const policy = new Uint32Array(arena.memory.buffer, arena.int32(policyWords).byteOffset, policyWords);
  const keys = arena.int32(4);
  const call = arena.float64(ARGUMENTS);
  call[at.keys] = keys.byteOffset;
  call[at.actions] = actions;
  call[at.policy] = policy.byteOffset;
  call[at.rewards] = rewards.byteOffset;
  call[at.discount] = model.discount;
  const read = (from: AgentTables): void => {
    call[at.rows] = from.rows.byteOffset;
    call[at.thresholds] = from.thresholds.byteOffset;
    call[at.targets] = from.targets.byteOffset;
  };
  read(tables);
  return {
    arena,
    kernels: arena.kernels,
    tables,
    start,
    keys,
    policy,
    call,
    setRewards: (r) => {
      // Rewards that do not depend on the successor are kept by (x, a): a table that stays in the nearest cache.
      const bySuccessor = !rewardsByRow(r, tables, rowCount, states, rewards);
      if (bySuccessor) rewardsBySuccessor(r, tables, rowCount, states, rewards);
      call[at.bySuccessor] = bySuccessor ? 1 : 0;
    },
    place: (law, blocks) => {
      read(law);
      arena.kernels.finiteStart(call.byteOffset, 0, blocks);
      read(tables);
    },
    base: arena.mark(),
    room,
  };
}

/** Writes r(x, a), where it is one number for all successors of positive probability; false where it is not. */
function rewardsByRow(
  r: Float64Array,
  { rows, targets }: AgentTables,
  rowCount: number,
  states: number,
  out: Float64Array,
): boolean {
  for (let row = 0; row < rowCount; row++) {
    const first = 2 * rows[2 * row];
    const end = first + 2 * rows[2 * row + 1];
    const value = r[row * states + targets[first]];
    for (let s = first + 1; s < end; s++) if (r[row * states + targets[s]] !== value) return false;
    out[row] = value;
  }
  return true;
}

function rewardsBySuccessor(
  r: Float64Array,
  { rows, targets }: AgentTables,
  rowCount: number,
  states: number,
  out: Float64Array,
): void {
  for (let row = 0; row < rowCount; row++) {
    const first = 2 * rows[2 * row];
    const end = first + 2 * rows[2 * row + 1];
    for (let s = first; s < end; s++) out[s] = r[row * states + targets[s]];
  }
}
