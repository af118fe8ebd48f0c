/** What tests of the wing share: published runs, and small games made for one purpose. */

import { meanFieldEquilibrium, parseParameters, run } from "../core/index.ts";
import type { Game, Outcome, Solver } from "../core/index.ts";
import type { FiniteCandidate } from "./candidate.ts";
import type { FiniteModel, Population } from "./model.ts";
import { namedAxis, uniformLaw, wholeAxis } from "./space.ts";

/** One solve with these options, of exactly so many iterations where the tolerance is 0. */
export function solved(
  solver: Solver,
  model: FiniteModel,
  options: Readonly<Record<string, unknown>> = {},
  maximumIterations = 1000,
): Outcome<FiniteCandidate> {
  const given = parseParameters(solver.options, options);
  return run(solver, model, meanFieldEquilibrium, given, { maximumIterations }) as Outcome<FiniteCandidate>;
}

/** Lets the types of a solver's options and state go, as the catalogue does. */
export function anySolver(solver: object): Solver {
  return solver as Solver;
}

export function modelOf(game: object, parameters: Readonly<Record<string, unknown>> = {}): FiniteModel {
  const typed = game as Game;
  return typed.build(parseParameters(typed.parameters, parameters)) as FiniteModel;
}

/** One population on two places that chooses where to be; a blank to be spoilt by tests. */
export function twoPlaces(change: Partial<Population> = {}, horizon = 2): FiniteModel {
  return {
    family: "finite",
    kind: "discrete-time",
    horizon,
    populations: [
      {
        name: "players",
        states: [wholeAxis("x", 2)],
        actions: [namedAxis("move", ["stay", "swap"])],
        initial: uniformLaw(2),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) => emit(a === 0 ? s : 1 - s, 1),
        },
        reward: { base: { timed: false, at: (_t, s, a) => s - 0.25 * a } },
        ...change,
      },
    ],
  };
}

/**
 * Hunters and hares on a circle of three places, of different action sets: hunters are rewarded by the hares where they are, hares
 * by hunters being elsewhere; hares at place 0 must move. Transitions of hares are pushed by the hunters.
 */
export function huntersAndHares(): FiniteModel {
  const place = wholeAxis("x", 3);
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: 3,
    features: { count: 1, read: (t, laws, out) => (out[0] = (t + 1) * laws.pairs[0][1]) },
    populations: [
      {
        name: "hunters",
        states: [place],
        actions: [wholeAxis("step", 2)],
        initial: Float64Array.of(0.5, 0.25, 0.25),
        transition: {
          sees: "nothing",
          timed: true,
          successors: (t, s, a, _laws, emit) => {
            emit((s + a) % 3, 1 - 0.1 * t);
            emit((s + a + 1) % 3, 0.1 * t);
          },
        },
        reward: { couplings: [{ form: "local", weights: Float64Array.of(-1, 2) }] },
      },
      {
        name: "hares",
        states: [place],
        actions: [namedAxis("leap", ["left", "stay", "right"])],
        allowed: (_t, s, a) => s !== 0 || a !== 1,
        initial: Float64Array.of(0, 0.5, 0.5),
        transition: {
          sees: "states",
          timed: false,
          successors: (_t, s, a, laws, emit) => {
            const push = 0.5 * laws.states[0][s];
            emit((s + a + 2) % 3, 1 - push);
            emit((s + a) % 3, push);
          },
        },
        reward: {
          base: { timed: true, at: (t, s, a) => 0.1 * t * s - 0.05 * a },
          couplings: [
            { form: "log-density", weight: 0.2, floor: 1e-3, floored: "added" },
            { form: "linear", population: 0, matrix: Float64Array.of(-2, 0, 0.5, 0, -1, 0, 0.25, 0, -1) },
          ],
          coupled: {
            sees: "pairs",
            at: (_t, s, a, { features }) => 0.3 * features[0] * (s - a),
            factors: {
              count: 2,
              weights: (_t, { features }, out) => {
                out[0] = 0.3 * features[0];
                out[1] = -out[0];
              },
              table: (k, s, a) => (k === 0 ? s : a),
            },
          },
        },
      },
    ],
  };
}
