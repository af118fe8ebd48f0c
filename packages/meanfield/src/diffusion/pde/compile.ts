/**
 * The discrete game of a diffusion game: its grid, its stages in time, where players may stand, and where they start.
 *
 * In the plane the stages of a step are those of locally one-dimensional splitting, x then y (first order: N. N. Yanenko,
 * The Method of Fractional Steps, Springer 1971), or half x, y, half x (second order: G. Strang, "On the construction and
 * comparison of difference schemes", SIAM J. Numer. Anal. 5 (1968) 506–517). The y stage carries the running cost.
 */

import { InputError, RefusalError } from "../../core/index.ts";
import { type Axis, type Grid, integrate, productGrid, tabulate, uniformGrid } from "../../measure/grid.ts";
import { checkModel } from "./check-model.ts";
import type { DiffusionModel, SpaceAxis } from "./model.ts";
import type { GridProblem, Scheme, Stage } from "./problem.ts";

export interface MeshOptions {
  /** Points along each axis, at least 3: one number, or one per axis. */
  readonly points: number | readonly number[];
  /** Time steps, at least 1. */
  readonly steps: number;
  readonly scheme: Scheme;
  /** t = T (1 − (1 − k/steps)^grading); at least 1, and 1 where left out: even steps. */
  readonly grading?: number;
}

/** Values of `GridProblem.place`. */
export const FREE = 0;
export const WALL = 1;
export const EXIT = 2;

/** How far from 1 the mass of `initial` may be on the grid. */
const MASS_TOLERANCE = 1e-3;
/** The same where the mass is known up to jumps: what is further off is not seen by so coarse a grid. */
const LOOSE_MASS_TOLERANCE = 0.25;

/**
 * Puts a game with a finite horizon on a grid.
 *
 * Throws `InputError` for a mesh that cannot be made and for an initial density that is negative or of another mass than 1
 * (to 1e-3, or 0.25 where it jumps, over the points where players may stand), `RefusalError` for an ergodic game.
 */
export function compileProblem(model: DiffusionModel, options: MeshOptions): GridProblem {
  const { steps, scheme, grading = 1 } = options;
  if (model.horizon === Infinity) {
    throw new RefusalError("this game has no finite horizon: it has a stationary answer, not a flow in time");
  }
  if (!(model.volatility > 0 && Number.isFinite(model.volatility))) {
    throw new InputError("volatility", model.volatility, "a number > 0");
  }
  checkModel(model);
  if (!(Number.isSafeInteger(steps) && steps >= 1)) throw new InputError("steps", steps, "a whole number >= 1");
  if (!(grading >= 1 && Number.isFinite(grading))) throw new InputError("grading", grading, "a number >= 1");
  const grid = spaceGrid(model.space, options.points);
  const place = places(model, grid);
  const times = Float64Array.from({ length: steps + 1 }, (_, k) =>
    grading === 1 ? (model.horizon * k) / steps : model.horizon * (1 - (1 - k / steps) ** grading),
  );
  times[steps] = model.horizon;
  const stages = stagesOf(times, scheme, grid.axes.length);
  const perStep = stages.length / steps;
  return {
    model,
    scheme,
    grid,
    size: grid.size,
    stages,
    times,
    levels: Int32Array.from({ length: steps + 1 }, (_, k) => k * perStep),
    place,
    initialMass: initialMass(model, grid, place),
  };
}

/** The even grid of a model's space, `points` along each axis. */
export function spaceGrid(space: DiffusionModel["space"], points: number | readonly number[]): Grid {
  const counts = typeof points === "number" ? space.map(() => points) : points;
  if (counts.length !== space.length) {
    throw new InputError("points", points, `one number, or one for each of the ${space.length} axes`);
  }
  const axes = space.map((axis, k) => {
    const count = counts[k];
    if (!(Number.isSafeInteger(count) && count >= 3))
      throw new InputError("points", points, "a whole number of at least 3");
    return uniformGrid(axis.low, axis.high, count, { periodic: axis.ends === "periodic" });
  });
  return axes.length === 1 ? axes[0] : productGrid(axes[0], axes[1]);
}

/** 0 free, 1 wall, 2 exit for each point of the grid. */
export function places(model: DiffusionModel, grid: Grid): Uint8Array {
  const { place: told } = model;
  const [x, y] = grid.axes;
  const columns = y === undefined ? 1 : y.points.length;
  const place = new Uint8Array(grid.size);
  for (let k = 0; k < grid.size; k++) {
    const i = Math.floor(k / columns);
    const j = k - i * columns;
    const here = told?.(x.points[i], y === undefined ? 0 : y.points[j]) ?? "free";
    if (here === "wall") place[k] = WALL;
    else if (
      here === "exit" ||
      absorbs(model.space[0], x, i) ||
      (y !== undefined && model.space[1] !== undefined && absorbs(model.space[1], y, j))
    ) {
      place[k] = EXIT;
    }
  }
  return place;
}

/** Whether point `i` of the axis is an end by which players leave. */
function absorbs(space: SpaceAxis, axis: Axis, i: number): boolean {
  if (space.ends === "periodic") return false;
  const [low, high] = space.ends;
  return (i === 0 && low.kind === "absorbing") || (i === axis.points.length - 1 && high.kind === "absorbing");
}

function stagesOf(times: Float64Array, scheme: Scheme, dimensions: number): Stage[] {
  const stages: Stage[] = [];
  for (let step = 0; step + 1 < times.length; step++) {
    const time = times[step];
    const length = times[step + 1] - time;
    if (scheme === "upwind") {
      if (dimensions === 2) stages.push({ axis: 0, step, time, length, implicit: 1, carries: 0 });
      stages.push({ axis: dimensions === 2 ? 1 : 0, step, time, length, implicit: 1, carries: 1 });
    } else if (dimensions === 1) {
      stages.push({ axis: 0, step, time: time + 0.5 * length, length, implicit: 0.5, carries: 1 });
    } else {
      const half = 0.5 * length;
      stages.push(
        { axis: 0, step, time: time + 0.25 * length, length: half, implicit: 0.5, carries: 0 },
        { axis: 1, step, time: time + 0.5 * length, length, implicit: 0.5, carries: 1 },
        { axis: 0, step, time: time + 0.75 * length, length: half, implicit: 0.5, carries: 0 },
      );
    }
  }
  return stages;
}

function initialMass(model: DiffusionModel, grid: Grid, place: Uint8Array): Float64Array {
  const density = tabulate(grid, model.initial);
  for (let k = 0; k < density.length; k++) {
    if (place[k] !== FREE) density[k] = 0;
    else if (!(density[k] >= 0)) throw new InputError("initial", density[k], "a density >= 0 at every point");
  }
  const total = integrate(grid, density);
  const tolerance = model.initialMass === "any" ? LOOSE_MASS_TOLERANCE : MASS_TOLERANCE;
  if (!(Math.abs(total - 1) <= tolerance)) {
    throw new InputError(
      "initial",
      `a density of mass ${Number(total.toPrecision(6))}`,
      `of mass 1, to ${tolerance}, over the points where players may stand; where these are few, more points may do`,
    );
  }
  for (let k = 0; k < density.length; k++) density[k] *= grid.weights[k] / total;
  return density;
}
