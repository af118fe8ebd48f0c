/**
 * Orders of elimination for sparse systems whose unknowns have places in space: nested dissection.
 *
 * A. George, SIAM J. Numer. Anal. 10 (1973) 345–363: a set of unknowns is cut in two by a thin separator that is
 * eliminated last, and the two halves likewise. On a grid of n points in the plane the factors then have O(n log n) entries
 * instead of the O(n^{3/2}) of a band.
 */

import type { SparsePattern } from "./sparse.ts";

/** A part of the unknowns that is eliminated together, after all parts below it. */
export interface DissectionPart {
  /** Its unknowns, in the order of elimination. */
  readonly own: Int32Array;
  /** Indices of the parts right below; all are smaller than its own. */
  readonly children: readonly number[];
}

/** Sets of at most so many unknowns are not cut any further. */
const leaf = 24;

/**
 * The parts in an order of elimination: unknowns of two parts of which neither is below the other share no entry.
 *
 * `coordinates` has one array per dimension, with one number per unknown; neighbours in the pattern should be near each other
 * in space, but for the links that close a circle. The pattern is read as symmetric. Throws RangeError where sizes are off.
 */
export function dissect(pattern: SparsePattern, coordinates: readonly Float64Array[]): readonly DissectionPart[] {
  const n = pattern.rows;
  if (pattern.columns !== n) throw new RangeError(`dissect: the pattern must be square, got ${n}x${pattern.columns}.`);
  for (const axis of coordinates) {
    if (axis.length !== n) throw new RangeError(`dissect: ${axis.length} coordinates for ${n} unknowns.`);
  }
  const parts: DissectionPart[] = [];
  // 1 marks the upper half of the cut at hand; every half is unmarked again before the next cut.
  const upper = new Uint8Array(n);
  const cut = (members: Int32Array): readonly number[] => {
    if (members.length === 0) return [];
    const halves = members.length > leaf ? halve(members, coordinates) : undefined;
    if (halves === undefined) {
      parts.push({ own: members, children: [] });
      return [parts.length - 1];
    }
    const [low, high] = halves;
    const separator = separate(pattern, low, high, upper);
    const isCut = new Set(separator);
    const children = [...cut(low.filter((i) => !isCut.has(i))), ...cut(high.filter((i) => !isCut.has(i)))];
    if (separator.length === 0) return children;
    parts.push({ own: separator, children });
    return [parts.length - 1];
  };
  cut(Int32Array.from({ length: n }, (_, i) => i));
  return parts;
}

/** The two halves along the direction of the most different coordinates, equal ones together; undefined where all are equal. */
function halve(
  members: Int32Array,
  coordinates: readonly Float64Array[],
): readonly [low: Int32Array, high: Int32Array] | undefined {
  let best: { readonly axis: Float64Array; readonly levels: Float64Array } | undefined;
  for (const axis of coordinates) {
    const levels = Float64Array.from(new Set(members.values().map((i) => axis[i]))).toSorted();
    if (best === undefined || levels.length > best.levels.length) best = { axis, levels };
  }
  if (best === undefined || best.levels.length < 2) return undefined;
  const { axis, levels } = best;
  const middle = levels[levels.length >> 1];
  return [members.filter((i) => axis[i] < middle), members.filter((i) => axis[i] >= middle)];
}

/** The unknowns of the lower half, or those of the upper where these are fewer, that have a neighbour in the other half. */
function separate(pattern: SparsePattern, low: Int32Array, high: Int32Array, upper: Uint8Array): Int32Array {
  const { start, index } = pattern;
  const touching = (side: Int32Array, other: Int32Array): Int32Array => {
    for (const i of other) upper[i] = 1;
    const found = side.filter((i) => {
      for (let k = start[i]; k < start[i + 1]; k++) if (upper[index[k]] === 1) return true;
      return false;
    });
    for (const i of other) upper[i] = 0;
    return found;
  };
  const below = touching(low, high);
  const above = touching(high, low);
  return below.length <= above.length ? below : above;
}
