/**
 * Interbank lending as a forward–backward system: the open-loop Nash equilibrium, and the particle system often printed for it.
 *
 * R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", Communications in Mathematical Sciences 13 (2015) 911–933;
 * propagation of chaos of the adjoints after M. Laurière, L. Tangpi, "Convergence of large population games to mean field games with
 * interaction through the controls", SIAM Journal on Mathematical Analysis 54 (2022) 3535–3574.
 */

import { z } from "zod";
import { InputError, choice, real, scalar, series, evenGrid } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { BackwardCandidate } from "../candidate.ts";
import { closedAdjoint, closedErrors, fastestRate, layeredIntegral } from "../closed-forms/systemic-adjoint.ts";
import { linearQuadraticGame } from "../forward-backward/model.ts";
import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import {
  forwardBackwardOnly,
  forwardBackwardQuantities,
  measureForwardBackward,
} from "../forward-backward/quantities.ts";

const parameters = z.object({
  a: real(0.5, "Rate at which reserves flow towards the average by themselves", { minimum: 0, maximum: 1000 }),
  q: real(0, "Incentive to borrow when below the average and to lend when above; negative turns it round", {
    minimum: -100,
    maximum: 100,
  }),
  eps: real(1, "Running cost of deviating from the average, at least q²", {
    symbol: "\\varepsilon",
    minimum: 0,
    maximum: 10_000,
  }),
  c: real(0.5, "Final cost of deviating from the average", { minimum: 0, maximum: 10_000 }),
  sigma: real(0.3, "Volatility of log-reserves", { symbol: "\\sigma", minimum: 0, open: "minimum", maximum: 100 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 100 }),
  m0: real(1, "Mean of log-reserves at the start", { symbol: "m_0", minimum: -1000, maximum: 1000 }),
  v0: real(0.04, "Variance of log-reserves at the start", { symbol: "v_0", minimum: 0, maximum: 1000 }),
  system: choice(
    ["nash", "particle"],
    "nash",
    "What N players are: nash, the open-loop equilibrium with the adjoints of all coordinates; particle, copies of the limit's " +
      "system with the empirical mean, which each takes as given",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

/** Banks that lend to each other, seen through what their reserves are worth to them. */
export const systemicRiskFbsde: Game<typeof parameters, ForwardBackwardModel, BackwardCandidate> = {
  id: "systemic-risk-fbsde",
  title: "Systemic risk as a forward–backward system",
  family: "backward",
  story:
    "Banks hold log-reserves that flow towards the average and are shaken by noise of their own; each borrows or lends at a rate " +
    "of its choice and pays for being away from the average. What a unit of reserves is worth to a bank is its adjoint Y, carried " +
    "backward from the end while reserves run forward. With N banks each adjoint answers to everybody's noise, and the exact " +
    "equilibrium differs from N copies of the limit's system by 1/N; both go to the limit at that rate.",
  reference:
    "R. Carmona, J.-P. Fouque, L.-H. Sun, Mean field games and systemic risk, Commun. Math. Sci. 13 (2015) 911–933; " +
    "M. Laurière, L. Tangpi, SIAM J. Math. Anal. 54 (2022) 3535–3574",
  equations: [
    { caption: "Log-reserves", tex: "dX^i_t = \\big(a(\\bar X_t-X^i_t)+\\alpha^i_t\\big)dt+\\sigma\\,dW^i_t" },
    {
      caption: "Cost",
      tex:
        "J^i=\\mathbb E\\int_0^T\\big(\\tfrac12(\\alpha^i_t)^2-q\\alpha^i_t(\\bar X_t-X^i_t)" +
        "+\\tfrac\\varepsilon2(\\bar X_t-X^i_t)^2\\big)dt+\\tfrac c2\\,\\mathbb E(\\bar X_T-X^i_T)^2",
    },
    {
      caption: "Adjoint in the limit",
      tex:
        "dY_t=\\big((a+q)Y_t-(\\varepsilon-q^2)(X_t-m_t)\\big)dt+Z_t\\,dW_t,\\quad Y_T=c(X_T-m_T)," +
        "\\quad\\hat\\alpha=q(m-X)-Y",
    },
    {
      caption: "Limit, and particle system with X̄ for m",
      tex: "Y=\\eta(X-m),\\quad\\eta'=2(a+q)\\eta+\\eta^2-(\\varepsilon-q^2),\\quad\\eta_T=c",
    },
    {
      caption: "N banks, all adjoints",
      tex:
        "Y^{ij}=\\varphi\\,(\\tfrac1N-\\delta_{ij})(\\bar X-X^i),\\quad" +
        "\\varphi'=\\big(2a+2q-\\tfrac qN\\big)\\varphi+(1-\\tfrac1N)\\varphi^2-(\\varepsilon-q^2)",
    },
  ],
  parameters,
  presets: {
    A: { title: "Moderate mean reversion, banks away from zero", parameters: {} },
    A_particle: { title: "The same as N copies of the limit's system", parameters: { system: "particle" } },
    B: {
      title: "Strong running cost, all banks start at zero",
      parameters: { a: 1, eps: 10, c: 0, sigma: 1, m0: 0, v0: 0 },
    },
    D: {
      title: "With an incentive to borrow from a central bank",
      parameters: { a: 1, q: 1, eps: 1.5, c: 1, sigma: 0.2, m0: 0.5, v0: 1 / 12 },
    },
  },
  concepts: ["nash"],
  information: ["open-loop"],
  check: ({ q, eps }) => {
    if (eps < q * q) throw new InputError("eps", eps, `at least q² = ${q * q}, for the cost to be convex`);
  },
  build: ({ a, q, eps, c, sigma, T, m0, v0, system }) =>
    linearQuadraticGame(
      { horizon: T, system, start: { mean: m0, variance: v0 }, volatility: sigma },
      {
        A: -a,
        AMean: a,
        B: 1,
        R: 1,
        S: q,
        SMean: -q,
        Q: eps,
        QMean: -eps,
        QMeanMean: eps,
        G: c,
        GMean: -c,
        GMeanMean: c,
      },
    ),
  quantities: forwardBackwardQuantities,
  measure: (_p, question, candidate) => measureForwardBackward(question, forwardBackwardOnly(candidate)),
  exact: (p, { players }) => exact(p, players),
};

function exact(p: Parameters, players: number) {
  const { T, sigma, system } = p;
  const { slope } = closedAdjoint(p, players, system);
  const start = {
    eta: () => series(evenGrid(0, T, 101), slope),
    Z0: () => scalar(sigma * slope(0) * (1 - 1 / players)),
  };
  if (players === Infinity) return start;
  const errors = closedErrors(p, players, system);
  const limit = closedAdjoint(p, Infinity, system);
  const integral = (f: (t: number) => number): number => layeredIntegral(f, 0, T, fastestRate(p));
  const cross = (t: number): number => (sigma * sigma * slope(t) ** 2 * (players - 1)) / players ** 2;
  return {
    ...start,
    error_X_T: () => scalar(errors.x(T)),
    error_Y_T: () => scalar(errors.y(T)),
    error_X: () => scalar(integral(errors.x)),
    error_Y: () => scalar(integral(errors.y)),
    error_Z: () => scalar(integral((t) => cross(t) + (sigma * (slope(t) * (1 - 1 / players) - limit.slope(t))) ** 2)),
    error_Z_cross: () => scalar(integral(cross)),
  };
}
