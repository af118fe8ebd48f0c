/**
 * Left or right: one choice, and both places are worse the fuller they are.
 *
 * K. Cui, H. Koeppl, "Approximately solving mean field games via entropy-regularized deep reinforcement learning",
 * AISTATS 2021, section 4 (LR); the form and defaults of MFGLib.
 */

import { z } from "zod";
import type { Game, Quantities } from "../../core/index.ts";
import { scalar } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { byState, finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis } from "../space.ts";

const parameters = z.object({
  mu0: initialParameter([1, 0, 0], "shares at the centre, left and right, or uniform"),
});

/** Going left costs the share of players on the left, going right twice the share on the right. */
export const leftRight: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "left-right",
  title: "Left or right",
  family: "finite",
  story:
    "Everybody chooses once between left and right, and then suffers those who chose the same: on the left as many as " +
    "there are, on the right twice as many. In equilibrium two thirds go left, as a planner would have it. Best responses jump from one side to the " +
    "other, so that plain fixed-point iteration never settles: the smallest game that tells methods apart.",
  reference:
    "K. Cui, H. Koeppl, Approximately solving mean field games via entropy-regularized deep reinforcement learning, AISTATS 2021",
  equations: [
    { caption: "Reward", tex: "r(L,\\mu)=-\\mu(L),\\qquad r(R,\\mu)=-2\\mu(R),\\qquad r(C,\\mu)=0" },
    { caption: "Equilibrium", tex: "\\pi_0(L)=\\tfrac23" },
  ],
  parameters,
  presets: {},
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: (p) => modelOf(p.mu0),
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
  exact: ({ mu0 }): Quantities => {
    const model = modelOf(mu0);
    const [population] = model.populations;
    const flow = Float64Array.of(...population.initial, 0, 2 / 3, 1 / 3);
    const reward = -(population.initial[1] ** 2) - 2 * population.initial[2] ** 2 - 2 / 3;
    return {
      exploitability: () => scalar(0),
      mean_reward: () => scalar(reward),
      planner_reward: () => scalar(reward),
      flow: () => byState(model, population, flow),
    };
  },
};

function modelOf(mu0: "uniform" | readonly number[]): FiniteModel {
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: 1,
    populations: [
      {
        name: "players",
        states: [namedAxis("place", ["centre", "left", "right"])],
        actions: [namedAxis("action", ["left", "right"])],
        initial: initialLaw(mu0, 3),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, _s, a, _laws, emit) => emit(1 + a, 1),
        },
        reward: {
          couplings: [{ form: "linear", population: 0, matrix: Float64Array.of(0, 0, 0, 0, -1, 0, 0, 0, -2) }],
        },
      },
    ],
  };
}
