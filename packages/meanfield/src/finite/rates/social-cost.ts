/** What everybody pays together, and the planner's optimum for comparison with equilibria. */

import type { Question } from "../../core/index.ts";
import { adapt, startPace } from "../pace.ts";
import { candidateFrom } from "./candidate.ts";
import type { RatesCandidate } from "./candidate.ts";
import { momentAt, parametersAlong, row } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";
import { lookAt } from "./search.ts";
import type { RatesSearch } from "./search.ts";
import { costRate } from "./stage.ts";
import { inducedFlow } from "./sweep.ts";

/** What players who keep a policy pay on average, along the flow that it induces with the grid's own steps. */
export function socialCost({ grid, model, mu, controls }: RatesCandidate): number {
  const flow = inducedFlow(grid, controls, mu);
  const gamma = parametersAlong(grid, flow);
  const last = grid.t.length - 1;
  const rate = (i: number): number => costRate(model, momentAt(grid, flow, gamma, i), row(controls, i, grid.moves));
  let sum = 0;
  for (let i = 0; i < last; i++) sum += grid.scheme === "euler" ? rate(i) : (rate(i) + rate(i + 1)) / 2;
  const end = momentAt(grid, flow, gamma, last);
  return end.mu.reduce((total, share, x) => total + share * model.terminal.value(x, end), grid.step * sum);
}

/** Social cost of what Picard's iteration finds for a planner on the grid of an equilibrium, from its flow. */
export function plannerCost({ grid, question, mu }: RatesCandidate): number | undefined {
  const planner = { ...question, concept: "planner" } as const;
  const flow = fixedFlow(grid, planner, mu);
  return flow && socialCost(candidateFrom(grid, planner, flow));
}

const mostIterations = 300;
const tolerance = 1e-10;

/** The flow that Picard's iteration settles at, from another; nothing where it does not. */
export function fixedFlow(grid: RatesGrid, question: Question, start: Float64Array): Float64Array | undefined {
  const mu = start.slice();
  const search: RatesSearch = {
    grid,
    question,
    tolerance,
    mu,
    change: new Float64Array(mu.length),
    distance: Infinity,
  };
  const pace = startPace(1, 1e-3, 1);
  for (let k = 0; k < mostIterations; k++) {
    if (k > 0) search.change.forEach((difference, i) => (mu[i] += pace.size * difference));
    const { status } = lookAt(search);
    if (status === "converged") return mu;
    if (status === "diverged") return undefined;
    adapt(pace, search.distance);
  }
  return undefined;
}
