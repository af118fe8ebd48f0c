/**
 * Product investments: the second example of J. Subramanian, A. Mahajan, "Reinforcement learning in stationary mean-field
 * games", AAMAS 2019, pp. 251–259; its model in product.ts, what is theirs and what is ours in
 * docs/games/product-investment.md.
 */

import { z } from "zod";
import { InputError, choice, flag, real, scalar } from "../../core/index.ts";
import type { Game } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { meanPosition } from "../finite-model.ts";
import type { FiniteStationaryModel } from "../model.ts";
import { depreciations, fastShare, productModel } from "../product.ts";
import { measureStationary, stationaryQuantities } from "../quantities.ts";

const parameters = z.object({
  d: real(0.3, "What a unit of quality earns", { minimum: 0, maximum: 100 }),
  c: real(0.2, "What a unit of the market's average quality costs everybody", { minimum: 0, maximum: 100 }),
  lambda: real(0.2, "Price of an investment", { symbol: "\\lambda", minimum: 0, maximum: 100 }),
  q: real(4, "Average quality at which improvements slow down", { minimum: -10, maximum: 20 }),
  s: real(
    0.5,
    "Width of the switch from fast to slow improvements; at 0 it jumps, and some policies have no stationary field",
    { minimum: 0, maximum: 100 },
  ),
  delta: real(0.2, "Probability that a product depreciates in a period", {
    symbol: "\\delta",
    minimum: 0,
    open: "minimum",
    maximum: 1,
  }),
  depreciation: choice(depreciations, "reset", "What depreciation does: quality to 0 (reset), or down by one (step)"),
  normalised: flag(false, "Whether qualities in the reward are divided by the largest, 9"),
  gamma: real(0.9, "Discount factor", { symbol: "\\gamma", minimum: 0, maximum: 1, open: "both" }),
});

/**
 * How learners find fields here. Θ is 14 qualities wide, of which the usual perturbations would bridge a fifth: these start
 * at one quality. A population of 100 has another field than the limit (the switch bends), enough to move the local optimum
 * by 0.2, where J is flat; one of 1000 has not.
 */
const fields = {
  "perturbation-size": 0.07,
  players: 1000,
  "population-steps": 40,
  repeats: 10,
};

export const productInvestment: Game<typeof parameters, FiniteStationaryModel, StationaryCandidate> = {
  id: "product-investment",
  title: "Product investments",
  family: "stationary",
  story:
    "Firms sell a product of quality 0 to 9 and may pay for an improvement. A better product earns more, but every firm " +
    "suffers from the average quality in the market, and once that is high improvements come more slowly; products wear. " +
    "Each firm invests up to some quality. All would be better off if all invested less, since they mostly race each other.",
  reference:
    "J. Subramanian, A. Mahajan, Reinforcement learning in stationary mean-field games, AAMAS 2019, 251–259, section 5; G. Y. Weintraub, C. L. Benkard, B. Van Roy, Oper. Res. 58 (2010) 1247–1265",
  equations: [
    {
      caption: "Investing, in a poor market and in a rich one, with ω uniform on [0, 1)",
      tex: "Y\\sim\\mathrm{unif}\\{X,\\dots,9\\}\\ \\text{with probability}\\ w,\\qquad Y=X+\\lfloor\\omega(10-X)/2\\rfloor\\ \\text{otherwise},\\qquad w=\\sigma\\Big(\\frac{q-\\langle z\\rangle}s\\Big)",
    },
    {
      caption: "Keeping",
      tex: "Y=X",
    },
    {
      caption: "Depreciation, then",
      tex: "X'=Y\\ \\text{with probability}\\ 1-\\delta,\\qquad X'=0\\ (\\text{reset})\\ \\text{or}\\ \\max(0,Y-1)\\ (\\text{step})\\ \\text{otherwise}",
    },
    {
      caption: "Reward, the first two terms divided by 9 if normalised",
      tex: "r=d\\,x-c\\,\\langle z\\rangle-\\lambda a,\\qquad\\langle z\\rangle=\\sum_xx\\,z(x)",
    },
  ],
  parameters,
  presets: {
    A: { title: "Quality worth its price: a pure equilibrium", parameters: {} },
    B: {
      title: "Normalised rewards, slow wear: an equilibrium that mixes",
      parameters: { delta: 0.1, normalised: true },
    },
    "A-step": { title: "Set A, losing one quality at a time", parameters: { depreciation: "step" } },
    "B-step": {
      title: "Set B, losing one quality at a time",
      parameters: { delta: 0.1, normalised: true, depreciation: "step" },
    },
    "B-hard": {
      title: "Set B with a jump: thresholds 1 to 4 have no stationary field",
      parameters: { delta: 0.1, normalised: true, s: 0 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  // A switch so narrow that a field on it cannot be told from none.
  check: ({ s }) => {
    if (s > 0 && s < 1e-6) throw new InputError("s", s, "0 for a jump, or at least 1e-6");
  },
  build: productModel,
  quantities: [
    ...stationaryQuantities,
    {
      name: "fast_share",
      title: "Weight of fast improvements",
      symbol: "w",
      story: "Probability that an investment meets the law of a poor market, at the policy's own stationary field.",
    },
  ],
  learning: {
    "simultaneous-perturbation": {
      class: "smooth-threshold",
      schedule: "power",
      "step-size": 0.4,
      trajectories: 1000,
      horizon: 100,
      ...fields,
    },
    "likelihood-ratio": { "step-size": 0.1, ...fields },
    "natural-gradient": fields,
  },
  measure: (p, _question, candidate) => ({
    ...measureStationary(candidate),
    fast_share: () => scalar(fastShare(p, meanPosition(candidate.model as FiniteStationaryModel, candidate.field))),
  }),
};
