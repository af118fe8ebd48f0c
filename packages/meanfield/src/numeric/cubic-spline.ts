/**
 * The cubic spline: twice continuously differentiable, error of fourth order.
 *
 * C. de Boor, "A Practical Guide to Splines", revised edition, Springer 2001, chapter IV: one tridiagonal system for the
 * slopes at the knots.
 */

import { cubicHermite } from "./cubic-hermite.ts";
import { knots } from "./knots.ts";
import { solveCyclicTridiagonal, solveTridiagonal } from "./tridiagonal.ts";
import type { SmoothInterpolant } from "./cubic-hermite.ts";

/**
 * What the spline does at its ends. "not-a-knot" (default): the first two and the last two intervals share one cubic, fourth
 * order up to the ends. "natural": second derivative 0, second order at the ends unless the function does the same. "clamped":
 * given slopes. "periodic": first and last value agree, and so do the derivatives.
 */
export type SplineOptions =
  | { readonly boundary?: "not-a-knot" | "natural" | "periodic" }
  | { readonly boundary: "clamped"; readonly slopes: readonly [first: number, last: number] };

/**
 * The cubic spline through the points (x[i], y[i]); x increasing.
 *
 * At least two points (two give the line, three without a knot the parabola), four for "periodic". Throws `RangeError` for
 * unfit points, and when asked outside them.
 */
export function cubicSpline(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: SplineOptions = {},
): SmoothInterpolant {
  const boundary = options.boundary ?? "not-a-knot";
  const [xs, ys] = knots("cubicSpline", x, y, boundary === "periodic" ? 4 : 2);
  const n = xs.length;
  const h = new Float64Array(n - 1);
  const secant = new Float64Array(n - 1);
  for (let i = 0; i < n - 1; i++) {
    h[i] = xs[i + 1] - xs[i];
    secant[i] = (ys[i + 1] - ys[i]) / h[i];
  }
  if (boundary === "periodic") return cubicHermite("cubicSpline", xs, ys, periodicSlopes(ys, h, secant));

  const lower = new Float64Array(n);
  const diagonal = new Float64Array(n);
  const upper = new Float64Array(n);
  const right = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    lower[i] = h[i];
    diagonal[i] = 2 * (h[i - 1] + h[i]);
    upper[i] = h[i - 1];
    right[i] = 3 * (h[i] * secant[i - 1] + h[i - 1] * secant[i]);
  }
  const last = n - 1;
  if (options.boundary === "clamped") {
    diagonal[0] = 1;
    diagonal[last] = 1;
    [right[0], right[last]] = options.slopes;
  } else if (boundary === "natural" || n === 2) {
    diagonal[0] = 2;
    upper[0] = 1;
    right[0] = 3 * secant[0];
    lower[last] = 1;
    diagonal[last] = 2;
    right[last] = 3 * secant[last - 1];
  } else if (n === 3) {
    // The conditions at both ends then say the same. What is left is that each secant is the mean of the slopes at the ends
    // of its interval: the parabola.
    diagonal[0] = 1;
    upper[0] = 1;
    right[0] = 2 * secant[0];
    lower[last] = 1;
    diagonal[last] = 1;
    right[last] = 2 * secant[last - 1];
  } else {
    const a = h[0] + h[1];
    diagonal[0] = h[1];
    upper[0] = a;
    right[0] = ((h[0] + 2 * a) * h[1] * secant[0] + h[0] * h[0] * secant[1]) / a;
    const b = h[last - 1] + h[last - 2];
    lower[last] = b;
    diagonal[last] = h[last - 2];
    right[last] =
      ((h[last - 1] + 2 * b) * h[last - 2] * secant[last - 1] + h[last - 1] * h[last - 1] * secant[last - 2]) / b;
  }
  const slopes = solveTridiagonal(lower, diagonal, upper, right, right, new Float64Array(n));
  return cubicHermite("cubicSpline", xs, ys, slopes);
}

function periodicSlopes(y: Float64Array, h: Float64Array, secant: Float64Array): Float64Array {
  const n = h.length;
  let size = 0;
  for (let i = 0; i < n; i++) size = Math.max(size, Math.abs(y[i]));
  if (Math.abs(y[n] - y[0]) > 1e-12 * size) {
    throw new RangeError(`cubicSpline: y[${n}] is ${y[n]}; allowed for a periodic spline is y[0], ${y[0]}`);
  }
  const lower = new Float64Array(n);
  const diagonal = new Float64Array(n);
  const upper = new Float64Array(n);
  const right = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const before = i === 0 ? n - 1 : i - 1;
    lower[i] = h[i];
    diagonal[i] = 2 * (h[before] + h[i]);
    upper[i] = h[before];
    right[i] = 3 * (h[i] * secant[before] + h[before] * secant[i]);
  }
  const slopes = new Float64Array(n + 1);
  solveCyclicTridiagonal(lower, diagonal, upper, right, right, new Float64Array(2 * n));
  slopes.set(right);
  slopes[n] = slopes[0];
  return slopes;
}
