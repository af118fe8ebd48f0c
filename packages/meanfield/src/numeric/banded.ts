/**
 * Banded matrices and their LU decomposition with row scaling and partial pivoting (Golub & Van Loan, Matrix
 * Computations, 4th ed., 4.3.3-4.3.4).
 *
 * Row exchanges let the upper bandwidth grow to lower + upper; work is of order n lower (lower + upper).
 */

import { SingularMatrixError, powerOfTwoScale } from "./lu.ts";

/**
 * A square matrix whose entries (i, j) vanish unless -lower <= j - i <= upper.
 *
 * Entry (i, j) is `data[i * (lower + upper + 1) + lower + j - i]`; places that stick out of the matrix are not read.
 */
export interface BandedMatrix {
  readonly size: number;
  readonly lower: number;
  readonly upper: number;
  readonly data: Float64Array;
}

/** A banded matrix of zeros, to be filled; throws RangeError for a size or bandwidth out of range. */
export function bandedMatrix(size: number, lower: number, upper: number): BandedMatrix {
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`size must be a positive integer, got ${size}.`);
  for (const [name, value] of Object.entries({ lower, upper })) {
    if (!Number.isInteger(value) || value < 0 || value >= size) {
      throw new RangeError(`${name} must be an integer from 0 to size - 1 = ${size - 1}, got ${value}.`);
    }
  }
  return { size, lower, upper, data: new Float64Array(size * (lower + upper + 1)) };
}

/** The product A x, into `out` where one is given (it must not be x); throws RangeError where lengths do not fit. */
export function multiplyBandedVector(
  A: BandedMatrix,
  x: Float64Array,
  out: Float64Array = new Float64Array(A.size),
): Float64Array {
  const { size, lower, upper, data } = A;
  if (x.length !== size) throw new RangeError(`multiplyBandedVector: x must have ${size} entries, got ${x.length}.`);
  if (out.length !== size) {
    throw new RangeError(`multiplyBandedVector: out must have ${size} entries, got ${out.length}.`);
  }
  if (out === x) throw new RangeError("multiplyBandedVector: out must not be x.");
  const width = lower + upper + 1;
  for (let i = 0; i < size; i++) {
    let sum = 0;
    const end = Math.min(size - 1, i + upper);
    for (let j = Math.max(0, i - lower); j <= end; j++) sum += data[i * width + lower + j - i] * x[j];
    out[i] = sum;
  }
  return out;
}

/** A factored banded matrix, ready for any number of right-hand sides. */
export interface BandedLuDecomposition {
  /** The x with A x = b, into `out` where one is given (it may be b); throws RangeError where lengths are off. */
  solve(b: Float64Array, out?: Float64Array): Float64Array;
}

/**
 * Factors a banded matrix.
 *
 * Throws RangeError where an entry inside the band is not finite, and SingularMatrixError where a pivot is at most n
 * machine epsilons of its column's largest entry (after scaling rows by powers of two), as `luDecompose` does.
 */
export function bandedLuDecompose(A: BandedMatrix): BandedLuDecomposition {
  const { size: n, lower, upper } = A;
  const sourceWidth = lower + upper + 1;
  const width = sourceWidth + lower;
  const reach = lower + upper;
  // Entry (i, j) of the working band is lu[i * width + lower + j - i]; the last `lower` places of a row take the fill.
  const lu = new Float64Array(n * width);
  const rowScale = new Float64Array(n);
  const columnSize = new Float64Array(n);
  const exchange = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const start = Math.max(0, i - lower);
    const end = Math.min(n - 1, i + upper);
    let size = 0;
    for (let j = start; j <= end; j++) {
      const entry = A.data[i * sourceWidth + lower + j - i];
      if (!Number.isFinite(entry)) {
        throw new RangeError(`bandedLuDecompose: entry (${i}, ${j}) must be finite, got ${entry}.`);
      }
      size = Math.max(size, Math.abs(entry));
    }
    if (size === 0)
      throw new SingularMatrixError(`bandedLuDecompose: the matrix is singular, its row ${i} is zero.`, 0);
    const factor = powerOfTwoScale(size);
    rowScale[i] = factor;
    for (let j = start; j <= end; j++) {
      const entry = factor * A.data[i * sourceWidth + lower + j - i];
      lu[i * width + lower + j - i] = entry;
      columnSize[j] = Math.max(columnSize[j], Math.abs(entry));
    }
  }

  for (let k = 0; k < n; k++) {
    const bottom = Math.min(n - 1, k + lower);
    const right = Math.min(n - 1, k + reach);
    let best = k;
    for (let i = k + 1; i <= bottom; i++) {
      if (Math.abs(lu[i * width + lower + k - i]) > Math.abs(lu[best * width + lower + k - best])) best = i;
    }
    exchange[k] = best;
    if (best !== k) {
      for (let j = k; j <= right; j++) {
        const here = k * width + lower + j - k;
        const there = best * width + lower + j - best;
        const kept = lu[here];
        lu[here] = lu[there];
        lu[there] = kept;
      }
    }
    const pivot = lu[k * width + lower];
    const allowed = n * Number.EPSILON * columnSize[k];
    if (!(Math.abs(pivot) > allowed)) {
      throw new SingularMatrixError(
        `bandedLuDecompose: the ${n}x${n} matrix is singular to working precision, pivot ${k} is ${pivot} where more than ${allowed} in size is needed.`,
        k,
      );
    }
    for (let i = k + 1; i <= bottom; i++) {
      const shift = lower - i;
      const factor = lu[i * width + shift + k] / pivot;
      lu[i * width + shift + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j <= right; j++) lu[i * width + shift + j] -= factor * lu[k * width + lower + j - k];
    }
  }

  return {
    solve(b, out = new Float64Array(n)) {
      if (b.length !== n) throw new RangeError(`solve: b must have ${n} entries, got ${b.length}.`);
      if (out.length !== n) throw new RangeError(`solve: out must have ${n} entries, got ${out.length}.`);
      for (let i = 0; i < n; i++) out[i] = b[i] * rowScale[i];
      for (let k = 0; k < n; k++) {
        // Multipliers were left where elimination put them, so exchanges are replayed one by one.
        const value = out[exchange[k]];
        out[exchange[k]] = out[k];
        out[k] = value;
        const bottom = Math.min(n - 1, k + lower);
        for (let i = k + 1; i <= bottom; i++) out[i] -= lu[i * width + lower + k - i] * value;
      }
      for (let k = n - 1; k >= 0; k--) {
        let sum = out[k];
        const right = Math.min(n - 1, k + reach);
        for (let j = k + 1; j <= right; j++) sum -= lu[k * width + lower + j - k] * out[j];
        out[k] = sum / lu[k * width + lower];
      }
      return out;
    },
  };
}
