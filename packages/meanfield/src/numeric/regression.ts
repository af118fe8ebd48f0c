/**
 * The straight line of least squares, and the slope on doubly logarithmic axes: how fast an error falls.
 *
 * N. R. Draper, H. Smith, "Applied Regression Analysis", third edition, Wiley 1998, chapter 1.
 */

import { mean, twoSidedStudent } from "./statistics.ts";

export interface Regression {
  readonly slope: number;
  readonly intercept: number;
  /** Standard error of the slope. */
  readonly standardError: number;
  /** Ends of Student's confidence interval for the slope. */
  readonly low: number;
  readonly high: number;
}

export interface RegressionOptions {
  /** Probability that the interval covers the slope, in (0, 1). Default 0.95. */
  readonly confidence?: number;
  /** Positive, one for each point: deviations from the line have variances in inverse proportion. Default all alike. */
  readonly weights?: ArrayLike<number>;
}

/**
 * The least-squares line y = intercept + slope·x, with Student's interval (n − 2 degrees of freedom) for the slope.
 *
 * `x` and `y` of one length n ≥ 3, the x not all equal; throws `RangeError` otherwise. The interval is exact where the
 * deviations from the line are independent normal of one variance, or of variances that the weights tell.
 */
export function linearRegression(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: RegressionOptions = {},
): Regression {
  const n = x.length;
  if (y.length !== n) throw new RangeError(`linearRegression: y has length ${y.length}; allowed is that of x, ${n}`);
  if (n < 3) throw new RangeError(`linearRegression: x has length ${n}; allowed is at least 3`);
  const weights = options.weights ?? new Float64Array(n).fill(1);
  if (weights.length !== n || !Array.from(weights).every((weight) => weight > 0 && weight < Infinity)) {
    throw new RangeError("linearRegression: weights must be as many finite numbers > 0 as there are points");
  }
  const meanX = options.weights === undefined ? mean(x) : weightedMean(x, weights);
  const meanY = options.weights === undefined ? mean(y) : weightedMean(y, weights);
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i] - meanX;
    xx += weights[i] * dx * dx;
    xy += weights[i] * dx * (y[i] - meanY);
  }
  if (!(xx > 0))
    throw new RangeError("linearRegression: the x are all equal or not numbers; allowed are different numbers");
  const slope = xy / xx;
  let residual = 0;
  for (let i = 0; i < n; i++) {
    const deviation = y[i] - meanY - slope * (x[i] - meanX);
    residual += weights[i] * deviation * deviation;
  }
  const standardError = Math.sqrt(residual / (n - 2) / xx);
  const reach = standardError * twoSidedStudent(options.confidence ?? 0.95, n - 2);
  return { slope, intercept: meanY - slope * meanX, standardError, low: slope - reach, high: slope + reach };
}

function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

/**
 * The exponent s in y ≈ C xˢ, by least squares on logarithms: the empirical order of a method or rate of a limit.
 *
 * As `linearRegression`, with all x and y > 0; `intercept` is ln C.
 */
export function logLogSlope(x: ArrayLike<number>, y: ArrayLike<number>, options: RegressionOptions = {}): Regression {
  const logarithms = (name: string, values: ArrayLike<number>): Float64Array => {
    const out = new Float64Array(values.length);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (!(value > 0 && value < Infinity)) {
        throw new RangeError(`logLogSlope: ${name}[${i}] is ${value}; allowed are finite numbers > 0`);
      }
      out[i] = Math.log(value);
    }
    return out;
  };
  return linearRegression(logarithms("x", x), logarithms("y", y), options);
}
