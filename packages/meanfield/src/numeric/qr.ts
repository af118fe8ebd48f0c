/**
 * QR decomposition by Householder reflections and linear least squares (Golub & Van Loan, Matrix Computations,
 * 4th ed., 5.1-5.3).
 */

import { SingularMatrixError } from "./lu.ts";
import type { Matrix } from "./matrix.ts";
import { requireFinite, zeros } from "./matrix.ts";

/** A = Q R for an m x n matrix with m >= n: Q is m x n with orthonormal columns, R n x n upper triangular. */
export interface QrDecomposition {
  readonly q: Matrix;
  readonly r: Matrix;
  /**
   * The x of length n that makes |A x - b| least.
   *
   * Throws RangeError where b is not m long and SingularMatrixError where a diagonal entry of R is at most m machine
   * epsilons of the length of its column of A.
   */
  solveLeastSquares(b: Float64Array): Float64Array;
}

/** Factors an m x n matrix; throws RangeError where m < n or an entry is not finite. */
export function qrDecompose(A: Matrix): QrDecomposition {
  const { rows: m, columns: n } = A;
  if (m < n) throw new RangeError(`qrDecompose: the matrix must have at least as many rows as columns, got ${m}x${n}.`);
  requireFinite("qrDecompose", A);
  const a = A.data.slice();
  const columnLength = new Float64Array(n);
  const beta = new Float64Array(n);
  const r = zeros(n, n);

  /** x <- (I - beta v v') x for column `column` of x, v the reflector kept in column k of a from row k on. */
  const reflect = (k: number, x: Float64Array, width: number, column: number): void => {
    let dot = 0;
    for (let i = k; i < m; i++) dot += a[i * n + k] * x[i * width + column];
    dot *= beta[k];
    for (let i = k; i < m; i++) x[i * width + column] -= dot * a[i * n + k];
  };

  for (let k = 0; k < n; k++) {
    // Columns are scaled by their largest entry so that squares neither overflow nor vanish.
    let largest = 0;
    let whole = 0;
    for (let i = 0; i < m; i++) whole = Math.max(whole, Math.abs(A.data[i * n + k]));
    let squares = 0;
    for (let i = 0; i < m; i++) squares += whole === 0 ? 0 : (A.data[i * n + k] / whole) ** 2;
    columnLength[k] = whole * Math.sqrt(squares);
    for (let i = k; i < m; i++) largest = Math.max(largest, Math.abs(a[i * n + k]));
    for (let i = 0; i < k; i++) r.data[i * n + k] = a[i * n + k];
    if (largest === 0) continue;
    let sum = 0;
    for (let i = k; i < m; i++) {
      a[i * n + k] /= largest;
      sum += a[i * n + k] ** 2;
    }
    const length = Math.sqrt(sum);
    const first = a[k * n + k];
    // Away from the first entry: no cancellation.
    const image = first > 0 ? -length : length;
    a[k * n + k] = first - image;
    beta[k] = 1 / (length * (length + Math.abs(first)));
    r.data[k * n + k] = largest * image;
    for (let j = k + 1; j < n; j++) reflect(k, a, n, j);
  }

  const q = zeros(m, n);
  for (let j = 0; j < n; j++) {
    q.data[j * n + j] = 1;
    for (let k = j; k >= 0; k--) reflect(k, q.data, n, j);
  }

  return {
    q,
    r,
    solveLeastSquares(b) {
      if (b.length !== m) throw new RangeError(`solveLeastSquares: b must have ${m} entries, got ${b.length}.`);
      const image = b.slice();
      for (let k = 0; k < n; k++) reflect(k, image, 1, 0);
      const x = new Float64Array(n);
      for (let i = n - 1; i >= 0; i--) {
        const pivot = r.data[i * n + i];
        if (!(Math.abs(pivot) > m * Number.EPSILON * columnLength[i])) {
          throw new SingularMatrixError(
            `solveLeastSquares: the ${m}x${n} matrix has dependent columns to working precision, diagonal entry ${i} of R is ${pivot}.`,
            i,
          );
        }
        let sum = image[i];
        for (let j = i + 1; j < n; j++) sum -= r.data[i * n + j] * x[j];
        x[i] = sum / pivot;
      }
      return x;
    },
  };
}
