import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { designOf } from "../data.ts";
import type { Design } from "../data.ts";
import { gibbs, refusedGibbs } from "../gibbs.ts";
import type { NetworkModel } from "../model.ts";
import { refusedStationary, stationaryCandidate } from "../stationary-law.ts";

const options = z.object({
  tolerance: real(1e-12, "Accepted distance between predictions and those of the answer to them", {
    minimum: 1e-15,
    maximum: 1e-2,
    scale: "log",
  }),
  share: real(0, "Share of the answer that is mixed in every round; 0: as much as the answer's slope allows", {
    minimum: 0,
    maximum: 1,
    tunable: { from: 0.01, to: 1, scale: "log" },
  }),
});

interface State {
  readonly question: Question;
  readonly design: Design;
  readonly tolerance: number;
  readonly share: number;
  predictions: Float64Array;
}

/** Laws that are mixed, round by round, with the Gibbs law that answers to them. */
export const entropicFictitiousPlay: Solver<NetworkModel, typeof options, State, NetworkCandidate> = {
  name: "entropic-fictitious-play",
  title: "Entropic fictitious play",
  family: "network",
  story:
    "Every round finds the best response of a neuron that pays for its own entropy, a Gibbs law, and mixes a share of it into " +
    "the law of all. Predictions are linear in the law, so that only they need to be kept. Slow and sure.",
  reference:
    "F. Chen, Z. Ren, S. Wang, Entropic fictitious play for mean field optimization problem, J. Mach. Learn. Res. 24 (2023) 1–36",
  options,
  refuses: (model, question) => refusedStationary(question) ?? refusedGibbs(model),
  init: (model, question, { tolerance, share }) => {
    const design = designOf(model.data, model.activation);
    if (design === undefined) throw new RangeError("the data have no finite sum for averages");
    return { question, design, tolerance, share, predictions: new Float64Array(design.count) };
  },
  step: (model, state) => {
    const { design, predictions, tolerance } = state;
    const { covariance, predictions: answer } = gibbs(
      model,
      design,
      design.y.map((value, k) => value - predictions[k]),
    );
    // The answer falls by between 0 and this per unit of the predictions.
    let slope = 0;
    for (let k = 0; k < design.count; k++) {
      slope += (design.weights[k] * covariance.data[k * design.count + k]) / model.temperature;
    }
    const share = state.share > 0 ? state.share : 2 / (2 + slope);
    let gap = 0;
    for (let k = 0; k < design.count; k++) {
      const change = answer[k] - predictions[k];
      gap = Math.max(gap, Math.abs(change));
      predictions[k] += share * change;
    }
    return {
      metrics: { gap },
      ...(gap <= tolerance
        ? { status: "converged" as const, reason: `predictions and their answer agree to ${tolerance}` }
        : { status: "running" as const }),
    };
  },
  candidate: (model, { question, design, predictions }) => stationaryCandidate(model, question, design, predictions),
};
