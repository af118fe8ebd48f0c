/**
 * Between the points of a grid: polynomials through the nearest points in space, on each axis apart, and in time.
 *
 * Local Lagrange interpolation of degree 5 (central scheme) or 3 (upwind), so that reading adds nothing to what the method
 * errs; across walls and jumps it does not reach: where a patch has a point that may not be used it shrinks, down to the
 * corners of the cell itself.
 */

import type { Axis, Grid } from "../../measure/grid.ts";

/** Reads one field at a place. NaN where no corner of the cell may be used, as inside walls. */
export type FieldReader = (values: Float64Array, x: number, y: number) => number;

/**
 * A reader of fields on a grid, polynomials through at most `most` points an axis (even, at least 2); `usable` is false where a
 * point's value must not be read.
 */
export function fieldReader(grid: Grid, most: number, usable?: (k: number) => boolean): FieldReader {
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const allowed = (i: number, j: number): boolean => usable === undefined || usable(i * columns + j);
  if (second === undefined) {
    return (values, x) => {
      const span = lineStencil(first, x, most, (i) => allowed(i, 0));
      return span.reduce((sum, { index, weight }) => sum + weight * values[index], span.length === 0 ? Number.NaN : 0);
    };
  }
  return (values, x, y) => {
    for (let count = most; count >= 2; count -= 2) {
      const [rows, across] = [stencil(first, x, count), stencil(second, y, count)];
      if (count > 2 && usable !== undefined && !rows.every((r) => across.every((c) => allowed(r.index, c.index))))
        continue;
      let [sum, total] = [0, 0];
      for (const row of rows) {
        for (const column of across) {
          const weight = row.weight * column.weight;
          if (weight === 0 || !allowed(row.index, column.index)) continue;
          sum += weight * values[row.index * columns + column.index];
          total += weight;
        }
      }
      // Polynomials' weights sum to 1; what is left of a cell's corners is their mean.
      return count > 2 ? sum : total > 0 ? sum / total : Number.NaN;
    }
    return Number.NaN;
  };
}

interface Weighted {
  readonly index: number;
  readonly weight: number;
}

/** The `count` points nearest to a cell's middle, with their weights; fewer where the axis has no more. */
function stencil(axis: Axis, at: number, count: number): Weighted[] {
  const n = axis.points.length;
  const cell = cellOf(axis, at);
  if (axis.periodic) {
    const used = Math.min(count, n - (n % 2));
    return weights(axis, at, cell - used / 2 + 1, used);
  }
  const used = Math.min(count, n);
  return weights(axis, at, Math.max(0, Math.min(n - used, cell - used / 2 + 1)), used);
}

/** The same on a line whose points may be unusable: the run of usable points around the cell. */
function lineStencil(axis: Axis, at: number, count: number, usable: (i: number) => boolean): Weighted[] {
  const n = axis.points.length;
  const cell = cellOf(axis, at);
  const wrap = (i: number): number => (axis.periodic ? ((i % n) + n) % n : i);
  const free = (i: number): boolean => (axis.periodic || (i >= 0 && i < n)) && usable(wrap(i));
  let [from, to] = [cell, cell + 1];
  if (!free(from)) from = to;
  if (!free(to)) to = from;
  if (!free(from)) return [];
  while (to - from + 1 < Math.min(count, n)) {
    const [left, right] = [free(from - 1), free(to + 1)];
    if (!left && !right) break;
    // The nearer of the two first.
    const nearer = at - place(axis, from - 1) <= place(axis, to + 1) - at;
    if (left && (nearer || !right)) from--;
    else to++;
  }
  return weights(axis, at, from, to - from + 1);
}

/** i with point i ≤ at < point i + 1; the last point of a circle begins a cell, too. */
function cellOf({ points, periodic, spacing, low }: Axis, at: number): number {
  const last = points.length - (periodic ? 1 : 2);
  if (spacing !== undefined) return Math.max(0, Math.min(last, Math.floor((at - low) / spacing)));
  let [below, above] = [0, last + 1];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (points[middle] <= at) below = middle;
    else above = middle;
  }
  return below;
}

/** Coordinate of point i, further rounds of a circle going on beyond its ends. */
function place({ points, periodic, low, high }: Axis, i: number): number {
  const n = points.length;
  if (!periodic) return points[Math.max(0, Math.min(n - 1, i))];
  const round = Math.floor(i / n);
  return points[i - round * n] + round * (high - low);
}

function weights(axis: Axis, at: number, from: number, count: number): Weighted[] {
  const n = axis.points.length;
  return lagrangeWeights(
    Array.from({ length: count }, (_, i) => place(axis, from + i)),
    at,
  ).map((weight, i) => ({ index: (((from + i) % n) + n) % n, weight }));
}

/** Weights of values at some nodes in the polynomial through them at one point. */
export function lagrangeWeights(nodes: ArrayLike<number>, at: number): number[] {
  return Array.from({ length: nodes.length }, (_, i) => {
    let weight = 1;
    for (let j = 0; j < nodes.length; j++) if (j !== i) weight *= (at - nodes[j]) / (nodes[i] - nodes[j]);
    return weight;
  });
}

/**
 * Reads a quantity that is known at increasing times by the polynomial through the `most` of them around t (2 is linear).
 *
 * `read(i)` gives it at time i. Outside the times the polynomial goes on.
 */
export function inTime(times: ArrayLike<number>, most: number, t: number, read: (i: number) => number): number {
  const n = times.length;
  const count = Math.min(most, n);
  let [below, above] = [0, n];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (times[middle] <= t) below = middle;
    else above = middle;
  }
  const from = Math.max(0, Math.min(n - count, below - count / 2 + 1));
  const nodes = Array.from({ length: count }, (_, i) => times[Math.floor(from) + i]);
  return lagrangeWeights(nodes, t).reduce(
    (sum, weight, i) => (weight === 0 ? sum : sum + weight * read(Math.floor(from) + i)),
    0,
  );
}
