/**
 * When does the meeting start? Arrivals, planned with noise, at a meeting that waits for its quorum.
 *
 * O. Guéant, J.-M. Lasry, P.-L. Lions, "Mean field games and applications", Paris-Princeton Lectures on Mathematical Finance
 * 2010, Springer (2011) 205–266, section 2; here with plans and arrivals on grids.
 */

import { z } from "zod";
import { InputError, flag, json, listed, real, scalar } from "../../core/index.ts";
import type { Game, ParametersOf, Quantities } from "../../core/index.ts";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { meetingCost, meetingEquilibrium } from "../meeting-equilibrium.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis } from "../space.ts";

const cost = { minimum: 0, open: "minimum", maximum: 1e6, unit: "cost/hour" } as const;
const width = { minimum: 1e-6, maximum: 1000, unit: "hour", scale: "log" } as const;

const parameters = z.object({
  t: real(12, "Scheduled time", { symbol: "t", minimum: -1e6, maximum: 1e6, unit: "hour" }),
  theta: real(0.8, "Quorum: the share that must be there for the meeting to start", {
    symbol: "\\theta",
    minimum: 0,
    maximum: 1,
    open: "both",
  }),
  alpha: real(1, "Cost of coming after the scheduled time", { ...cost, symbol: "\\alpha" }),
  beta: real(1, "Cost of coming after the start", { ...cost, symbol: "\\beta" }),
  gamma: real(1, "Cost of waiting for the start", { ...cost, symbol: "\\gamma" }),
  sigmas: json(
    z.array(z.number().min(1e-6).max(1e3)).min(1).max(20),
    [0.5],
    "Standard deviations, in hours, of arrivals from plans, one a group; groups are equally large",
    "\\sigma",
  ),
  on_time: flag(true, "Whether the meeting never starts before the scheduled time"),
  window: real(0.3, "Plans lie so far from the scheduled time at most", { minimum: 1e-6, maximum: 1e4, unit: "hour" }),
  step: real(0.005, "Between two plans", { ...width, symbol: "h" }),
  cell: real(0.05, "Width of the cells that arrivals are counted in", width),
});

type Parameters = ParametersOf<typeof parameters>;

/** People who plan when to arrive at a meeting that starts when most are there. */
export const meetingTime: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "meeting-time",
  title: "When does the meeting start?",
  family: "finite",
  story:
    "A meeting is scheduled at t and starts at T, once a quorum θ of people is there. Each plans an arrival and misses it by " +
    "chance; coming after t costs reputation, coming after T costs what is missed, and coming before T costs waiting. Since " +
    "nobody wants to wait for the others the meeting starts late. Groups differ in how well they keep to their plans: the " +
    "uncertain plan ahead. If waiting costs too much there is no start at all (`never`), and the game says so. Plans and arrivals lie on " +
    "grids; the closed form beside is that of any time.",
  reference:
    "O. Guéant, J.-M. Lasry, P.-L. Lions, Mean field games and applications, Paris-Princeton Lectures on Mathematical Finance 2010, section 2",
  equations: [
    {
      caption: "Cost of an arrival",
      tex: "\\ell(a;T)=\\alpha(a-t)_++\\beta(a-T)_++\\gamma(T-a)_+,\\qquad a=\\tau+\\sigma\\varepsilon",
    },
    { caption: "Start", tex: "T=\\max\\{t,\\;\\theta\\text{-quantile of all arrivals}\\}" },
    {
      caption: "Equilibrium of any plan",
      tex: "\\alpha\\,\\Phi\\Bigl(\\frac{\\tau-t}\\sigma\\Bigr)+(\\beta+\\gamma)\\,\\Phi\\Bigl(\\frac{\\tau-T}\\sigma\\Bigr)=\\gamma,\\qquad T<\\infty\\iff\\frac{\\gamma-\\alpha}{\\beta+\\gamma}<1-\\theta",
    },
  ],
  parameters,
  presets: {
    uncertain: { title: "Arrivals a whole hour from plans", parameters: { sigmas: [1], window: 0.5, cell: 0.1 } },
    strict: { title: "Nine tenths must be there", parameters: { sigmas: [1], theta: 0.9, window: 1, cell: 0.1 } },
    groups: { title: "Three groups, more and less certain", parameters: { sigmas: [0.25, 0.5, 1] } },
    patient: { title: "A quorum of half: the meeting starts on time", parameters: { theta: 0.5 } },
    never: { title: "Waiting costs too much: no start at all, which is refused", parameters: { gamma: 1.5 } },
  },
  concepts: ["nash"],
  information: ["feedback"],
  check: (p) => checkGrids(p),
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    {
      name: "starting_time",
      title: "Start of the meeting",
      symbol: "T",
      unit: "hour",
      story: "When the meeting starts.",
    },
    { name: "plan", title: "Planned arrival", symbol: "\\tau", unit: "hour", story: "Mean plan of each group." },
    { name: "late", title: "Late", story: "Share of people who come after the scheduled time." },
    { name: "arrivals", title: "Density of arrivals", unit: "1/hour", story: "Mean density of arrivals in each cell." },
  ],
  axes: { arrival: { title: "arrival", unit: "hour" }, group: { title: "group" } },
  measure: (p, _question, candidate) => measured(p, candidate),
  exact: exactly,
};

/** The plans, and the left ends of cells. */
function gridsOf({ t, window, step, cell, sigmas }: Parameters): { plans: Float64Array; cells: Float64Array } {
  const K = Math.round(window / step);
  const J = Math.ceil((window + reach * Math.max(...sigmas)) / cell);
  return {
    plans: Float64Array.from({ length: 2 * K + 1 }, (_, k) => t + (k - K) * step),
    cells: Float64Array.from({ length: 2 * J }, (_, j) => t + (j - J) * cell),
  };
}

/** Standard deviations beyond which nobody arrives: 10⁻¹² of all. */
const reach = 7;

/** @throws InputError for grids too large, or too short for the equilibrium; RefusalError where there is none. */
function checkGrids(p: Parameters): void {
  const certain = Math.min(...p.sigmas);
  if (p.cell > certain)
    throw new InputError("cell", p.cell, `at most the smallest σ, ${certain}: arrivals are spread over cells`);
  if (p.step > p.window) throw new InputError("step", p.step, `at most window = ${p.window}`);
  const { plans } = meetingEquilibrium(p);
  const away = Math.max(...plans.map((tau) => Math.abs(tau - p.t)));
  if (away > p.window - p.step)
    throw new InputError(
      "window",
      p.window,
      `at least ${Number((away + 2 * p.step).toPrecision(3))}, to hold all plans`,
    );
  if ((2 * p.window) / p.step > 20_000) throw new InputError("step", p.step, "coarser: at most 20 000 plans");
  const cells = (2 * (p.window + reach * Math.max(...p.sigmas))) / p.cell;
  if (cells > 20_000 || (cells * p.window) / p.step > 2_000_000)
    throw new InputError("cell", p.cell, "coarser: at most 20 000 cells, and two million pairs of plan and cell");
}

function modelOf(p: Parameters): FiniteModel {
  const { t, alpha, beta, gamma, sigmas, cell } = p;
  const { plans, cells } = gridsOf(p);
  const groups = sigmas.length;
  const [first, count] = [cells[0], cells.length];
  const states = groups + count;
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: 1,
    ownStart: "everybody is on the way, as many of each σ",
    features: { count: 1, read: (_t, { states: [mu] }, out) => (out[0] = startAt(p, cells, mu.subarray(groups))) },
    populations: [
      {
        name: "people",
        states: [
          // Who is still on the way, by its σ, and then arrivals by the middle of their cell.
          namedAxis("state", [
            ...sigmas.map((sigma) => `σ = ${sigma}`),
            ...Array.from(cells, (a) => String(Number((a + cell / 2).toFixed(6)))),
          ]),
        ],
        actions: [{ name: "plan", grid: plans }],
        // Who has arrived has nothing to decide.
        allowed: (time, s, a) => (time === 0 && s < groups) || a === 0,
        initial: Float64Array.from({ length: states }, (_, s) => (s < groups ? 1 / groups : 0)),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) => {
            if (s >= groups) {
              emit(s, 1);
              return;
            }
            const [tau, sigma] = [plans[a], sigmas[s]];
            const cellOf = (time: number): number =>
              Math.min(count - 1, Math.max(0, Math.floor((time - first) / cell)));
            const [from, to] = [cellOf(tau - reach * sigma), cellOf(tau + reach * sigma)];
            // The outermost take all that lies beyond them.
            let before = 0;
            for (let j = from; j <= to; j++) {
              const upTo = j === to ? 1 : normalDistribution((cells[j + 1] - tau) / sigma);
              emit(groups + j, upTo - before);
              before = upTo;
            }
          },
        },
        reward: {
          coupled: {
            sees: "states",
            at: (time, s, _a, { features: [T] }) => {
              if (time === 0 || s < groups) return 0;
              const a = cells[s - groups];
              // Within a cell people arrive evenly.
              const after = (limit: number): number => meanPositive(a - limit, a + cell - limit);
              return -alpha * after(t) - beta * after(T) - gamma * meanPositive(T - a - cell, T - a);
            },
          },
        },
      },
    ],
  };
}

/** The mean of x₊ over [low, high]. */
function meanPositive(low: number, high: number): number {
  return (Math.max(high, 0) ** 2 - Math.max(low, 0) ** 2) / (2 * (high - low));
}

/** T, at shares of cells. */
function startAt({ t, theta, cell, on_time }: Parameters, cells: Float64Array, shares: Float64Array): number {
  let before = 0;
  let j = 0;
  while (j < shares.length - 1 && before + shares[j] < theta) before += shares[j++];
  const quantile = cells[j] + (shares[j] > 0 ? Math.min(1, (theta - before) / shares[j]) : 0) * cell;
  return on_time ? Math.max(t, quantile) : quantile;
}

function measured(p: Parameters, candidate: FiniteCandidate): Quantities {
  const { plans, cells } = gridsOf(p);
  const groups = p.sigmas.length;
  const {
    flow: [mu],
    policy: [policy],
  } = candidate;
  const shares = mu.subarray(2 * groups + cells.length);
  const centres = cells.map((a) => a + p.cell / 2);
  const mean = p.sigmas.map((_, i) => plans.reduce((sum, tau, a) => sum + tau * policy[i * plans.length + a], 0));
  // The scheduled time is the end of a cell.
  const late = shares.subarray(cells.length / 2).reduce((sum, share) => sum + share, 0);
  return {
    ...measureFinite(candidate),
    starting_time: () => scalar(startAt(p, cells, shares)),
    plan: () => listed("group", p.sigmas.keys().toArray(), mean),
    late: () => scalar(late),
    arrivals: () =>
      listed(
        "arrival",
        centres,
        shares.map((share) => share / p.cell),
      ),
  };
}

function exactly(p: Parameters): Quantities {
  const equilibrium = meetingEquilibrium(p);
  const { start, plans } = equilibrium;
  const { cells } = gridsOf(p);
  const present = (time: number): number =>
    plans.reduce((sum, tau, i) => sum + normalDistribution((time - tau) / p.sigmas[i]), 0) / plans.length;
  return {
    exploitability: () => scalar(0),
    mean_reward: () => scalar(-meetingCost(p, equilibrium)),
    starting_time: () => scalar(start),
    plan: () => listed("group", plans.keys().toArray(), plans),
    late: () => scalar(1 - present(p.t)),
    arrivals: () =>
      listed(
        "arrival",
        cells.map((a) => a + p.cell / 2),
        cells.map((a) => (present(a + p.cell) - present(a)) / p.cell),
      ),
  };
}
