/** What all solvers on grids ask for and refuse alike. */

import { RefusalError, choice, real, whole } from "../../core/index.ts";
import type { Concept, Model, Question, SmallPlace } from "../../core/index.ts";
import { compileProblem } from "./compile.ts";
import type { DiffusionModel } from "./model.ts";
import type { GridProblem } from "./problem.ts";

/** The grid, for a solver's options; what is left out is taken from the model's own advice. */
export const gridOptions = {
  points: whole(0, "Points per axis; 0 takes what the game advises", { minimum: 0, maximum: 100_000 }),
  steps: whole(0, "Time steps; 0 takes what the game advises", { minimum: 0, maximum: 1_000_000 }),
  scheme: choice(
    ["advised", "upwind", "central"],
    "advised",
    "upwind: monotone, of first order; central: of second order where the answer is smooth; advised: as the game says",
  ),
};

/** The common measure of being done. */
export function toleranceOption(fallback: number) {
  return real(
    fallback,
    "Largest exploitability, and largest distance between the flow assumed and the flow induced, at which to stop",
    { minimum: 1e-14, maximum: 1, scale: "log" },
  );
}

export interface GridChoice {
  readonly points: number;
  readonly steps: number;
  readonly scheme: "advised" | "upwind" | "central";
}

/**
 * Points per axis and time steps, on a line and in the plane: of a first look, tens of milliseconds of work; on a phone, where a
 * line is no burden and a plane takes a third of the time that it takes on the game's own grid.
 */
const coarse = {
  frame: { line: { points: 41, steps: 30 }, plane: { points: 17, steps: 12 } },
  phone: { line: { points: Infinity, steps: Infinity }, plane: { points: 25, steps: 20 } },
};

/** The same options on a grid coarse enough for a first look while a slider moves, or for a phone. */
export function quickGrid<O extends { readonly points: number; readonly steps: number }>(
  { mesh, space }: DiffusionModel,
  options: O,
  place: SmallPlace = "frame",
): O {
  const { points, steps } = space.length > 1 ? coarse[place].plane : coarse[place].line;
  if (points === Infinity) return options;
  return {
    ...options,
    points: Math.min(points, options.points === 0 ? mesh.points : options.points),
    steps: Math.min(steps, options.steps === 0 ? mesh.steps : options.steps),
  };
}

/** Why a solver on grids cannot take a model or question, in one line; undefined where it can. */
export function refusesGrid(
  model: Model & { readonly kind?: string; readonly horizon?: number },
  { concept, players }: Question,
  offered: Concept = "nash",
): string | undefined {
  if (model.kind !== "fields")
    return `it solves games declared by their Hamiltonian, this model is ${model.kind ?? "of another kind"}`;
  if (model.horizon === Infinity)
    return "horizon = Infinity: this solver follows time from 0 to T; averages over all time have their own, stationary-newton";
  if (concept !== offered) {
    return offered === "nash"
      ? "best responses to a flow lead to equilibria, not to the planner's optimum"
      : "it finds what one hand would choose for all, not an equilibrium";
  }
  if (players !== Infinity)
    return `players = ${players}: a density that nobody moves alone exists only in the limit of infinitely many; meanfield simulate plays ${players}`;
  return undefined;
}

/**
 * The game on the grid that was asked for.
 *
 * @throws RefusalError where the solver refuses, InputError where the grid does not fit the game.
 */
export function gridProblem(
  model: DiffusionModel,
  question: Question,
  { points, steps, scheme }: GridChoice,
  offered: Concept = "nash",
): GridProblem {
  const refused = refusesGrid(model, question, offered);
  if (refused !== undefined) throw new RefusalError(refused);
  const { mesh } = model;
  return compileProblem(model, {
    points: points === 0 ? mesh.points : points,
    steps: steps === 0 ? mesh.steps : steps,
    scheme: scheme === "advised" ? mesh.scheme : scheme,
    ...(mesh.grading === undefined ? {} : { grading: mesh.grading }),
  });
}
