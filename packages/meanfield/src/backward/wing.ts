import type { NamedArray, Question, Wing } from "../core/index.ts";
import { evenGrid } from "../core/index.ts";
import { orRefuse, refusing } from "../core/too-extreme.ts";
import type { BackwardCandidate } from "./candidate.ts";
import { certifyForwardBackward } from "./certify-forward-backward.ts";
import { certifyInteracting } from "./certify-interacting.ts";
import { chaos } from "./chaos/chaos.ts";
import { flow } from "./flow.ts";
import type { BackwardModel } from "./model.ts";
import { stability } from "./stability/stability.ts";

/** What backward systems offer beside their solvers. */
export const backwardWing: Wing<BackwardModel, BackwardCandidate> = {
  family: "backward",
  chaosDefaults: (model) =>
    model.kind === "interacting" && model.linear === undefined
      ? model.forward.kind === "brownian"
        ? // Counted on walks; regressions for every number of players are had by asking.
          { players: [2, 3, 5, 10, 20, 50, 100, 200, 500, 1000], repeats: 0 }
        : { players: [2, 3, 4, 5], repeats: 20 }
      : { players: [2, 3, 5, 10, 30, 100, 300, 1000, 3000, 10_000], repeats: 100 },
  certify: (_model, _question, candidate) =>
    orRefuse(() =>
      candidate.kind === "interacting" ? certifyInteracting(candidate) : certifyForwardBackward(candidate),
    ),
  answer,
  chaos: (model, settings) => refusing(chaos(model, settings)),
  stability: (model, settings) => refusing(stability(model, settings)),
  flow: (_model, _players, candidate) => orRefuse(() => flow(candidate)),
  arrays: (_model, candidate) => arrays(candidate),
};

/** Nobody plays but in the systems of games: those of particles have a game's equilibrium as their limit only. */
function answer(model: BackwardModel, { players }: Question): string | undefined {
  if (model.kind === "interacting") {
    if (players === Infinity) return "mean-field limit";
    return players === 1 ? "system of 1 player" : `system of ${players} players`;
  }
  if (model.system === "nash" || players === Infinity) return undefined;
  return players === 1 ? "system of 1 particle" : `system of ${players} particles`;
}

/** The loads of a linear solution over time, a row each. */
function arrays({ linear, model }: BackwardCandidate): Record<string, NamedArray> {
  if (linear === undefined) return {};
  const grid = evenGrid(0, model.horizon, 201);
  const rows = [...grid].map((t) => Object.entries(linear.at(t)));
  const loads = rows[0].map(([name], column): [string, NamedArray] => [
    `load_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
    { shape: [grid.length], data: Float64Array.from(rows, (row) => row[column][1] as number) },
  ]);
  return { ...Object.fromEntries(loads), load_t: { shape: [grid.length], data: grid } };
}
