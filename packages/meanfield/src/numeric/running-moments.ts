/**
 * Mean and variance of observations that come one at a time or in parts, in constant memory.
 *
 * B. P. Welford, "Note on a method for calculating corrected sums of squares and products", Technometrics 4 (1962) 419–420;
 * merging after T. F. Chan, G. H. Golub, R. J. LeVeque, The American Statistician 37 (1983) 242–247.
 */

export interface RunningMoments {
  add(observation: number): void;
  /** Takes in all that another has seen; parts may be merged in any order, up to rounding. */
  merge(other: Pick<RunningMoments, "count" | "mean" | "squares">): void;
  readonly count: number;
  /** NaN before the first observation. */
  readonly mean: number;
  /** Σ(xᵢ − x̄)², what `merge` needs. */
  readonly squares: number;
  /** Unbiased; NaN before the second observation. */
  readonly variance: number;
  /** Of the mean; NaN before the second observation. */
  readonly standardError: number;
}

/** An empty accumulator of mean and variance. */
export function runningMoments(): RunningMoments {
  let count = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(observation) {
      count++;
      const deviation = observation - mean;
      mean += deviation / count;
      squares += deviation * (observation - mean);
    },
    merge(other) {
      if (other.count === 0) return;
      const total = count + other.count;
      const deviation = other.mean - mean;
      squares += other.squares + ((deviation * deviation * count) / total) * other.count;
      mean += (deviation * other.count) / total;
      count = total;
    },
    get count() {
      return count;
    },
    get mean() {
      return count === 0 ? Number.NaN : mean;
    },
    get squares() {
      return squares;
    },
    get variance() {
      return count < 2 ? Number.NaN : squares / (count - 1);
    },
    get standardError() {
      return count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1) / count);
    },
  };
}
