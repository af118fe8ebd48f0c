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

/** A point of a scan and the derivative there. */
export interface ScannedPoint {
  readonly theta: number;
  readonly value: number;
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
): Generator<ScannedPoint, LocalPoint[], void> {
  const found: LocalPoint[] = [];
  const first = slope(low);
  if (first < 0) found.push({ theta: low, kind: "rest", boundary: true });
  let before: ScannedPoint = { theta: low, value: first };
  yield before;
  /** A point of the scan at which the slope is exactly zero, with the slope before it; dropped where the next is zero too. */
  let zero: { readonly theta: number; readonly from: number } | undefined;
  for (let i = 1; i <= points; i++) {
    const theta = i === points ? high : low + ((high - low) * i) / points;
    const value = slope(theta);
    const opposite = (a: number, b: number): boolean => (a > 0 && b < 0) || (a < 0 && b > 0);
    if (opposite(before.value, value))
      found.push({ theta: findRoot(slope, before.theta, theta), kind: value < 0 ? "rest" : "leave", boundary: false });
    // Over a stretch of zeros the derivative is flat, and no point of it is a zero of its own.
    if (zero !== undefined && opposite(zero.from, value))
      found.push({ theta: zero.theta, kind: value < 0 ? "rest" : "leave", boundary: false });
    zero = value === 0 && before.value !== 0 ? { theta, from: before.value } : undefined;
    before = { theta, value };
    yield before;
  }
  if (before.value > 0) found.push({ theta: high, kind: "rest", boundary: true });
  return found;
}

/** The resting point that following the derivative from `start` leads to; the nearest where there is no derivative at it. */
export function restingPointFrom(
  slope: (theta: number) => number,
  found: readonly LocalPoint[],
  start: number,
): LocalPoint | undefined {
  const here = slope(start);
  const resting = found.filter(({ kind }) => kind === "rest");
  if (Number.isNaN(here))
    return resting.toSorted((a, b) => Math.abs(a.theta - start) - Math.abs(b.theta - start)).at(0);
  const rising = here > 0;
  const ahead = resting.filter(({ theta }) => (rising ? theta >= start : theta <= start));
  return rising ? ahead[0] : ahead.at(-1);
}
