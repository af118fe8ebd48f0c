import { z } from "zod";
import { RefusalError, real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import type { BackwardModel } from "../model.ts";
import { solveSemilinear } from "../nonlinear/semilinear.ts";
import type { SemilinearSolution } from "../nonlinear/semilinear.ts";

const options = z.object({
  tolerance: real(
    2e-8,
    "Change of Y₀ and Z₀ from one grid to the next finer, relative where they exceed one, to stop at",
    {
      minimum: 0,
      open: "minimum",
      maximum: 1,
    },
  ),
  points: whole(40, "Most grid points to a standard deviation of W_T", { minimum: 12, maximum: 64 }),
});

interface State {
  readonly question: Question;
  readonly tolerance: number;
  readonly most: number;
  solution: SemilinearSolution;
  density: number;
  change: number;
}

/** Grid points to a standard deviation of W_T on the first grid. */
const COARSEST = 8;

/** The limit with any driver: a semilinear parabolic equation on finer and finer grids. */
export const semilinearGrid: Solver<BackwardModel, typeof options, State, BackwardCandidate> = {
  name: "semilinear-grid",
  title: "Semilinear parabolic equation on a grid",
  family: "backward",
  story:
    "In the limit over Brownian motion Y is a function of time and W that solves one semilinear equation, backward in time; the law " +
    "of Y at a time follows from it, so that nothing is iterated. Differences of order eight, on finer grids until Y₀ and Z₀ stand " +
    "still. The reference for simulation, for any driver and any functional of the law.",
  reference: "E. Pardoux, S. Peng, Lecture Notes in Control and Inform. Sci. 176 (1992) 200–217",
  options,
  refuses: (model, { concept, players }) => {
    if (concept !== "nash") return "a backward system has no planner";
    if (model.kind !== "interacting") return "it is for interacting backward systems";
    if (players !== Infinity) return "it is for the limit of many players";
    return model.forward.kind === "brownian" ? undefined : "it is for Brownian forward processes";
  },
  init: (model, question, { tolerance, points }) => ({
    question,
    tolerance,
    most: points,
    solution: solveSemilinear(interacting(model), COARSEST),
    density: COARSEST,
    change: Infinity,
  }),
  step: (model, state) => {
    const density = Math.min(state.most, Math.ceil((1.4 * state.density) / 4) * 4);
    if (density === state.density) {
      return {
        metrics: {},
        status: "diverged",
        reason: `on the finest grid allowed, ${state.solution.points} points, Y₀ or Z₀ still moved by ${state.change.toExponential(1)}; a driver or claim with a kink is for --solver least-squares-monte-carlo`,
      };
    }
    const before = state.solution;
    const solution = solveSemilinear(interacting(model), density);
    state.solution = solution;
    state.density = density;
    const change = Math.max(
      relative(solution.value(0, 0), before.value(0, 0)),
      relative(solution.slope(0, 0), before.slope(0, 0)),
    );
    state.change = change;
    const metrics = { change };
    if (!(change <= state.tolerance)) return { metrics, status: "running" };
    const grid = `${solution.points} points and ${solution.steps} steps of time`;
    return { metrics, status: "converged", reason: `on ${grid}, Y₀ and Z₀ moved by ${change.toExponential(1)}` };
  },
  candidate: (model, { question, solution: known }) => {
    return {
      kind: "interacting",
      model: interacting(model),
      question,
      field: {
        values: (t, x, out) => void (out[0] = known.value(t, x[0])),
        diagonal: (t, x, out) => void (out[0] = known.slope(t, x[0])),
        z: (t, x) => known.slope(t, x[0]),
      },
      assumedLaw: known.law,
    };
  },
};

function relative(now: number, before: number): number {
  return Math.abs(now - before) / Math.max(1, Math.abs(now));
}

function interacting(model: BackwardModel) {
  if (model.kind === "interacting") return model;
  throw new RefusalError("this is not an interacting backward system");
}
