/**
 * One step of a player in a space with ends: around a circle, folded back at reflecting ends, gone at absorbing ones.
 *
 * A straight step that stays inside has still touched an absorbing end with the probability of a Brownian bridge,
 * exp(−2 d₀ d₁/(σ²Δ)) (E. Gobet, "Weak approximation of killed diffusion using Euler schemes", Stoch. Process. Appl. 87 (2000)
 * 167–197); folding at a reflecting one errs by the order of the step too (M. Bossy, E. Gobet, D. Talay, "A symmetrized Euler scheme
 * for an efficient approximation of reflected diffusions", J. Appl. Probab. 41 (2004) 877–889). Ends that are open do nothing.
 */

import type { SpaceAxis } from "../pde/model.ts";

/** Where a step along one axis ends. */
export interface Landing {
  place: number;
  /** By which end the player left on the way: 0 none, −1 the low one, 1 the high one. */
  exit: -1 | 0 | 1;
}

/**
 * Lands a step along an axis in `into`; `spread` is σ²Δ, `draw` uniform on [0, 1).
 *
 * `from` lies in the space. Bridges of the two ends are taken one after the other: both at once are too rare to matter.
 */
export function land(
  { low, high, ends }: SpaceAxis,
  from: number,
  to: number,
  spread: number,
  draw: number,
  into: Landing,
): void {
  into.exit = 0;
  if (ends === "periodic") {
    const length = high - low;
    const rounds = Math.floor((to - low) / length);
    into.place = rounds === 0 ? to : to - rounds * length;
    return;
  }
  const [below, above] = ends;
  if (below.kind === "absorbing" && touches(from - low, to - low, spread, draw)) {
    into.exit = -1;
    into.place = low;
    return;
  }
  // What is left of the draw below its first threshold is uniform again; a mirrored draw is as good where thresholds are small.
  if (above.kind === "absorbing" && touches(high - from, high - to, spread, 1 - draw)) {
    into.exit = 1;
    into.place = high;
    return;
  }
  let place = to;
  for (let folds = 0; folds < 8; folds++) {
    if (place < low && below.kind === "reflecting") place = 2 * low - place;
    else if (place > high && above.kind === "reflecting") place = 2 * high - place;
    else break;
  }
  into.place = place;
}

function touches(before: number, after: number, spread: number, draw: number): boolean {
  if (after <= 0) return true;
  const exponent = (2 * before * after) / spread;
  return exponent < 37 && draw < Math.exp(-exponent);
}

/** How a function of the space goes on beyond its ends: which place is read there, and by what derivatives are multiplied. */
export interface Beyond {
  place: number;
  value: 1 | -1;
  slope: 1 | -1;
  bend: 1 | -1;
}

/** Around a circle, evenly beyond a reflecting end, oddly (about the value there) beyond an absorbing one, as it is beyond an open one. */
export function continued({ low, high, ends }: SpaceAxis, at: number, into: Beyond): void {
  into.place = at;
  into.value = into.slope = into.bend = 1;
  if (ends === "periodic" || (at >= low && at <= high)) return;
  const { kind } = at < low ? ends[0] : ends[1];
  if (kind === "open") return;
  into.place = at < low ? Math.min(high, 2 * low - at) : Math.max(low, 2 * high - at);
  if (kind === "reflecting") into.slope = -1;
  else into.value = into.bend = -1;
}

/** Inside. */
export function noBeyond(): Beyond {
  return { place: 0, value: 1, slope: 1, bend: 1 };
}

/** What a player pays who leaves by an end of an axis. */
export function endCost({ ends }: SpaceAxis, exit: -1 | 0 | 1, t: number, other: number): number {
  if (ends === "periodic" || exit === 0) return 0;
  const end = exit === -1 ? ends[0] : ends[1];
  return end.kind === "absorbing" ? (end.cost?.(t, other) ?? 0) : 0;
}
