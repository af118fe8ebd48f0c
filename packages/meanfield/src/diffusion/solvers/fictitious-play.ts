import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Solver } from "../../core/index.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import { flowCandidate, refusesFlows, startFlows, stepFlows } from "../linear-quadratic/flow-iteration.ts";
import type { FlowIteration } from "../linear-quadratic/flow-iteration.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";

// Not tighter by default: errors fall like a power of the iteration, so that each digit costs ten times the last.
const options = z.object({
  tolerance: real(
    1e-2,
    "Largest distance between the average flow and the flow of the best response to it at which to stop",
    {
      minimum: 1e-12,
      maximum: 1,
      scale: "log",
    },
  ),
});

/** Best response to the average of all flows so far: m^n = m^{n−1} + (Φ(m^{n−1}) − m^{n−1})/(n + 1). */
export const fictitiousPlay: Solver<LinearQuadraticModel, typeof options, FlowIteration, LinearQuadraticCandidate> = {
  name: "fictitious-play",
  title: "Fictitious play",
  family: "linear-quadratic",
  story:
    "Players answer the average of all mean flows seen so far. It converges where plain iteration oscillates itself " +
    "apart, but slowly: along an eigenvector of the best-response map with eigenvalue λ the error falls like n^{−(1−λ)}.",
  reference: "Cardaliaguet & Hadikhanloo, ESAIM: COCV 23 (2017) 569-591",
  options,
  refuses: refusesFlows,
  init: (model, question, { tolerance }) => startFlows(model, question, tolerance),
  step: (_model, state) =>
    stepFlows(
      state,
      1 / (state.updates + 2),
      () => "the average flow moves ever further from the flow of its best response",
    ),
  candidate: flowCandidate,
};
