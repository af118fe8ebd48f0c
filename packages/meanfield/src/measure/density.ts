/** A measure given by its density at the points of a grid. */

import { normalDensity } from "../numeric/normal-distribution.ts";
import { integrate, lineAxis, tabulate } from "./grid.ts";
import type { Grid } from "./grid.ts";

export interface Density {
  readonly kind: "density";
  readonly grid: Grid;
  /** One for each point of the grid, per unit of length or area. */
  readonly values: Float64Array;
}

/** The density with the given values (not copied); throws `RangeError` for a wrong number or values that are not finite. */
export function density(grid: Grid, values: Float64Array): Density {
  if (values.length !== grid.size) {
    throw new RangeError(`density: values has length ${values.length}; allowed is the size of the grid, ${grid.size}`);
  }
  for (let k = 0; k < values.length; k++) {
    if (!Number.isFinite(values[k])) {
      throw new RangeError(`density: values[${k}] is ${values[k]}; allowed are finite numbers`);
    }
  }
  return { kind: "density", grid, values };
}

/** The density f(x) or f(x, y) on a grid; as it is, not normalised. */
export function densityOf(grid: Grid, f: (x: number, y: number) => number): Density {
  return density(grid, tabulate(grid, f));
}

/**
 * The normal density of a mean and a variance > 0 at the points of a grid on a line (on a circle: wrapped around it).
 *
 * Not normalised: its mass falls short of 1 by what lies outside the grid. Throws `RangeError` for a variance that is not
 * positive.
 */
export function gaussianDensity(grid: Grid, mean: number, variance: number): Density {
  const { low, high, periodic } = lineAxis("gaussianDensity", grid);
  if (!(variance > 0 && variance < Infinity)) {
    throw new RangeError(`gaussianDensity: variance is ${variance}; allowed is a finite number > 0`);
  }
  const deviation = Math.sqrt(variance);
  const value = (x: number): number => normalDensity((x - mean) / deviation) / deviation;
  if (!periodic) return densityOf(grid, value);
  const length = high - low;
  // Beyond 39 standard deviations the normal density underflows.
  const turns = Math.ceil((39 * deviation) / length) + 1;
  return densityOf(grid, (x) => {
    const nearest = x - length * Math.round((x - mean) / length);
    let sum = 0;
    for (let turn = -turns; turn <= turns; turn++) sum += value(nearest + turn * length);
    return sum;
  });
}

/** ∫ of the density over its grid. */
export function mass(measure: Density): number {
  return integrate(measure.grid, measure.values);
}

/** The density divided by its mass; throws `RangeError` unless the mass is positive. */
export function normalise(measure: Density): Density {
  const total = mass(measure);
  if (!(total > 0)) throw new RangeError(`normalise: the mass is ${total}; allowed is a mass > 0`);
  return density(
    measure.grid,
    measure.values.map((value) => value / total),
  );
}
