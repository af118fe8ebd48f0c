/** Figures of finite games of every kind, to be looked at and to be tested on. */

import { uniformPolicy } from "../finite/best-response.ts";
import { compile, emptyProfile, namedAxis, uniformLaw, wholeAxis } from "../finite/index.ts";
import type { FiniteAxis, FiniteModel, Profile } from "../finite/index.ts";
import { finiteGameFigures } from "./finite-game.ts";
import type { FigureSpecification } from "./specification.ts";

/** Every allowed action alike. */
export function uniform(model: FiniteModel): Profile {
  const game = compile(model);
  const policy = emptyProfile(game);
  uniformPolicy(game, policy);
  return policy;
}

/** Walkers from the first state on who stay or go on to the next state, around the circle of all states. */
export function walkers(
  states: readonly FiniteAxis[],
  change: Partial<FiniteModel> = {},
  names = ["walkers"],
): FiniteModel {
  const size = states.reduce((product, { grid }) => product * grid.length, 1);
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: 12,
    populations: names.map((name) => ({
      name,
      states,
      actions: [namedAxis("move", ["stay", "go on"])],
      initial: Float64Array.from(uniformLaw(size), (_, s) => (s === 0 ? 1 : 0)),
      transition: { sees: "nothing", timed: false, successors: (_t, s, a, _laws, emit) => emit((s + a) % size, 1) },
      reward: { base: { timed: true, at: (t, s, a) => s - 0.2 * a * t } },
    })),
    ...change,
  };
}

export const kindsOfStates: Readonly<Record<string, FiniteModel>> = {
  line: walkers([wholeAxis("x", 9)]),
  "two lines": walkers([wholeAxis("x", 9)], {}, ["first", "second"]),
  named: walkers([namedAxis("health", ["susceptible", "infected", "recovered"])]),
  plane: walkers([wholeAxis("x", 6), wholeAxis("y", 4)]),
  "two planes": walkers([wholeAxis("x", 6), wholeAxis("y", 4)], {}, ["first", "second"]),
  layers: walkers([wholeAxis("floor", 3), wholeAxis("x", 4), wholeAxis("y", 4)]),
  "line and plane": {
    ...walkers([wholeAxis("x", 9)], {}, ["first"]),
    populations: [
      ...walkers([wholeAxis("x", 9)], {}, ["first"]).populations,
      ...walkers([wholeAxis("x", 3), wholeAxis("y", 3)], {}, ["second"]).populations,
    ],
  },
};

export function finiteSamples(): FigureSpecification[] {
  return Object.entries(kindsOfStates).flatMap(([kind, model]) =>
    finiteGameFigures({ model, policy: uniform(model), title: "Walkers" }).map((figure) => {
      return { ...figure, name: `${kind.replaceAll(" ", "-")}-${figure.name}` };
    }),
  );
}
