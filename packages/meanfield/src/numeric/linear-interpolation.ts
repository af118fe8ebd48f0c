/** Piecewise linear interpolation on an interval and piecewise bilinear on a rectangle; error of second order. */

import { checkIncreasing, intervalOf, knots } from "./knots.ts";

/**
 * The piecewise linear function through the points (x[i], y[i]); x increasing, at least two points.
 *
 * Throws `RangeError` for unfit points, and when asked outside them.
 */
export function linearInterpolation(x: ArrayLike<number>, y: ArrayLike<number>): (at: number) => number {
  const [xs, ys] = knots("linearInterpolation", x, y, 2);
  return (at) => {
    const i = intervalOf("linearInterpolation", xs, at);
    const weight = (at - xs[i]) / (xs[i + 1] - xs[i]);
    return (1 - weight) * ys[i] + weight * ys[i + 1];
  };
}

/**
 * The function that is linear in each argument on every cell of a grid and has `values[i * y.length + j]` at (x[i], y[j]).
 *
 * x and y increasing, at least two of each. Throws `RangeError` for an unfit grid, and when asked outside it.
 */
export function bilinear(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  values: ArrayLike<number>,
): (atX: number, atY: number) => number {
  if (x.length < 2 || y.length < 2) {
    throw new RangeError(`bilinear: the grid is ${x.length} by ${y.length}; allowed is at least 2 by 2`);
  }
  if (values.length !== x.length * y.length) {
    throw new RangeError(
      `bilinear: values has length ${values.length}; allowed is ${x.length * y.length} for a grid of ${x.length} by ${y.length}`,
    );
  }
  checkIncreasing("bilinear", "x", x);
  checkIncreasing("bilinear", "y", y);
  const xs = Float64Array.from(x);
  const ys = Float64Array.from(y);
  const table = Float64Array.from(values);
  const columns = ys.length;
  return (atX, atY) => {
    const i = intervalOf("bilinear: x", xs, atX);
    const j = intervalOf("bilinear: y", ys, atY);
    const u = (atX - xs[i]) / (xs[i + 1] - xs[i]);
    const v = (atY - ys[j]) / (ys[j + 1] - ys[j]);
    const corner = i * columns + j;
    return (
      (1 - u) * ((1 - v) * table[corner] + v * table[corner + 1]) +
      u * ((1 - v) * table[corner + columns] + v * table[corner + columns + 1])
    );
  };
}
