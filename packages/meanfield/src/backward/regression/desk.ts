/**
 * Sums over simulated paths in the memory of the kernels, where they are several times as fast.
 *
 * What lies there already is worked on where it is; anything else is copied first.
 */

import type { Arena } from "../../kernels/index.ts";
import { openArena } from "../../kernels/index.ts";
import { hermiteTables } from "./hermite.ts";

export interface Desk {
  /** Room for `length` numbers, and four more that kernels may read beyond. */
  readonly numbers: (length: number) => Float64Array;
  /** How far the desk is covered: give it to `release` to take back all room given out since, which must not be used any more. */
  readonly mark: () => number;
  readonly release: (mark: number) => void;
  /** The values of he_0 … he_degree at the standardised rows, row after row; `scale` not zero. */
  readonly hermiteRows: (x: Float64Array, centre: number, scale: number, degree: number) => Float64Array;
  /** Writes Σ own_a own_b over each copy's rows, b ≤ a, copy after copy. */
  readonly squareSums: (shape: Shape, own: Float64Array, out: Float64Array) => void;
  /** Writes Σ own_a u w over each copy's rows, copy after copy. */
  readonly rightSums: (
    shape: Shape,
    own: Float64Array,
    u: Float64Array,
    w: Float64Array | undefined,
    out: Float64Array,
  ) => void;
  /** Writes Σ_a weight_a own_a for every row; weights of every copy, one after the other. */
  readonly fittedRows: (shape: Shape, own: Float64Array, weights: Float64Array, out: Float64Array) => void;
}

export interface Shape {
  readonly copies: number;
  readonly players: number;
  /** Polynomials of a row. */
  readonly width: number;
}

/** Beyond it a desk would take memory that others need; sums are then taken without. */
const MOST_BYTES = 2 ** 31;
/** Less work than this is done before a desk is laid. */
const FEWEST_ROWS = 256;

/**
 * A desk for so many rows and polynomials; undefined where it is not worth the while, or too large.
 *
 * @param buffers arrays of as many numbers as rows that will be asked for, beside those of the polynomials
 */
export function openDesk(rows: number, copies: number, width: number, buffers: number): Desk | undefined {
  const row = buffers + 6 + 3 * width;
  const bytes = 8 * (rows * row + copies * (width * width + 4 * width) + 64 * (row + 40));
  if (rows < FEWEST_ROWS || bytes > MOST_BYTES) return undefined;
  return deskOver(openArena(bytes));
}

function deskOver(arena: Arena): Desk {
  const { kernels, float64, mark, release } = arena;
  const [roots, inverses] = hermiteTables().map((table) => {
    const inside = float64(table.length);
    inside.set(table);
    return inside.byteOffset;
  });
  const numbers = (length: number): Float64Array => float64(length + SPARE).subarray(0, length);
  const cleared = <T>(work: () => T): T => {
    const before = mark();
    try {
      return work();
    } finally {
      release(before);
    }
  };
  const inside = (array: Float64Array): boolean => array.buffer === arena.memory.buffer;
  const addressOf = (array: Float64Array): number => {
    if (inside(array)) return array.byteOffset;
    const copy = numbers(array.length);
    copy.set(array);
    return copy.byteOffset;
  };
  /** Room for what a kernel writes, and from there to where it belongs. */
  const written = (out: Float64Array, work: (address: number) => void): void => {
    if (inside(out)) {
      work(out.byteOffset);
      return;
    }
    const copy = numbers(out.length);
    work(copy.byteOffset);
    out.set(copy);
  };
  return {
    numbers,
    mark,
    release,
    hermiteRows: (x, centre, scale, degree) => {
      const own = numbers(x.length * (degree + 1));
      cleared(() =>
        kernels.hermiteRows(x.length, degree, addressOf(x), centre, scale, roots, inverses, own.byteOffset),
      );
      return own;
    },
    squareSums: ({ copies, players, width }, own, out) =>
      cleared(() => {
        // Eight sums for every two and four columns.
        const scratch = numbers(8 * Math.ceil(width / 2) * Math.ceil((width + 1) / 4));
        written(out, (address) =>
          kernels.squareSums(copies, players, width, addressOf(own), scratch.byteOffset, address),
        );
      }),
    rightSums: ({ copies, players, width }, own, u, w, out) =>
      cleared(() =>
        written(out, (address) =>
          kernels.rightSums(
            copies,
            players,
            width,
            addressOf(own),
            addressOf(u),
            w === undefined ? 0 : addressOf(w),
            address,
          ),
        ),
      ),
    fittedRows: ({ copies, players, width }, own, weights, out) =>
      cleared(() => {
        const stride = width + (width % 2);
        const padded = numbers(copies * stride);
        for (let copy = 0; copy < copies; copy++) {
          for (let a = 0; a < width; a++) padded[copy * stride + a] = weights[copy * width + a];
        }
        written(out, (address) =>
          kernels.fittedRows(copies, players, width, addressOf(own), padded.byteOffset, 8 * stride, address),
        );
      }),
  };
}

/** Numbers that kernels read beyond the last and make no use of. */
const SPARE = 4;
