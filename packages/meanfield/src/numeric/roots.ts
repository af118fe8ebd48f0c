/**
 * Roots of one equation in one unknown.
 *
 * R. P. Brent, "Algorithms for Minimization without Derivatives", Prentice-Hall 1973, chapter 4: bisection guards inverse
 * quadratic interpolation, so that a bracketed sign change is always found, and smooth functions take about eight
 * evaluations.
 */

/** An iteration that stopped before it reached its tolerance; the message says where and how far off. */
export class NoConvergenceError extends Error {
  override readonly name = "NoConvergenceError";
}

export interface RootOptions {
  /** Accepted error of the root itself, absolute. Default 0: as close as the floating-point numbers around it allow. */
  readonly tolerance?: number;
  /** Default 200 (100 for Newton's method). */
  readonly maximumIterations?: number;
}

/**
 * A root of a continuous `f` between `a` and `b`, by Brent's method.
 *
 * Throws `RangeError` if f(a) and f(b) have the same sign or are not numbers; `NoConvergenceError` past the iteration limit.
 */
export function findRoot(f: (x: number) => number, a: number, b: number, options: RootOptions = {}): number {
  const { tolerance = 0, maximumIterations = 200 } = options;
  let best = b;
  let fBest = f(best);
  let other = a;
  let fOther = f(other);
  if (fOther === 0) return other;
  if (fBest === 0) return best;
  if (!(fOther > 0 !== fBest > 0) || Number.isNaN(fOther) || Number.isNaN(fBest)) {
    throw new RangeError(
      `findRoot: f(${a}) = ${fOther} and f(${b}) = ${fBest}; allowed are end points where f has opposite signs`,
    );
  }
  // `previous` is the best point before the last step; `step` and `lastStep` are the last two changes of the best point.
  let previous = other;
  let fPrevious = fOther;
  let step = best - previous;
  let lastStep = step;
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    if (fBest > 0 === fOther > 0) {
      other = previous;
      fOther = fPrevious;
      step = best - previous;
      lastStep = step;
    }
    if (Math.abs(fOther) < Math.abs(fBest)) {
      previous = best;
      best = other;
      other = previous;
      fPrevious = fBest;
      fBest = fOther;
      fOther = fPrevious;
    }
    const closest = 2 * Number.EPSILON * Math.abs(best) + Number.MIN_VALUE + 0.5 * tolerance;
    const half = 0.5 * (other - best);
    if (fBest === 0 || Math.abs(half) <= closest) return best;
    if (Math.abs(lastStep) >= closest && Math.abs(fPrevious) > Math.abs(fBest)) {
      const s = fBest / fPrevious;
      let p: number;
      let q: number;
      if (previous === other) {
        p = 2 * half * s;
        q = 1 - s;
      } else {
        const u = fPrevious / fOther;
        const r = fBest / fOther;
        p = s * (2 * half * u * (u - r) - (best - previous) * (r - 1));
        q = (u - 1) * (r - 1) * (s - 1);
      }
      if (p > 0) q = -q;
      else p = -p;
      if (2 * p < Math.min(3 * half * q - Math.abs(closest * q), Math.abs(lastStep * q))) {
        lastStep = step;
        step = p / q;
      } else {
        step = half;
        lastStep = half;
      }
    } else {
      step = half;
      lastStep = half;
    }
    previous = best;
    fPrevious = fBest;
    best += Math.abs(step) > closest ? step : half > 0 ? closest : -closest;
    fBest = f(best);
    if (Number.isNaN(fBest)) throw new RangeError(`findRoot: f(${best}) is not a number`);
  }
  throw new NoConvergenceError(
    `findRoot: no root to ${tolerance} after ${maximumIterations} steps; best is f(${best}) = ${fBest}`,
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
