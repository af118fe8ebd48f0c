/** A sample on the line in increasing order: the quantile function of its empirical measure. */

import type { Particles } from "./particles.ts";

/** Observations of equal weight, or particles in one dimension. */
export type Sample = ArrayLike<number> | Particles;

export interface SortedSample {
  readonly x: Float64Array;
  /** Probability of everything up to x[i]; the last is 1. The quantile is x[i] on (upTo[i − 1], upTo[i]]. */
  readonly upTo: Float64Array;
  readonly weighted: boolean;
}

/** Sorts a copy; throws `RangeError` for an empty sample, more than one dimension, or values that are not finite. */
export function sortSample(name: string, sample: Sample): SortedSample {
  const cloud = "kind" in sample ? sample : undefined;
  const values = "kind" in sample ? sample.positions : sample;
  if (cloud !== undefined && cloud.dimension !== 1) {
    throw new RangeError(`${name}: the particles have ${cloud.dimension} dimensions; allowed is 1`);
  }
  const n = values.length;
  if (n === 0) throw new RangeError(`${name}: the sample has length 0; allowed is at least 1`);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${name}: observation ${i} is ${values[i]}; allowed are finite numbers`);
    }
  }
  const weights = cloud?.weights;
  const upTo = new Float64Array(n);
  let x: Float64Array;
  if (weights === undefined) {
    x = Float64Array.from(values).toSorted();
    for (let i = 0; i < n; i++) upTo[i] = (i + 1) / n;
  } else {
    const order = Uint32Array.from({ length: n }, (_, i) => i).toSorted((i, j) => values[i] - values[j]);
    x = Float64Array.from(order, (i) => values[i]);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += weights[order[i]];
      upTo[i] = Math.min(1, sum);
    }
    upTo[n - 1] = 1;
  }
  return { x, upTo, weighted: weights !== undefined };
}
