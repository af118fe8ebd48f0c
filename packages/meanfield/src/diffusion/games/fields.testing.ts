import { parseParameters, run } from "../../core/index.ts";
import type { Game, ParameterSchema, Quantities } from "../../core/index.ts";
import type { DiffusionCandidate } from "../pde/candidate.ts";
import { certifyFields } from "../pde/certify.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { newton } from "../solvers/newton.ts";
import { limit } from "./reference.testing.ts";

/** Games of diffusions solved on grids by Newton's method, for their tests. */

export interface Grid {
  readonly points: number;
  readonly steps: number;
  readonly scheme: "upwind" | "central";
}

/** Solves, and insists on convergence. */
export function solveFields<S extends ParameterSchema>(
  game: Game<S, DiffusionModel, DiffusionCandidate>,
  given: Readonly<Record<string, unknown>>,
  grid: Grid,
) {
  const parameters = parseParameters(game.parameters, given);
  game.check?.(parameters, limit);
  const model = game.build(parameters);
  const options = parseParameters(newton.options, { ...grid, tolerance: 1e-10 });
  const { outcome, reason, candidate } = run(newton, model, limit, options);
  if (outcome !== "converged") throw new Error(reason);
  const measured = game.measure(parameters, limit, candidate);
  const exact = game.exact?.(parameters, limit) ?? {};
  return { parameters, candidate, measured, exact, certificate: () => certifyFields(model, limit, candidate) };
}

/** Largest distance of two answers over the points of the second one's grid. */
export function farthest(measured: Quantities, exact: Quantities, name: string): number {
  const [ours, theirs] = [measured[name](), exact[name]()];
  let most = 0;
  const visit = (at: number[]): void => {
    const axis = theirs.axes[at.length];
    if (axis === undefined) most = Math.max(most, Math.abs(ours.at(...at) - theirs.at(...at)));
    else for (const point of axis.grid) visit([...at, point]);
  };
  visit([]);
  return most;
}

/** The limit of answers whose error falls as the `order`-th power of a step that is halved. */
export function extrapolated(coarse: number, fine: number, order: number): number {
  return fine + (fine - coarse) / (2 ** order - 1);
}
