/**
 * Crowd modelling in one dimension: a beach bar on a circle.
 *
 * S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Elie, O. Pietquin, "Fictitious play for mean field games: continuous time
 * analysis and applications", NeurIPS 2020, section 4.2; the form and defaults of OpenSpiel.
 */

import { z } from "zod";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { firstMoves } from "../first-moves.ts";
import { aroundCircle, wrap } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { uniformLaw, wholeAxis } from "../space.ts";
import { asPublished, sizeParameter, stepsParameter } from "../walk-parts.ts";

const parameters = z.object({
  size: sizeParameter(10),
  horizon: stepsParameter(10),
  faithful: asPublished(
    "distances are not measured around the circle, nothing is earned at the horizon, and a move costs what the first path found to a place cost",
  ),
});

/** People on a circle who want to be near its bar, to move little and to be alone. */
export const crowdModelling: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "crowd-modelling",
  title: "Crowd modelling on a circle",
  family: "finite",
  story:
    "People on a circle step left or right or stay, and chance steps once more; they want to be near the bar, to move little, " +
    "and to be where few are. In the published implementation the distance to the bar does not go around the circle, the " +
    "places of the last time earn nothing, and every place charges the move of the first path found to it instead of the " +
    "move made; `faithful` reproduces all three.",
  reference:
    "S. Perrin et al., Fictitious play for mean field games: continuous time analysis and applications, NeurIPS 2020, section 4.2",
  equations: [
    { caption: "Moves", tex: "x'=x+a+e\\bmod n,\\qquad a,e\\in\\{-1,0,1\\},\\qquad P(e)=\\tfrac13" },
    {
      caption: "Reward",
      tex: "r_t(x,a,\\mu)=1-\\frac{d(x,\\lfloor n/2\\rfloor)}{\\lfloor n/2\\rfloor}-\\frac{|a|}n\\mathbf 1_{t<T}-\\ln\\mu_t(x)",
    },
  ],
  parameters,
  presets: {
    peer: { title: "As in OpenSpiel", parameters: { faithful: true } },
    wide: { title: "A hundred places, fifty steps", parameters: { size: 100, horizon: 50 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf({ size, horizon, faithful }: ParametersOf<typeof parameters>): FiniteModel {
  const middle = Math.floor(size / 2);
  const apart = (x: number): number => (faithful ? Math.abs(x - middle) : aroundCircle(x, middle, size));
  const charged = faithful ? firstCosts(size, horizon) : undefined;
  const cost = (t: number, x: number, a: number): number =>
    charged?.[t * size + x] ?? (t < horizon ? Math.abs(a - 1) : 0);
  return {
    family: "finite",
    kind: "discrete-time",
    // Where nothing is earned at the horizon, the move before it is the last that may matter.
    horizon: faithful ? horizon - 1 : horizon,
    populations: [
      {
        name: "people",
        states: [wholeAxis("x", size)],
        actions: [wholeAxis("move", 3, -1)],
        initial: uniformLaw(size),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, x, a, _laws, emit) => {
            for (const e of [-1, 0, 1]) emit(wrap(x + a - 1 + e, size), 1 / 3);
          },
        },
        reward: {
          base: { timed: true, at: (t, x, a) => 1 - apart(x) / middle - cost(t, x, a) / size },
          couplings: [{ form: "log-density", weight: 1, floor: 1e-25, floored: "added" }],
        },
      },
    ],
  };
}

function firstCosts(size: number, horizon: number): Float64Array {
  const steps = [-1, 0, 1];
  const moves = firstMoves({
    states: size,
    times: horizon,
    starts: Array.from({ length: size }, (_, x) => x),
    actions: () => [0, 1, 2],
    aim: (x, a) => wrap(x + a - 1, size),
    pushed: (x) => steps.map((e) => wrap(x + e, size)),
  });
  return Float64Array.from(moves, (a) => (a < 0 ? 0 : Math.abs(a - 1)));
}
