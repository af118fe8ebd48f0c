/**
 * The regularised incomplete beta function, by a continued fraction.
 *
 * NIST Digital Library of Mathematical Functions, 8.17.22; its even part after A. R. DiDonato and A. H. Morris, "Algorithm
 * 708: significant digit computation of the incomplete beta function ratios", ACM Transactions on Mathematical Software 18
 * (1992) 360–373, equation (9); evaluated by the method of W. J. Lentz as modified by I. J. Thompson and A. R. Barnett,
 * Journal of Computational Physics 64 (1986) 490–509.
 */

import { logBeta } from "./log-gamma.ts";
import { NoConvergenceError } from "./roots.ts";

const SMALLEST = 1e-300;

/**
 * B(a, b) I_x(a, b) / (x^a y^b), for x below the mean a/(a + b): the even part of the continued fraction 8.17.22.
 *
 * The fraction itself starts with 1 − (a + b)x/(a + 1), which cancels where a is large and x near 1; its even part needs x
 * only through λ = a − (a + b)x, and that is (a + b)y − b without loss.
 */
function continuedFraction(a: number, b: number, x: number, y: number): number {
  // The number of terms grows as the square root of the larger parameter.
  const limit = 200 + 20 * Math.ceil(Math.sqrt(Math.max(a, b)));
  const lambda = y < 0.5 ? (a + b) * y - b : a - (a + b) * x;
  let value = ((lambda + 1) * a) / (a + 1);
  let c = value;
  let d = 0;
  for (let n = 1; n <= limit; n++) {
    const width = a + 2 * n - 1;
    const alpha = ((((a + n - 1) / width) * (a + b + n - 1)) / width) * n * (b - n) * x * x;
    const beta = n + (n * (b - n) * x) / width + ((a + n) / (width + 2)) * (lambda + 1 + n * (1 + y));
    d = beta + alpha * d;
    d = 1 / (Math.abs(d) < SMALLEST ? SMALLEST : d);
    c = beta + alpha / c;
    if (Math.abs(c) < SMALLEST) c = SMALLEST;
    value *= c * d;
    if (Math.abs(c * d - 1) < 3e-16) return 1 / value;
  }
  throw new NoConvergenceError(`incompleteBeta: no convergence for a = ${a}, b = ${b}, x = ${x} in ${limit} terms`);
}

/** I_x(a, b) for x + y = 1, both given so that neither has lost digits. */
export function incompleteBetaOf(a: number, b: number, x: number, y: number): number {
  if (x === 0) return 0;
  if (y === 0) return 1;
  const logX = x < 0.5 ? Math.log(x) : Math.log1p(-y);
  const logY = y < 0.5 ? Math.log(y) : Math.log1p(-x);
  const front = Math.exp(a * logX + b * logY - logBeta(a, b));
  // Below the mean a/(a + b) the fraction for I_x(a, b) is the quick one, above it that for its complement.
  return a * y > b * x ? front * continuedFraction(a, b, x, y) : 1 - front * continuedFraction(b, a, y, x);
}

/**
 * The regularised incomplete beta function I_x(a, b) = B(a, b)⁻¹ ∫₀ˣ t^(a−1) (1 − t)^(b−1) dt.
 *
 * `a`, `b` > 0 and `x` in [0, 1]; throws `RangeError` otherwise. The relative error is at most about 2·10⁻¹⁵
 * times the largest of 10, a and b.
 */
export function incompleteBeta(a: number, b: number, x: number): number {
  if (!(a > 0 && b > 0 && a < Infinity && b < Infinity)) {
    throw new RangeError(`incompleteBeta: a is ${a} and b is ${b}; allowed are finite numbers > 0`);
  }
  if (!(x >= 0 && x <= 1)) throw new RangeError(`incompleteBeta: x is ${x}; allowed is a number between 0 and 1`);
  return incompleteBetaOf(a, b, x, 1 - x);
}
