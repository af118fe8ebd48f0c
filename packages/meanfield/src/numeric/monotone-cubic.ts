/**
 * Piecewise cubic interpolation that rises and falls only where the data do: for distribution functions and quantiles.
 *
 * F. N. Fritsch, R. E. Carlson, "Monotone piecewise cubic interpolation", SIAM Journal on Numerical Analysis 17 (1980)
 * 238–246: slopes of the parabola through three neighbours, shrunk into the circle of radius 3 around which monotonicity
 * is certain.
 */

import { cubicHermite } from "./cubic-hermite.ts";
import { knots } from "./knots.ts";
import type { SmoothInterpolant } from "./cubic-hermite.ts";

/**
 * The monotone cubic interpolant through the points (x[i], y[i]); x increasing, at least two points.
 *
 * Once continuously differentiable; third order where the data are monotone and smooth, exact at flat stretches, never outside
 * the range of the two neighbouring values. Throws `RangeError` for unfit points, and when asked outside them.
 */
export function monotoneCubic(x: ArrayLike<number>, y: ArrayLike<number>): SmoothInterpolant {
  const [xs, ys] = knots("monotoneCubic", x, y, 2);
  const n = xs.length;
  const slopes = new Float64Array(n);
  const secant = new Float64Array(n - 1);
  for (let i = 0; i < n - 1; i++) secant[i] = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]);
  if (n === 2) {
    slopes.fill(secant[0]);
  } else {
    for (let i = 1; i < n - 1; i++) {
      const left = xs[i] - xs[i - 1];
      const right = xs[i + 1] - xs[i];
      slopes[i] = (right * secant[i - 1] + left * secant[i]) / (left + right);
    }
    // A parabola's secant is the mean of its slopes at the two ends.
    slopes[0] = 2 * secant[0] - slopes[1];
    slopes[n - 1] = 2 * secant[n - 2] - slopes[n - 2];
  }
  // First the signs: a slope against either neighbouring secant is zero. Then the sizes, interval by interval.
  for (let i = 0; i < n; i++) {
    const left = secant[Math.max(0, i - 1)];
    const right = secant[Math.min(n - 2, i)];
    if (left * right <= 0 || slopes[i] * left <= 0) slopes[i] = 0;
  }
  for (let i = 0; i < n - 1; i++) {
    if (secant[i] === 0) continue;
    const length = Math.hypot(slopes[i], slopes[i + 1]) / Math.abs(secant[i]);
    if (length > 3) {
      slopes[i] *= 3 / length;
      slopes[i + 1] *= 3 / length;
    }
  }
  return cubicHermite("monotoneCubic", xs, ys, slopes);
}
