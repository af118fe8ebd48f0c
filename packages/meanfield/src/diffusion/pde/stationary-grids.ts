/** From one grid to a finer one, and from several grids to the limit: what solvers of stationary games share. */

import { InputError, choice, flag, real, whole } from "../../core/index.ts";
import type { Model, Question, SmallPlace } from "../../core/index.ts";
import type { StationaryCandidate } from "./candidate.ts";
import { fieldReader } from "./field-interpolation.ts";
import type { DiffusionModel } from "./model.ts";
import type { Scheme } from "./problem.ts";
import { chainSystem } from "./stationary-linear.ts";
import { cellPeclet, isLaw, residualOf, startingState, stationaryState } from "./stationary-newton.ts";
import type { StationaryState } from "./stationary-newton.ts";
import { onGrid } from "./stationary-problem.ts";
import type { StationaryProblem } from "./stationary-problem.ts";

/** Options of all solvers of stationary games. */
export const stationaryOptions = {
  points: whole(0, "Points per axis; 0 takes what the game advises", { minimum: 0, maximum: 100_000 }),
  scheme: choice(
    ["advised", "upwind", "central"],
    "advised",
    "upwind: monotone, of first order; central: of second order where the answer is smooth; advised: as the game says",
  ),
  tolerance: real(1e-10, "Largest exploitability, and largest residual of both equations, at which to stop", {
    minimum: 1e-14,
    maximum: 1,
    scale: "log",
  }),
  extrapolate: flag(
    false,
    "Solve on grids of 0.85 and 0.925 of the points too, and extrapolate the constant to the limit of fine grids",
  ),
};

export interface GridWish {
  readonly points: number;
  readonly scheme: Scheme;
}

/** The grid that was asked for. */
export function wishOf(
  { mesh }: DiffusionModel,
  { points, scheme }: { readonly points: number; readonly scheme: Scheme | "advised" },
): GridWish {
  return {
    points: points === 0 ? mesh.points : points,
    scheme: scheme === "advised" ? mesh.scheme : scheme,
  };
}

/** The same options on a grid coarse enough for a first look while a slider moves; on a phone a plane has fewer points. */
export function quickStationary<O extends { readonly points: number; readonly extrapolate: boolean }>(
  { mesh, space }: DiffusionModel,
  options: O,
  place: SmallPlace = "frame",
): O {
  if (place === "phone") {
    const own = options.points === 0 ? mesh.points : options.points;
    return space.length > 1 ? { ...options, points: Math.min(25, own) } : options;
  }
  const most = space.length > 1 ? 17 : 81;
  return {
    ...options,
    points: Math.min(most, options.points === 0 ? mesh.points : options.points),
    extrapolate: false,
  };
}

/** Why a solver of stationary games cannot take a model or question, in one line; undefined where it can. */
export function refusesStationary(
  model: Model & { readonly kind?: string; readonly horizon?: number },
  { concept, players }: Question,
): string | undefined {
  if (model.kind !== "fields") {
    return `it solves games declared by their Hamiltonian, this model is ${model.kind ?? "of another kind"}`;
  }
  if (model.horizon !== Infinity) {
    return `horizon = ${model.horizon}: this solver finds averages over all time; games that end have their own`;
  }
  if (concept !== "nash") return "it finds equilibria, not what one hand would choose for all";
  if (players !== Infinity) {
    return `players = ${players}: a density that nobody moves alone exists only in the limit of infinitely many`;
  }
  return undefined;
}

/**
 * The grids of an extrapolation: 0.85, 0.925 and all of the points.
 *
 * @throws InputError where that is not three grids
 */
export function extrapolationPoints(points: number): readonly number[] {
  const grids = [Math.round(0.85 * points), Math.round(0.925 * points), points];
  if (new Set(grids).size < grids.length)
    throw new InputError("points", points, "at least 11 where the constant is to be extrapolated");
  return grids;
}

/** A state on a problem's grid made from one on another grid of the same space. */
export function carried(from: StationaryProblem, state: StationaryState, to: StationaryProblem): StationaryState {
  const known = new Uint8Array(from.grid.size);
  for (const k of from.points) known[k] = 1;
  const read = fieldReader(from.grid, 4, (i) => known[i] === 1);
  const field = onGrid(from, state.u, 0);
  const u = Float64Array.from({ length: to.count }, (_, i) => {
    const value = read(field, to.x[i], to.y[i]);
    // A point that the other grid had inside a wall.
    return Number.isNaN(value) ? 0 : value;
  });
  const rest = startingState(to);
  const steered = stationaryState(to, u, rest.mass, state.around);
  const law = chainSystem(to, steered.equations, rest.mass).law();
  const made = stationaryState(to, u, law, state.around);
  return isLaw(made) && !Number.isNaN(residualOf(made)) ? made : steered;
}

/** λ on one grid of an extrapolation. */
export interface SolvedGrid {
  readonly constant: number;
  readonly points: number;
  readonly spacing: number;
}

/** λ in the limit of fine grids, from errors in powers of h (upwind) or h² (central), with the change that the coarsest makes. */
export function extrapolatedConstant(
  solved: readonly SolvedGrid[],
  scheme: Scheme,
): NonNullable<StationaryCandidate["extrapolated"]> {
  const powers = solved.map(({ spacing }) => (scheme === "upwind" ? spacing : spacing ** 2));
  /** The value at 0 of the polynomial through the last `count` points (Neville's scheme). */
  const limit = (count: number): number => {
    const x = powers.slice(-count);
    const values = solved.slice(-count).map(({ constant }) => constant);
    for (let j = 1; j < count; j++) {
      for (let i = count - 1; i >= j; i--) {
        values[i] += ((values[i] - values[i - 1]) * x[i]) / (x[i - j] - x[i]);
      }
    }
    return values[count - 1];
  };
  const constant = limit(solved.length);
  const error = Math.abs(constant - limit(solved.length - 1));
  return { constant, error, points: solved.map(({ points }) => points) };
}

/** Why masses are negative, and what helps, in one line. */
export function negativeMasses(problem: StationaryProblem, state: StationaryState): string {
  const number = cellPeclet(problem, state);
  const points = Math.ceil(problem.grid.axes[0].points.length * number);
  return (
    `masses of the central scheme are negative: |drift| h/(2ν) is ${number.toPrecision(3)} somewhere and should not ` +
    `exceed 1; take about ${points} points an axis, or the upwind scheme`
  );
}

/** The candidate of a state. */
export function stationaryCandidate(
  problem: StationaryProblem,
  question: Question,
  state: StationaryState,
  extrapolated: StationaryCandidate["extrapolated"],
): StationaryCandidate {
  const { model, grid, scheme, weights } = problem;
  const { u, mass, equations, constant } = state;
  let [sum, area] = [0, 0];
  for (let i = 0; i < u.length; i++) {
    sum += weights[i] * u[i];
    area += weights[i];
  }
  return {
    kind: "stationary",
    model,
    question,
    grid,
    scheme,
    constant,
    value: onGrid(
      problem,
      u.map((value) => value - sum / area),
      0,
    ),
    mass: onGrid(problem, mass, 0),
    drift: equations.drift.map((drift) => onGrid(problem, drift, 0)),
    policy: {
      rise: equations.speeds.map(({ up }) => onGrid(problem, up, 0)),
      fall: equations.speeds.map(({ down }) => onGrid(problem, down, 0)),
    },
    residual: residualOf(state),
    ...(extrapolated === undefined ? {} : { extrapolated }),
  };
}
