import { evenGrid } from "../../core/index.ts";

/**
 * Times from `start` to `end` with gaps short enough for a rule of a few nodes: at least sixteen, and two for every time
 * in which discounting takes a factor e.
 */
export function pieces(start: number, end: number, discount: number): Float64Array {
  return evenGrid(start, end, 1 + Math.max(16, Math.ceil(2 * discount * (end - start))));
}

/** Pieces between any two neighbouring times of 0 and the exhaustion times, at which plans have kinks. */
export function phasedMesh(exhaustion: ArrayLike<number>, discount: number): Float64Array {
  const kinks = [...new Set([0, ...Array.from(exhaustion)])].toSorted((a, b) => a - b);
  return Float64Array.of(0, ...kinks.slice(1).flatMap((end, i) => [...pieces(kinks[i], end, discount).subarray(1)]));
}
