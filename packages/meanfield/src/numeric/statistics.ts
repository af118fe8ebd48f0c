/**
 * Summaries of a sample of numbers: mean, variance, standard error, quantiles, confidence interval of the mean.
 *
 * T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for computing the sample variance", The American Statistician 37
 * (1983) 242–247: two passes with a correction.
 * R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996) 361–365: type 7.
 */

import { studentQuantile } from "./student-distribution.ts";

/** Mean of a sample and how well it is known. */
export interface MeanWithError {
  readonly mean: number;
  /** Standard error of the mean, √(variance/count). */
  readonly standardError: number;
  /** Unbiased variance of one observation (divided by count − 1). */
  readonly variance: number;
  readonly count: number;
}

export interface ConfidenceInterval {
  readonly mean: number;
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
}

function needAtLeast(name: string, sample: ArrayLike<number>, least: number): void {
  if (sample.length < least) {
    throw new RangeError(`${name}: the sample has length ${sample.length}; allowed is at least ${least}`);
  }
}

/** The arithmetic mean; throws `RangeError` for an empty sample. */
export function mean(sample: ArrayLike<number>): number {
  needAtLeast("mean", sample, 1);
  const n = sample.length;
  let sum = 0;
  for (let i = 0; i < n; i++) sum += sample[i];
  const first = sum / n;
  // What summation lost comes back as the mean of the deviations, which are small.
  let rest = 0;
  for (let i = 0; i < n; i++) rest += sample[i] - first;
  return first + rest / n;
}

/** The unbiased variance Σ(xᵢ − x̄)²/(n − 1); throws `RangeError` for fewer than two observations. */
export function variance(sample: ArrayLike<number>): number {
  needAtLeast("variance", sample, 2);
  const n = sample.length;
  const centre = mean(sample);
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    const deviation = sample[i] - centre;
    squares += deviation * deviation;
    rest += deviation;
  }
  return (squares - (rest * rest) / n) / (n - 1);
}

/** Mean, its standard error and the variance of independent observations; throws `RangeError` for fewer than two. */
export function meanWithError(sample: ArrayLike<number>): MeanWithError {
  needAtLeast("meanWithError", sample, 2);
  const spread = variance(sample);
  const count = sample.length;
  return { mean: mean(sample), standardError: Math.sqrt(spread / count), variance: spread, count };
}

/**
 * Student's confidence interval for the mean of independent observations.
 *
 * `confidence` in (0, 1), default 0.95. Exact for normal observations, right in the limit for others of finite variance.
 * Throws `RangeError` for fewer than two observations.
 */
export function confidenceInterval(sample: ArrayLike<number>, confidence = 0.95): ConfidenceInterval {
  needAtLeast("confidenceInterval", sample, 2);
  const { mean: centre, standardError, count } = meanWithError(sample);
  const reach = standardError * twoSidedStudent(confidence, count - 1);
  return { mean: centre, standardError, low: centre - reach, high: centre + reach };
}

/** The t with P(|T| ≤ t) = confidence for Student's law. */
export function twoSidedStudent(confidence: number, degreesOfFreedom: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence is ${confidence}; allowed is a probability strictly between 0 and 1`);
  }
  return -studentQuantile(0.5 * (1 - confidence), degreesOfFreedom);
}

/**
 * The `p`-quantile of a sample already sorted in increasing order, linear between order statistics (type 7).
 *
 * Throws `RangeError` for an empty sample or p outside [0, 1]. It does not check the order.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  needAtLeast("quantile", sorted, 1);
  if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: p is ${p}; allowed is a probability between 0 and 1`);
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below];
  const weight = position - below;
  return weight === 0 ? low : low + weight * (sorted[below + 1] - low);
}
