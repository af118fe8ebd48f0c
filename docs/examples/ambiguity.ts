/**
 * Claims under ambiguity: a whole backward system in one file.
 *
 * Owners do not trust the odds and value their claims by the worst drift of size at most κ (Z. Chen, L. Epstein, "Ambiguity, risk, and
 * asset returns in continuous time", Econometrica 70 (2002) 1403–1443); the losses of all weigh on everybody besides.
 */
import { backward, numeric, real, scalar } from "meanfield";
import type { Game } from "meanfield";
import { z } from "zod";

const { interactingOnly, interactingQuantities, measureInteracting, meanOf } = backward;

const parameters = z.object({
  kappa: real(0.3, "Ambiguity: largest drift that is feared", { symbol: "\\kappa", minimum: 0, maximum: 10 }),
  c: real(0.5, "What everybody's mean loss costs each, per unit of time", { minimum: 0, maximum: 10 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 10 }),
});

/** What enters of the law of all values, which lie in (−1, 1) or little below: any function of a law, Lipschitz in W₂. */
const meanLoss = meanOf("mean_loss", "\\textstyle\\int\\ln(1+e^{-y})\\,\\mu(dy)", (y) => Math.log1p(Math.exp(-y)));

export const ambiguity: Game<typeof parameters, backward.InteractingModel, backward.BackwardCandidate> = {
  id: "ambiguity",
  title: "Claims under ambiguity",
  family: "backward",
  story: "Owners value their claims by the worst odds they can think of, and the losses of all weigh on everybody.",
  reference: "Z. Chen, L. Epstein, Econometrica 70 (2002) 1403–1443, with an interaction",
  equations: [
    {
      caption: "N owners",
      tex:
        "Y^i_t=2\\Phi(W^i_T)-1-\\int_t^T\\Big(\\kappa|Z^{ii}_s|+\\tfrac cN\\sum_j\\ln(1+e^{-Y^j_s})\\Big)ds" +
        "-\\sum_j\\int_t^TZ^{ij}_s\\,dW^j_s",
    },
  ],
  parameters,
  presets: { alone: { title: "Nobody minds the others: closed form", parameters: { c: 0 } } },
  concepts: ["nash"],
  information: ["open-loop"],
  build: ({ kappa, c, T }) => ({
    family: "backward",
    kind: "interacting",
    horizon: T,
    forward: { kind: "brownian" },
    driver: (_t, _x, _y, exposure, [loss]) => -kappa * Math.abs(exposure) - c * loss,
    terminal: (x) => 2 * numeric.normalDistribution(x) - 1,
    functionals: [meanLoss],
    terminalFunctionals: [],
  }),
  quantities: interactingQuantities,
  measure: (_parameters, question, candidate) => measureInteracting(question, interactingOnly(candidate)),
  // Claims grow with W, so that the worst drift is −κ throughout: Y₀ = E(2Φ(W_T − κT) − 1).
  exact: ({ kappa, c, T }) => {
    if (c !== 0) return {};
    const spread = Math.sqrt(1 + T);
    const worst = (-kappa * T) / spread;
    return {
      Y0: () => scalar(2 * numeric.normalDistribution(worst) - 1),
      Z0: () => scalar((2 * numeric.normalDensity(worst)) / spread),
    };
  },
};

export default ambiguity;
