import { z } from "zod";
import { RefusalError, real, whole } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import { lossOf } from "../candidate.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { designOf } from "../data.ts";
import type { Design } from "../data.ts";
import { densityStep, openDensity } from "../density-flow.ts";
import type { DensityFlow } from "../density-flow.ts";
import { initialMoments } from "../initial.ts";
import type { NetworkModel } from "../model.ts";

const options = z.object({
  cells: whole(800, "Cells of the line of w", { minimum: 10, maximum: 100_000, scale: "log" }),
  steps: whole(400, "Time steps", { minimum: 2, maximum: 1_000_000, scale: "log" }),
  reach: real(
    8,
    "Standard deviations of the line on either side, to begin with; it grows while mass reaches its ends",
    {
      minimum: 2,
      maximum: 100,
    },
  ),
});

interface State {
  readonly question: Question;
  readonly design: Design;
  readonly options: { readonly cells: number; readonly steps: number };
  reach: number;
  flow: DensityFlow;
}

/** The Fokker–Planck equation of noisy neurons with one fixed c, on cells of the line of w. */
export const fokkerPlanckGrid: Solver<NetworkModel, typeof options, State, NetworkCandidate> = {
  name: "fokker-planck-grid",
  title: "Fokker–Planck equation on a grid",
  family: "network",
  story:
    "Moves the density of w on cells of a line with Crank and Nicolson's steps: mass is kept to rounding, and errors are of " +
    "second order in cells and steps. For any activation, where c is fixed and w is one number.",
  reference:
    "J. Crank, P. Nicolson, Proc. Cambridge Philos. Soc. 43 (1947) 50–67; D. B. Spalding, Int. J. Numer. Methods Eng. 4 (1972) 551–559 (fluxes)",
  options,
  refuses: (model, { players }) => {
    if (Number.isFinite(players)) return "a density is that of infinitely many neurons; it takes the limit only";
    if (model.horizon === Infinity) return "it steps up to a time T, and the stationary law is asked for";
    if (model.data.dimension > 1) return `w has ${model.data.dimension} entries; it takes one`;
    if (model.trainsOutput || initialMoments(model.initial).covariance.data[0] !== 0)
      return "c must be fixed, and the same for all neurons";
    if (!(model.temperature > 0))
      return "without noise the density is only carried along; characteristics do that exactly";
    if (model.initial.kind === "points") return "neurons at points have no density";
    if (!(model.initial.covariance.data[3] > 0)) return "neurons that are all alike have no density";
    return undefined;
  },
  init: (model, question, { cells, steps, reach }) => {
    const design = designOf(model.data, model.activation);
    if (design === undefined) throw new RangeError("the data have no finite sum for averages");
    return {
      question,
      design,
      options: { cells, steps },
      reach,
      flow: openDensity(model, design, cells, steps, reach),
    };
  },
  step: (model, state) => {
    const { flow, design } = state;
    const { steps } = state.options;
    const until = Math.min(steps, flow.done + Math.max(1, Math.floor(steps / 20)));
    while (flow.done < until) densityStep(flow);
    const { shares } = flow;
    const metrics = {
      loss: lossOf(design, flow.predictions),
      mass_error: Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1),
    };
    const atEnds = Math.abs(shares[0]) + Math.abs(shares[shares.length - 1]);
    if (atEnds > edgeShare) {
      if (state.reach > 1e6) throw new RefusalError("mass leaves every line");
      // Begun anew on a wider line.
      state.reach *= 1.5;
      state.flow = openDensity(model, design, state.options.cells, steps, state.reach);
      return { metrics, status: "running" };
    }
    return flow.done < steps
      ? { metrics, status: "running" }
      : { metrics, status: "converged", reason: `${steps} steps on ${shares.length} cells` };
  },
  candidate: (model, { question, design, flow }) => ({
    model,
    question,
    design,
    mesh: flow.times.slice(0, flow.slices.length),
    assumed: (t, out) => flow.predictionAt(t, out),
    law: { kind: "density", output: flow.output, cells: flow.cells, width: flow.width, at: flow.at },
  }),
};

/** A density that is negligible at the ends leaves less than this in the outermost cells. */
const edgeShare = 1e-12;
