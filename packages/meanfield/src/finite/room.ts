/**
 * Memory that the compiled sweeps of one game work in (kernels/finite-sweeps.ts and finite-policies.ts).
 *
 * Tables that all lie in it are swept by kernels. Where it is full, for it holds at most 4 GiB, tables are ordinary arrays, and
 * loops in JavaScript sweep them: to the same numbers up to rounding, only slower. No page of it is taken before it is written.
 */

import { openArena } from "../kernels/arena.ts";
import type { Arena } from "../kernels/arena.ts";
import type { KernelExports } from "../kernels/module.ts";

export interface Room {
  /** Zeros, in the memory of the kernels if there is room. */
  readonly float64: (length: number) => Float64Array;
  readonly int32: (length: number) => Int32Array;
  /** Copies, if there is room; otherwise the arrays themselves. */
  readonly numbers: (given: Float64Array) => Float64Array;
  readonly indices: (given: Int32Array) => Int32Array;
  readonly flags: (given: Uint8Array) => Uint8Array;
  /** The kernels, if all these arrays lie in their memory. */
  readonly over: (...arrays: readonly ArrayBufferView[]) => KernelExports | undefined;
  /** For kernels to work in: two numbers for each time and state. */
  readonly scratch: Float64Array;
}

/** @param bytes of all tables to come */
export function openRoom(bytes: number, scratch: number): Room {
  const arena = arenaOf(bytes + 8 * scratch + 4096);
  const buffer = arena?.memory.buffer;
  const fits = (size: number): boolean =>
    arena !== undefined && buffer !== undefined && arena.mark() + size <= buffer.byteLength;
  const float64 = (length: number): Float64Array =>
    arena !== undefined && fits(8 * length) ? arena.float64(length) : new Float64Array(length);
  const int32 = (length: number): Int32Array =>
    arena !== undefined && fits(4 * length) ? arena.int32(length) : new Int32Array(length);
  return {
    float64,
    int32,
    numbers: (given) => {
      if (!fits(8 * given.length)) return given;
      const copy = float64(given.length);
      copy.set(given);
      return copy;
    },
    indices: (given) => {
      if (!fits(4 * given.length)) return given;
      const copy = int32(given.length);
      copy.set(given);
      return copy;
    },
    flags: (given) => {
      if (!fits(given.length + 4)) return given;
      const place = int32(Math.ceil(given.length / 4));
      const copy = new Uint8Array(place.buffer, place.byteOffset, given.length);
      copy.set(given);
      return copy;
    },
    over: (...arrays) => {
      for (const array of arrays) if (array.buffer !== buffer) return undefined;
      return arena?.kernels;
    },
    scratch: float64(scratch),
  };
}

const most = 2 ** 32 - 2 ** 20;

/** None where the machine has not so much to give: addresses, not memory, of which pages are taken when they are written. */
function arenaOf(bytes: number): Arena | undefined {
  try {
    return openArena(Math.min(bytes, most));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
