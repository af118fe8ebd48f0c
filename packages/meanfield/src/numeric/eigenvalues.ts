/**
 * Eigenvalues of a general real matrix: balancing, Hessenberg reduction, Francis's implicit double-shift QR
 * (Golub & Van Loan, Matrix Computations, 4th ed., 7.4-7.5; balancing after Parlett & Reinsch, Numer. Math. 13 (1969)).
 */

import { powerOfTwoScale } from "./lu.ts";
import type { Matrix } from "./matrix.ts";
import { requireFinite, requireSquare } from "./matrix.ts";
import { NoConvergenceError } from "./roots.ts";

/** Eigenvalues sorted by real part, then by imaginary part; complex ones come in conjugate pairs. */
export interface Eigenvalues {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The power of two that brings the largest entry near 1. */
function normalizing(data: Float64Array): number {
  let size = 0;
  for (let p = 0; p < data.length; p++) size = Math.max(size, Math.abs(data[p]));
  return size === 0 ? 1 : powerOfTwoScale(size);
}

/** Similarity by powers of two that brings the sizes of each row and its column together. */
function balance(h: Float64Array, n: number): void {
  for (let changed = true; changed;) {
    changed = false;
    for (let i = 0; i < n; i++) {
      let row = 0;
      let column = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        row += Math.abs(h[i * n + j]);
        column += Math.abs(h[j * n + i]);
      }
      if (row === 0 || column === 0) continue;
      const factor = 2 ** Math.round(0.5 * Math.log2(row / column));
      if (column * factor + row / factor >= 0.95 * (column + row)) continue;
      changed = true;
      for (let j = 0; j < n; j++) {
        h[i * n + j] /= factor;
        h[j * n + i] *= factor;
      }
    }
  }
}

/** Orthogonal similarity to upper Hessenberg form, in place. */
function reduceToHessenberg(h: Float64Array, n: number): void {
  const v = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    let largest = 0;
    for (let i = k + 2; i < n; i++) largest = Math.max(largest, Math.abs(h[i * n + k]));
    if (largest === 0) continue;
    largest = Math.max(largest, Math.abs(h[(k + 1) * n + k]));
    let sum = 0;
    for (let i = k + 1; i < n; i++) {
      v[i] = h[i * n + k] / largest;
      sum += v[i] * v[i];
    }
    const length = Math.sqrt(sum);
    const image = v[k + 1] > 0 ? -length : length;
    const beta = 1 / (length * (length + Math.abs(v[k + 1])));
    v[k + 1] -= image;
    h[(k + 1) * n + k] = largest * image;
    for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
    for (let j = k + 1; j < n; j++) {
      let dot = 0;
      for (let i = k + 1; i < n; i++) dot += v[i] * h[i * n + j];
      dot *= beta;
      for (let i = k + 1; i < n; i++) h[i * n + j] -= dot * v[i];
    }
    for (let i = 0; i < n; i++) {
      let dot = 0;
      for (let j = k + 1; j < n; j++) dot += h[i * n + j] * v[j];
      dot *= beta;
      for (let j = k + 1; j < n; j++) h[i * n + j] -= dot * v[j];
    }
  }
}

/** One double-shift sweep on the unreduced block from `low` to `high` (at least three rows). */
function francisSweep(h: Float64Array, n: number, low: number, high: number, exceptional: boolean): void {
  const h00 = h[low * n + low];
  const h10 = h[(low + 1) * n + low];
  const h11 = h[(low + 1) * n + low + 1];
  let last = h[high * n + high];
  let before = h[(high - 1) * n + high - 1];
  let product = h[high * n + high - 1] * h[(high - 1) * n + high];
  if (exceptional) {
    // The usual shifts can cycle (a cyclic permutation leaves them at zero); any others break the symmetry.
    const size = Math.abs(h[high * n + high - 1]) + Math.abs(h[(high - 1) * n + high - 2]);
    last += 0.75 * size;
    before = last;
    product = -0.4375 * size * size;
  }
  // First column of (H - shift)(H - other shift), divided by h10: this order of operations loses least.
  const fromLast = last - h00;
  const fromBefore = before - h00;
  let x = (fromLast * fromBefore - product) / h10 + h[low * n + low + 1];
  let y = h11 - h00 - fromLast - fromBefore;
  let z = h[(low + 2) * n + low + 1];
  for (let k = low; k < high; k++) {
    const isPair = k === high - 1;
    if (k > low) {
      x = h[k * n + k - 1];
      y = h[(k + 1) * n + k - 1];
      z = isPair ? 0 : h[(k + 2) * n + k - 1];
    }
    const largest = Math.max(Math.abs(x), Math.abs(y), Math.abs(z));
    if (largest === 0) continue;
    x /= largest;
    y /= largest;
    z /= largest;
    const length = Math.sqrt(x * x + y * y + z * z);
    const image = x > 0 ? -length : length;
    const beta = 1 / (length * (length + Math.abs(x)));
    x -= image;
    if (k > low) {
      h[k * n + k - 1] = largest * image;
      h[(k + 1) * n + k - 1] = 0;
      if (!isPair) h[(k + 2) * n + k - 1] = 0;
    }
    for (let j = k; j <= high; j++) {
      const dot = beta * (x * h[k * n + j] + y * h[(k + 1) * n + j] + (isPair ? 0 : z * h[(k + 2) * n + j]));
      h[k * n + j] -= dot * x;
      h[(k + 1) * n + j] -= dot * y;
      if (!isPair) h[(k + 2) * n + j] -= dot * z;
    }
    const end = Math.min(k + 3, high);
    for (let i = low; i <= end; i++) {
      const dot = beta * (x * h[i * n + k] + y * h[i * n + k + 1] + (isPair ? 0 : z * h[i * n + k + 2]));
      h[i * n + k] -= dot * x;
      h[i * n + k + 1] -= dot * y;
      if (!isPair) h[i * n + k + 2] -= dot * z;
    }
  }
}

/**
 * All eigenvalues of a square real matrix.
 *
 * Backward stable: they are those of a matrix within a few machine epsilons of the (balanced) one given, so a multiple
 * eigenvalue of multiplicity m comes out to about the m-th root of machine epsilon. Throws RangeError where A is not
 * square or not finite, NoConvergenceError after a hundred sweeps without progress.
 */
export function eigenvalues(A: Matrix): Eigenvalues {
  requireSquare("eigenvalues", A);
  requireFinite("eigenvalues", A);
  const n = A.rows;
  // Entries near 1 keep every square in range; balancing may shrink them all, so they are scaled after it as well.
  const before = normalizing(A.data);
  const h = A.data.map((value) => value * before);
  balance(h, n);
  const after = normalizing(h);
  for (let p = 0; p < h.length; p++) h[p] *= after;
  reduceToHessenberg(h, n);

  const found: { real: number; imaginary: number }[] = [];
  let high = n - 1;
  let sweeps = 0;
  while (high >= 0) {
    let low = high;
    for (; low > 0; low--) {
      const neighbours = Math.abs(h[(low - 1) * n + low - 1]) + Math.abs(h[low * n + low]);
      // Beside two zeros any entry counts as large; compare it with the whole matrix, whose size is about 1.
      if (Math.abs(h[low * n + low - 1]) <= Number.EPSILON * (neighbours === 0 ? 1 : neighbours)) break;
    }
    if (low > 0) h[low * n + low - 1] = 0;
    if (low === high) {
      found.push({ real: h[high * n + high], imaginary: 0 });
      high -= 1;
      sweeps = 0;
    } else if (low === high - 1) {
      const d = h[high * n + high];
      const half = 0.5 * (h[low * n + low] - d);
      const product = h[low * n + high] * h[high * n + low];
      const discriminant = half * half + product;
      if (discriminant >= 0) {
        // The larger root by addition, the other from the product of both: no cancellation.
        const z = half + (half < 0 ? -Math.sqrt(discriminant) : Math.sqrt(discriminant));
        found.push({ real: d + z, imaginary: 0 }, { real: z === 0 ? d : d - product / z, imaginary: 0 });
      } else {
        const imaginary = Math.sqrt(-discriminant);
        found.push({ real: d + half, imaginary: -imaginary }, { real: d + half, imaginary });
      }
      high -= 2;
      sweeps = 0;
    } else {
      if (++sweeps > 100)
        throw new NoConvergenceError(`eigenvalues: no convergence in 100 sweeps at row ${high} of ${n}.`);
      francisSweep(h, n, low, high, sweeps % 10 === 0);
    }
  }
  found.sort((a, b) => a.real - b.real || a.imaginary - b.imaginary);
  return {
    real: Float64Array.from(found, (value) => value.real / after / before),
    imaginary: Float64Array.from(found, (value) => value.imaginary / after / before),
  };
}

/** The largest modulus of an eigenvalue; throws as `eigenvalues` does. */
export function spectralRadius(A: Matrix): number {
  const { real, imaginary } = eigenvalues(A);
  let largest = 0;
  for (let i = 0; i < real.length; i++) largest = Math.max(largest, Math.hypot(real[i], imaginary[i]));
  return largest;
}
