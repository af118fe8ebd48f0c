/** What a person asks of any game of controlled rates; a game may add its own. */

import { known, InputError, once, recordedSteps, scalar, series } from "../../core/index.ts";
import type { Axis, Quantities, Quantity, QuantityDefinition } from "../../core/index.ts";
import { linearInterpolation } from "../../numeric/linear-interpolation.ts";
import type { RatesCandidate } from "./candidate.ts";
import { judge } from "./certify.ts";
import { momentAt, parametersAlong } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";
import type { FiniteAxis } from "../model.ts";
import { atLeast, axisOf, priceOf } from "../quantities.ts";
import { nameOf, namedAxis } from "../space.ts";
import { plannerCost, socialCost } from "./social-cost.ts";

export const ratesQuantities: readonly QuantityDefinition[] = [
  {
    name: "exploitability",
    title: "Exploitability",
    symbol: "E",
    story: "What one player saves on average by the best response in continuous time to the flow of the policy.",
  },
  {
    name: "social_cost",
    title: "Social cost",
    symbol: "J",
    story:
      "What players pay on average who all keep the policy, summed over the grid's points of time as its scheme does.",
  },
  {
    name: "planner_cost",
    title: "Social cost under a planner",
    symbol: "J^*",
    story:
      "The same where one hand steers everybody, on the same grid, from Picard's iteration, which may end in one optimum of several; " +
      "left out where that finds none, or one that costs more than the equilibrium.",
  },
  {
    name: "price_of_anarchy",
    title: "Price of anarchy",
    story:
      "Social cost over social cost under a planner, for rewards the inverse: at least 1, and a lower bound where Picard's iteration " +
      "ends in one optimum of several. Left out where the two differ in sign, and where the planner's cost is not known.",
  },
  {
    name: "value",
    title: "Value",
    symbol: "u_t(x)",
    story:
      "What a player in a state pays from t on by the best response to the flow; for a planner, what one more player there " +
      "costs everybody.",
  },
  {
    name: "flow",
    title: "Law of states",
    symbol: "\\mu_t(x)",
    story: "Share of the population in each state.",
  },
  {
    name: "rates",
    title: "Rates",
    symbol: "q_t(x,y)",
    story:
      "Rates of jumps from one state to another that players make by the policy; none from a state to itself. Left to a run's " +
      "arrays where there are more than eight states.",
  },
  {
    name: "policy",
    title: "Controls",
    symbol: "a_t",
    story:
      "The controls of those moves that players decide on, in the order in which the game lists them. Left to a run's arrays " +
      "where there are more than eight states.",
  },
];

/** Pairs of more states than this would be pictures by the dozen. */
const mostStates = 8;

/** The quantities of a candidate; each is computed when it is asked for. */
export function measureRates(candidate: RatesCandidate): Quantities {
  const { grid, question, mu, u } = candidate;
  const own = once(() => socialCost(candidate));
  const best = once(() => (question.concept === "planner" ? own() : noMoreThan(own(), plannerCost(candidate))));
  const decided = decidedMoves(candidate);
  return {
    exploitability: () => scalar(judge(candidate, false).exploitability),
    social_cost: () => scalar(own()),
    planner_cost: () => scalar(known(best())),
    ...(question.concept === "planner"
      ? {}
      : { price_of_anarchy: () => scalar(known(priceOf(-own(), -known(best())))) }),
    value: () => byState(grid, u),
    flow: () => byState(grid, mu),
    ...(grid.states > mostStates
      ? {}
      : {
          rates: () => ratesOf(candidate),
          policy: () =>
            table(grid, [movesOf(candidate, decided)], (i, [move]) => controlAt(candidate, i, decided[move])),
        }),
  };
}

/** The moves that somebody decides on. */
function decidedMoves({ model }: RatesCandidate): number[] {
  return model.moves.flatMap(({ range: [least, most] }, m) => (least < most ? [m] : []));
}

function controlAt({ grid, controls }: RatesCandidate, i: number, move: number): number {
  return controls[i * grid.moves + move];
}

/** Rates of jumps by the policy along the flow. */
export function ratesOf({ grid, model, mu, controls }: RatesCandidate): Quantity {
  const gamma = parametersAlong(grid, mu);
  const between = new Map(model.moves.map(({ from, to }, m) => [from * grid.states + to, m]));
  const axes = ["from", "to"].map((name) => axisOf({ ...model.states, name }));
  return table(grid, axes, (i, [from, to]) => {
    const m = between.get(from * grid.states + to);
    return m === undefined ? 0 : model.moves[m].rate.value(controls[i * grid.moves + m], momentAt(grid, mu, gamma, i));
  });
}

/** A path over times and states as a quantity, straight between points of time. */
export function byState(grid: RatesGrid, path: Float64Array): Quantity {
  return table(grid, [axisOf(grid.model.states)], (i, [x]) => path[i * grid.states + x]);
}

/** A function of time with one number a state as a quantity, on points of time. */
export function fieldOf(t: Float64Array, states: FiniteAxis, at: (t: number) => Float64Array): Quantity {
  const place = new Map(Array.from(states.grid, (x, i) => [x, i]));
  return {
    axes: [{ name: "t", grid: t }, axisOf(states)],
    at: (time, x) => at(time)[place.get(x) ?? Number.NaN],
  };
}

/** One number a time as a quantity. */
export function alongTime({ t }: RatesGrid, at: (i: number) => number): Quantity {
  return series(
    t,
    linearInterpolation(
      t,
      Float64Array.from(t, (_, i) => at(i)),
    ),
  );
}

/** The share of one state along time. */
export function shareOf({ grid, mu }: RatesCandidate, x: number): Quantity {
  return alongTime(grid, (i) => mu[i * grid.states + x]);
}

/** The control of one move along time. */
export function controlOf({ grid, controls, model }: RatesCandidate, from: number, to: number): Quantity {
  const m = model.moves.findIndex((move) => move.from === from && move.to === to);
  if (m < 0) throw new InputError("move", [from, to], "a move of the game");
  return alongTime(grid, (i) => controls[i * grid.moves + m]);
}

/** Where the share of a state is largest, and how large. */
export function peakOf({ grid, mu }: RatesCandidate, x: number): { readonly t: number; readonly share: number } {
  let best = 0;
  for (let i = 1; i < grid.t.length; i++) if (mu[i * grid.states + x] > mu[best * grid.states + x]) best = i;
  return { t: grid.t[best], share: mu[best * grid.states + x] };
}

/** The points of time that quantities are drawn on; between them they are asked all the same. */
function drawn(t: Float64Array): Float64Array {
  return Float64Array.from(recordedSteps(t.length - 1), (i) => t[i]);
}

/** Decided moves by their numbers, each in words: `susceptible → infected`. */
function movesOf({ model }: RatesCandidate, decided: readonly number[]): Axis {
  const word = (state: number): string => nameOf([model.states], state);
  const labels = decided.map((m) => `${word(model.moves[m].from)} → ${word(model.moves[m].to)}`);
  return axisOf(namedAxis("move", labels));
}

function table({ t }: RatesGrid, axes: readonly Axis[], at: (i: number, places: number[]) => number): Quantity {
  const known = axes.map(({ grid }) => new Map(Array.from(grid, (x, i) => [x, i])));
  return {
    axes: [{ name: "t", grid: drawn(t) }, ...axes],
    at: (time, ...coordinates) => {
      const places = coordinates.map((x, k) => known[k].get(x) ?? Number.NaN);
      const i = Math.min(Math.max(Math.floor((time / t[t.length - 1]) * (t.length - 1)), 0), t.length - 2);
      // Rounding may have put a point of the grid into the interval beside it.
      const first = time < t[i] ? Math.max(i - 1, 0) : time > t[i + 1] ? Math.min(i + 1, t.length - 2) : i;
      const share = (time - t[first]) / (t[first + 1] - t[first]);
      if (share === 0) return at(first, places);
      if (share === 1) return at(first + 1, places);
      return (1 - share) * at(first, places) + share * at(first + 1, places);
    },
  };
}

/** A planner's cost, or undefined where that is no more than one of many: a planner could have kept to the equilibrium. */
function noMoreThan(equilibrium: number, cost: number | undefined): number | undefined {
  const reward = atLeast(-equilibrium, cost === undefined ? undefined : -cost);
  return reward === undefined ? undefined : -reward;
}
