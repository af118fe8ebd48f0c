import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Question, Solver } from "../../core/index.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { designOf } from "../data.ts";
import type { Design } from "../data.ts";
import { refusedGibbs } from "../gibbs.ts";
import type { NetworkModel } from "../model.ts";
import { selfConsistentPredictions } from "../self-consistent.ts";
import { refusedStationary, stationaryCandidate } from "../stationary-law.ts";

const options = z.object({
  tolerance: real(1e-13, "Accepted size of a Newton step of the predictions", {
    minimum: 1e-15,
    maximum: 1e-2,
    scale: "log",
  }),
});

interface State {
  readonly question: Question;
  readonly design: Design;
  readonly tolerance: number;
  predictions: Float64Array;
}

/** As many equations as data points for the predictions of the stationary law, by Newton's method. */
export const selfConsistentLaw: Solver<NetworkModel, typeof options, State, NetworkCandidate> = {
  name: "self-consistent-law",
  title: "Self-consistent stationary law",
  family: "network",
  story:
    "The stationary law is the Gibbs law of the residuals that it leaves itself: as many equations as data points, solved by " +
    "Newton's method, whose Jacobian is the covariance of the neurons' answers. To rounding, where w is one number.",
  reference:
    "K. Hu, Z. Ren, D. Šiška, Ł. Szpruch, Mean-field Langevin dynamics and energy landscape of neural networks, Ann. Inst. H. Poincaré Probab. Statist. 57 (2021) 2043–2065",
  options,
  refuses: (model, question) => refusedStationary(question) ?? refusedGibbs(model),
  init: (model, question, { tolerance }) => {
    const design = designOf(model.data, model.activation);
    if (design === undefined) throw new RangeError("the data have no finite sum for averages");
    return { question, design, tolerance, predictions: new Float64Array(design.count) };
  },
  step: (model, state) => {
    const { predictions, iterations } = selfConsistentPredictions(
      model,
      state.design,
      state.predictions,
      state.tolerance,
    );
    state.predictions = predictions;
    return {
      metrics: { newton_steps: iterations },
      status: "converged",
      reason: "the law answers to its own residuals",
    };
  },
  candidate: (model, { question, design, predictions }) => stationaryCandidate(model, question, design, predictions),
};
