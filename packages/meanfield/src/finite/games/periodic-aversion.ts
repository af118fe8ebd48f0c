/**
 * Aversion to crowds on a circle, with an ergodic solution in closed form.
 *
 * N. Almulla, R. Ferreira, D. Gomes, "Two numerical approaches to stationary mean-field games", Dyn. Games Appl. 7 (2017)
 * 657–682; R. Elie, J. Pérolat, M. Laurière, M. Geist, O. Pietquin, "On the convergence of model free learning in mean field
 * games", AAAI 2020; the discretisation and defaults of OpenSpiel.
 */

import { z } from "zod";
import { InputError, real, scalar, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { besselI0Scaled } from "../../numeric/bessel-i0.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { firstMoves } from "../first-moves.ts";
import { wrap } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { uniformLaw } from "../space.ts";
import { asPublished, sizeParameter, stepsParameter } from "../walk-parts.ts";

const parameters = z.object({
  size: sizeParameter(21, 3),
  horizon: stepsParameter(20),
  dt: real(0.01, "Length of a time step", { symbol: "\\Delta", minimum: 0, open: "minimum", maximum: 10 }),
  xmin: real(0, "Left end of the circle", { minimum: -1e6, maximum: 1e6 }),
  xmax: real(1, "Right end, where it closes", { minimum: -1e6, maximum: 1e6 }),
  n_actions_per_side: whole(10, "Places that players, and chance, may move to either side in a step", {
    minimum: 1,
    maximum: 1000,
  }),
  volatility: real(1, "Volatility", { symbol: "\\sigma", minimum: 0, open: "minimum", maximum: 100 }),
  coef_aversion: real(1, "Weight of the crowd", { symbol: "c", minimum: 0, maximum: 1e6 }),
  faithful: asPublished(
    "the ends are two places at one distance though the circle closes, nothing is earned at the horizon, a move costs what the first path found to a place cost, and the closed form holds for volatility = coef_aversion = 1 only",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

/** Players who steer on a circle, want to be at its good places, and shun the crowd. */
export const periodicAversion: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "periodic-aversion",
  title: "Aversion on a circle",
  family: "finite",
  story:
    "Players on a circle choose a velocity, are shaken by noise, like some places and shun the crowd. Over long horizons and on " +
    "fine grids the population settles at a law known in closed form, the density proportional to exp(2 sin(2πx)/σ²). The " +
    "published discretisation counts both ends of the circle as places of their own, earns nothing at the last time, charges " +
    "every place the move of the first path found to it instead of the move made, and its reward has that law for σ = c = 1 " +
    "only; `faithful` reproduces that.",
  reference: "N. Almulla, R. Ferreira, D. Gomes, Dyn. Games Appl. 7 (2017) 657–682",
  equations: [
    {
      caption: "Moves",
      tex: "x'=x+(k+e)\\,\\delta,\\qquad v=k\\delta/\\Delta,\\qquad P(e)\\propto\\exp\\Bigl(-\\frac{e^2\\delta^2}{2\\sigma^2\\Delta}\\Bigr),\\quad|k|,|e|\\le K",
    },
    {
      caption: "Reward",
      tex: "r=\\Bigl(-\\tfrac{v^2}2-c\\ln m(x)+2\\pi^2\\sigma^2\\sin2\\pi x-2\\pi^2\\cos^22\\pi x+\\tfrac{2c}{\\sigma^2}\\sin2\\pi x\\Bigr)\\Delta",
    },
    {
      caption: "Ergodic solution",
      tex: "m(x)=\\frac{e^{2\\sin(2\\pi x)/\\sigma^2}}{I_0(2/\\sigma^2)},\\quad v(x)=2\\pi\\cos2\\pi x,\\quad\\lambda=c\\ln I_0(2/\\sigma^2)",
    },
  ],
  parameters,
  presets: {
    peer: { title: "As in OpenSpiel", parameters: { faithful: true } },
    fine: {
      title: "Fine and long, near the ergodic solution",
      parameters: { size: 60, horizon: 60, dt: 0.005, n_actions_per_side: 15 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check,
  build: modelOf,
  quantities: [
    ...finiteQuantities,
    {
      name: "ergodic_law",
      title: "Ergodic law",
      symbol: "\\bar\\mu(x)",
      story:
        "Shares of the population at the places in the ergodic solution of the limit in continuous time and space.",
    },
    {
      name: "ergodic_value",
      title: "Ergodic value",
      symbol: "\\lambda",
      story: "Reward a unit of time in the ergodic solution.",
    },
  ],
  measure: (p, _question, candidate) => {
    const { m, value } = ergodic(p);
    return {
      ...measureFinite(candidate),
      ergodic_law: () => {
        const { grid } = candidate.model.populations[0].states[0];
        const places = new Map(Array.from(grid, (x, i) => [x, i]));
        return { axes: [{ name: "x", grid, kind: "discrete" }], at: (x) => m[places.get(x) ?? Number.NaN] };
      },
      ergodic_value: () => scalar(value),
    };
  },
};

function check({ xmin, xmax, faithful }: Parameters): void {
  if (!(xmax > xmin)) throw new InputError("xmax", xmax, `more than xmin = ${xmin}`);
  const length = xmax - xmin;
  if (!faithful && Math.abs(length - Math.round(length)) > 1e-12 * length)
    throw new InputError("xmax", xmax, `xmin = ${xmin} and a whole number, the period of the reward`);
}

function spacing({ size, xmin, xmax, faithful }: Parameters): number {
  return (xmax - xmin) / (faithful ? size - 1 : size);
}

function places(p: Parameters): Float64Array {
  return Float64Array.from({ length: p.size }, (_, i) => p.xmin + i * spacing(p));
}

/** The ergodic solution's shares of places, and its value: w = sin 2πx solves λ = σ²w″/2 + w′²/2 − c ln m + g. */
function ergodic(p: Parameters): { m: Float64Array; value: number } {
  const s = 2 / p.volatility ** 2;
  const m = places(p).map((x) => Math.exp(s * (Math.sin(2 * Math.PI * x) - 1)));
  const total = m.reduce((sum, share) => sum + share, 0);
  const length = p.xmax - p.xmin;
  return { m: m.map((share) => share / total), value: p.coef_aversion * (s + Math.log(length * besselI0Scaled(s))) };
}

function modelOf(p: Parameters): FiniteModel {
  check(p);
  const { size, horizon, dt, n_actions_per_side: K, volatility, coef_aversion, faithful } = p;
  const dx = spacing(p);
  const noise = noiseOf(K, dx, volatility * Math.sqrt(dt));
  const charged = faithful ? firstVelocities(size, horizon, K) : undefined;
  // −c ln(m + ε) with m = μ⁄dx is −c ln(μ + ε dx) + c ln dx.
  const good = places(p).map((x) => preference(p, 2 * Math.PI * x) + coef_aversion * Math.log(dx));
  return {
    family: "finite",
    kind: "discrete-time",
    // Where nothing is earned at the horizon, the move before it is the last that may matter.
    horizon: faithful ? horizon - 1 : horizon,
    populations: [
      {
        name: "players",
        states: [{ name: "x", grid: places(p) }],
        actions: [{ name: "velocity", grid: Float64Array.from({ length: 2 * K + 1 }, (_, a) => ((a - K) * dx) / dt) }],
        initial: uniformLaw(size),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) =>
            noise.forEach((share, e) => emit(wrap(s + a + e - 2 * K, size), share)),
        },
        reward: {
          base: {
            timed: true,
            at: (t, s, a) => {
              const cells = charged?.[t * size + s] ?? (t < horizon ? a - K : 0);
              return (good[s] - 0.5 * ((cells * dx) / dt) ** 2) * dt;
            },
          },
          couplings: [{ form: "log-density", weight: coef_aversion * dt, floor: 1e-15 * dx, floored: "added" }],
        },
      },
    ],
  };
}

/** What places are worth, by their angle; as published the powers of σ and c fit each other where both are 1. */
function preference({ volatility: sigma, coef_aversion: c, faithful }: Parameters, angle: number): number {
  const [spread, crowd] = faithful ? [sigma, 2 / sigma ** 2] : [sigma ** 2, (2 * c) / sigma ** 2];
  return (2 * Math.PI ** 2 * spread + crowd) * Math.sin(angle) - 2 * Math.PI ** 2 * Math.cos(angle) ** 2;
}

/** Shares of moves by −K … K cells. */
function noiseOf(K: number, dx: number, deviation: number): number[] {
  const weights = Array.from({ length: 2 * K + 1 }, (_, i) => Math.exp(-0.5 * (((i - K) * dx) / deviation) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function firstVelocities(size: number, horizon: number, K: number): Float64Array {
  const all = Array.from({ length: 2 * K + 1 }, (_, i) => i);
  const moves = firstMoves({
    states: size,
    times: horizon,
    starts: Array.from({ length: size }, (_, x) => x),
    actions: () => all,
    aim: (x, a) => wrap(x + a - K, size),
    pushed: (x) => all.map((e) => wrap(x + e - K, size)),
  });
  return Float64Array.from(moves, (a) => (a < 0 ? 0 : a - K));
}
