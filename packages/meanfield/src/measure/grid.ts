/**
 * Grids of points with the weights that integrate over them: an interval or a circle, even or uneven, and products of two.
 *
 * The weights are those of the trapezoidal rule: second order in general, and beyond every order for smooth periodic
 * functions and for functions that vanish at both ends with all their derivatives (L. N. Trefethen, J. A. C. Weideman, SIAM
 * Review 56 (2014) 385–458), which is what densities are.
 */

import { checkIncreasing } from "../numeric/knots.ts";

/** One coordinate axis: from `low` to `high`, joined into a circle if periodic. */
export interface Axis {
  /** Increasing. Both ends are points of a bounded axis; of a periodic one `high` is not, being the same place as `low`. */
  readonly points: Float64Array;
  readonly weights: Float64Array;
  readonly low: number;
  readonly high: number;
  readonly periodic: boolean;
  /** Distance between neighbours where it is the same everywhere. */
  readonly spacing: number | undefined;
}

/** Points in one or two dimensions; in two, point (i, j) has index i · (points of the second axis) + j. */
export interface Grid {
  readonly axes: readonly [Axis] | readonly [Axis, Axis];
  /** Number of points. */
  readonly size: number;
  /** Σ weights[k] f(point k) ≈ ∫ f; their sum is the length or area. */
  readonly weights: Float64Array;
}

export interface UniformGridOptions {
  /** Whether `low` and `high` are the same place. Default false. */
  readonly periodic?: boolean;
}

/**
 * The even grid of `count` points on [low, high], both ends among them; on the circle of that circumference if `periodic`.
 *
 * `count` at least 2, low < high finite; throws `RangeError` otherwise.
 */
export function uniformGrid(low: number, high: number, count: number, options: UniformGridOptions = {}): Grid {
  const periodic = options.periodic ?? false;
  if (!(low < high && Number.isFinite(high - low))) {
    throw new RangeError(`uniformGrid: the ends are ${low} and ${high}; allowed are finite ends in increasing order`);
  }
  if (!(Number.isInteger(count) && count >= 2)) {
    throw new RangeError(`uniformGrid: count is ${count}; allowed is a whole number >= 2`);
  }
  const cells = periodic ? count : count - 1;
  const spacing = (high - low) / cells;
  // Weighted from both ends: the rounding of symmetric intervals is then symmetric.
  const points = Float64Array.from({ length: count }, (_, i) => (low * (cells - i) + high * i) / cells);
  points[0] = low;
  if (!periodic) points[count - 1] = high;
  const weights = new Float64Array(count).fill(spacing);
  if (!periodic) {
    weights[0] = 0.5 * spacing;
    weights[count - 1] = 0.5 * spacing;
  }
  return { axes: [{ points, weights, low, high, periodic, spacing }], size: count, weights };
}

/** The grid of the given points, finite and increasing, at least two (copied; throws `RangeError` otherwise). */
export function gridOf(points: ArrayLike<number>): Grid {
  if (points.length < 2) throw new RangeError(`gridOf: points has length ${points.length}; allowed is at least 2`);
  checkIncreasing("gridOf", "points", points);
  const own = Float64Array.from(points);
  const last = own.length - 1;
  const weights = own.map((_, i) => 0.5 * (own[Math.min(i + 1, last)] - own[Math.max(i - 1, 0)]));
  const axis = { points: own, weights, low: own[0], high: own[last], periodic: false, spacing: undefined };
  return { axes: [axis], size: own.length, weights };
}

/** The rectangle (cylinder, torus) of two one-dimensional grids; throws `RangeError` where one has two axes already. */
export function productGrid(first: Grid, second: Grid): Grid {
  const x = lineAxis("productGrid", first);
  const y = lineAxis("productGrid", second);
  const columns = y.points.length;
  const weights = new Float64Array(x.points.length * columns);
  for (let i = 0; i < x.points.length; i++) {
    for (let j = 0; j < columns; j++) weights[i * columns + j] = x.weights[i] * y.weights[j];
  }
  return { axes: [x, y], size: weights.length, weights };
}

/** The one axis of a grid on a line; throws `RangeError` for a grid in the plane. `name` is what the error calls its user. */
export function lineAxis(name: string, grid: Grid): Axis {
  if (grid.axes.length !== 1) {
    throw new RangeError(`${name}: the grid has ${grid.axes.length} dimensions; allowed is 1`);
  }
  return grid.axes[0];
}

/** Σ weights[k] values[k]; throws `RangeError` where `values` has not the size of the grid. */
export function integrate(grid: Grid, values: ArrayLike<number>): number {
  if (values.length !== grid.size) {
    throw new RangeError(
      `integrate: values has length ${values.length}; allowed is the size of the grid, ${grid.size}`,
    );
  }
  const { weights } = grid;
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k] * values[k];
  return sum;
}

/** The values of f(x) or f(x, y) at the points of the grid. */
export function tabulate(grid: Grid, f: (x: number, y: number) => number): Float64Array {
  const [x, y] = grid.axes;
  if (y === undefined) return x.points.map((point) => f(point, 0));
  const values = new Float64Array(grid.size);
  const columns = y.points.length;
  for (let i = 0; i < x.points.length; i++) {
    for (let j = 0; j < columns; j++) values[i * columns + j] = f(x.points[i], y.points[j]);
  }
  return values;
}

/** Whether two grids have the same points and the same joins. */
export function sameGrid(a: Grid, b: Grid): boolean {
  if (a === b) return true;
  if (a.axes.length !== b.axes.length || a.size !== b.size) return false;
  return a.axes.every((axis, k) => {
    const other = b.axes[k];
    return (
      axis.periodic === other.periodic &&
      axis.high === other.high &&
      axis.points.length === other.points.length &&
      axis.points.every((point, i) => point === other.points[i])
    );
  });
}
