/** Runs solvers of games on grids in tests. */

import { parseParameters, run } from "../../core/index.ts";
import type { Outcome, ParameterSchema, Question, Solver } from "../../core/index.ts";
import type { GridCandidate } from "../pde/candidate.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { limit } from "../pde/models.testing.ts";

export function solveGrid<O extends ParameterSchema, S>(
  solver: Solver<DiffusionModel, O, S, GridCandidate>,
  model: DiffusionModel,
  options: Readonly<Record<string, unknown>> = {},
  question: Question = limit,
  maximumIterations = 400,
): Outcome<GridCandidate> {
  return run(solver, model, question, parseParameters(solver.options, options), { maximumIterations });
}

/** The outcome, which must be `converged`. */
export function converged(outcome: Outcome<GridCandidate>): Outcome<GridCandidate> {
  if (outcome.outcome !== "converged") throw new Error(`${outcome.outcome}: ${outcome.reason}`);
  return outcome;
}

/** A number of the last iteration. */
export function lastOf({ trace }: Outcome<GridCandidate>, metric: string): number {
  return trace.at(-1)?.[metric] ?? Number.NaN;
}

/** The largest difference between values at any point of any level. */
export function valueDistance(a: GridCandidate, b: GridCandidate): number {
  return a.value.value.reduce(
    (largest, values, s) =>
      values.reduce((most, value, k) => Math.max(most, Math.abs(value - b.value.value[s][k])), largest),
    0,
  );
}
