import { z } from "zod";
import { RefusalError, whole } from "../../core/index.ts";
import type { Question, Solver, Step } from "../../core/index.ts";
import { SingularMatrixError } from "../../numeric/lu.ts";
import type { StationaryCandidate } from "../pde/candidate.ts";
import type { DiffusionModel } from "../pde/model.ts";
import {
  carried,
  extrapolatedConstant,
  extrapolationPoints,
  negativeMasses,
  quickStationary,
  refusesStationary,
  stationaryCandidate,
  stationaryOptions,
  wishOf,
} from "../pde/stationary-grids.ts";
import type { GridWish, SolvedGrid } from "../pde/stationary-grids.ts";
import { isLaw, newtonStep, newtonSystemAt, residualOf, startingState, withLaw } from "../pde/stationary-newton.ts";
import type { NewtonSystem, StationaryState } from "../pde/stationary-newton.ts";
import { compileStationary } from "../pde/stationary-problem.ts";
import type { StationaryProblem } from "../pde/stationary-problem.ts";

const options = z.object({
  ...stationaryOptions,
  continuation: whole(
    0,
    "Viscosities to go through before the game's own, each a quarter of the one before; for noise so small that Newton's method loses its way",
    { minimum: 0, maximum: 20 },
  ),
});

/** One grid, and viscosity, on the way to the answer. */
interface Stage extends GridWish {
  /** ν as a multiple of the game's own. */
  readonly viscosity: number;
  /** Whether only a start for the next stage is wanted. */
  readonly rough: boolean;
}

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly stages: Stage[];
  /** λ and spacing of the stages solved to the tolerance. */
  readonly solved: SolvedGrid[];
  problem: StationaryProblem;
  here: StationaryState;
  /** Kept from step to step while it serves. */
  system: NewtonSystem | undefined;
  /** Steps on this stage, and those of them that were as good as done but not within the tolerance. */
  steps: number;
  stalls: number;
}

/** Steps on one stage after which it is given up. */
const patience = 60;

/** Both equations of a stationary game at once, on one grid after the other. */
export const stationaryNewton: Solver<DiffusionModel, typeof options, State, StationaryCandidate> = {
  name: "stationary-newton",
  title: "Newton's method for stationary games",
  family: "diffusion",
  kind: "fields",
  story:
    "Values, law and constant are corrected together by the exact derivative of both equations, factored by nested " +
    "dissection; coarser grids give the start. Quadratic, about five to ten steps whatever the viscosity, and the only method " +
    "that reaches rounding for little noise. In the plane its memory grows as n² log n for n points an axis.",
  reference:
    "Y. Achdou, I. Capuzzo-Dolcetta, Mean field games: numerical methods, SIAM J. Numer. Anal. 48 (2010) 1136–1162, section 5",
  options,
  refuses: refusesStationary,
  quick: quickStationary,
  init: (model, question, chosen) => {
    const refused = refusesStationary(model, question);
    if (refused !== undefined) throw new RefusalError(refused);
    const stages = stagesOf(model, chosen);
    const problem = problemOf(model, stages[0]);
    return {
      question,
      tolerance: chosen.tolerance,
      stages,
      solved: [],
      problem,
      here: startingState(problem),
      system: undefined,
      steps: 0,
      stalls: 0,
    };
  },
  step: (model, state) => {
    try {
      return advance(model, state);
    } catch (error) {
      if (!(error instanceof SingularMatrixError)) throw error;
      return { metrics: metricsOf(state), status: "diverged", reason: `${lost(state)}: a matrix became singular` };
    }
  },
  candidate: (_model, { problem, question, here, solved, stages }) =>
    stationaryCandidate(
      problem,
      question,
      here,
      stages.length === 0 && solved.length > 1 ? extrapolatedConstant(solved, problem.scheme) : undefined,
    ),
};

/** In the plane, grids this fine are solved from a start on half the points. */
const coarse = 48;

function stagesOf(
  model: DiffusionModel,
  chosen: Parameters<typeof wishOf>[1] & { readonly extrapolate: boolean; readonly continuation: number },
): Stage[] {
  const { points, scheme } = wishOf(model, chosen);
  const wanted = chosen.extrapolate ? extrapolationPoints(points) : [points];
  const stages: Stage[] = wanted.map((count) => ({ points: count, scheme, viscosity: 1, rough: false }));
  let count = wanted[0];
  while (model.space.length === 2 && count > coarse) {
    count = Math.ceil(count / 2);
    // Upwind masses are positive on any grid.
    stages.unshift({ points: count, scheme: "upwind", viscosity: 1, rough: true });
  }
  for (let k = 1; k <= chosen.continuation; k++) {
    stages.unshift({ points: count, scheme: "upwind", viscosity: 4 ** k, rough: true });
  }
  return stages;
}

function problemOf(model: DiffusionModel, { points, scheme, viscosity }: Stage): StationaryProblem {
  const noisier = viscosity === 1 ? model : { ...model, volatility: model.volatility * Math.sqrt(viscosity) };
  return compileStationary(noisier, { points, scheme });
}

function metricsOf({ here, problem }: State): Step["metrics"] {
  return {
    exploitability: here.exploitability,
    residual: residualOf(here),
    constant: here.constant,
    points: problem.grid.axes[0].points.length,
  };
}

function lost({ here }: State): string {
  const residual = residualOf(here);
  const size = Number.isFinite(residual) ? `, the residual is ${residual.toPrecision(3)}` : "";
  return `Newton's method lost its way${size}; start from more noise with the option continuation`;
}

function advance(model: DiffusionModel, state: State): Step {
  const { problem, tolerance, stages } = state;
  const [stage] = stages;
  const before = residualOf(state.here);
  state.system ??= newtonSystemAt(problem, state.here);
  const next = newtonStep(problem, state.here, state.system);
  const after = residualOf(next);
  state.here = next;
  state.steps++;
  // Factors are kept while a step with them still gains a digit.
  if (!(after < 0.1 * before)) state.system = undefined;
  if (!Number.isFinite(after)) return { metrics: metricsOf(state), status: "diverged", reason: lost(state) };

  const enough = stage.rough ? 1e-4 : Math.max(tolerance, next.rounding);
  // Where only masses will not settle, the law of the chain tells whether they could.
  const stuck = state.steps >= 8 && next.valueResidual <= 0.01 * after && after > 0.3 * before;
  const settled = next.valueResidual <= Math.max(1e-6, enough) || after <= enough || stuck;
  if (settled && !(stage.rough && after <= enough)) {
    // What is left is in masses, or nothing: the law of the chain itself ends it.
    const steered = withLaw(problem, next);
    if (!isLaw(steered)) {
      state.here = steered;
      return { metrics: metricsOf(state), status: "diverged", reason: negativeMasses(problem, steered) };
    }
    if (residualOf(steered) <= enough) {
      state.here = steered;
      return solved(model, state, stage);
    }
    if (residualOf(steered) < after) state.here = steered;
    if (next.valueResidual <= 1e-6 && ++state.stalls >= 8) {
      const residual = residualOf(state.here).toPrecision(3);
      return {
        metrics: metricsOf(state),
        status: "diverged",
        reason: `steps no longer help: the residual stays at ${residual}`,
      };
    }
  } else if (after <= enough) return solved(model, state, stage);
  if (state.steps >= patience) return { metrics: metricsOf(state), status: "diverged", reason: lost(state) };
  return { metrics: metricsOf(state), status: "running" };
}

function solved(model: DiffusionModel, state: State, stage: Stage): Step {
  const { problem, here, stages, tolerance } = state;
  const metrics = metricsOf(state);
  if (!stage.rough) {
    const points = problem.grid.axes[0].points.length;
    state.solved.push({ constant: here.constant, points, spacing: problem.axes[0].spacing });
  }
  stages.shift();
  if (stages.length === 0) {
    const bound = Math.max(tolerance, here.rounding);
    return {
      metrics,
      status: "converged",
      reason: `exploitability and both residuals are at most ${bound.toPrecision(2)}`,
    };
  }
  state.problem = problemOf(model, stages[0]);
  state.here = carried(problem, here, state.problem);
  state.system = undefined;
  state.steps = 0;
  state.stalls = 0;
  return { metrics, status: "running" };
}
