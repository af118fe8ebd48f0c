/** What values are known to be at the ends of a space, as requirements beside what particles tell. */

import type { SpaceAxis } from "../pde/model.ts";
import type { SplineBasis } from "./cubic-splines.ts";
import type { SplineRegression } from "./spline-regression.ts";

export interface PinnedStep {
  readonly t: number;
  readonly particles: number;
  /** The part of the value that is not regressed any more; its slope vanishes at reflecting ends already. */
  readonly known: (x: number, y: number) => number;
}

/** Each end weighs as much as a tenth of all particles. */
export function pinEnds(
  space: readonly SpaceAxis[],
  basis: SplineBasis,
  { pin }: SplineRegression,
  { t, particles, known }: PinnedStep,
): void {
  for (const [a, axis] of space.entries()) {
    if (axis.ends === "periodic") continue;
    const other = basis.axes[1 - a];
    const along =
      other === undefined
        ? [0]
        : Array.from(
            { length: other.count },
            (_, j) => other.low + ((j + 0.5) * other.width * other.cells) / other.count,
          );
    const weight = (0.1 * particles) / along.length;
    for (const [side, end] of axis.ends.entries()) {
      if (end.kind === "open") continue;
      const at = side === 0 ? axis.low : axis.high;
      for (const across of along) {
        const [x, y] = a === 0 ? [at, across] : [across, at];
        // A slope of 1 over a cell counts as much as a value of 1.
        if (end.kind === "reflecting") pin(x, y, a === 0 ? "x" : "y", 0, weight * basis.axes[a].width ** 2);
        else pin(x, y, "value", (end.cost?.(t, across) ?? 0) - known(x, y), weight);
      }
    }
  }
}

/** What leaving costs, on the whole. */
export function costOfLeaving(space: readonly SpaceAxis[], t: number): number {
  let [sum, count] = [0, 0];
  for (const [a, { ends }] of space.entries()) {
    if (ends === "periodic") continue;
    const { low, high } = space[1 - a] ?? { low: 0, high: 0 };
    for (const end of ends) {
      if (end.kind !== "absorbing") continue;
      sum += end.cost?.(t, 0.5 * (low + high)) ?? 0;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
