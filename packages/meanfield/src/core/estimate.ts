import type { Estimate } from "./simulation.ts";
import { normalQuantile } from "../numeric/normal-distribution.ts";
import { twoSidedStudent } from "../numeric/statistics.ts";

/** Means and squared deviations of many quantities over one common number of observations (Welford 1962). */
export interface Averages {
  /** Takes in one observation of every quantity. */
  readonly add: (observation: Float64Array) => void;
  readonly count: () => number;
  readonly mean: Float64Array;
  /** Fresh; NaN before the first observation, infinite after one, from which no error can be told. */
  readonly standardErrors: () => Float64Array;
}

export function averages(quantities: number): Averages {
  const mean = new Float64Array(quantities).fill(Number.NaN);
  const squares = new Float64Array(quantities);
  let count = 0;
  return {
    add: (observation) => {
      if (count === 0) mean.fill(0);
      count++;
      for (let i = 0; i < quantities; i++) {
        const deviation = observation[i] - mean[i];
        mean[i] += deviation / count;
        squares[i] += deviation * (observation[i] - mean[i]);
      }
    },
    count: () => count,
    mean,
    standardErrors: () => squares.map((sum) => (count === 1 ? Infinity : Math.sqrt(sum / (count - 1) / count))),
  };
}

/** The mean of independent observations with Student's 95 % interval, which a single one leaves unbounded. */
export function estimate(mean: number, standardError: number, count: number): Estimate {
  const reach = count < 2 ? Infinity : standardError * twoSidedStudent(0.95, count - 1);
  return { mean, standardError, low: mean - reach, high: mean + reach, count };
}

/**
 * A probability from independent paths of which each shows a share of dependent players, such as those in default.
 *
 * Wilson's interval for the number of independent players that would have had as large an error, mean(1 − mean)/error²;
 * where the paths are all alike they show none, and each counts as one player. So it is right also where the event was
 * never or always seen (E. L. Korn, B. I. Graubard, "Confidence intervals for proportions with small expected number of
 * positive counts estimated from survey data", Survey Methodology 24 (1998) 193–201, on effective sample sizes).
 */
export function shareOf(mean: number, standardError: number, count: number): Estimate {
  const effective = standardError > 0 && count > 1 ? (mean * (1 - mean)) / standardError ** 2 : count;
  const { low, high } = proportion(mean * effective, effective);
  return { mean, standardError, low, high, count };
}

/**
 * The probability of an event from the number of times it happened, with the 95 % interval of Wilson (1927), which is
 * right also where the event was never or always seen.
 */
export function proportion(happened: number, count: number): Estimate {
  const z = normalQuantile(0.975);
  const mean = happened / count;
  const centre = (happened + (z * z) / 2) / (count + z * z);
  const reach = (z / (count + z * z)) * Math.sqrt((happened * (count - happened)) / count + (z * z) / 4);
  const standardError = Math.sqrt((mean * (1 - mean)) / count);
  // At the ends centre and reach are equal but for rounding.
  const low = mean === 0 ? 0 : centre - reach;
  const high = mean === 1 ? 1 : centre + reach;
  return { mean, standardError, low, high, count };
}
