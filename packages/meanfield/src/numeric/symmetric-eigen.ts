/**
 * Eigenvalues and eigenvectors of a symmetric matrix: Householder reduction to tridiagonal form, then implicit QR with
 * Wilkinson's shift (Golub & Van Loan, Matrix Computations, 4th ed., 8.3).
 */

import type { Matrix } from "./matrix.ts";
import { requireFinite, requireSymmetric, zeros } from "./matrix.ts";
import { NoConvergenceError } from "./roots.ts";

/** A = V diag(values) V' with V orthogonal. */
export interface SymmetricEigen {
  /** Ascending. */
  readonly values: Float64Array;
  /** Column j belongs to values[j]; it has length one and its entry of largest size is positive. */
  readonly vectors: Matrix;
}

/** Reduces `a` (overwritten) to tridiagonal T = Q' A Q; `basis` receives the columns of Q as its rows. */
function tridiagonalize(
  a: Float64Array,
  n: number,
  diagonal: Float64Array,
  off: Float64Array,
  basis: Float64Array,
): void {
  const beta = new Float64Array(n);
  const w = new Float64Array(n);
  for (let k = 0; k < n - 1; k++) {
    // The reflector v lives in column k below the diagonal.
    let largest = 0;
    for (let i = k + 1; i < n; i++) largest = Math.max(largest, Math.abs(a[i * n + k]));
    if (largest === 0) continue;
    let sum = 0;
    for (let i = k + 1; i < n; i++) {
      a[i * n + k] /= largest;
      sum += a[i * n + k] ** 2;
    }
    const length = Math.sqrt(sum);
    const first = a[(k + 1) * n + k];
    const image = first > 0 ? -length : length;
    a[(k + 1) * n + k] = first - image;
    beta[k] = 1 / (length * (length + Math.abs(first)));
    off[k] = largest * image;
    // Two-sided update of the trailing block: A <- A - v w' - w v' with w = p - (beta p'v / 2) v, p = beta A v.
    let overlap = 0;
    for (let i = k + 1; i < n; i++) {
      let product = 0;
      for (let j = k + 1; j < n; j++) product += a[i * n + j] * a[j * n + k];
      w[i] = beta[k] * product;
      overlap += w[i] * a[i * n + k];
    }
    const half = 0.5 * beta[k] * overlap;
    for (let i = k + 1; i < n; i++) w[i] -= half * a[i * n + k];
    for (let i = k + 1; i < n; i++) {
      const vi = a[i * n + k];
      for (let j = k + 1; j < n; j++) a[i * n + j] -= vi * w[j] + w[i] * a[j * n + k];
    }
  }
  for (let i = 0; i < n; i++) {
    diagonal[i] = a[i * n + i];
    basis[i * n + i] = 1;
  }
  for (let k = n - 2; k >= 0; k--) {
    if (beta[k] === 0) continue;
    for (let row = k + 1; row < n; row++) {
      let dot = 0;
      for (let i = k + 1; i < n; i++) dot += a[i * n + k] * basis[row * n + i];
      dot *= beta[k];
      for (let i = k + 1; i < n; i++) basis[row * n + i] -= dot * a[i * n + k];
    }
  }
}

/** One implicit QR sweep with Wilkinson's shift on the unreduced block from `low` to `high`. */
function sweep(
  low: number,
  high: number,
  diagonal: Float64Array,
  off: Float64Array,
  basis: Float64Array,
  n: number,
): void {
  const delta = 0.5 * (diagonal[high - 1] - diagonal[high]);
  const corner = off[high - 1];
  const root = Math.hypot(delta, corner);
  const shift = diagonal[high] - corner * (corner / (delta + (delta < 0 ? -root : root)));
  let x = diagonal[low] - shift;
  let z = off[low];
  for (let k = low; k < high; k++) {
    const length = Math.hypot(x, z);
    const c = length === 0 ? 1 : x / length;
    const s = length === 0 ? 0 : z / length;
    if (k > low) off[k - 1] = length;
    const first = diagonal[k];
    const second = diagonal[k + 1];
    const coupling = off[k];
    diagonal[k] = c * c * first + 2 * c * s * coupling + s * s * second;
    diagonal[k + 1] = s * s * first - 2 * c * s * coupling + c * c * second;
    off[k] = c * s * (second - first) + (c * c - s * s) * coupling;
    if (k + 1 < high) {
      x = off[k];
      z = s * off[k + 1];
      off[k + 1] *= c;
    }
    // Rows of `basis` are the vectors, so the rotation runs along memory.
    const above = k * n;
    const below = above + n;
    for (let j = 0; j < n; j++) {
      const p = basis[above + j];
      const q = basis[below + j];
      basis[above + j] = c * p + s * q;
      basis[below + j] = c * q - s * p;
    }
  }
}

/**
 * All eigenvalues and an orthonormal basis of eigenvectors of a symmetric matrix.
 *
 * Errors are of the size of machine epsilon times the largest eigenvalue. Throws RangeError where A is not square,
 * finite and symmetric, NoConvergenceError after sixty sweeps without progress.
 */
export function symmetricEigen(A: Matrix): SymmetricEigen {
  requireFinite("symmetricEigen", A);
  requireSymmetric("symmetricEigen", A);
  const n = A.rows;
  const diagonal = new Float64Array(n);
  const off = new Float64Array(n);
  const basis = new Float64Array(n * n);
  tridiagonalize(A.data.slice(), n, diagonal, off, basis);

  let high = n - 1;
  let sweeps = 0;
  while (high > 0) {
    let low = high;
    while (
      low > 0 &&
      Math.abs(off[low - 1]) > Number.EPSILON * (Math.abs(diagonal[low - 1]) + Math.abs(diagonal[low]))
    ) {
      low--;
    }
    if (low > 0) off[low - 1] = 0;
    if (low === high) {
      high--;
      sweeps = 0;
      continue;
    }
    // Wilkinson's shift converges globally and cubically in practice; three sweeps an eigenvalue are usual.
    if (++sweeps > 60)
      throw new NoConvergenceError(`symmetricEigen: no convergence in 60 sweeps at row ${high} of ${n}.`);
    sweep(low, high, diagonal, off, basis, n);
  }

  const order = Array.from({ length: n }, (_, i) => i).toSorted((i, j) => diagonal[i] - diagonal[j]);
  const vectors = zeros(n, n);
  for (const [j, source] of order.entries()) {
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const entry = basis[source * n + i];
      if (Math.abs(entry) > Math.abs(largest)) largest = entry;
    }
    const sign = largest < 0 ? -1 : 1;
    for (let i = 0; i < n; i++) vectors.data[i * n + j] = sign * basis[source * n + i];
  }
  return { values: Float64Array.from(order, (source) => diagonal[source]), vectors };
}
