/**
 * The discrete stationary game of a diffusion game without end: one chain on the points of a grid, all axes at once.
 *
 * From a point with cell weight w a player jumps over each link to a neighbour, of length h along an axis with weight w_a,
 * at the rate ν/(h w_a) and what its drift over the link adds. With p = ±(u_neighbour − u)/h the momentum over a link, the
 * equations are
 *
 *     −ν D²u + Σ_links s (H(x, q, m) − H₀) + Σ_axes H₀ + λ = F(x, m),     Gᵀ π = 0,     Σ π = 1,     Σ w u = 0,
 *
 * π = w m, G the generator whose rates are minus the derivatives of the first equation by the neighbours' values, so that
 * Fokker–Planck is the exact adjoint of the linearised Hamilton–Jacobi–Bellman equation and λ = ⟨π, L + F⟩ to rounding.
 *
 * `upwind`: s = 1, q is p on the side of the rest of H where it moves a player over the link and else that rest, H₀ = H(rest)
 * (B. Engquist, S. Osher, Math. Comp. 36 (1981) 321–351; Y. Achdou, I. Capuzzo-Dolcetta, SIAM J. Numer. Anal. 48 (2010)
 * 1136–1162, section 2): monotone, first order. `central`: s = h/(2 w_a), q = p, H₀ = H(0): the mean of H over the two
 * links, second order, and of the same shape as the diffusion, so that systems keep five entries a row; masses stay
 * positive where |H_p| h < 2ν.
 */

import { InputError, RefusalError } from "../../core/index.ts";
import type { Grid } from "../../measure/grid.ts";
import { checkModel } from "./check-model.ts";
import { EXIT, FREE, places, spaceGrid } from "./compile.ts";
import type { DiffusionModel } from "./model.ts";
import type { Scheme } from "./problem.ts";

export interface StationaryProblem {
  readonly model: DiffusionModel;
  readonly scheme: Scheme;
  readonly grid: Grid;
  /** Number of unknown points: those of the grid that are no walls. */
  readonly count: number;
  /** Their indices in the grid. */
  readonly points: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** w: area of each cell. */
  readonly weights: Float64Array;
  readonly axes: readonly StationaryAxis[];
}

/** The links along one axis. */
export interface StationaryAxis {
  /** h. */
  readonly spacing: number;
  /** w_a, for each unknown. */
  readonly weights: Float64Array;
  /** The unknown that follows along the axis and the one before; −1 where there is none. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Open ends: there the value goes on, and no player passes. */
  readonly open: readonly OpenEnd[];
}

export interface OpenEnd {
  readonly at: number;
  /** 1 at the low end, −1 at the high one. */
  readonly inward: 1 | -1;
  /** The unknown inside, and the one inside of that. */
  readonly inner: number;
  readonly innermost: number;
  /** u_x where the model tells it; elsewhere the bend of the inner point goes on. */
  readonly slope: number | undefined;
}

export interface StationaryMesh {
  /** Points along each axis, at least 3: one number, or one per axis. */
  readonly points: number | readonly number[];
  readonly scheme: Scheme;
}

/**
 * Puts an ergodic game on a grid.
 *
 * Throws RefusalError for a game with a horizon, a discount, or a way out (there is no stationary law then, or no constant),
 * and where walls leave no one connected room; InputError for a mesh that cannot be made, and as `checkModel` does.
 */
export function compileStationary(
  model: DiffusionModel,
  { points: perAxis, scheme }: StationaryMesh,
): StationaryProblem {
  checkModel(model);
  if (model.horizon !== Infinity) throw new RefusalError("this game ends at a horizon: it has no stationary answer");
  if (model.discount !== 0) {
    throw new InputError("discount", model.discount, "0 in a game of averages over time");
  }
  const grid = spaceGrid(model.space, perAxis);
  const place = places(model, grid);
  if (place.includes(EXIT)) throw new RefusalError("players leave this game for good: it has no stationary law");
  const unknown = new Int32Array(grid.size).fill(-1);
  const points = Int32Array.from(place.keys().filter((k) => place[k] === FREE));
  if (points.length === 0) throw new RefusalError("all of the grid is walls");
  points.forEach((k, i) => (unknown[k] = i));
  const columns = grid.axes[1]?.points.length ?? 1;
  const along = [points.map((k) => Math.floor(k / columns)), points.map((k) => k % columns)];
  const problem: StationaryProblem = {
    model,
    scheme,
    grid,
    count: points.length,
    points,
    x: Float64Array.from(along[0], (i) => grid.axes[0].points[i]),
    y: Float64Array.from(along[1], (j) => grid.axes[1]?.points[j] ?? 0),
    weights: Float64Array.from(points, (k) => grid.weights[k]),
    axes: grid.axes.map((_, a) => linksOf(model, a === 0 ? 0 : 1, { grid, points, unknown, along })),
  };
  requireOneRoom(problem);
  return problem;
}

interface Layout {
  readonly grid: Grid;
  readonly points: Int32Array;
  /** Of each point of the grid, −1 at walls. */
  readonly unknown: Int32Array;
  /** Place of each unknown along each axis. */
  readonly along: readonly Int32Array[];
}

function linksOf(model: DiffusionModel, a: 0 | 1, { grid, points, unknown, along }: Layout): StationaryAxis {
  const axis = grid.axes[a] ?? grid.axes[0];
  const others = grid.axes[1 - a];
  const count = axis.points.length;
  const stride = a === 0 ? grid.size / count : 1;
  const place = along[a];
  /** The unknown `steps` points further along, −1 where there is none. */
  const reach = (i: number, steps: number): number => {
    const to = axis.periodic ? (place[i] + steps + count) % count : place[i] + steps;
    return to < 0 || to >= count ? -1 : unknown[points[i] + (to - place[i]) * stride];
  };
  const { ends } = model.space[a] ?? model.space[0];
  const open: OpenEnd[] = [];
  const endAt = (i: number) =>
    ends === "periodic" ? undefined : place[i] === 0 ? ends[0] : place[i] === count - 1 ? ends[1] : undefined;
  for (let i = 0; i < points.length; i++) {
    const inward = place[i] === 0 ? 1 : -1;
    const end = endAt(i);
    const [inner, innermost] = [reach(i, inward), reach(i, 2 * inward)];
    // Beside a wall nobody knows how the value goes on: such a point reflects.
    if (end?.kind !== "open" || inner < 0 || innermost < 0) continue;
    open.push({ at: i, inward, inner, innermost, slope: end.slope?.(0, others?.points[along[1 - a][i]] ?? 0) });
  }
  return {
    spacing: axis.spacing ?? Number.NaN,
    weights: Float64Array.from(place, (i) => axis.weights[i]),
    next: Int32Array.from(points, (_, i) => reach(i, 1)),
    previous: Int32Array.from(points, (_, i) => reach(i, -1)),
    open,
  };
}

/** A law of players who cannot reach each other's rooms would not be unique. */
function requireOneRoom({ count, axes }: StationaryProblem): void {
  const seen = new Uint8Array(count);
  const waiting = [0];
  seen[0] = 1;
  let found = 0;
  for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
    found++;
    for (const { next, previous } of axes) {
      for (const j of [next[i], previous[i]]) {
        if (j < 0 || seen[j] === 1) continue;
        seen[j] = 1;
        waiting.push(j);
      }
    }
  }
  if (found < count) {
    throw new RefusalError("the walls cut the space into separate rooms: the stationary law is not unique");
  }
}

/** Values at the unknowns on all of the grid, with `wall` at walls. */
export function onGrid({ grid, points }: StationaryProblem, values: Float64Array, wall: number): Float64Array {
  const out = new Float64Array(grid.size).fill(wall);
  points.forEach((k, i) => (out[k] = values[i]));
  return out;
}

/** The values of a field on the grid at the unknowns. */
export function atUnknowns({ points }: StationaryProblem, field: Float64Array): Float64Array {
  return Float64Array.from(points, (k) => field[k]);
}
