/** Measures known by mean and covariance: normal laws, and laws of which no more than these is known. */

import { matrix, requireFinite, requireSymmetric } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";

export interface Gaussian {
  readonly kind: "gaussian";
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** Mean and covariance of a law about which nothing else is claimed. */
export interface Moments {
  readonly kind: "moments";
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

function checked(
  name: string,
  mean: number | ArrayLike<number>,
  covariance: number | Matrix,
): { readonly mean: Float64Array; readonly covariance: Matrix } {
  const centre = typeof mean === "number" ? Float64Array.of(mean) : Float64Array.from(mean);
  const spread = typeof covariance === "number" ? matrix(1, 1, [covariance]) : covariance;
  requireFinite(name, spread);
  requireSymmetric(name, spread);
  if (spread.rows !== centre.length || centre.length === 0) {
    throw new RangeError(
      `${name}: covariance is ${spread.rows} by ${spread.columns}; allowed is a row and a column for each of the ` +
        `${centre.length} entries of mean`,
    );
  }
  for (let i = 0; i < centre.length; i++) {
    if (!Number.isFinite(centre[i]))
      throw new RangeError(`${name}: mean[${i}] is ${centre[i]}; allowed are finite numbers`);
    const variance = spread.data[i * centre.length + i];
    if (variance < 0) throw new RangeError(`${name}: variance ${i} is ${variance}; allowed are numbers >= 0`);
  }
  return { mean: centre, covariance: spread };
}

/**
 * The normal law of a mean (a number, or a vector) and a covariance (a variance, or a symmetric matrix; not copied).
 *
 * Throws `RangeError` for sizes that do not fit, entries that are not finite and negative variances; that the matrix is
 * positive semidefinite shows only where it is used.
 */
export function gaussian(mean: number | ArrayLike<number>, covariance: number | Matrix): Gaussian {
  return { kind: "gaussian", ...checked("gaussian", mean, covariance) };
}

/** A law known by its mean and covariance only; arguments and errors as for `gaussian`. */
export function moments(mean: number | ArrayLike<number>, covariance: number | Matrix): Moments {
  return { kind: "moments", ...checked("moments", mean, covariance) };
}
