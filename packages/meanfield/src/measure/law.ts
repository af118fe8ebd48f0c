/**
 * Laws on the line by their distribution and quantile functions, with the partial integrals of the quantile that make
 * distances to samples exact: the uniform and the normal law.
 */

import { normalDensity, normalDistribution, normalQuantile } from "../numeric/normal-distribution.ts";

/** A probability law on the line without atoms; Q is its quantile function. */
export interface Law {
  /** P(X ≤ x) */
  readonly distribution: (x: number) => number;
  /** Q(p), infinite at p = 0 and 1 where the law has no bounds. */
  readonly quantile: (p: number) => number;
  /** The place c that partial integrals are centred at, so that they do not cancel: the mean. */
  readonly centre: number;
  /** ∫₀ᵖ (Q(u) − c) du */
  readonly partialMean: (p: number) => number;
  /** ∫₀ᵖ (Q(u) − c)² du */
  readonly partialSquare: (p: number) => number;
  /** Increasing: the places between which distribution and quantile are smooth, ±Infinity where the law has no bounds. */
  readonly knots: ArrayLike<number>;
}

/** The uniform law on [low, high]; throws `RangeError` unless low < high are finite. */
export function uniformLaw(low: number, high: number): Law {
  if (!(low < high && Number.isFinite(high - low))) {
    throw new RangeError(`uniformLaw: the ends are ${low} and ${high}; allowed are finite ends in increasing order`);
  }
  const length = high - low;
  return {
    distribution: (x) => Math.min(1, Math.max(0, (x - low) / length)),
    quantile: (p) => low + length * p,
    centre: 0.5 * (low + high),
    partialMean: (p) => 0.5 * length * p * (p - 1),
    // (length²/3) ((p − ½)³ + 1/8), written without the cancellation.
    partialSquare: (p) => (length * length * p * (p * p - 1.5 * p + 0.75)) / 3,
    knots: [low, high],
  };
}

/** The normal law of a mean and a variance > 0 (throws `RangeError` otherwise). */
export function normalLaw(mean: number, variance: number): Law {
  if (!(variance > 0 && variance < Infinity && Number.isFinite(mean))) {
    throw new RangeError(
      `normalLaw: mean is ${mean} and variance ${variance}; allowed are a finite mean and a finite variance > 0`,
    );
  }
  const deviation = Math.sqrt(variance);
  return {
    distribution: (x) => normalDistribution((x - mean) / deviation),
    quantile: (p) => mean + deviation * normalQuantile(p),
    centre: mean,
    partialMean: (p) => -deviation * normalDensity(normalQuantile(p)),
    partialSquare: (p) => {
      const z = normalQuantile(p);
      return variance * (Number.isFinite(z) ? p - z * normalDensity(z) : p);
    },
    knots: [-Infinity, Infinity],
  };
}
