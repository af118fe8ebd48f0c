/**
 * Polynomial interpolation at Chebyshev points: geometric convergence for analytic functions.
 *
 * L. N. Trefethen, "Approximation Theory and Approximation Practice", SIAM 2013, chapters 3, 8 and 19; values and
 * derivatives by Clenshaw's recurrence.
 */

import type { SmoothInterpolant } from "./cubic-hermite.ts";

export interface ChebyshevInterpolant extends SmoothInterpolant {
  /** Of T₀, T₁, … in the variable that runs from −1 to 1 over the interval: their decay shows the accuracy. */
  readonly coefficients: Float64Array;
}

function clenshaw(coefficients: Float64Array, s: number): number {
  let next = 0;
  let afterNext = 0;
  for (let k = coefficients.length - 1; k >= 1; k--) {
    const current = coefficients[k] + 2 * s * next - afterNext;
    afterNext = next;
    next = current;
  }
  return coefficients[0] + s * next - afterNext;
}

/**
 * The polynomial of degree n − 1 that agrees with `f` at the `n` Chebyshev points (of the first kind) of [a, b].
 *
 * `n` at least 2, a < b finite, all values of f finite; throws `RangeError` otherwise, and when asked outside [a, b].
 */
export function chebyshev(f: (x: number) => number, a: number, b: number, n: number): ChebyshevInterpolant {
  if (!(Number.isInteger(n) && n >= 2)) throw new RangeError(`chebyshev: n is ${n}; allowed is a whole number >= 2`);
  if (!(a < b && Number.isFinite(b - a))) {
    throw new RangeError(`chebyshev: the interval is ${a} to ${b}; allowed are finite ends in increasing order`);
  }
  const centre = 0.5 * (a + b);
  const half = 0.5 * (b - a);
  const values = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const x = centre + half * Math.cos((Math.PI * (k + 0.5)) / n);
    values[k] = f(x);
    if (!Number.isFinite(values[k])) {
      throw new RangeError(`chebyshev: f(${x}) is ${values[k]}; allowed are finite values`);
    }
  }
  const coefficients = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += values[k] * Math.cos((Math.PI * ((j * (2 * k + 1)) % (4 * n))) / (2 * n));
    coefficients[j] = (j === 0 ? sum : 2 * sum) / n;
  }
  // c′ₖ₋₁ = c′ₖ₊₁ + 2k cₖ
  const slopes = new Float64Array(n);
  for (let k = n - 1; k >= 1; k--) slopes[k - 1] = (k + 1 < n ? slopes[k + 1] : 0) + 2 * k * coefficients[k];
  slopes[0] *= 0.5;

  const reduce = (at: number): number => {
    const s = (at - centre) / half;
    if (!(Math.abs(s) <= 1 + 1e-12)) throw new RangeError(`chebyshev: asked at ${at}; allowed is ${a} to ${b}`);
    return s;
  };
  return Object.assign((at: number): number => clenshaw(coefficients, reduce(at)), {
    derivative: (at: number): number => clenshaw(slopes, reduce(at)) / half,
    coefficients,
  });
}
