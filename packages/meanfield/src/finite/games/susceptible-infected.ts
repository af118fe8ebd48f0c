/**
 * Susceptible or infected: distancing costs, going out may infect.
 *
 * K. Cui, H. Koeppl, "Approximately solving mean field games via entropy-regularized deep reinforcement learning",
 * AISTATS 2021, section 4 (SIS); the form and defaults of MFGLib.
 */

import { z } from "zod";
import type { Game } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { horizonParameter, initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(50),
  mu0: initialParameter([0.4, 0.6], "shares of the susceptible and the infected, or uniform"),
});

/** Contagion of those who go out, recovery, and the cost of distancing. */
const rates = { contagion: 0.81, recovery: 0.3, illness: 1, distancing: 0.5 } as const;

/** Players who keep their distance as long as enough others are ill. */
export const susceptibleInfected: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "susceptible-infected",
  title: "Susceptible or infected",
  family: "finite",
  story:
    "A susceptible player who goes out is infected with a probability proportional to the share of infected; one who " +
    "distances pays for it and stays well. The infected recover by themselves. Only transitions see the population: in " +
    "equilibrium just so many go out that contagion and distancing cost the same.",
  reference:
    "K. Cui, H. Koeppl, Approximately solving mean field games via entropy-regularized deep reinforcement learning, AISTATS 2021",
  equations: [
    { caption: "Contagion", tex: "P(I\\mid S,U,\\mu)=0.81\\,\\mu(I),\\qquad P(I\\mid S,D)=0,\\qquad P(S\\mid I)=0.3" },
    { caption: "Reward", tex: "r(s,a)=-\\mathbf 1_{\\{s=I\\}}-\\tfrac12\\,\\mathbf 1_{\\{a=D\\}}" },
  ],
  parameters,
  presets: {},
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: ({ T, mu0 }) => ({
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    populations: [
      {
        name: "players",
        states: [namedAxis("health", ["susceptible", "infected"])],
        actions: [namedAxis("action", ["go out", "distance"])],
        initial: initialLaw(mu0, 2),
        transition: {
          sees: "states",
          timed: false,
          successors: (_t, s, a, laws, emit) => {
            const infected = s === 1 ? 1 - rates.recovery : a === 0 ? rates.contagion * laws.states[0][1] : 0;
            emit(1, infected);
            emit(0, 1 - infected);
          },
        },
        reward: {
          base: { timed: false, at: (_t, s, a) => -rates.illness * s - rates.distancing * a },
        },
      },
    ],
  }),
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};
