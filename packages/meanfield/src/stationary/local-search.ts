/**
 * Zeros of a derivative over one parameter: local equilibria (LSMFE) and local optima (LSMF-SO) of one-dimensional classes.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019: an LSMFE has ∂J/∂θ = 0 with the field frozen, an LSMF-SO has dJ/dθ = 0 with the
 * field following. θ is kept in a box Θ, at whose ends it is enough that the derivative points outward.
 */

import { findRoot } from "../numeric/roots.ts";

export interface LocalPoint {
  readonly theta: number;
  /** `rest`: following the derivative comes to rest here. `leave`: it vanishes, but leads away on both sides. */
  readonly kind: "rest" | "leave";
  /** Whether θ is at an end of Θ, where the derivative need not vanish. */
  readonly boundary: boolean;
}

/**
 * The zeros of a derivative on [low, high] that a scan of `points` intervals brackets, and the ends where it points outward.
 *
 * A slope that is not a number (there is no stationary field) brackets nothing. Yields the derivative at each point.
 */
export function* localPoints(
  slope: (theta: number) => number,
  low: number,
  high: number,
  points: number,
): Generator<number, LocalPoint[], void> {
  const found: LocalPoint[] = [];
  let before = low;
  let slopeBefore = slope(low);
  if (slopeBefore < 0) found.push({ theta: low, kind: "rest", boundary: true });
  yield slopeBefore;
  for (let i = 1; i <= points; i++) {
    const theta = i === points ? high : low + ((high - low) * i) / points;
    const here = slope(theta);
    const crosses = (slopeBefore > 0 && here <= 0) || (slopeBefore < 0 && here >= 0);
    // A slope that is zero over a whole stretch is flat, and no point of it is a zero of its own.
    if (crosses && here !== 0)
      found.push({ theta: findRoot(slope, before, theta), kind: slopeBefore > 0 ? "rest" : "leave", boundary: false });
    else if (here === 0 && slopeBefore !== 0)
      found.push({ theta, kind: slopeBefore > 0 ? "rest" : "leave", boundary: false });
    before = theta;
    slopeBefore = here;
    yield here;
  }
  if (slopeBefore > 0) found.push({ theta: high, kind: "rest", boundary: true });
  return found;
}

/** The resting point that following the derivative from `start` leads to. */
export function restingPointFrom(
  slope: (theta: number) => number,
  found: readonly LocalPoint[],
  start: number,
): LocalPoint | undefined {
  const rising = slope(start) > 0;
  const ahead = found.filter(({ theta, kind }) => kind === "rest" && (rising ? theta >= start : theta <= start));
  return rising ? ahead[0] : ahead.at(-1);
}
