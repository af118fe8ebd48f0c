/** What the iterations for controlled rates share: options, where they start, when they have arrived or are lost. */

import { choice, real, whole } from "../../core/index.ts";
import type { Question, Step } from "../../core/index.ts";
import { nameOf } from "../space.ts";
import { candidateFrom, sweepAt } from "./candidate.ts";
import type { RatesCandidate } from "./candidate.ts";
import { momentAt, parametersAlong, ratesGrid, restingFlow, schemes } from "./grid.ts";
import type { RatesGrid, Scheme } from "./grid.ts";
import type { RatesModel } from "./model.ts";

export const gridOptions = {
  N: whole(801, "Points of time from 0 to T", { symbol: "N", minimum: 2, maximum: 1_000_000 }),
  scheme: choice(schemes, "heun", "Two stages a step, or one as in published runs"),
};

export const toleranceOption = real(1e-10, "Largest distance of a share to the flow induced at which to stop", {
  minimum: 0,
  maximum: 1,
  scale: "log",
});

export interface RatesSearch {
  readonly grid: RatesGrid;
  readonly question: Question;
  readonly tolerance: number;
  /** The current iterate. */
  readonly mu: Float64Array;
  /** G(μ) − μ. */
  readonly change: Float64Array;
  distance: number;
}

export function startRates(
  model: RatesModel,
  question: Question,
  { N, scheme, tolerance }: { readonly N: number; readonly scheme: Scheme; readonly tolerance: number },
): RatesSearch {
  const grid = ratesGrid(model, N, scheme);
  const mu = restingFlow(grid);
  return { grid, question, tolerance, mu, change: new Float64Array(mu.length), distance: Infinity };
}

/** The largest distance of a share of `mu` to that of G(μ), and where; `change` becomes G(μ) − μ. */
export function changeAt({ grid, question }: RatesSearch, mu: Float64Array, change: Float64Array): number {
  const induced = sweepAt(grid, question, mu).mu;
  let largest = 0;
  for (let i = 0; i < mu.length; i++) {
    change[i] = induced[i] - mu[i];
    const distance = Math.abs(change[i]);
    // A distance that is no number stays.
    if (!(distance <= largest)) largest = distance;
  }
  return largest;
}

/** Looks at the current iterate, and says whether to go on. */
export function lookAt(search: RatesSearch, metrics: Readonly<Record<string, number>> = {}): Step {
  const { grid, mu, change, tolerance } = search;
  search.distance = changeAt(search, mu, change);
  const step = { metrics: { change: search.distance, ...metrics } };
  const lost = change.findIndex((difference, i) => !(mu[i] + difference >= -roundOff));
  if (lost >= 0) return { ...step, status: "diverged", reason: lostAt(grid, lost) };
  if (search.distance > tolerance) return { ...step, status: "running" };
  const jumps = mostJumps(candidateOf(search));
  const coarse = jumps > 1 ? `; but some would jump ${jumps.toPrecision(2)} times a step: take more points N` : "";
  return {
    ...step,
    status: "converged",
    reason: `the flow that players answer and the one they induce differ by ${search.distance.toPrecision(3)} at most${coarse}`,
  };
}

/** The largest number of jumps that a player in some state would make in a step. */
export function mostJumps({ grid, model, mu, controls }: RatesCandidate): number {
  const gamma = parametersAlong(grid, mu);
  let most = 0;
  for (let i = 0; i < grid.t.length; i++) {
    const at = momentAt(grid, mu, gamma, i);
    const total = new Float64Array(grid.states);
    model.moves.forEach(({ from, rate }, m) => (total[from] += rate.value(controls[i * grid.moves + m], at)));
    most = Math.max(most, ...total);
  }
  return most * grid.step;
}

/** Shares below zero by no more are rounding. */
const roundOff = 1e-12;

/** Steps longer than what rates allow make shares negative, and then anything. */
function lostAt({ t, states, model }: RatesGrid, place: number): string {
  const time = Number(t[Math.floor(place / states)].toPrecision(4));
  const state = nameOf([model.states], place % states);
  return `the share of ${state} becomes negative or no number at t = ${time}: rates times the step exceed one, take more points N`;
}

export function candidateOf({ grid, question, mu }: RatesSearch): RatesCandidate {
  return candidateFrom(grid, question, mu);
}
