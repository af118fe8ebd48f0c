/**
 * Static games: everybody chooses once, and an action is worth what its share and the others' make it.
 *
 * P. Muller, M. Rowland, R. Elie, G. Piliouras, J. Pérolat, M. Laurière, R. Marinier, O. Pietquin, K. Tuyls, "Learning equilibria
 * in mean-field games: introducing mean-field PSRO", AAMAS 2022; the three reward functions of OpenSpiel.
 */

import { z } from "zod";
import { choice, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis, wholeAxis } from "../space.ts";

/** What the actions are worth where shares a, b, c of the players take the first three. */
const rewards = {
  coop: (a: number, b: number, c: number) => [
    10 * a - (200 / 9) * (a - c) * c - 20 * b,
    20 * (a - b) - 2380 * c,
    (2000 / 9) * (a - c) * c,
  ],
  biased_indirect_rps: (a: number, b: number, c: number) => [0.5 * b - 0.3 * c, 0.3 * c - 0.7 * a, 0.7 * a - 0.5 * b],
  dominated_reward_source: (a: number, b: number, c: number) => [a + c, b, a + c - 0.25],
} as const;

const parameters = z.object({
  num_actions: whole(3, "Actions", { minimum: 3, maximum: 3 }),
  reward_function: choice(
    ["coop", "biased_indirect_rps", "dominated_reward_source"],
    "coop",
    "coop: correlation pays; biased_indirect_rps: rock, paper and scissors that see each other unequally well; dominated_reward_source: others profit from an action nobody should take",
  ),
});

/** One choice among three actions. */
export const normalForm: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "normal-form",
  title: "Static game of three actions",
  family: "finite",
  story:
    "Everybody picks one of three actions, once; what it is worth depends on how many pick which. Made to tell kinds of " +
    "equilibria apart: in coop correlated ones earn more than Nash equilibria do.",
  reference:
    "P. Muller et al., Learning equilibria in mean-field games: introducing mean-field PSRO, AAMAS 2022; arXiv:2111.08350",
  equations: [
    { caption: "coop", tex: "r=\\bigl(10a-\\tfrac{200}9(a-c)c-20b,\\;20(a-b)-2380c,\\;\\tfrac{2000}9(a-c)c\\bigr)" },
    { caption: "biased_indirect_rps", tex: "r=(0.5b-0.3c,\\;0.3c-0.7a,\\;0.7a-0.5b)" },
    { caption: "dominated_reward_source", tex: "r=(a+c,\\;b,\\;a+c-\\tfrac14)" },
  ],
  parameters,
  presets: {
    "rock-paper-scissors": {
      title: "Biased rock, paper, scissors",
      parameters: { reward_function: "biased_indirect_rps" },
    },
    dominated: { title: "A dominated source of reward", parameters: { reward_function: "dominated_reward_source" } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf({ reward_function }: ParametersOf<typeof parameters>): FiniteModel {
  const worth = rewards[reward_function];
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: 0,
    features: { count: 3, read: (_t, { pairs: [L] }, out) => out.set(worth(L[0], L[1], L[2])) },
    populations: [
      {
        name: "players",
        states: [namedAxis("s", ["start"])],
        actions: [wholeAxis("a", 3)],
        initial: Float64Array.of(1),
        transition: { sees: "nothing", timed: false, successors: (_t, s, _a, _laws, emit) => emit(s, 1) },
        reward: { coupled: { sees: "pairs", at: (_t, _s, a, { features }) => features[a] } },
      },
    ],
  };
}
