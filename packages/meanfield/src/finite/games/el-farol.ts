/**
 * El Farol: an evening at the bar is worth it unless it is crowded.
 *
 * W. B. Arthur, "Inductive reasoning and bounded rationality", Amer. Econ. Rev. 84 (1994) 406–411; its symmetric mixed equilibrium:
 * D. Whitehead, "The El Farol bar problem revisited: reinforcement learning in a potential game", University of Edinburgh (2008).
 */

import { z } from "zod";
import { choice, json, listed, real, scalar, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { incompleteBeta } from "../../numeric/incomplete-beta.ts";
import { findRoot } from "../../numeric/roots.ts";
import type { FiniteCandidate } from "../candidate.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis, uniformLaw, wholeAxis } from "../space.ts";

const parameters = z.object({
  kappa: real(0.6, "Attendance above which the bar is crowded", { symbol: "\\kappa", minimum: 0, maximum: 1 }),
  crowding: choice(
    ["hard", "logistic"],
    "hard",
    "hard: more than κN of N regulars come, who decide independently; logistic: gradually around κ",
  ),
  regulars: whole(100, "With hard crowding: how many regulars a bar has", {
    symbol: "N",
    minimum: 1,
    maximum: 1_000_000,
  }),
  width: real(0.05, "With logistic crowding: how gradually", {
    symbol: "w",
    minimum: 0,
    open: "minimum",
    maximum: 10,
    scale: "log",
  }),
  tastes: json(
    z.array(z.number().positive().max(1e6)).min(1).max(100),
    [1],
    "G: worth of an evening that is not crowded, one a type; types are equally many",
    "G",
  ),
  bad: real(1, "Cost of a crowded evening", { symbol: "B", minimum: 0, open: "minimum", maximum: 1e6 }),
});

type Parameters = ParametersOf<typeof parameters>;

/** People who go out only if few enough others do. */
export const elFarol: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "el-farol",
  title: "El Farol bar",
  family: "finite",
  story:
    "Everybody decides on Thursday whether to go to the bar: an evening there is worth G, but costs B if it is crowded, and staying " +
    "at home is worth nothing. If all thought that few go all would go, so people must mix or differ. With hard crowding a bar " +
    "has N regulars and is crowded if more than κN come; a continuum of people would come to exactly κ with certainty, " +
    "where the worth jumps and no equilibrium exists, so that the chance that finitely many make is part of the game. Logistic " +
    "crowding is gradual. A planner leaves more people at home.",
  reference: "W. B. Arthur, Inductive reasoning and bounded rationality, Amer. Econ. Rev. 84 (1994) 406–411",
  equations: [
    {
      caption: "Reward",
      tex: "r_i(\\text{go},s)=G_i-(G_i+B)\\,c(s),\\qquad r_i(\\text{stay})=0,\\qquad s=\\text{attendance}",
    },
    {
      caption: "Probability of a crowd",
      tex: "c(s)=P\\bigl(1+\\mathrm{Bin}(N-1,s)>\\kappa N\\bigr)\\quad\\text{or}\\quad c(s)=\\frac1{1+e^{-(s-\\kappa)/w}}",
    },
    { caption: "Equilibrium of one type", tex: "c(s)=\\frac G{G+B};\\qquad\\text{logistic: }s=\\kappa+w\\ln\\frac GB" },
  ],
  parameters,
  presets: {
    logistic: { title: "Gradual crowding", parameters: { crowding: "logistic", tastes: [2] } },
    tastes: {
      title: "Five tastes: who likes it most goes, one type mixes",
      parameters: { kappa: 0.5, tastes: [0.2, 0.5, 1, 2, 5] },
    },
    "small-bar": { title: "A bar with ten regulars", parameters: { regulars: 10 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    { name: "attendance", title: "Attendance", symbol: "s", story: "Share of people who go." },
    {
      name: "crowded",
      title: "Probability of a crowd",
      symbol: "c(s)",
      story: "Probability that one who goes finds a crowd.",
    },
    { name: "going", title: "Going, by type", story: "Share of those who go within each type." },
  ],
  measure: (p, _question, candidate) => {
    const types = p.tastes.length;
    const going = Float64Array.from({ length: types }, (_, i) => candidate.policy[0][2 * i + 1]);
    const s = going.reduce((sum, share) => sum + share, 0) / types;
    return {
      ...measureFinite(candidate),
      attendance: () => scalar(s),
      crowded: () => scalar(crowdAt(p, s)),
      going: () =>
        listed(
          "type",
          going.map((_, i) => i),
          going,
        ),
    };
  },
  exact: (p, { concept }) => {
    if (concept === "planner") return {};
    const s = equilibriumAttendance(p);
    const crowd = crowdAt(p, s);
    const worth = p.tastes.reduce((sum, good) => sum + Math.max(0, good - (good + p.bad) * crowd), 0);
    return {
      exploitability: () => scalar(0),
      mean_reward: () => scalar(worth / p.tastes.length),
      attendance: () => scalar(s),
      crowded: () => scalar(crowd),
    };
  },
};

/** c(s). */
function crowdAt({ crowding, kappa, regulars, width }: Parameters, s: number): number {
  if (crowding === "logistic") return 1 / (1 + Math.exp(-(s - kappa) / width));
  // One who goes meets a crowd if at least so many of the others come; products such as 0.29 · 100 round down.
  const others = Math.floor(kappa * regulars * (1 + 1e-14));
  if (others >= regulars) return 0;
  if (others === 0) return 1;
  return incompleteBeta(others, regulars - others, Math.min(1, Math.max(0, s)));
}

/** Types go in the order of their tastes until the crowd stops the next. */
function equilibriumAttendance(p: Parameters): number {
  const tastes = p.tastes.toSorted((a, b) => b - a);
  const share = 1 / tastes.length;
  for (const [j, good] of tastes.entries()) {
    const excess = (s: number): number => crowdAt(p, s) - good / (good + p.bad);
    if (excess(j * share) >= 0) return j * share;
    if (excess((j + 1) * share) > 0) return findRoot(excess, j * share, (j + 1) * share);
  }
  return 1;
}

function modelOf(p: Parameters): FiniteModel {
  const { tastes, bad } = p;
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: 0,
    features: {
      count: 1,
      read: (_t, { pairs: [L] }, out) => {
        let s = 0;
        for (let i = 1; i < L.length; i += 2) s += L[i];
        out[0] = crowdAt(p, s);
      },
    },
    ownStart: "there are as many people of each taste",
    populations: [
      {
        name: "people",
        states: [wholeAxis("type", tastes.length)],
        actions: [namedAxis("action", ["stay", "go"])],
        initial: uniformLaw(tastes.length),
        transition: { sees: "nothing", timed: false, successors: (_t, s, _a, _laws, emit) => emit(s, 1) },
        reward: {
          coupled: {
            sees: "pairs",
            at: (_t, s, a, { features: [crowd] }) => (a === 0 ? 0 : tastes[s] - (tastes[s] + bad) * crowd),
          },
        },
      },
    ],
  };
}
