import { parseParameters, run } from "../../core/index.ts";
import type { Outcome, ParameterSchema, Question, Solver } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { LinearQuadraticCandidate, LinearStrategy } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { crowded, games } from "../players/reference-games.testing.ts";

/** What the tests of the family's solvers share. */

export const limit: Question = { concept: "nash", players: Infinity, information: "feedback" };
export const feedback = (players: number): Question => ({ concept: "nash", players, information: "feedback" });
export const openLoop = (players: number): Question => ({ concept: "nash", players, information: "open-loop" });
export const planner = (players: number): Question => ({ concept: "planner", players, information: "feedback" });

/** Games with and without common noise, common state, discounting; all have linear terms somewhere. */
export const models: readonly (readonly [string, LinearQuadraticModel])[] = [
  ["systemic risk", games["s2_systemic_common.A"]],
  ["energy transition", games["S4.A"]],
  ["price impact", games["S5.A"]],
  ["everything at once", crowded()],
];

/** Runs a solver that must take the question. */
export function solve<O extends ParameterSchema, S>(
  solver: Solver<LinearQuadraticModel, O, S, LinearQuadraticCandidate>,
  model: LinearQuadraticModel,
  question: Question,
  options: Readonly<Record<string, unknown>> = {},
  maximumIterations = 200,
): Outcome<LinearQuadraticCandidate> {
  const refused = solver.refuses(model, question);
  if (refused !== undefined) throw new Error(refused);
  return run(solver, model, question, parseParameters(solver.options, options), { maximumIterations });
}

export function gainAt(model: LinearQuadraticModel, strategy: LinearStrategy, t: number): Float64Array {
  const out = zeros(model.layout.control, model.layout.stateSize);
  strategy.gain(t, out);
  return out.data;
}

/** The largest difference between two gains over 21 times. */
export function distance(model: LinearQuadraticModel, a: LinearStrategy, b: LinearStrategy): number {
  let largest = 0;
  for (let step = 0; step <= 20; step++) {
    const t = (model.horizon * step) / 20;
    const other = gainAt(model, b, t);
    gainAt(model, a, t).forEach((value, q) => (largest = Math.max(largest, Math.abs(value - other[q]))));
  }
  return largest;
}
