/**
 * The Wasserstein distance of order 2 between normal laws: W₂² = |m₁ − m₂|² + B² with the Bures distance B of the covariances.
 *
 * R. Bhatia, T. Jain, Y. Lim, "On the Bures–Wasserstein distance between positive definite matrices", Expositiones Mathematicae
 * 37 (2019) 165–191: B is the least Frobenius norm of S₁ − S₂Q over orthogonal Q, for any S with SS' the covariance. That form is
 * taken rather than trace(A + B − 2(A^½BA^½)^½), whose terms cancel: it gives W₂ itself to rounding when the laws are close.
 */

import { multiply, subtract, transpose, zeros, frobeniusNorm } from "../numeric/matrix.ts";
import { symmetricEigen } from "../numeric/symmetric-eigen.ts";
import { polarFactor } from "./polar-factor.ts";
import type { Matrix } from "../numeric/matrix.ts";
import type { Gaussian } from "./gaussian.ts";

/** The symmetric square root of a covariance matrix; throws `RangeError` for one that is not positive semidefinite. */
export function covarianceRoot(name: string, covariance: Matrix): Matrix {
  const n = covariance.rows;
  const { values, vectors } = symmetricEigen(covariance);
  const largest = Math.max(Math.abs(values[0]), Math.abs(values[n - 1]));
  const roots = values.map((value) => {
    if (value < -1e-12 * largest) {
      throw new RangeError(`${name}: the covariance has the eigenvalue ${value}; allowed are eigenvalues >= 0`);
    }
    return Math.sqrt(Math.max(0, value));
  });
  const root = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += vectors.data[i * n + k] * roots[k] * vectors.data[j * n + k];
      root.data[i * n + j] = sum;
      root.data[j * n + i] = sum;
    }
  }
  return root;
}

/** W₂ between two normal laws of one dimension count; throws `RangeError` where the dimensions differ. */
export function wassersteinGaussians(first: Gaussian, second: Gaussian): number {
  const d = first.mean.length;
  if (second.mean.length !== d) {
    throw new RangeError(
      `wassersteinGaussians: the second law has ${second.mean.length} dimensions; allowed is that of the first, ${d}`,
    );
  }
  let shift = 0;
  for (let i = 0; i < d; i++) shift = Math.hypot(shift, first.mean[i] - second.mean[i]);
  if (d === 1) {
    return Math.hypot(shift, Math.sqrt(first.covariance.data[0]) - Math.sqrt(second.covariance.data[0]));
  }
  const a = covarianceRoot("wassersteinGaussians", first.covariance);
  const b = covarianceRoot("wassersteinGaussians", second.covariance);
  const turn = polarFactor(multiply(transpose(b), a));
  return Math.hypot(shift, frobeniusNorm(subtract(a, multiply(b, turn))));
}
