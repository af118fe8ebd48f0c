/**
 * Direct solution of large sparse systems: A = L U by dense pieces, one for each part of a dissection.
 *
 * I. S. Duff, J. K. Reid, ACM Transactions on Mathematical Software 9 (1983) 302–325 (the multifrontal method). Each part's
 * unknowns are eliminated in a dense front of theirs and of the later unknowns that they touch; what that leaves of the
 * latter is added into the front of the part above. Pivots are chosen by size within a part only, so that the shape of the
 * factors is known beforehand: made for matrices all of whose principal submatrices are far from singular, such as those of
 * diffusions on grids. The answer's residual, not this code, tells whether that was so.
 */

import { eliminate } from "./dense-front.ts";
import { SingularMatrixError } from "./lu.ts";
import type { DissectionPart } from "./nested-dissection.ts";
import type { SparseMatrix, SparsePattern } from "./sparse.ts";

/** All that the factors of a pattern share. */
export interface SparseAnalysis {
  readonly pattern: SparsePattern;
  readonly fronts: readonly Front[];
  /** Numbers that the factors hold. */
  readonly entries: number;
  /** Numbers that the factorisation holds beside them at one time. */
  readonly workspace: number;
}

interface Front {
  /** Unknowns: first the `pivots` that are eliminated here, then the later ones that they touch. */
  readonly unknowns: Int32Array;
  readonly pivots: number;
  readonly children: readonly number[];
  /** Where each remaining unknown of a child stands in this front, for each child. */
  readonly landing: readonly Int32Array[];
  /** Entries of the matrix that come in here: position in its data, and in the front. */
  readonly source: Int32Array;
  readonly target: Int32Array;
  /** Where the front's rows of U and columns of L begin among the factors' numbers. */
  readonly offset: number;
}

/** A factored matrix. */
export interface SparseLu {
  /** The x with A x = b; `out` may be b. Throws RangeError where lengths are off. */
  readonly solve: (b: Float64Array, out?: Float64Array) => Float64Array;
  /** The x with Aᵀ x = b. */
  readonly solveTransposed: (b: Float64Array, out?: Float64Array) => Float64Array;
}

/**
 * Finds the fronts of a pattern under a dissection of it.
 *
 * The pattern is made symmetric as far as fronts are concerned. Throws RangeError where it is not square, or where the parts
 * are not all its unknowns once or share entries across.
 */
export function analyseSparse(pattern: SparsePattern, parts: readonly DissectionPart[]): SparseAnalysis {
  const n = pattern.rows;
  if (pattern.columns !== n) {
    throw new RangeError(`analyseSparse: the pattern must be square, got ${n}x${pattern.columns}.`);
  }
  const position = new Int32Array(n).fill(-1);
  const partOf = new Int32Array(n);
  let count = 0;
  parts.forEach(({ own }, p) => {
    for (const i of own) {
      if (position[i] >= 0) throw new RangeError(`analyseSparse: unknown ${i} is in two parts.`);
      partOf[i] = p;
      position[i] = count++;
    }
  });
  if (count !== n) throw new RangeError(`analyseSparse: ${count} of ${n} unknowns are in the parts.`);

  const { first, sorted } = entriesByPart(pattern, position, partOf, parts.length);
  const rowOf = rowsOf(pattern);
  const fronts: Front[] = [];
  const above = new Uint8Array(parts.length);
  const local = new Int32Array(n).fill(-1);
  let entries = 0;
  let held = 0;
  let workspace = 0;
  parts.forEach(({ own, children }, p) => {
    const source = sorted.subarray(first[p], first[p + 1]);
    const later = new Set<number>();
    const meet = (i: number): void => void (partOf[i] === p || later.add(i));
    for (const entry of source) {
      meet(rowOf[entry]);
      meet(pattern.index[entry]);
    }
    for (const child of children) {
      if (!(child < p)) throw new RangeError(`analyseSparse: part ${p} stands before part ${child} below it.`);
      above[child] = 1;
      const { unknowns, pivots } = fronts[child];
      for (let k = pivots; k < unknowns.length; k++) meet(unknowns[k]);
    }
    const size = own.length + later.size;
    const unknowns = new Int32Array(size);
    unknowns.set(own);
    unknowns.set(
      [...later].toSorted((a, b) => position[a] - position[b]),
      own.length,
    );
    unknowns.forEach((i, k) => (local[i] = k));
    const landing = children.map((child) => {
      const { unknowns: theirs, pivots } = fronts[child];
      return theirs.subarray(pivots).map((i) => local[i]);
    });
    const target = source.map((entry) => local[rowOf[entry]] * size + local[pattern.index[entry]]);
    unknowns.forEach((i) => (local[i] = -1));
    fronts.push({ unknowns, pivots: own.length, children, landing, source, target, offset: entries });
    entries += own.length * (2 * size - own.length);
    workspace = Math.max(workspace, held + size * size);
    for (const child of children) held -= left(fronts[child]) ** 2;
    held += left(fronts[p]) ** 2;
  });
  fronts.forEach((front, p) => {
    if (above[p] === 0 && left(front) > 0) {
      throw new RangeError(`analyseSparse: an entry joins part ${p}, or one below it, to a part that is not above it.`);
    }
  });
  return { pattern, fronts, entries, workspace };
}

/** Unknowns of a front that are left to those above it. */
function left({ unknowns, pivots }: Front): number {
  return unknowns.length - pivots;
}

function rowsOf({ rows, start, index }: SparsePattern): Int32Array {
  const rowOf = new Int32Array(index.length);
  for (let r = 0; r < rows; r++) rowOf.fill(r, start[r], start[r + 1]);
  return rowOf;
}

/** Entries by the part that eliminates the earlier of their two unknowns: those of part p are `sorted[first[p]]` and on. */
function entriesByPart(
  { rows, start, index }: SparsePattern,
  position: Int32Array,
  partOf: Int32Array,
  parts: number,
): { readonly first: Int32Array; readonly sorted: Int32Array } {
  const part = new Int32Array(index.length);
  const first = new Int32Array(parts + 1);
  for (let r = 0; r < rows; r++) {
    for (let k = start[r]; k < start[r + 1]; k++) {
      part[k] = partOf[position[index[k]] < position[r] ? index[k] : r];
      first[part[k] + 1]++;
    }
  }
  for (let p = 0; p < parts; p++) first[p + 1] += first[p];
  const next = first.slice();
  const sorted = new Int32Array(index.length);
  for (let k = 0; k < index.length; k++) sorted[next[part[k]]++] = k;
  return { first, sorted };
}

/**
 * Factors a matrix that has the analysed pattern (its `start` and `index` are not looked at).
 *
 * Throws RangeError where it has another number of entries, SingularMatrixError where a pivot is 0 or not finite.
 */
export function factorSparse(analysis: SparseAnalysis, { data }: SparseMatrix): SparseLu {
  const { pattern, fronts, entries } = analysis;
  if (data.length !== pattern.index.length) {
    throw new RangeError(`factorSparse: the matrix has ${data.length} entries, its pattern ${pattern.index.length}.`);
  }
  const n = pattern.rows;
  const factors = new Float64Array(entries);
  /** Row of the front that became pivot row k, for all fronts one after another. */
  const exchange = new Int32Array(n);
  const updates: (Float64Array | undefined)[] = fronts.map(() => undefined);
  let done = 0;
  fronts.forEach((front, p) => {
    const { unknowns, pivots, children, landing, source, target, offset } = front;
    const size = unknowns.length;
    const dense = new Float64Array(size * size);
    for (let k = 0; k < source.length; k++) dense[target[k]] += data[source[k]];
    children.forEach((child, c) => {
      const update = updates[child];
      updates[child] = undefined;
      if (update !== undefined) extendAdd(dense, size, update, landing[c]);
    });
    const order = exchange.subarray(done, done + pivots);
    const failed = eliminate(dense, size, pivots, order);
    if (failed >= 0) {
      throw new SingularMatrixError(
        `factorSparse: the pivot of unknown ${unknowns[failed]} of ${n} is 0 or not finite.`,
        done + failed,
      );
    }
    done += pivots;
    // U with the pivot block on top, then the columns of L below it.
    factors.set(dense.subarray(0, pivots * size), offset);
    let at = offset + pivots * size;
    const rest = size - pivots;
    const update = new Float64Array(rest * rest);
    for (let r = 0; r < rest; r++) {
      const row = (pivots + r) * size;
      factors.set(dense.subarray(row, row + pivots), at);
      at += pivots;
      update.set(dense.subarray(row + pivots, row + size), r * rest);
    }
    updates[p] = update;
  });
  return {
    solve: (b, out = new Float64Array(n)) => solveWith(analysis, factors, exchange, b, out),
    solveTransposed: (b, out = new Float64Array(n)) => solveTransposedWith(analysis, factors, exchange, b, out),
  };
}

/** Adds what elimination below left of its unknowns. */
function extendAdd(dense: Float64Array, size: number, update: Float64Array, landing: Int32Array): void {
  const rest = landing.length;
  for (let r = 0; r < rest; r++) {
    const row = landing[r] * size;
    const from = r * rest;
    for (let c = 0; c < rest; c++) dense[row + landing[c]] += update[from + c];
  }
}

function checkLengths(n: number, b: Float64Array, out: Float64Array): void {
  if (b.length !== n) throw new RangeError(`solve: b must have ${n} entries, got ${b.length}.`);
  if (out.length !== n) throw new RangeError(`solve: out must have ${n} entries, got ${out.length}.`);
}

function solveWith(
  { fronts, pattern }: SparseAnalysis,
  factors: Float64Array,
  exchange: Int32Array,
  b: Float64Array,
  out: Float64Array,
): Float64Array {
  checkLengths(pattern.rows, b, out);
  const x = out === b ? out : (out.set(b), out);
  const own = new Float64Array(Math.max(0, ...fronts.map(({ pivots }) => pivots)));
  let done = 0;
  for (const { unknowns, pivots, offset } of fronts) {
    const size = unknowns.length;
    for (let k = 0; k < pivots; k++) own[k] = x[unknowns[exchange[done + k]]];
    for (let k = 0; k < pivots; k++) {
      let sum = own[k];
      const row = offset + k * size;
      for (let j = 0; j < k; j++) sum -= factors[row + j] * own[j];
      own[k] = sum;
      x[unknowns[k]] = sum;
    }
    const below = offset + pivots * size;
    for (let r = pivots; r < size; r++) {
      let sum = 0;
      const row = below + (r - pivots) * pivots;
      for (let j = 0; j < pivots; j++) sum += factors[row + j] * own[j];
      x[unknowns[r]] -= sum;
    }
    done += pivots;
  }
  for (let p = fronts.length - 1; p >= 0; p--) {
    const { unknowns, pivots, offset } = fronts[p];
    const size = unknowns.length;
    for (let k = pivots - 1; k >= 0; k--) {
      const row = offset + k * size;
      let sum = x[unknowns[k]];
      for (let j = k + 1; j < size; j++) sum -= factors[row + j] * x[unknowns[j]];
      x[unknowns[k]] = sum / factors[row + k];
    }
  }
  return x;
}

function solveTransposedWith(
  { fronts, pattern }: SparseAnalysis,
  factors: Float64Array,
  exchange: Int32Array,
  b: Float64Array,
  out: Float64Array,
): Float64Array {
  checkLengths(pattern.rows, b, out);
  const x = out === b ? out : (out.set(b), out);
  const own = new Float64Array(Math.max(0, ...fronts.map(({ pivots }) => pivots)));
  let done = 0;
  for (const { unknowns, pivots, offset } of fronts) {
    const size = unknowns.length;
    for (let k = 0; k < pivots; k++) {
      const row = offset + k * size;
      const value = x[unknowns[k]] / factors[row + k];
      x[unknowns[k]] = value;
      for (let j = k + 1; j < size; j++) x[unknowns[j]] -= factors[row + j] * value;
    }
    done += pivots;
  }
  for (let p = fronts.length - 1; p >= 0; p--) {
    const { unknowns, pivots, offset } = fronts[p];
    const size = unknowns.length;
    done -= pivots;
    for (let k = 0; k < pivots; k++) own[k] = x[unknowns[k]];
    const below = offset + pivots * size;
    for (let r = pivots; r < size; r++) {
      const value = x[unknowns[r]];
      const row = below + (r - pivots) * pivots;
      for (let j = 0; j < pivots; j++) own[j] -= factors[row + j] * value;
    }
    for (let k = pivots - 1; k > 0; k--) {
      const row = offset + k * size;
      const value = own[k];
      for (let j = 0; j < k; j++) own[j] -= factors[row + j] * value;
    }
    for (let k = 0; k < pivots; k++) x[unknowns[exchange[done + k]]] = own[k];
  }
  return x;
}
