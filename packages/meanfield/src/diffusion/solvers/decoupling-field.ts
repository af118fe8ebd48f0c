import { z } from "zod";
import { choice, real, whole } from "../../core/index.ts";
import type { Solver } from "../../core/index.ts";
import type { AggregateCandidate } from "../aggregate/candidate.ts";
import { differenceOrders } from "../aggregate/line-differences.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";
import { otherKind, refusedNoise } from "../aggregate/model.ts";
import type { AggregateModel } from "../aggregate/model.ts";
import { cellsOf, fieldCandidate, isSettled, mostCells, refine, startRefinement } from "../aggregate/refinement.ts";
import type { Refinement } from "../aggregate/refinement.ts";

const options = z.object({
  tolerance: real(1e-9, "Accepted change of y, wherever it is asked for, when the cells of the mesh are halved", {
    minimum: 1e-11,
    maximum: 0.1,
    scale: "log",
  }),
  cells: whole(96, "Cells of the first mesh", { minimum: 16, maximum: 4096, scale: "log" }),
  order: choice(differenceOrders, "8", "Order of the differences in m"),
});

/** Games with a price on the mean and common noise: the adjoint as a function of time and mean. */
export const decouplingField: Solver<AggregateModel, typeof options, Refinement, AggregateCandidate> = {
  name: "decoupling-field",
  title: "Decoupling field on a mesh",
  family: "diffusion",
  kind: "aggregate",
  story:
    "The adjoint is a function y(t, m) of time and the mean, and solves one viscous equation backwards. It is solved by " +
    "differences of order 8 on meshes that gather where y is steep, and whose cells are halved until y stays.",
  reference:
    "R. Carmona, F. Delarue, Probabilistic Theory of Mean Field Games with Applications II, Springer 2018, ch. 1–2; P. Deuflhard, SIAM Review 27 (1985) 505–535",
  options,
  refuses: (model) => otherKind(model) ?? refusedNoise(model, "noisy"),
  init: (model, question, settings) => startRefinement(model, question, settings),
  step: (model, state) => {
    const failure = refined(model, state);
    const cells = cellsOf(state);
    const { change, between, truncation, settings } = state;
    const metrics = { cells, change, between, truncation, time_steps: state.steps };
    if (failure !== undefined) {
      return { metrics: { cells, truncation }, status: "diverged", reason: `on ${2 * cells} cells ${failure}` };
    }
    if (isSettled(state) && truncation <= settings.tolerance) {
      return {
        metrics,
        status: "converged",
        reason: `from ${cells / 2} to ${cells} cells y moves by ${change.toExponential(1)}`,
      };
    }
    if (isSettled(state)) {
      return {
        metrics,
        status: "diverged",
        reason: `y depends on where the line of means is cut, by ${truncation.toExponential(1)}: prices bend too far out`,
      };
    }
    if (2 * cells > mostCells) {
      return {
        metrics,
        status: "diverged",
        reason: `on ${cells} cells, the most there may be, y still moves by ${Math.max(change, between).toExponential(1)}: its layers are too thin`,
      };
    }
    return { metrics, status: "running" };
  },
  candidate: (model, state) => fieldCandidate(model, state),
};

/** Refines; what kept it from it, as words, where the answer stays that of the last mesh. */
function refined(model: AggregateModel, state: Refinement): string | undefined {
  try {
    refine(model, state);
    return undefined;
  } catch (error) {
    if (error instanceof NoConvergenceError) return error.message;
    throw error;
  }
}
