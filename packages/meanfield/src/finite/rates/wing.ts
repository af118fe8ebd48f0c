import type { NamedArray, Wing } from "../../core/index.ts";
import { orRefuse, refusing } from "../../core/too-extreme.ts";
import { rateAgents } from "./agents.ts";
import type { RatesCandidate } from "./candidate.ts";
import { ratesStartingFrom } from "../starting-from.ts";
import { certifyRates } from "./certify.ts";
import { parametersAlong } from "./grid.ts";
import type { RatesModel } from "./model.ts";
import { chaosRates, simulateRates } from "./simulate.ts";

/** What games of controlled rates offer beside their solvers. */
export const ratesWing: Wing<RatesModel, RatesCandidate> = {
  family: "finite",
  certify: (model, question, candidate) => orRefuse(() => certifyRates(model, question, candidate)),
  finiteGames: "simulated",
  simulate: (model, candidate, events, settings) => refusing(simulateRates(model, candidate, events, settings)),
  agents: (_model, candidate, settings) => refusing(rateAgents(candidate, settings)),
  chaos: (model, settings) => refusing(chaosRates(model, settings)),
  chaosDefaults: () => ({ players: [30, 100, 300, 1000, 3000], repeats: 50, steps: 100 }),
  startingFrom: ratesStartingFrom,
  arrays,
};

function arrays({ moves }: RatesModel, { grid, mu, u, controls }: RatesCandidate): Record<string, NamedArray> {
  const { t, states } = grid;
  const ends = Float64Array.from(moves.flatMap(({ from, to }) => [from, to]));
  return {
    t: { shape: [t.length], data: t },
    flow: { shape: [t.length, states], data: mu },
    value: { shape: [t.length, states], data: u },
    controls: { shape: [t.length, moves.length], data: controls },
    moves: { shape: [moves.length, 2], data: ends },
    parameters: { shape: [t.length, grid.parameters], data: parametersAlong(grid, mu) },
  };
}
