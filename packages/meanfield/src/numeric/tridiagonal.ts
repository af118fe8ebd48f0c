/**
 * Tridiagonal systems by elimination without pivoting (Thomas), and periodic ones by the formula of Sherman & Morrison
 * (Golub & Van Loan, Matrix Computations, 4th ed., 4.3 and 2.1.5).
 *
 * Safe for matrices that are diagonally dominant, symmetric positive definite or M-matrices, as implicit schemes for
 * diffusions give; others want the pivoting of `banded.ts`. Nothing is allocated.
 */

import { SingularMatrixError } from "./lu.ts";

function requireLength(operation: string, name: string, array: Float64Array, n: number): void {
  if (array.length !== n) {
    throw new RangeError(`${operation}: ${name} must have ${n} entries like diagonal, got ${array.length}.`);
  }
}

function refusePivot(operation: string, row: number, pivot: number): never {
  throw new SingularMatrixError(
    `${operation}: elimination without pivoting meets the pivot ${pivot} in row ${row}; it must be finite and not zero.`,
    row,
  );
}

/**
 * Solves lower[i] x[i-1] + diagonal[i] x[i] + upper[i] x[i+1] = rhs[i] for i = 0 .. n-1, into `out`.
 *
 * All arrays have n entries (`scratch` at least n); lower[0] and upper[n-1] are not read. `out` may be `rhs`. Throws
 * RangeError where lengths differ and SingularMatrixError where a pivot is zero or not finite.
 */
export function solveTridiagonal(
  lower: Float64Array,
  diagonal: Float64Array,
  upper: Float64Array,
  rhs: Float64Array,
  out: Float64Array,
  scratch: Float64Array,
): Float64Array {
  const n = diagonal.length;
  const operation = "solveTridiagonal";
  requireLength(operation, "lower", lower, n);
  requireLength(operation, "upper", upper, n);
  requireLength(operation, "rhs", rhs, n);
  requireLength(operation, "out", out, n);
  if (scratch.length < n) {
    throw new RangeError(`${operation}: scratch must have at least ${n} entries, got ${scratch.length}.`);
  }
  let ratio = 0;
  let previous = 0;
  for (let i = 0; i < n; i++) {
    // At i = 0 both carried values are zero, but lower[0] need not be a number.
    const below = i === 0 ? 0 : lower[i];
    const pivot = diagonal[i] - below * ratio;
    if (pivot === 0 || !Number.isFinite(pivot)) refusePivot(operation, i, pivot);
    previous = (rhs[i] - below * previous) / pivot;
    ratio = upper[i] / pivot;
    out[i] = previous;
    scratch[i] = ratio;
  }
  for (let i = n - 2; i >= 0; i--) out[i] -= scratch[i] * out[i + 1];
  return out;
}

/**
 * Solves the periodic system, in which lower[0] multiplies x[n-1] in row 0 and upper[n-1] multiplies x[0] in row n-1.
 *
 * All arrays have n >= 3 entries (`scratch` at least 2 n). `out` may be `rhs`. Throws as `solveTridiagonal` does, and
 * also where the correction for the corners is singular.
 */
export function solveCyclicTridiagonal(
  lower: Float64Array,
  diagonal: Float64Array,
  upper: Float64Array,
  rhs: Float64Array,
  out: Float64Array,
  scratch: Float64Array,
): Float64Array {
  const n = diagonal.length;
  const operation = "solveCyclicTridiagonal";
  if (n < 3) throw new RangeError(`${operation}: diagonal must have at least 3 entries, got ${n}.`);
  requireLength(operation, "lower", lower, n);
  requireLength(operation, "upper", upper, n);
  requireLength(operation, "rhs", rhs, n);
  requireLength(operation, "out", out, n);
  if (scratch.length < 2 * n) {
    throw new RangeError(`${operation}: scratch must have at least ${2 * n} entries, got ${scratch.length}.`);
  }
  // A = T + u v', u = (g, 0, .., 0, upper[n-1]), v = (1, 0, .., 0, lower[0] / g). With g of the sign opposite to
  // diagonal[0] the first pivot of T doubles instead of cancelling.
  const g = diagonal[0] === 0 ? 1 : -diagonal[0];
  const corner = upper[n - 1];
  const tail = lower[0] / g;
  let ratio = 0;
  let x = 0;
  let z = 0;
  for (let i = 0; i < n; i++) {
    const below = i === 0 ? 0 : lower[i];
    const entry = i === 0 ? diagonal[0] - g : i === n - 1 ? diagonal[i] - corner * tail : diagonal[i];
    const pivot = entry - below * ratio;
    if (pivot === 0 || !Number.isFinite(pivot)) refusePivot(operation, i, pivot);
    x = (rhs[i] - below * x) / pivot;
    z = ((i === 0 ? g : i === n - 1 ? corner : 0) - below * z) / pivot;
    ratio = upper[i] / pivot;
    out[i] = x;
    scratch[i] = ratio;
    scratch[n + i] = z;
  }
  for (let i = n - 2; i >= 0; i--) {
    out[i] -= scratch[i] * out[i + 1];
    scratch[n + i] -= scratch[i] * scratch[n + i + 1];
  }
  const denominator = 1 + scratch[n] + tail * scratch[2 * n - 1];
  // Rounding leaves a few units in the last place of the terms where the true value is zero.
  const allowed = n * Number.EPSILON * (1 + Math.abs(scratch[n]) + Math.abs(tail * scratch[2 * n - 1]));
  if (!(Math.abs(denominator) > allowed)) {
    throw new SingularMatrixError(
      `${operation}: the ${n}x${n} periodic matrix is singular to working precision, the correction for its corners divides by ${denominator}.`,
      n - 1,
    );
  }
  const amount = (out[0] + tail * out[n - 1]) / denominator;
  for (let i = 0; i < n; i++) out[i] -= amount * scratch[n + i];
  return out;
}
