/**
 * The beach bar: near the bar, but not where everybody lies.
 *
 * S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Elie, O. Pietquin, "Fictitious play for mean field games: continuous time
 * analysis and applications", NeurIPS 2020, section 5; the form and defaults of MFGLib.
 */

import { z } from "zod";
import { InputError, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import {
  aroundCircle,
  clip,
  faithfulParameter,
  floorParameter,
  horizonParameter,
  initialLaw,
  initialParameter,
  stillParameter,
  wrap,
} from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { wholeAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(2),
  n: whole(4, "Places on the beach", { symbol: "n", minimum: 2, maximum: 100_000 }),
  bar_loc: whole(2, "Place of the bar", { minimum: 0, maximum: 99_999 }),
  log_eps: floorParameter(1e-20),
  p_still: stillParameter(),
  mu0: initialParameter("uniform"),
  faithful: faithfulParameter("the beach ends in walls, though distances to the bar are measured around a circle"),
});

/** People on a circular beach who want to be near the bar and away from the crowd. */
export const beachBar: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "beach-bar",
  title: "Beach bar",
  family: "finite",
  story:
    "People on a beach that goes around an island move one place at a time, and chance moves them on; they want to be near " +
    "the bar but not where many others lie. The published implementation walls the beach off between its first and last " +
    "place and still measures distances around the island; `faithful` reproduces that.",
  reference:
    "S. Perrin et al., Fictitious play for mean field games: continuous time analysis and applications, NeurIPS 2020, section 5",
  equations: [
    {
      caption: "Moves",
      tex: "s'=s+a+e,\\qquad a\\in\\{-1,0,1\\},\\qquad P(e=0)=p,\\quad P(e=\\pm1)=\\tfrac{1-p}2",
    },
    { caption: "Reward", tex: "r(s,a,\\mu)=-d(s,\\text{bar})-\\frac{|a|}n-\\ln(\\mu(s)+\\varepsilon)" },
  ],
  parameters,
  presets: {
    peer: { title: "As in MFGLib", parameters: { faithful: true } },
    wide: { title: "A hundred places, fifty steps", parameters: { n: 100, T: 50, bar_loc: 50 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: ({ n, bar_loc }) => {
    if (bar_loc >= n) throw new InputError("bar_loc", bar_loc, `a place of the beach, at most ${n - 1}`);
  },
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf({ T, n, bar_loc, log_eps, p_still, mu0, faithful }: ParametersOf<typeof parameters>): FiniteModel {
  const place = faithful ? clip : wrap;
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    populations: [
      {
        name: "people",
        states: [wholeAxis("x", n)],
        actions: [wholeAxis("move", 3, -1)],
        initial: initialLaw(mu0, n),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) => {
            const aim = s + a - 1;
            emit(place(aim, n), p_still);
            emit(place(aim - 1, n), (1 - p_still) / 2);
            emit(place(aim + 1, n), (1 - p_still) / 2);
          },
        },
        reward: {
          base: { timed: false, at: (_t, s, a) => -aroundCircle(s, bar_loc, n) - Math.abs(a - 1) / n },
          couplings: [{ form: "log-density", weight: 1, floor: log_eps, floored: "added" }],
        },
      },
    ],
  };
}
