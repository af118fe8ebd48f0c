import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver } from "../../core/index.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { flowCandidate, refusesFlows, startFlows, stepFlows } from "../linear-quadratic/flow-iteration.ts";
import type { FlowIteration } from "../linear-quadratic/flow-iteration.ts";
import { picardSpectralRadius } from "../linear-quadratic/mean-flow.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";

const options = z.object({
  damping: real(1, "Share of the way to the induced flow that each update goes", {
    symbol: "\\delta",
    minimum: 0,
    maximum: 1,
    open: "minimum",
    tunable: { from: 0.05, to: 1 },
  }),
  tolerance: real(1e-10, "Largest distance between assumed and induced flow at which to stop", {
    minimum: 1e-12,
    maximum: 1,
    scale: "log",
  }),
});

interface PicardState extends FlowIteration {
  readonly damping: number;
}

/** Damped fixed-point iteration on the mean flow: m ← m + δ (Φ(m) − m), Φ(m) the flow of the best response to m. */
export const picard: Solver<LinearQuadraticModel, typeof options, PicardState, LinearQuadraticCandidate> = {
  name: "picard",
  title: "Picard iteration on the mean flow",
  family: "linear-quadratic",
  story:
    "Answers a given mean flow by a single player's best response, follows the population that plays it, and repeats with " +
    "that flow. Choose it to see whether best responses settle down by themselves, and how fast: the error shrinks " +
    "by the spectral radius of the map per iteration, or grows where that is above one.",
  reference: "Huang, Caines & Malhamé, IEEE Trans. Automat. Control 52 (2007), section IV",
  options,
  refuses: refusesFlows,
  init: (model, question, { damping, tolerance }) => ({ ...startFlows(model, question, tolerance), damping }),
  step: (model, state) =>
    stepFlows(state, state.damping, () => {
      const radius = picardSpectralRadius(model, state.damping);
      return `the best-response map with damping ${state.damping} has spectral radius ${radius.toPrecision(4)}: errors grow`;
    }),
  candidate: flowCandidate,
};
