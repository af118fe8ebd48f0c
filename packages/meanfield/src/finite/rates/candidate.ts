import type { Question } from "../../core/index.ts";
import type { RatesGrid } from "./grid.ts";
import { parametersAlong } from "./grid.ts";
import type { RatesModel } from "./model.ts";
import { sweep } from "./sweep.ts";
import type { Sweep } from "./sweep.ts";

/** A flow, the values against it and the policy that answers it: what solvers of controlled rates return. */
export interface RatesCandidate {
  readonly kind: "controlled-rates";
  readonly model: RatesModel;
  readonly question: Question;
  readonly grid: RatesGrid;
  /** μ_x(t_i) that was assumed, at i·|X| + x. */
  readonly mu: Float64Array;
  /** u_x(t_i) against it. */
  readonly u: Float64Array;
  /** a_m(t_i) against it, at i·|moves| + m: the policy. */
  readonly controls: Float64Array;
}

/** The values and the policy that answer a flow. */
export function candidateFrom(grid: RatesGrid, question: Question, mu: Float64Array): RatesCandidate {
  const { u, controls } = sweepAt(grid, question, mu);
  return { kind: "controlled-rates", model: grid.model, question, grid, mu: mu.slice(), u, controls };
}

/** G(μ; γ(μ)) as a question wants it. */
export function sweepAt(grid: RatesGrid, { concept }: Question, mu: Float64Array): Sweep {
  return sweep(grid, mu, parametersAlong(grid, mu), concept === "planner");
}

/** Games are declared in the limit. */
export function refusedRates({ players }: Question): string | undefined {
  return players < Infinity
    ? "games of controlled rates are solved in the limit; `meanfield simulate` plays them with finitely many players"
    : undefined;
}
