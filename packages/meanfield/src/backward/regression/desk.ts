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
  /** Writes Σ own_a own_b u w over each copy's rows, b ≤ a, copy after copy. */
  readonly mixedSums: (shape: Shape, own: Float64Array, u: Float64Array, w: Float64Array, out: Float64Array) => void;
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
  /** Adds the sums of products of functions of pairs to the lower triangle of `gram`. */
  readonly pairGram: (
    shape: Shape,
    own: Float64Array,
    pairs: PairTables,
    moments: Float64Array,
    gram: Float64Array,
  ) => void;
  /** Adds Σ_ab own_a weight_ab (sum_b − own_b w) to every row; weights and sums of every copy, one after the other. */
  readonly pairRows: (
    shape: Shape,
    own: Float64Array,
    weights: Float64Array,
    sums: Float64Array,
    w: Float64Array,
    out: Float64Array,
  ) => void;
}

/** What products of functions of pairs are made of, as the kernel is told. */
export interface PairTables {
  readonly size: number;
  /** For functions k and l ≤ k the numbers m·count + n of two square sums, row after row of the triangle. */
  readonly index: Int32Array;
  /** For every function the number of its product of features. */
  readonly product: Int32Array;
  /** Products of features, copies × `products`. */
  readonly shared: Float64Array;
  readonly products: number;
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

export interface DeskSize {
  readonly copies: number;
  readonly players: number;
  /** Polynomials of a row, at most. */
  readonly width: number;
  /** Functions of two players' states, at most; 0 where there are none. */
  readonly pairs: number;
  /** Arrays of a number a row that will be asked for, beside those of the polynomials. */
  readonly buffers: number;
}

/** A desk for so many rows and functions; undefined where it is not worth the while, or too large. */
export function openDesk({ copies, players, width, pairs, buffers }: DeskSize): Desk | undefined {
  const rows = copies * players;
  const squares = (width * (width + 1)) / 2;
  // Polynomials twice, once of a basis that is only just being made; what lies outside is copied.
  const numbers = rows * (buffers + 6 + 3 * width) + copies * (2 * squares + (width + 1) * (width + 4));
  const ofPairs =
    pairs === 0 ? 0 : players * (squares + width) + 4 * squares * squares + pairs * (2 * pairs + 4) + copies * 100;
  const bytes = 8 * (numbers + ofPairs) + 64 * 10 * (buffers + 40);
  if (rows < FEWEST_ROWS || bytes > MOST_BYTES) return undefined;
  return deskOver(openArena(bytes));
}

function deskOver(arena: Arena): Desk {
  const { kernels, float64, int32, mark, release } = arena;
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
  const integersOf = (array: Int32Array): number => {
    const copy = int32(array.length);
    copy.set(array);
    return copy.byteOffset;
  };
  /** Rows of an even number of numbers, the last 0 where it was odd. */
  const padded = (rows: Float64Array, width: number): Float64Array => {
    const stride = evenOf(width);
    const out = numbers((rows.length / width) * stride);
    for (let from = 0, at = 0; from < rows.length; from += width, at += stride) {
      for (let a = 0; a < width; a++) out[at + a] = rows[from + a];
    }
    return out;
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
        const scratch = numbers(tilesOf(width));
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
        const { byteOffset } = padded(weights, width);
        written(out, (address) =>
          kernels.fittedRows(copies, players, width, addressOf(own), byteOffset, 8 * evenOf(width), address),
        );
      }),
    mixedSums: ({ copies, players, width }, own, u, w, out) =>
      cleared(() => {
        const scratch = numbers(players * width + SPARE + tilesOf(width));
        written(out, (address) =>
          kernels.mixedSums(
            copies,
            players,
            width,
            addressOf(own),
            addressOf(u),
            addressOf(w),
            scratch.byteOffset,
            address,
          ),
        );
      }),
    pairGram: ({ copies, players, width }, own, { size, index, product, shared, products }, moments, gram) =>
      cleared(() => {
        const count = (width * (width + 1)) / 2;
        const scratch = numbers(
          players * count + SPARE + (count * (count + 1)) / 2 + count * count + size + tilesOf(count),
        );
        const sums = numbers(size * size);
        kernels.pairGram(
          copies,
          players,
          width,
          addressOf(own),
          size,
          integersOf(index),
          integersOf(product),
          products,
          addressOf(shared),
          addressOf(moments),
          scratch.byteOffset,
          sums.byteOffset,
        );
        for (let k = 0; k < gram.length; k++) gram[k] += sums[k];
      }),
    pairRows: ({ copies, players, width }, own, weights, sums, w, out) =>
      cleared(() => {
        const stride = evenOf(width);
        const [table, line, scratch] = [padded(weights, width), padded(sums, width), numbers(stride)];
        const rows = numbers(out.length);
        rows.set(out);
        kernels.pairRows(
          copies,
          players,
          width,
          addressOf(own),
          table.byteOffset,
          line.byteOffset,
          8 * stride,
          addressOf(w),
          scratch.byteOffset,
          rows.byteOffset,
        );
        out.set(rows);
      }),
  };
}

/** Eight sums for every two and four columns. */
function tilesOf(width: number): number {
  return 8 * Math.ceil(width / 2) * Math.ceil((width + 1) / 4);
}

function evenOf(width: number): number {
  return width + (width % 2);
}

/** Numbers that kernels read beyond the last and make no use of. */
const SPARE = 4;
