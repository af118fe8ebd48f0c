/**
 * Histograms with even bins.
 *
 * D. Freedman, P. Diaconis, "On the histogram as a density estimator: L₂ theory", Zeitschrift für Wahrscheinlichkeitstheorie
 * 57 (1981) 453–476: the bin width 2·IQR·n^(−1/3).
 */

import { quantile } from "../numeric/statistics.ts";
import { sortSample } from "./sorted-sample.ts";
import type { Sample } from "./sorted-sample.ts";

export interface Histogram {
  /** bins + 1 of them, increasing; bin k is [edges[k], edges[k + 1]), the last with its upper edge. */
  readonly edges: Float64Array;
  /** Probability of each bin. With `below` and `above` it sums to 1. */
  readonly mass: Float64Array;
  /** Mass divided by bin width: the height to draw, an estimate of the density. */
  readonly heights: Float64Array;
  /** Probability below the first edge. */
  readonly below: number;
  /** Probability above the last edge. */
  readonly above: number;
}

export interface Bins {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

/**
 * The even bins from the least to the greatest observation whose width is, rounded down to fit, that of Freedman and Diaconis.
 *
 * A sample whose middle half is one number gets Sturges' count, log₂ n + 1; a sample of one number only, one bin of width 1
 * around it. At most 10 000 bins. Weights of particles count only in that weightless ones are left out.
 */
export function freedmanDiaconis(sample: Sample): Bins {
  const { x, upTo } = sortSample("freedmanDiaconis", sample);
  const present = x.filter((_, i) => upTo[i] > (i === 0 ? 0 : upTo[i - 1]));
  const n = present.length;
  const low = present[0];
  const high = present[n - 1];
  if (low === high) return { low: low - 0.5, high: low + 0.5, count: 1 };
  const width = (2 * (quantile(present, 0.75) - quantile(present, 0.25))) / Math.cbrt(n);
  const count = width > 0 ? Math.ceil((high - low) / width) : Math.ceil(Math.log2(n)) + 1;
  return { low, high, count: Math.min(10_000, Math.max(1, count)) };
}

/** The histogram of a sample in the given bins (default: those of Freedman and Diaconis); throws `RangeError` for unfit bins. */
export function histogram(sample: Sample, bins: Bins = freedmanDiaconis(sample)): Histogram {
  const { low, high, count } = bins;
  if (!(low < high && Number.isFinite(high - low))) {
    throw new RangeError(`histogram: low is ${low} and high ${high}; allowed are finite numbers in increasing order`);
  }
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new RangeError(`histogram: count is ${count}; allowed is a whole number >= 1`);
  }
  const { x, upTo } = sortSample("histogram", sample);
  const edges = Float64Array.from({ length: count + 1 }, (_, k) => (low * (count - k) + high * k) / count);
  edges[0] = low;
  edges[count] = high;
  const mass = new Float64Array(count);
  let below = 0;
  let above = 0;
  for (let i = 0, bin = 0; i < x.length; i++) {
    const weight = upTo[i] - (i === 0 ? 0 : upTo[i - 1]);
    if (x[i] < low) below += weight;
    else if (x[i] > high) above += weight;
    else {
      while (bin < count - 1 && x[i] >= edges[bin + 1]) bin++;
      mass[bin] += weight;
    }
  }
  const heights = mass.map((share, k) => share / (edges[k + 1] - edges[k]));
  return { edges, mass, heights, below, above };
}
