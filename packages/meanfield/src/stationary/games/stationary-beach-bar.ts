/**
 * The beach bar as a stationary game: S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Elie, O. Pietquin, "Fictitious play
 * for mean field games: continuous time analysis and applications", NeurIPS 2020, section 4; its model in beach-bar.ts.
 */

import { z } from "zod";
import { choice, real, whole } from "../../core/index.ts";
import type { Game } from "../../core/index.ts";
import { aversions, beachBar } from "../beach-bar.ts";
import type { StationaryCandidate } from "../candidate.ts";
import type { FiniteStationaryModel } from "../model.ts";
import { measureStationary, stationaryQuantities } from "../quantities.ts";

const parameters = z.object({
  n: whole(11, "Places on the beach; the bar is in the middle", { minimum: 2, maximum: 101 }),
  distance: real(1, "Cost of lying at an end of the beach, the farthest from the bar", { minimum: 0, maximum: 1000 }),
  move: real(0.1, "Cost of a step", { minimum: 0, maximum: 1000 }),
  kappa: real(0.2, "Aversion to crowds", { symbol: "\\kappa", minimum: 0, maximum: 1000 }),
  aversion: choice(
    aversions,
    "log",
    "What a crowd costs: κ log of the share, as in the paper, or κ times the share over an even one",
  ),
  noise: real(0.3, "Share of steps that chance takes instead: left, stay or right alike", {
    minimum: 0,
    open: "minimum",
    maximum: 1,
  }),
  floor: real(1e-3, "Added to shares under the logarithm, so that an empty place has a finite reward", {
    minimum: 0,
    open: "minimum",
    maximum: 1,
    scale: "log",
  }),
  gamma: real(0.9, "Discount factor", { symbol: "\\gamma", minimum: 0, maximum: 1, open: "both" }),
});

export const stationaryBeachBar: Game<typeof parameters, FiniteStationaryModel, StationaryCandidate> = {
  id: "stationary-beach-bar",
  title: "Beach bar",
  family: "stationary",
  story:
    "People lie in a row on a beach with a bar in the middle. Each would like to lie near the bar, walking is a nuisance, " +
    "wind and children push people about, and nobody likes a crowd. The more they mind crowds, the more evenly they spread.",
  reference:
    "S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Elie, O. Pietquin, Fictitious play for mean field games: continuous time analysis and applications, NeurIPS 2020, section 4; J.-M. Lasry, P.-L. Lions, Mean field games, Jpn. J. Math. 2 (2007) 229–260",
  equations: [
    {
      caption: "Places, counted from the bar; steps left, stay, right",
      tex: "x\\in\\{-\\tfrac{n-1}2,\\dots,\\tfrac{n-1}2\\},\\qquad a\\in\\{-1,0,1\\}",
    },
    {
      caption:
        "A step is the chosen one, or with probability noise one of the three at random; the beach ends at both sides",
      tex: "X'=X+a\\ \\text{with probability}\\ 1-\\mathrm{noise},\\qquad X'=X+\\mathrm{unif}\\{-1,0,1\\}\\ \\text{otherwise}",
    },
    {
      caption: "Reward",
      tex: "r=-\\mathrm{distance}\\,\\frac{2|x|}{n-1}-\\mathrm{move}\\,|a|-\\kappa f(z(x))",
    },
    {
      caption: "Crowds, even shares costing nothing: log or linear",
      tex: "f(p)=\\log\\frac{p+\\mathrm{floor}}{1/n+\\mathrm{floor}}\\qquad\\text{or}\\qquad f(p)=np-1",
    },
    {
      caption: "Monotone in the sense of Lasry and Lions",
      tex: "\\sum_x\\big(r(x,a,z)-r(x,a,z')\\big)\\big(z(x)-z'(x)\\big)\\le0",
    },
  ],
  parameters,
  presets: {
    log: { title: "Logarithmic aversion", parameters: {} },
    shy: { title: "People who mind crowds as much as the walk", parameters: { kappa: 1 } },
    linear: { title: "Linear aversion", parameters: { aversion: "linear" } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: beachBar,
  quantities: stationaryQuantities,
  // A fifth of the usual steps: everybody answers the crowd, and with longer ones the crowd swings to and fro.
  learning: { "natural-gradient": { "step-size": 10 } },
  measure: (_p, _question, candidate) => measureStationary(candidate),
};
