/**
 * Rock, paper, scissors against a population, with unequal stakes.
 *
 * K. Cui, H. Koeppl, "Approximately solving mean field games via entropy-regularized deep reinforcement learning",
 * AISTATS 2021, section 4 (RPS), after L. S. Shapley, "Some topics in two-person games", 1964; the form and defaults of MFGLib.
 */

import { z } from "zod";
import { scalar } from "../../core/index.ts";
import type { Game, Quantities } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { horizonParameter, initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { byState, finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(1),
  mu0: initialParameter([1, 0, 0, 0], "shares at the start and of rock, paper and scissors, or uniform"),
});

/** What each hand wins and loses against each. */
const stakes = Float64Array.of(0, 0, 0, 0, 0, 0, -1, 2, 0, 4, 0, -2, 0, -3, 6, 0);
/** The mixture that makes all hands worth the same, 42/77. */
const equilibrium = [0, 26 / 77, 20 / 77, 31 / 77];
const worthOfHands = 42 / 77;
/** The mixture with the largest average stakes, which a planner would have everybody play, and what it earns. */
const optimum = [0, 0, 1 / 2, 1 / 2];
const worthOfOptimum = 1;

/** Players who choose a hand each time, and play it against everybody. */
export const rockPaperScissors: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "rock-paper-scissors",
  title: "Rock, paper, scissors",
  family: "finite",
  story:
    "At each time everybody shows the hand it chose before and meets the average of all hands; stakes differ from hand to " +
    "hand. The only equilibrium mixes all three, and better responses run around it in circles: mirror descent with a " +
    "constant step spirals outwards, where averaging spirals in.",
  reference:
    "K. Cui, H. Koeppl, Approximately solving mean field games via entropy-regularized deep reinforcement learning, AISTATS 2021",
  equations: [
    {
      caption: "Reward",
      tex: "r(R)=2\\mu(S)-\\mu(P),\\qquad r(P)=4\\mu(R)-2\\mu(S),\\qquad r(S)=6\\mu(P)-3\\mu(R)",
    },
    {
      caption: "Equilibrium",
      tex: "\\mu_t=\\left(\\tfrac{26}{77},\\tfrac{20}{77},\\tfrac{31}{77}\\right),\\qquad t\\ge1",
    },
  ],
  parameters,
  presets: { repeated: { title: "Ten rounds", parameters: { T: 10 } } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: (p) => modelOf(p),
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
  exact: (p, { concept }): Quantities => {
    const [mixture, worth] = concept === "nash" ? [equilibrium, worthOfHands] : [optimum, worthOfOptimum];
    const model = modelOf(p);
    const [population] = model.populations;
    const { initial } = population;
    const flow = Float64Array.from({ length: 4 * (p.T + 1) }, (_, i) => (i < 4 ? initial[i] : mixture[i % 4]));
    const first = initial.reduce((sum, share, s) => {
      return sum + share * initial.reduce((reward, other, y) => reward + stakes[4 * s + y] * other, 0);
    }, 0);
    return {
      ...(concept === "nash" ? { exploitability: () => scalar(0) } : {}),
      mean_reward: () => scalar(first + p.T * worth),
      planner_reward: () => scalar(first + p.T * worthOfOptimum),
      flow: () => byState(model, population, flow),
    };
  },
};

function modelOf({ T, mu0 }: { T: number; mu0: "uniform" | readonly number[] }): FiniteModel {
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    populations: [
      {
        name: "players",
        states: [namedAxis("hand", ["start", "rock", "paper", "scissors"])],
        actions: [namedAxis("action", ["rock", "paper", "scissors"])],
        initial: initialLaw(mu0, 4),
        transition: { sees: "nothing", timed: false, successors: (_t, _s, a, _laws, emit) => emit(1 + a, 1) },
        reward: { couplings: [{ form: "linear", population: 0, matrix: stakes }] },
      },
    ],
  };
}
