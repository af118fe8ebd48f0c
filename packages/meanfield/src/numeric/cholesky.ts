/**
 * Cholesky decomposition of a symmetric positive definite matrix (Golub & Van Loan, Matrix Computations, 4th ed., 4.2).
 */

import type { Matrix } from "./matrix.ts";
import { requireFinite, requireSymmetric, zeros } from "./matrix.ts";

/** A symmetric matrix was not positive definite to working precision; `row` is the row (from 0) at which that showed. */
export class NotPositiveDefiniteError extends Error {
  override readonly name = "NotPositiveDefiniteError";
  readonly row: number;

  constructor(message: string, row: number) {
    super(message);
    this.row = row;
  }
}

/** A = L L' with L lower triangular. */
export interface CholeskyDecomposition {
  readonly lower: Matrix;
  /** The x with A x = b, into `out` where one is given (it may be b); throws RangeError where lengths are off. */
  solve(b: Float64Array, out?: Float64Array): Float64Array;
  /** The natural logarithm of the determinant. */
  readonly logDeterminant: number;
}

/**
 * Factors a symmetric positive definite matrix.
 *
 * Throws RangeError where A is not square, finite and symmetric, and NotPositiveDefiniteError where what is left of a
 * diagonal entry after elimination is at most n machine epsilons of it.
 */
export function choleskyDecompose(A: Matrix): CholeskyDecomposition {
  requireFinite("choleskyDecompose", A);
  requireSymmetric("choleskyDecompose", A);
  const n = A.rows;
  const lower = zeros(n, n);
  const l = lower.data;
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let sum = A.data[i * n + j];
      for (let k = 0; k < j; k++) sum -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = sum / l[j * n + j];
    }
    const entry = A.data[i * n + i];
    let left = entry;
    for (let k = 0; k < i; k++) left -= l[i * n + k] * l[i * n + k];
    if (!(left > n * Number.EPSILON * Math.abs(entry))) {
      throw new NotPositiveDefiniteError(
        `choleskyDecompose: the ${n}x${n} matrix is not positive definite to working precision, ${left} is left of diagonal entry ${i} = ${entry}.`,
        i,
      );
    }
    l[i * n + i] = Math.sqrt(left);
    logDeterminant += Math.log(left);
  }
  return {
    lower,
    logDeterminant,
    solve(b, out = new Float64Array(n)) {
      if (b.length !== n) throw new RangeError(`solve: b must have ${n} entries, got ${b.length}.`);
      if (out.length !== n) throw new RangeError(`solve: out must have ${n} entries, got ${out.length}.`);
      for (let i = 0; i < n; i++) {
        let sum = b[i];
        for (let k = 0; k < i; k++) sum -= l[i * n + k] * out[k];
        out[i] = sum / l[i * n + i];
      }
      for (let i = n - 1; i >= 0; i--) {
        let sum = out[i];
        for (let k = i + 1; k < n; k++) sum -= l[k * n + i] * out[k];
        out[i] = sum / l[i * n + i];
      }
      return out;
    },
  };
}
