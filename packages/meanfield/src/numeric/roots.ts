/**
 * Roots of one equation in one unknown.
 *
 * T. R. Chandrupatla, "A new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using
 * derivatives", Advances in Engineering Software 28 (1997) 145–149. Brent's better-known method of 1973 was tried: as quick on
 * simple roots, but it creeps at multiple ones (over 200 evaluations for x⁹, where this takes no more than
 * bisection would).
 */

/** An iteration that stopped before it reached its tolerance; the message says where and how far off. */
export class NoConvergenceError extends Error {
  override readonly name = "NoConvergenceError";
}

export interface RootOptions {
  /** Accepted error of the root itself, absolute. Default 0: as close as the floating-point numbers allow. */
  readonly tolerance?: number;
  /** Default 200 (100 for Newton's method). */
  readonly maximumIterations?: number;
}

/**
 * A root of a continuous `f` between `a` and `b`, where f(a) and f(b) have opposite signs.
 *
 * A jump through zero counts as a root. Throws `RangeError` if the signs agree or a value of f is not a number;
 * `NoConvergenceError` past the iteration limit.
 */
export function findRoot(f: (x: number) => number, a: number, b: number, options: RootOptions = {}): number {
  const { tolerance = 0, maximumIterations = 200 } = options;
  const smallest = Math.max(0.5 * tolerance, Number.EPSILON ** 2 * Math.abs(b - a));
  // The root lies between `near` and `far`; `last` is the third point of the interpolation.
  let near = a;
  let far = b;
  let fNear = f(a);
  let fFar = f(b);
  if (fNear === 0) return a;
  if (fFar === 0) return b;
  if (!(fNear < 0 && fFar > 0) && !(fNear > 0 && fFar < 0)) {
    throw new RangeError(
      `findRoot: f(${a}) = ${fNear} and f(${b}) = ${fFar}; allowed are end points where f has opposite signs`,
    );
  }
  let fraction = 0.5;
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    const x = near + fraction * (far - near);
    const fx = f(x);
    if (Number.isNaN(fx))
      throw new RangeError(`findRoot: f(${x}) is not a number; allowed are numbers between the ends`);
    let last: number;
    let fLast: number;
    if (fx > 0 === fNear > 0) {
      last = near;
      fLast = fNear;
    } else {
      last = far;
      fLast = fFar;
      far = near;
      fFar = fNear;
    }
    near = x;
    fNear = fx;
    const best = Math.abs(fNear) < Math.abs(fFar) ? near : far;
    const closest = (2 * Number.EPSILON * Math.abs(best) + smallest) / Math.abs(far - near);
    if (fx === 0 || closest > 0.5) return best;
    // Inverse quadratic interpolation is taken exactly where it is monotone between the points; otherwise halve.
    const position = (near - far) / (last - far);
    const level = (fNear - fFar) / (fLast - fFar);
    const trusted = level * level < position && (1 - level) * (1 - level) < 1 - position;
    fraction = trusted
      ? (fNear / (fFar - fNear)) * (fLast / (fFar - fLast)) +
        ((last - near) / (far - near)) * (fNear / (fLast - fNear)) * (fFar / (fLast - fFar))
      : 0.5;
    fraction = Math.min(1 - closest, Math.max(closest, fraction));
  }
  throw new NoConvergenceError(
    `findRoot: between ${near} and ${far} after ${maximumIterations} steps; allowed width is ${tolerance}`,
  );
}

/**
 * A root of `f` near `start`, by Newton's method with the derivative `slope`.
 *
 * A step that does not lower |f| is halved, up to 50 times. Stops when the step falls below `tolerance` or below the spacing
 * of the floating-point numbers there. Throws `NoConvergenceError` when it cannot get closer.
 */
export function newton(
  f: (x: number) => number,
  slope: (x: number) => number,
  start: number,
  options: RootOptions = {},
): number {
  const { tolerance = 0, maximumIterations = 100 } = options;
  let x = start;
  let value = f(x);
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    if (value === 0) return x;
    let step = -value / slope(x);
    if (!Number.isFinite(step)) break;
    const closest = Math.max(tolerance, 4 * Number.EPSILON * Math.abs(x));
    let next = x + step;
    let nextValue = f(next);
    for (let halving = 0; halving < 50 && !(Math.abs(nextValue) < Math.abs(value)); halving++) {
      // At the root rounding decides the sign of the change: a step this small is the end, not a failure.
      if (Math.abs(step) <= closest) return x;
      step *= 0.5;
      next = x + step;
      nextValue = f(next);
    }
    if (!(Math.abs(nextValue) < Math.abs(value))) break;
    x = next;
    value = nextValue;
    if (Math.abs(step) <= closest) return x;
  }
  throw new NoConvergenceError(`newton: no root near ${start}; best is f(${x}) = ${value}`);
}

/**
 * Widens [a, b] geometrically until `f` changes sign on it, and returns the new ends in increasing order.
 *
 * Each time the end with the smaller |f| moves out by 1.6 times the width. Throws `NoConvergenceError` after 60 times.
 */
export function expandBracket(f: (x: number) => number, a: number, b: number): readonly [low: number, high: number] {
  if (!Number.isFinite(a) || !Number.isFinite(b) || a === b) {
    throw new RangeError(`expandBracket: the ends are ${a} and ${b}; allowed are two different finite numbers`);
  }
  let low = Math.min(a, b);
  let high = Math.max(a, b);
  let fLow = f(low);
  let fHigh = f(high);
  for (let widening = 0; widening < 60; widening++) {
    if (fLow === 0 || fHigh === 0 || (fLow < 0 && fHigh > 0) || (fLow > 0 && fHigh < 0)) return [low, high];
    const width = high - low;
    if (Math.abs(fLow) < Math.abs(fHigh)) {
      low -= 1.6 * width;
      fLow = f(low);
    } else {
      high += 1.6 * width;
      fHigh = f(high);
    }
  }
  throw new NoConvergenceError(`expandBracket: no change of sign between ${low} and ${high}`);
}
