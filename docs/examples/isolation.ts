/**
 * Isolation in an epidemic that never ends: a whole stationary game in one file.
 *
 * Susceptible, infected, recovered, and susceptible again (SIRS); isolation is costly, and others' isolation protects.
 * After T. C. Reluga, "Game theory of social distancing in response to an epidemic", PLoS Comput. Biol. 6 (2010) e1000793.
 */
import { numeric, real, stationary } from "meanfield";
import type { Game } from "meanfield";
import { z } from "zod";

const { finiteModel, measureStationary, stationaryQuantities } = stationary;

const parameters = z.object({
  beta: real(0.6, "Chance of infection among infected people only", { symbol: "\\beta", minimum: 0, maximum: 1 }),
  recovery: real(0.2, "Chance of recovery", { minimum: 0, open: "minimum", maximum: 1 }),
  waning: real(0.05, "Chance of losing immunity", { minimum: 0, open: "minimum", maximum: 1 }),
  cost: real(0.1, "Cost of a day of isolation; a day of illness costs 1", { minimum: 0 }),
  gamma: real(0.95, "Discount factor", { symbol: "\\gamma", minimum: 0, maximum: 1, open: "both" }),
});

const [susceptible, infected, recovered] = [0, 1, 2];

export const isolation: Game<typeof parameters, stationary.FiniteStationaryModel, stationary.StationaryCandidate> = {
  id: "isolation",
  title: "Isolation in an endless epidemic",
  family: "stationary",
  story:
    "People may isolate, which is costly, to avoid infection; how likely that is depends on how many are infected.",
  reference: "T. C. Reluga, PLoS Comput. Biol. 6 (2010) e1000793, made stationary by waning immunity",
  equations: [{ caption: "Infection", tex: "P(S\\to I)=\\beta\\,z(I)\\,(1-a)" }],
  parameters,
  presets: {},
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: ({ beta, recovery, waning, cost, gamma }) =>
    finiteModel({
      positions: [susceptible, infected, recovered],
      actionNames: ["mingle", "isolate"],
      discount: gamma,
      features: numeric.fromRows([[0, 1, 0]]), // what matters of the population is its infected share
      transitionsCoupled: true,
      successors: (x, a, [share]) => {
        // A spark from outside: without it the healthy population is a stationary field, too.
        const risk = a === 1 ? 0 : beta * (0.001 + 0.999 * share);
        if (x === susceptible)
          return [
            [infected, risk],
            [susceptible, 1 - risk],
          ];
        if (x === infected)
          return [
            [recovered, recovery],
            [infected, 1 - recovery],
          ];
        return [
          [susceptible, waning],
          [recovered, 1 - waning],
        ];
      },
      reward: (x, a) => (x === infected ? -1 : 0) - cost * a,
    }),
  quantities: stationaryQuantities,
  measure: (_parameters, _question, candidate) => measureStationary(candidate),
};

export default isolation;
