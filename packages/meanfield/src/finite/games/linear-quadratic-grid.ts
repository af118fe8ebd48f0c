/**
 * A linear–quadratic game on a grid: steer towards the mean of the population.
 *
 * M. Laurière, S. Perrin, S. Girgin, P. Muller, A. Jain, T. Cabannes, G. Piliouras, J. Pérolat, R. Elie, O. Pietquin,
 * M. Geist, "Scalable deep reinforcement learning algorithms for mean field games", ICML 2022, appendix, after R. Carmona,
 * J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", 2015; the form and defaults of MFGLib.
 */

import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { clip, faithfulParameter, horizonParameter, initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { wholeAxis } from "../space.ts";
import { steeringFactors } from "../steering.ts";

const weight = { minimum: 0, maximum: 1e6 } as const;

const parameters = z.object({
  T: horizonParameter(3),
  el: whole(5, "Positions run from −el to el", { minimum: 1, maximum: 10_000 }),
  m: whole(2, "Controls run from −m to m", { minimum: 0, maximum: 1000 }),
  sigma: real(3, "Volatility", { ...weight, symbol: "\\sigma" }),
  delta: real(0.1, "Length of a time step", { symbol: "\\Delta", minimum: 0, open: "minimum", maximum: 1000 }),
  k: real(1, "Drift towards the mean", { symbol: "k", minimum: -1e6, maximum: 1e6 }),
  q: real(0.01, "Reward of steering towards the mean", { symbol: "q", minimum: -1e6, maximum: 1e6 }),
  kappa: real(0.5, "Cost of distance to the mean", { ...weight, symbol: "\\kappa" }),
  c_term: real(1, "Cost of distance to the mean at the end", { ...weight, symbol: "c" }),
  mu0: initialParameter("uniform"),
  faithful: faithfulParameter(
    "sigma scales the noise twice, with weights as if it did not at all, and positions are rounded to the grid, which makes moves jump with the mean",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

/** Players who want to be where the others are on average. */
export const linearQuadraticGrid: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "linear-quadratic-grid",
  title: "Linear–quadratic game on a grid",
  family: "finite",
  story:
    "Players on a line pay for control and for their distance to the population's mean. Where a move ends between two points " +
    "of the grid, chance decides between them so that the mean is kept: moves depend continuously on the population. The " +
    "published implementation rounds instead and scales the noise by sigma twice; `faithful` reproduces that.",
  reference: "M. Laurière et al., Scalable deep reinforcement learning algorithms for mean field games, ICML 2022",
  equations: [
    {
      caption: "Moves",
      tex: "x'=x+\\bigl(k(\\bar x_t-x)+u\\bigr)\\Delta+\\sigma\\sqrt\\Delta\\,e,\\qquad P(e)\\propto e^{-e^2/2},\\ e\\in\\{-3,\\dots,3\\}",
    },
    {
      caption: "Reward",
      tex: "r_t=\\Delta\\bigl(-\\tfrac12u^2+q\\,u(\\bar x_t-x)-\\tfrac\\kappa2(\\bar x_t-x)^2\\bigr)\\ (t<T),\\qquad r_T=-\\tfrac c2(\\bar x_T-x)^2",
    },
  ],
  parameters,
  presets: { peer: { title: "As in MFGLib", parameters: { faithful: true } } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf(p: Parameters): FiniteModel {
  const { T, el, m, sigma, delta, k, q, kappa, c_term, mu0, faithful } = p;
  const states = 2 * el + 1;
  const noise = noiseOf(faithful ? sigma : 1);
  const scale = sigma * Math.sqrt(delta);
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    features: {
      count: 1,
      // From both ends inwards, so that symmetric laws have mean 0 exactly.
      read: (_t, { states: [mu] }, out) => {
        let mean = 0;
        for (let x = 1; x <= el; x++) mean += x * (mu[el + x] - mu[el - x]);
        out[0] = mean;
      },
    },
    populations: [
      {
        name: "players",
        states: [wholeAxis("x", states, -el)],
        actions: [wholeAxis("control", 2 * m + 1, -m)],
        initial: initialLaw(mu0, states),
        transition: {
          sees: "states",
          timed: false,
          successors: (_t, s, a, { features: [mean] }, emit) => {
            const x = s - el;
            const aim = x + (k * (mean - x) + a - m) * delta;
            for (const { e, weight: share } of noise) {
              const end = aim + scale * e + el;
              if (faithful) {
                emit(clip(roundHalfEven(end - el) + el, states), share);
                continue;
              }
              const below = Math.floor(end);
              emit(clip(below, states), share * (below + 1 - end));
              emit(clip(below + 1, states), share * (end - below));
            }
          },
        },
        reward: {
          base: { timed: true, at: (t, _s, a) => (t < T ? (-delta * (a - m) ** 2) / 2 : 0) },
          coupled: {
            sees: "states",
            at: (t, s, a, { features: [mean] }) => {
              const away = mean - (s - el);
              if (t === T) return (-c_term * away * away) / 2;
              return delta * (q * (a - m) * away - (kappa * away * away) / 2);
            },
            factors: steeringFactors(el, m, (t, [mean]) =>
              t === T ? { mean, steer: 0, distance: c_term } : { mean, steer: delta * q, distance: delta * kappa },
            ),
          },
        },
      },
    ],
  };
}

/** The nodes step·{−3, …, 3} with weights of the standard normal density. */
function noiseOf(step: number): { e: number; weight: number }[] {
  const nodes = [-3, -2, -1, 0, 1, 2, 3].map((i) => step * i);
  const total = nodes.reduce((sum, e) => sum + Math.exp((-e * e) / 2), 0);
  return nodes.map((e) => ({ e, weight: Math.exp((-e * e) / 2) / total }));
}

/** To the nearest whole number, from the middle between two to the even one. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  const part = x - below;
  if (part !== 0.5) return part < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}
