/**
 * What players see of a crowd of particles: aggregates by averages, averages of kernels and densities from bins.
 *
 * Particles are shared out linearly among the points of a fine grid. Densities are those masses smoothed by the Gaussian kernel of
 * fourth order 2K_h − K_h * K_h, whose bias is −h⁴ m''''/4 (W. Stuetzle, Y. Mittal, "Some comments on the asymptotic behavior of
 * robust smoothers", Lecture Notes in Math. 757 (1979) 191–195, who call it twicing); at ends it is mirrored: evenly at
 * reflecting ones, oddly at absorbing ones, where the density is 0. Chance errs by the order of (count · hᵈ)^{−1/2}.
 */

import { type Axis, type Grid, productGrid, uniformGrid } from "../../measure/grid.ts";
import type { DiffusionModel, SpaceAxis } from "../pde/model.ts";
import { type GridCell, gridCell } from "./grid-cell.ts";

export interface CrowdOptions {
  /** h, by axis. */
  readonly bandwidth: readonly number[];
  /** Cells of the bins along each axis. */
  readonly bins: number;
}

export interface CrowdTables {
  /** The density at the bins' points; empty where the model's players do not see it and nobody asked. */
  readonly density: Float64Array;
  readonly nearby: Float64Array;
}

export interface Crowd {
  readonly grid: Grid;
  /**
   * What the particles amount to: `positions` axis by axis, each of weight 1/`count`, those not alive left out.
   *
   * `densities: false` skips what players of the model do not see.
   */
  readonly look: (positions: Float64Array, alive: Uint8Array, densities: boolean) => CrowdTables;
  /** A table read at a place, linearly. */
  readonly read: (table: Float64Array, x: number, y: number) => number;
  /** What one particle at a place, `from`, adds at another to a density of `count` particles (before it is cut at 0), or to `nearby`. */
  readonly added: (what: keyof CrowdTables, count: number, at: Place, from: Place) => number;
}

export interface Place {
  readonly x: number;
  /** Not read on a line. */
  readonly y: number;
}

/** Whether anything in a model reads the density where a player stands. */
export function seesDensity({ hamiltonian, running, terminal }: DiffusionModel): boolean {
  return [...hamiltonian, running, terminal].some(({ sees }) => sees?.density === true);
}

/** A bandwidth for so many particles of a law: half its deviation times count^{−1/(8+d)}, the rate of kernels of fourth order. */
export function ruleOfThumb(space: readonly SpaceAxis[], deviations: readonly number[], count: number): number[] {
  return space.map(({ low, high }, k) => {
    const deviation = Math.min(deviations[k], (high - low) / Math.sqrt(12));
    return 0.5 * deviation * count ** (-1 / (8 + space.length));
  });
}

export function crowdOf(model: DiffusionModel, { bandwidth, bins }: CrowdOptions): Crowd {
  const { space, nearby } = model;
  const axes = space.map(({ low, high, ends }) =>
    uniformGrid(low, high, ends === "periodic" ? bins : bins + 1, { periodic: ends === "periodic" }),
  );
  const grid = axes.length === 1 ? axes[0] : productGrid(axes[0], axes[1]);
  const smoothers = grid.axes.map((axis, k) => smoother(space[k] ?? space[0], axis, bandwidth[k]));
  const kernels = nearby?.map((kernel, k) => tableOf((grid.axes[k] ?? grid.axes[0]).points, kernel));
  const mass = new Float64Array(grid.size);
  const rows = grid.axes[0].points.length;
  const columns = grid.size / rows;
  const [a, b] = [gridCell(grid.axes[0]), gridCell(grid.axes[1] ?? grid.axes[0])];
  const plane = space.length === 2;
  const [a2, b2] = [gridCell(grid.axes[0]), gridCell(grid.axes[1] ?? grid.axes[0])];
  const along = (table: Float64Array, n: number, to: GridCell, from: GridCell): number =>
    (1 - to.share) *
      ((1 - from.share) * table[to.below * n + from.below] + from.share * table[to.below * n + from.above]) +
    to.share * ((1 - from.share) * table[to.above * n + from.below] + from.share * table[to.above * n + from.above]);
  return {
    grid,
    added: (what, count, at, from) => {
      const tables = what === "density" ? smoothers : kernels;
      if (tables === undefined) return 0;
      a.look(at.x);
      a2.look(from.x);
      const first = along(tables[0], rows, a, a2) / count;
      if (!plane) return first;
      b.look(at.y);
      b2.look(from.y);
      return first * along(tables[1], columns, b, b2);
    },
    look: (positions, alive, densities) => {
      const count = alive.length;
      const each = 1 / count;
      const densely = densities || seesDensity(model);
      if (densely || kernels !== undefined) {
        mass.fill(0);
        for (let i = 0; i < count; i++) {
          if (alive[i] === 0) continue;
          a.look(positions[i]);
          if (!plane) {
            mass[a.below] += each * (1 - a.share);
            mass[a.above] += each * a.share;
            continue;
          }
          b.look(positions[count + i]);
          const [low, high] = [each * (1 - a.share), each * a.share];
          mass[a.below * columns + b.below] += low * (1 - b.share);
          mass[a.below * columns + b.above] += low * b.share;
          mass[a.above * columns + b.below] += high * (1 - b.share);
          mass[a.above * columns + b.above] += high * b.share;
        }
      }
      const density = densely ? apply(smoothers, mass, rows, columns) : new Float64Array(0);
      // Kernels of fourth order dip below 0 in tails, densities do not.
      for (let k = 0; k < density.length; k++) if (density[k] < 0) density[k] = 0;
      return { density, nearby: kernels === undefined ? new Float64Array(0) : apply(kernels, mass, rows, columns) };
    },
    read: (table, x, y) => {
      if (table.length === 0) return 0;
      a.look(x);
      if (!plane) return (1 - a.share) * table[a.below] + a.share * table[a.above];
      b.look(y);
      const [low, high] = [a.below * columns, a.above * columns];
      return (
        (1 - a.share) * ((1 - b.share) * table[low + b.below] + b.share * table[low + b.above]) +
        a.share * ((1 - b.share) * table[high + b.below] + b.share * table[high + b.above])
      );
    },
  };
}

/** The smoothing of one axis, row by row: density at point i of a mass 1 at point j. */
function smoother({ low, high, ends }: SpaceAxis, { points }: Axis, h: number): Float64Array {
  const length = high - low;
  const normal = (d: number, s: number): number => Math.exp((-0.5 * d * d) / (s * s)) / (s * Math.sqrt(2 * Math.PI));
  const kernel = (d: number): number => 2 * normal(d, h) - normal(d, Math.SQRT2 * h);
  if (ends === "periodic") {
    return tableOf(points, (x, other) => kernel(x - other) + kernel(x - other + length) + kernel(x - other - length));
  }
  const signs = ends.map(({ kind }) => (kind === "reflecting" ? 1 : kind === "absorbing" ? -1 : 0));
  return tableOf(
    points,
    (x, other) => kernel(x - other) + signs[0] * kernel(x + other - 2 * low) + signs[1] * kernel(x + other - 2 * high),
  );
}

function tableOf(points: Float64Array, f: (x: number, other: number) => number): Float64Array {
  const n = points.length;
  const table = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) table[i * n + j] = f(points[i], points[j]);
  return table;
}

/** first · mass · second′. */
function apply(tables: readonly Float64Array[], mass: Float64Array, rows: number, columns: number): Float64Array {
  const [first, second] = tables;
  const between = new Float64Array(mass.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      const weight = first[i * rows + j];
      if (weight !== 0) for (let c = 0; c < columns; c++) between[i * columns + c] += weight * mass[j * columns + c];
    }
  }
  if (second === undefined) return between;
  const out = new Float64Array(mass.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += second[j * columns + c] * between[i * columns + c];
      out[i * columns + j] = sum;
    }
  }
  return out;
}
