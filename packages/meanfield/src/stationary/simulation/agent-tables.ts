/**
 * Laws as the kernels draw from them (kernels/finite-agents.ts): an alias table for each row, over the successors of
 * positive probability alone.
 *
 * A. J. Walker, "An efficient method for generating discrete random variables with general distributions", ACM Transactions
 * on Mathematical Software 3 (1977) 253–256; M. D. Vose, IEEE Transactions on Software Engineering 17 (1991) 972–975.
 */

import { InputError } from "../../core/index.ts";
import type { Arena } from "../../kernels/index.ts";
import { sumTolerance } from "./inputs.ts";

/** Probabilities in units of what 32 random bits resolve. */
const SCALE = 2 ** 32;

export interface AgentTables {
  /** For each row its first slot and the number of its slots. */
  readonly rows: Uint32Array;
  readonly thresholds: Uint32Array;
  /** Two successors for each slot. */
  readonly targets: Uint16Array;
  /**
   * Replaces all rows: row i is the law over |X| states at i·|X| of `laws`.
   *
   * @throws InputError where a row holds what is no probability, or does not sum to one.
   */
  readonly write: (laws: Float64Array) => void;
  /** What has been written, kept elsewhere. */
  readonly copy: () => AgentTablesCopy;
  readonly restore: (copy: AgentTablesCopy) => void;
}

export interface AgentTablesCopy {
  readonly rows: Uint32Array;
  readonly thresholds: Uint32Array;
  readonly targets: Uint16Array;
}

/** Room for `slots` successors of positive probability in `rows` rows, in bytes. */
export function agentTablesBytes(rows: number, slots: number): number {
  return 8 * (rows + slots) + 4 * 64;
}

/** Tables in an arena; `states` at most 2^16. */
export function agentTables(arena: Arena, rowCount: number, slotCount: number, states: number): AgentTables {
  const words = (length: number): Uint32Array =>
    new Uint32Array(arena.memory.buffer, arena.int32(length).byteOffset, length);
  const rows = words(2 * rowCount);
  const thresholds = words(slotCount);
  const targets = new Uint16Array(arena.memory.buffer, arena.int32(slotCount).byteOffset, 2 * slotCount);
  const successors = new Uint16Array(states);
  const share = new Float64Array(states);
  const poor = new Uint16Array(states);
  const rich = new Uint16Array(states);

  /** One row from `first` on; returns the slot after it. */
  const writeRow = (laws: Float64Array, start: number, first: number): number => {
    let count = 0;
    let sum = 0;
    for (let y = 0; y < states; y++) {
      const p = laws[start + y];
      if (p === 0) continue;
      if (!(p > 0)) throw new InputError(`P[${start + y}]`, p, "a probability");
      successors[count] = y;
      share[count++] = p;
      sum += p;
    }
    if (!(Math.abs(sum - 1) <= sumTolerance))
      throw new InputError(`the sum of P[${start}, …, ${start + states - 1}]`, sum, "1");
    let poorCount = 0;
    let richCount = 0;
    const scale = count / sum;
    for (let i = 0; i < count; i++) {
      share[i] *= scale;
      if (share[i] < 1) poor[poorCount++] = i;
      else rich[richCount++] = i;
    }
    const settle = (i: number, threshold: number, other: number): void => {
      const rounded = Math.round(threshold * SCALE);
      thresholds[first + i] = Math.min(rounded, SCALE - 1);
      targets[2 * (first + i)] = successors[i];
      // A slot that is full to within rounding has no other.
      targets[2 * (first + i) + 1] = successors[rounded < SCALE ? other : i];
    };
    while (poorCount > 0 && richCount > 0) {
      const i = poor[--poorCount];
      const other = rich[richCount - 1];
      settle(i, share[i], other);
      share[other] -= 1 - share[i];
      if (share[other] < 1) {
        richCount--;
        poor[poorCount++] = other;
      }
    }
    while (richCount > 0) settle(rich[--richCount], 1, 0);
    while (poorCount > 0) settle(poor[--poorCount], 1, 0);
    return first + count;
  };

  let slot = 0;
  return {
    rows,
    thresholds,
    targets,
    write: (laws) => {
      slot = 0;
      for (let row = 0; row < rowCount; row++) {
        const next = writeRow(laws, row * states, slot);
        rows[2 * row] = slot;
        rows[2 * row + 1] = next - slot;
        slot = next;
      }
    },
    copy: () => ({
      rows: rows.slice(),
      thresholds: thresholds.slice(0, slot),
      targets: targets.slice(0, 2 * slot),
    }),
    restore: (copy) => {
      rows.set(copy.rows);
      thresholds.set(copy.thresholds);
      targets.set(copy.targets);
      slot = copy.thresholds.length;
    },
  };
}

/** How many entries are positive: the slots that tables of these laws need. */
export function slotsOf(laws: Float64Array): number {
  let count = 0;
  for (let i = 0; i < laws.length; i++) if (laws[i] > 0) count++;
  return count;
}

/**
 * Writes a policy as the kernels read it: for each state the cumulative probabilities of all actions but the last, in units of
 * 2^−32, as 64-bit integers (`out` has two words for each).
 */
export function writePolicy(probabilities: Float64Array, actions: number, out: Uint32Array): void {
  let p = 0;
  for (let start = 0; start < probabilities.length; start += actions) {
    let sum = 0;
    for (let a = 0; a < actions - 1; a++) {
      sum += probabilities[start + a];
      const rounded = Math.min(Math.round(sum * SCALE), SCALE);
      out[p++] = rounded % SCALE;
      out[p++] = rounded === SCALE ? 1 : 0;
    }
  }
}
