/**
 * Conservative treasure hunting: stay where your treasure is, if the others are elsewhere.
 *
 * X. Guo, A. Hu, R. Xu, J. Zhang, "MF-OMO: an optimization formulation of mean-field games", SIAM J. Control Optim. 62 (2024)
 * 243–270, and MFGLib (X. Guo et al., arXiv:2304.08630), whose form and defaults these are.
 */

import { z } from "zod";
import { json, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { horizonParameter, initialLaw, initialParameter, requireLength } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { wholeAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(5),
  n: whole(3, "Places", { symbol: "n", minimum: 1, maximum: 1000 }),
  r: json(z.union([z.number(), z.array(z.number())]), 1, "Treasure of each place: n numbers, or one for all", "r"),
  c: json(
    z.union([z.number().min(0), z.array(z.number().min(0))]),
    1,
    "How much the crowd disturbs moves, after the first: T numbers of at least 0, or one for all; the last is never used",
    "c",
  ),
  mu0: initialParameter("uniform"),
});

/** Hunters who earn where they stay, the more the more of the others do the same there. */
export const conservativeTreasureHunting: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "conservative-treasure-hunting",
  title: "Conservative treasure hunting",
  family: "finite",
  story:
    "At first everybody goes where it wants. From then on only staying pays, by what the place holds and by how near the " +
    "population is to all staying there; the farther it is from that, the more chance throws players about. Everybody " +
    "gathering in one place for ever is an equilibrium, in each place another one; splitting evenly is one, too.",
  reference: "X. Guo, A. Hu, R. Xu, J. Zhang, SIAM J. Control Optim. 62 (2024) 243–270; arXiv:2304.08630",
  equations: [
    {
      caption: "Distance of the population from all staying at s",
      tex: "D_t(s)=\\sum_{s',a'}\\bigl(L_t(s',a')-\\mathbf 1_{\\{s'=a'=s\\}}\\bigr)^2",
    },
    {
      caption: "Moves",
      tex: "P_0(s'\\mid s,a)=\\mathbf 1_{\\{s'=a\\}},\\qquad P_t(s'\\mid s,a)=\\frac{\\mathbf 1_{\\{s'=a\\}}+c_{t-1}D_t(s)}{1+n\\,c_{t-1}D_t(s)}",
    },
    { caption: "Reward", tex: "r_0=0,\\qquad r_t(s,a)=r_s\\bigl(1-\\tfrac12D_t(s)\\bigr)\\mathbf 1_{\\{a=s\\}}" },
  ],
  parameters,
  presets: {},
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: ({ n, T, r, c }) => {
    if (typeof r !== "number") requireLength("r", r, n);
    if (typeof c !== "number") requireLength("c", c, T);
  },
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf({ T, n, r, c, mu0 }: ParametersOf<typeof parameters>): FiniteModel {
  const treasure = (s: number): number => (typeof r === "number" ? r : r[s]);
  const disturbance = (t: number): number => (typeof c === "number" ? c : c[t - 1]);
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    features: {
      count: n,
      // Σ L² − 2L(s,s) + 1, as a sum of squares so that it is 0 where all stay.
      read: (_t, { pairs: [L] }, out) => {
        let squares = 0;
        for (const share of L) squares += share * share;
        for (let s = 0; s < n; s++) {
          const staying = L[s * n + s];
          out[s] = Math.max(0, squares - staying * staying) + (1 - staying) ** 2;
        }
      },
    },
    populations: [
      {
        name: "hunters",
        states: [wholeAxis("place", n)],
        actions: [wholeAxis("goal", n)],
        initial: initialLaw(mu0, n),
        transition: {
          sees: "pairs",
          timed: true,
          successors: (t, s, a, { features }, emit) => {
            if (t === 0) {
              emit(a, 1);
              return;
            }
            const stray = disturbance(t) * features[s];
            const whole = 1 + n * stray;
            for (let y = 0; y < n; y++) emit(y, ((y === a ? 1 : 0) + stray) / whole);
          },
        },
        reward: {
          coupled: {
            sees: "pairs",
            at: (t, s, a, { features }) => (t > 0 && a === s ? treasure(s) * (1 - features[s] / 2) : 0),
          },
        },
      },
    ],
  };
}
