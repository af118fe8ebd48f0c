/**
 * Functions of one or two coordinates as sums of uniform cubic B-splines, products of them in the plane.
 *
 * C. de Boor, "A practical guide to splines", Springer 1978, chapters IX–XI. Quadratics are in their span, so that the values of
 * linear–quadratic games are met exactly. Beyond an end that is no joint of a circle the outermost cubic goes on.
 */

import type { SpaceAxis } from "../pde/model.ts";

export interface SplineAxis {
  readonly low: number;
  readonly width: number;
  readonly cells: number;
  readonly periodic: boolean;
  /** Number of splines: `cells` on a circle, else `cells` + 3. */
  readonly count: number;
}

/** Value, gradient and second derivatives of a function at a point. */
export interface Jet {
  value: number;
  x: number;
  y: number;
  xx: number;
  xy: number;
  yy: number;
}

export interface SplineBasis {
  readonly axes: readonly SplineAxis[];
  /** Number of basis functions; in the plane function (i, j) has index i · (splines of the second axis) + j. */
  readonly count: number;
  /** How many of them are not 0 at a point: 4 or 16. */
  readonly support: number;
  /** Sets `index` and `weight` to the functions that are not 0 at a point, and their values or derivatives there. */
  readonly locate: (
    x: number,
    y: number,
    index: Int32Array,
    weight: Float64Array,
    derivative?: "value" | "x" | "y",
  ) => void;
  /** Sets `jet` to that of the function with these coefficients. */
  readonly read: (coefficients: Float64Array, x: number, y: number, jet: Jet) => void;
}

/** @throws RangeError for fewer than 4 cells. */
export function splineBasis(space: readonly Pick<SpaceAxis, "low" | "high" | "ends">[], cells: number): SplineBasis {
  if (!(Number.isSafeInteger(cells) && cells >= 4)) {
    throw new RangeError(`splineBasis: cells is ${cells}; allowed are whole numbers >= 4`);
  }
  const axes = space.map(({ low, high, ends }): SplineAxis => {
    const periodic = ends === "periodic";
    return { low, width: (high - low) / cells, cells, periodic, count: periodic ? cells : cells + 3 };
  });
  const [first, second] = axes;
  const [a, b] = [pieces(first), pieces(second ?? first)];
  const columns = second?.count ?? 1;
  if (second === undefined) {
    return {
      axes,
      count: first.count,
      support: 4,
      locate: (x, _y, index, weight, derivative = "value") => {
        a.look(x);
        const from = derivative === "value" ? a.value : a.slope;
        for (let i = 0; i < 4; i++) {
          index[i] = a.index[i];
          weight[i] = derivative === "y" ? 0 : from[i];
        }
      },
      read: (coefficients, x, _y, jet) => {
        a.look(x);
        let [value, slope, bend] = [0, 0, 0];
        for (let i = 0; i < 4; i++) {
          const c = coefficients[a.index[i]];
          value += c * a.value[i];
          slope += c * a.slope[i];
          bend += c * a.bend[i];
        }
        jet.value = value;
        jet.x = slope;
        jet.xx = bend;
        jet.y = jet.xy = jet.yy = 0;
      },
    };
  }
  return {
    axes,
    count: first.count * columns,
    support: 16,
    locate: (x, y, index, weight, derivative = "value") => {
      a.look(x);
      b.look(y);
      const rows = derivative === "x" ? a.slope : a.value;
      const across = derivative === "y" ? b.slope : b.value;
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 4; j++) {
          index[4 * i + j] = a.index[i] * columns + b.index[j];
          weight[4 * i + j] = rows[i] * across[j];
        }
      }
    },
    read: (coefficients, x, y, jet) => {
      a.look(x);
      b.look(y);
      jet.value = jet.x = jet.y = jet.xx = jet.xy = jet.yy = 0;
      for (let i = 0; i < 4; i++) {
        const row = a.index[i] * columns;
        let [value, slope, bend] = [0, 0, 0];
        for (let j = 0; j < 4; j++) {
          const c = coefficients[row + b.index[j]];
          value += c * b.value[j];
          slope += c * b.slope[j];
          bend += c * b.bend[j];
        }
        jet.value += a.value[i] * value;
        jet.x += a.slope[i] * value;
        jet.xx += a.bend[i] * value;
        jet.y += a.value[i] * slope;
        jet.xy += a.slope[i] * slope;
        jet.yy += a.value[i] * bend;
      }
    },
  };
}

/** A jet of zeros. */
export function emptyJet(): Jet {
  return { value: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 };
}

/** The four splines around a place on one axis, with their derivatives; the same arrays every time. */
function pieces({ low, width, cells, periodic, count }: SplineAxis) {
  const index = new Int32Array(4);
  const [value, slope, bend] = [new Float64Array(4), new Float64Array(4), new Float64Array(4)];
  const look = (at: number): void => {
    const along = (at - low) / width;
    let cell = Math.floor(along);
    let u = along - cell;
    if (periodic) cell = ((cell % cells) + cells) % cells;
    else if (cell < 0 || cell >= cells) {
      const nearest = cell < 0 ? 0 : cells - 1;
      u += cell - nearest;
      cell = nearest;
    }
    for (let i = 0; i < 4; i++) index[i] = periodic ? (cell + i) % count : cell + i;
    const v = 1 - u;
    value[0] = (v * v * v) / 6;
    value[1] = (u * u * (3 * u - 6) + 4) / 6;
    value[2] = (u * (u * (3 - 3 * u) + 3) + 1) / 6;
    value[3] = (u * u * u) / 6;
    slope[0] = (-0.5 * v * v) / width;
    slope[1] = (u * (1.5 * u - 2)) / width;
    slope[2] = (u * (1 - 1.5 * u) + 0.5) / width;
    slope[3] = (0.5 * u * u) / width;
    const square = width * width;
    bend[0] = v / square;
    bend[1] = (3 * u - 2) / square;
    bend[2] = (1 - 3 * u) / square;
    bend[3] = u / square;
  };
  return { index, value, slope, bend, look };
}
