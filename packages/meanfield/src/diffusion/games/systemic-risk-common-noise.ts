/**
 * Systemic risk in interbank lending, with common noise and the incentive to borrow from a central bank.
 *
 * R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", Communications in Mathematical Sciences 13
 * (2015) 911–933. Their cross term is −qα(X̄ − X); where it is printed as −qα(X − X̄), q is the negative of theirs.
 */

import { z } from "zod";
import { InputError, real } from "../../core/index.ts";
import type { Game } from "../../core/index.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { requireSeveralBanks, systemicModel } from "../systemic/model.ts";
import { exactSystemic, measureSystemic, systemicQuantities } from "../systemic/quantities.ts";

const parameters = z.object({
  a: real(1, "Rate at which reserves flow towards the average by themselves", { minimum: 0, maximum: 1000 }),
  q: real(1, "Incentive to borrow when below the average and to lend when above; negative turns it round", {
    minimum: -100,
    maximum: 100,
  }),
  eps: real(1.5, "Running cost of deviating from the average, at least q²", {
    symbol: "\\varepsilon",
    minimum: 0,
    maximum: 10_000,
  }),
  c: real(1, "Final cost of deviating from the average", { minimum: 0, maximum: 10_000 }),
  sigma: real(0.2, "Volatility of log-reserves", { symbol: "\\sigma", minimum: 0, open: "minimum", maximum: 100 }),
  rho: real(0.2, "Correlation of each bank's noise with the common noise", {
    symbol: "\\rho",
    minimum: -1,
    maximum: 1,
  }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 100 }),
  m0: real(0.5, "Mean of log-reserves at the start", { symbol: "m_0", minimum: -1000, maximum: 1000 }),
  v0: real(1 / 12, "Variance of log-reserves at the start", { symbol: "v_0", minimum: 0, maximum: 1000 }),
  D: real(-0.7, "Level of log-reserves at which a bank, or the average of all, is in default", {
    minimum: -1000,
    maximum: 1000,
  }),
});

/** Banks lend to each other under a shock that hits all of them. */
export const systemicRiskCommonNoise: Game<typeof parameters, LinearQuadraticModel, LinearQuadraticCandidate> = {
  id: "systemic-risk-common-noise",
  title: "Systemic risk in interbank lending, with common noise",
  family: "linear-quadratic",
  story:
    "Banks hold log-reserves that flow towards the average of all; noise of their own and one common noise shake them. " +
    "Each bank borrows from or lends to a central bank at a rate of its choice. The regulator rewards borrowing when " +
    "reserves are below the average (q > 0) and charges for being away from it. In equilibrium banks flock: single " +
    "defaults become rarer and come together, while the probability that the average falls to the default level is set " +
    "by the noise alone.",
  reference:
    "R. Carmona, J.-P. Fouque, L.-H. Sun, Mean field games and systemic risk, Commun. Math. Sci. 13 (2015) 911–933",
  equations: [
    {
      caption: "Log-reserves",
      tex:
        "dX^i_t = \\big(a(\\bar X_t-X^i_t)+\\alpha^i_t\\big)dt" +
        "+\\sigma\\big(\\sqrt{1-\\rho^2}\\,dW^i_t+\\rho\\,dW^0_t\\big)",
    },
    {
      caption: "Cost",
      tex:
        "J^i=\\mathbb E\\int_0^T\\big(\\tfrac12(\\alpha^i_t)^2-q\\alpha^i_t(\\bar X_t-X^i_t)" +
        "+\\tfrac\\varepsilon2(\\bar X_t-X^i_t)^2\\big)dt+\\tfrac c2\\,\\mathbb E(\\bar X_T-X^i_T)^2,\\quad \\varepsilon\\ge q^2",
    },
    {
      caption: "Equilibrium in the limit",
      tex:
        "\\alpha=(q+\\eta_t)(m_t-X_t),\\quad \\eta'=2(a+q)\\eta+\\eta^2-(\\varepsilon-q^2),\\quad \\eta_T=c," +
        "\\quad dm_t=\\sigma\\rho\\,dW^0_t",
    },
    {
      caption: "Adjoint",
      tex: "dY_t=\\big((a+q)Y_t-(\\varepsilon-q^2)(X_t-m_t)\\big)dt+Z_t\\,dW_t+Z^0_t\\,dW^0_t,\\quad Y=\\eta(X-m),\\quad Z^0=0",
    },
    {
      caption: "N banks, feedback",
      tex:
        "\\alpha^i=\\big(q+(1-\\tfrac1N)\\eta_t\\big)(\\bar X_t-X^i_t),\\quad " +
        "\\eta'=2(a+q)\\eta+(1-\\tfrac1{N^2})\\eta^2-(\\varepsilon-q^2)",
    },
    {
      caption: "N banks, open loop",
      tex:
        "\\alpha^i=\\big(q+(1-\\tfrac1N)\\eta_t\\big)(\\bar X_t-X^i_t),\\quad " +
        "\\eta'=2(a+q-\\tfrac q{2N})\\eta+(1-\\tfrac1N)\\eta^2-(\\varepsilon-q^2)",
    },
    {
      caption: "Systemic event",
      tex:
        "\\mathbb P\\big(\\min_{t\\le T}\\bar X_t\\le D\\big)=2\\Phi\\Big(\\frac{D-\\bar X_0}{\\bar\\sigma\\sqrt T}\\Big)," +
        "\\quad\\bar\\sigma^2=\\sigma^2\\big(\\rho^2+\\tfrac{1-\\rho^2}N\\big)\\quad(\\bar X_0>D)",
    },
  ],
  parameters,
  presets: {
    A: { title: "Little noise, scattered start", parameters: {} },
    B: {
      title: "Strong running cost, widely scattered start",
      parameters: { a: 2, q: 1, eps: 10, c: 0.1, sigma: 1, rho: 0.3, T: 1, m0: 0, v0: 4 },
    },
    C: {
      title: "Ten banks at zero, default at −0.7",
      parameters: { a: 1, q: 1, eps: 10, c: 0, sigma: 1, rho: 0.2, T: 1, m0: 0, v0: 0, D: -0.7 },
    },
    "D-slide-sign": {
      title: "Cross term with the opposite sign: lending away from the average is rewarded",
      parameters: { a: 1, q: -0.5, eps: 1, c: 1, sigma: 0.5, rho: 0.4, T: 2, m0: 0, v0: 0.1, D: -0.5 },
    },
    "D-cfs-sign": {
      title: "Cross term with the sign of Carmona, Fouque and Sun",
      parameters: { a: 1, q: 0.5, eps: 1, c: 1, sigma: 0.5, rho: 0.4, T: 2, m0: 0, v0: 0.1, D: -0.5 },
    },
    E: {
      title: "Flocking: fast flow and strong common noise",
      parameters: { a: 10, q: 1, eps: 10, c: 0, sigma: 1, rho: 0.5, T: 1, m0: 0, v0: 0, D: -0.7 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  check: ({ q, eps }, question) => {
    requireSeveralBanks(question);
    // A tenth squared in floating point is a little more than a hundredth.
    if (eps < q * q * (1 - 1e-12)) {
      throw new InputError("eps", eps, `at least q² = ${q * q}, so that the cost is convex`);
    }
  },
  build: systemicModel,
  quantities: systemicQuantities,
  measure: measureSystemic,
  exact: exactSystemic,
  events: ({ D }) => ({ defaultLevel: D }),
};
