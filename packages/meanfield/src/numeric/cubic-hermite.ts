/** The piecewise cubic function with given values and slopes at its knots. */

import { intervalOf } from "./knots.ts";

/** A function that can be asked for its value and its first derivative. */
export interface SmoothInterpolant {
  (at: number): number;
  readonly derivative: (at: number) => number;
}

/**
 * The piecewise cubic function with values `y` and slopes `slopes` at the increasing knots `x` (at least two; not checked).
 *
 * `name` is what errors call it: it throws `RangeError` when asked outside the knots.
 */
export function cubicHermite(name: string, x: Float64Array, y: Float64Array, slopes: Float64Array): SmoothInterpolant {
  const value = (at: number): number => {
    const i = intervalOf(name, x, at);
    const h = x[i + 1] - x[i];
    const s = (at - x[i]) / h;
    const r = 1 - s;
    return r * r * ((1 + 2 * s) * y[i] + s * h * slopes[i]) + s * s * ((1 + 2 * r) * y[i + 1] - r * h * slopes[i + 1]);
  };
  const derivative = (at: number): number => {
    const i = intervalOf(name, x, at);
    const h = x[i + 1] - x[i];
    const s = (at - x[i]) / h;
    return (
      (6 * s * (1 - s) * (y[i + 1] - y[i])) / h + (1 - s) * (1 - 3 * s) * slopes[i] + s * (3 * s - 2) * slopes[i + 1]
    );
  };
  return Object.assign(value, { derivative });
}
