import type { StepMartingale } from "./step-martingale.ts";

/** The places of a random walk at one time. */
export interface LatticeLevel {
  readonly t: number;
  /** Increasing, evenly spaced. */
  readonly x: Float64Array;
  readonly gap: number;
  /** Probabilities of the places. */
  readonly weights: Float64Array;
  /** Number of the first place, counted from the least that the walk could be at. */
  readonly low: number;
  /** Writes the places at this time that a place `i` of the level before can move to, in the order of the moves. */
  readonly children: (before: LatticeLevel, i: number, out: Int32Array) => void;
}

/** The walk from 0 at times 0, T/k, …, T; moves beyond its reach end at the last place. */
export function latticeOf(
  { base, spacing, probabilities, reach }: StepMartingale,
  horizon: number,
  steps: number,
): readonly LatticeLevel[] {
  const root = Math.sqrt(horizon / steps);
  const most = reach * Math.sqrt(steps);
  const levels: LatticeLevel[] = [];
  const at = new Int32Array(probabilities.length);
  for (let n = 0; n <= steps; n++) {
    const low = Math.max(0, Math.ceil((-most - n * base) / spacing));
    const high = Math.min(n * (probabilities.length - 1), Math.floor((most - n * base) / spacing));
    const last = high - low;
    const level: LatticeLevel = {
      t: n === steps ? horizon : (horizon * n) / steps,
      x: Float64Array.from({ length: last + 1 }, (_, i) => (n * base + (low + i) * spacing) * root),
      gap: spacing * root,
      weights: new Float64Array(last + 1),
      low,
      children: (before, i, out) => {
        const first = before.low + i - low;
        for (let k = 0; k < out.length; k++) out[k] = Math.min(last, Math.max(0, first + k));
      },
    };
    if (n === 0) level.weights[0] = 1;
    else {
      const before = levels[n - 1];
      before.weights.forEach((weight, i) => {
        level.children(before, i, at);
        probabilities.forEach((probability, k) => (level.weights[at[k]] += weight * probability));
      });
    }
    levels.push(level);
  }
  return levels;
}
