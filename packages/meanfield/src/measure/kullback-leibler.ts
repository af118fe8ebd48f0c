/**
 * Relative entropy (divergence of Kullback and Leibler) H(P|Q) = ∫ ln(dP/dQ) dP, between normal laws and between densities.
 *
 * S. Kullback, R. A. Leibler, "On information and sufficiency", Annals of Mathematical Statistics 22 (1951) 79–86.
 */

import { choleskyDecompose } from "../numeric/cholesky.ts";
import { matrix } from "../numeric/matrix.ts";
import { symmetricEigen } from "../numeric/symmetric-eigen.ts";
import { sameGrid } from "./grid.ts";
import type { Density } from "./density.ts";
import type { Gaussian } from "./gaussian.ts";

/** x − ln(1 + x) for x ≥ −1, without the cancellation near 0. */
export function logarithmicExcess(x: number): number {
  if (Math.abs(x) > 0.1) return x - Math.log1p(x);
  // x²(1/2 − x/3 + x²/4 − …): 17 terms leave less than 10⁻¹⁷ at 0.1.
  let sum = 0;
  for (let k = 18; k >= 2; k--) sum = 1 / k - x * sum;
  return x * x * sum;
}

/**
 * H(first|second) between normal laws of one dimension count; 0 exactly where they agree, with a small relative error also where
 * they nearly do. Infinite where only the first is degenerate.
 *
 * Throws `RangeError` where the dimensions differ, `NotPositiveDefiniteError` where the second covariance is not positive
 * definite.
 */
export function kullbackLeiblerGaussian(first: Gaussian, second: Gaussian): number {
  const d = first.mean.length;
  if (second.mean.length !== d) {
    throw new RangeError(
      `kullbackLeiblerGaussian: the second law has ${second.mean.length} dimensions; allowed is that of the first, ${d}`,
    );
  }
  // With B = LL' the entropy is ½ Σ (εᵢ − ln(1 + εᵢ)) + ½|L⁻¹(m₁ − m₂)|², ε the eigenvalues of L⁻¹(A − B)L'⁻¹. Forming A − B
  // first, instead of trace(B⁻¹A) − d and two determinants, is what keeps the digits of a small result.
  const L = choleskyDecompose(second.covariance).lower.data;
  const solveLower = (columns: Float64Array, width: number): void => {
    for (let c = 0; c < width; c++) {
      for (let i = 0; i < d; i++) {
        let sum = columns[i * width + c];
        for (let k = 0; k < i; k++) sum -= L[i * d + k] * columns[k * width + c];
        columns[i * width + c] = sum / L[i * d + i];
      }
    }
  };
  const shift = first.mean.map((m, i) => m - second.mean[i]);
  solveLower(shift, 1);
  const change = first.covariance.data.map((a, k) => a - second.covariance.data[k]);
  solveLower(change, d);
  const turned = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) turned[i * d + j] = change[j * d + i];
  solveLower(turned, d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      const average = 0.5 * (turned[i * d + j] + turned[j * d + i]);
      turned[i * d + j] = average;
      turned[j * d + i] = average;
    }
  }
  let sum = 0;
  for (const epsilon of symmetricEigen(matrix(d, d, turned)).values) sum += logarithmicExcess(Math.max(-1, epsilon));
  for (let i = 0; i < d; i++) sum += shift[i] * shift[i];
  return 0.5 * sum;
}

/**
 * H(first|second) between densities on one grid, ∫ p ln(p/q) − p + q: never negative, and the usual entropy where the masses
 * agree. Infinite where q = 0 < p.
 *
 * Throws `RangeError` where the grids differ or a value is negative.
 */
export function kullbackLeibler(first: Density, second: Density): number {
  if (!sameGrid(first.grid, second.grid)) {
    throw new RangeError("kullbackLeibler: the densities live on different grids; allowed is one grid for both");
  }
  const { weights } = first.grid;
  let sum = 0;
  for (let k = 0; k < weights.length; k++) {
    const p = first.values[k];
    const q = second.values[k];
    if (p < 0 || q < 0) {
      throw new RangeError(`kullbackLeibler: values[${k}] are ${p} and ${q}; allowed are numbers >= 0`);
    }
    if (p === 0) sum += weights[k] * q;
    // p ln(p/q) − p + q = p (x − ln(1 + x)) with x = q/p − 1.
    else sum += weights[k] * p * logarithmicExcess((q - p) / p);
  }
  return sum;
}
