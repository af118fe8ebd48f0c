/**
 * The orthogonal matrix nearest to a square matrix: its polar factor U V' where C = U Σ V'.
 *
 * M. R. Hestenes, "Inversion of matrices by biorthogonalization and related results", Journal of the Society for Industrial and
 * Applied Mathematics 6 (1958) 51–90: rotations of pairs of columns until all are orthogonal. Rank-deficient matrices have many
 * nearest ones; one of them is returned.
 */

import { identity, maximumNorm, zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";

/** An orthogonal Q that maximises trace(Q'C), equivalently minimises |C − Q| in the norm of Frobenius, for square C. */
export function polarFactor(C: Matrix): Matrix {
  const n = C.rows;
  // Scaled so that squares of entries neither overflow nor underflow.
  const size = maximumNorm(C);
  const w = size > 0 ? C.data.map((entry) => entry / size) : C.data.slice();
  const v = identity(n).data;
  const dot = (i: number, j: number): number => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += w[k * n + i] * w[k * n + j];
    return sum;
  };
  const rotate = (columns: Float64Array, i: number, j: number, cosine: number, sine: number): void => {
    for (let k = 0; k < n; k++) {
      const a = columns[k * n + i];
      const b = columns[k * n + j];
      columns[k * n + i] = cosine * a - sine * b;
      columns[k * n + j] = sine * a + cosine * b;
    }
  };
  // Convergence is quadratic once pairs are nearly orthogonal; ten sweeps are ample, the bound guards against a NaN.
  for (let sweep = 0, turned = true; turned && sweep < 60; sweep++) {
    turned = false;
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        const ii = dot(i, i);
        const jj = dot(j, j);
        const ij = dot(i, j);
        if (!(Math.abs(ij) > 2e-16 * Math.sqrt(ii * jj))) continue;
        turned = true;
        const zeta = (jj - ii) / (2 * ij);
        const tangent = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cosine = 1 / Math.hypot(1, tangent);
        rotate(w, i, j, cosine, cosine * tangent);
        rotate(v, i, j, cosine, cosine * tangent);
      }
    }
  }
  const lengths = Float64Array.from({ length: n }, (_, j) => Math.sqrt(dot(j, j)));
  const negligible = Number.MIN_VALUE + n * Number.EPSILON * lengths.reduce((size, value) => Math.max(size, value), 0);
  const done: number[] = [];
  for (let j = 0; j < n; j++) {
    if (lengths[j] <= negligible) continue;
    for (let k = 0; k < n; k++) w[k * n + j] /= lengths[j];
    done.push(j);
  }
  for (let j = 0; j < n; j++) if (lengths[j] <= negligible) complete(w, n, j, done);
  const Q = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += w[i * n + k] * v[j * n + k];
      Q.data[i * n + j] = sum;
    }
  }
  return Q;
}

/** Fills column j with a unit vector orthogonal to the columns in `done`, and adds it to them. */
function complete(w: Float64Array, n: number, j: number, done: number[]): void {
  // Of the unit vectors the one that sticks out most: its residue is at least 1/√n long.
  let axis = 0;
  let most = -1;
  for (let k = 0; k < n; k++) {
    let left = 1;
    for (const column of done) left -= w[k * n + column] ** 2;
    if (left > most) {
      most = left;
      axis = k;
    }
  }
  for (let k = 0; k < n; k++) w[k * n + j] = k === axis ? 1 : 0;
  for (let pass = 0; pass < 2; pass++) {
    for (const column of done) {
      let along = 0;
      for (let k = 0; k < n; k++) along += w[k * n + j] * w[k * n + column];
      for (let k = 0; k < n; k++) w[k * n + j] -= along * w[k * n + column];
    }
  }
  let square = 0;
  for (let k = 0; k < n; k++) square += w[k * n + j] ** 2;
  const length = Math.sqrt(square);
  for (let k = 0; k < n; k++) w[k * n + j] /= length;
  done.push(j);
}
