/**
 * Systemic risk in interbank lending, without common noise.
 *
 * R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", Communications in Mathematical Sciences 13
 * (2015) 911–933, with the cross term of the cost and the common noise left out: their ε is `q` here.
 */

import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { LinearQuadraticCandidate } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { requireSeveralBanks, systemicModel } from "../systemic/model.ts";
import type { SystemicRisk } from "../systemic/model.ts";
import { exactSystemic, measureSystemic, systemicQuantities } from "../systemic/quantities.ts";

const parameters = z.object({
  a: real(0.5, "Rate at which reserves flow towards the average by themselves", { minimum: 0, maximum: 1000 }),
  q: real(1, "Running cost of deviating from the average", { minimum: 0, maximum: 10_000 }),
  c: real(0.5, "Final cost of deviating from the average", { minimum: 0, maximum: 10_000 }),
  sigma: real(0.3, "Volatility of log-reserves", { symbol: "\\sigma", minimum: 0, open: "minimum", maximum: 100 }),
  T: real(1, "Horizon", { minimum: 0, open: "minimum", maximum: 100 }),
  m0: real(1, "Mean of log-reserves at the start", { symbol: "m_0", minimum: -1000, maximum: 1000 }),
  v0: real(0.04, "Variance of log-reserves at the start", { symbol: "v_0", minimum: 0, maximum: 1000 }),
  D: real(-0.7, "Level of log-reserves at which a bank, or the average of all, is in default", {
    minimum: -1000,
    maximum: 1000,
  }),
});

type Parameters = ParametersOf<typeof parameters>;

/** Banks lend to each other and dislike being far from the average. */
export const systemicRisk: Game<typeof parameters, LinearQuadraticModel, LinearQuadraticCandidate> = {
  id: "systemic-risk",
  title: "Systemic risk in interbank lending",
  family: "linear-quadratic",
  story:
    "Banks hold log-reserves that flow towards the average of all and are shaken by noise of their own. Each bank also " +
    "borrows or lends at a rate of its choice, which is costly, and pays for being away from the average. Lending pulls " +
    "all towards each other: single defaults become rarer, but banks that default do so together, and the probability " +
    "that the average itself falls to the default level does not depend on what the banks want at all.",
  reference:
    "R. Carmona, J.-P. Fouque, L.-H. Sun, Mean field games and systemic risk, Commun. Math. Sci. 13 (2015) 911–933",
  equations: [
    { caption: "Log-reserves", tex: "dX^i_t = \\big(a(\\bar X_t-X^i_t)+\\alpha^i_t\\big)dt+\\sigma\\,dW^i_t" },
    {
      caption: "Cost",
      tex:
        "J^i=\\mathbb E\\int_0^T\\big(\\tfrac12(\\alpha^i_t)^2+\\tfrac q2(\\bar X_t-X^i_t)^2\\big)dt" +
        "+\\tfrac c2\\,\\mathbb E(\\bar X_T-X^i_T)^2",
    },
    {
      caption: "Equilibrium in the limit",
      tex: "\\alpha=\\eta_t(m_t-X_t),\\quad \\eta'=2a\\eta+\\eta^2-q,\\quad \\eta_T=c,\\quad m_t=m_0",
    },
    {
      caption: "Adjoint",
      tex: "dY_t=\\big(aY_t-q(X_t-m_t)\\big)dt+Z_t\\,dW_t,\\quad Y_T=c(X_T-m_T),\\quad Y=\\eta(X-m)",
    },
    {
      caption: "N banks, feedback",
      tex: "\\alpha^i=(1-\\tfrac1N)\\eta_t(\\bar X_t-X^i_t),\\quad \\eta'=2a\\eta+(1-\\tfrac1{N^2})\\eta^2-q",
    },
    {
      caption: "N banks, open loop",
      tex: "\\alpha^i=(1-\\tfrac1N)\\eta_t(\\bar X_t-X^i_t),\\quad \\eta'=2a\\eta+(1-\\tfrac1N)\\eta^2-q",
    },
    {
      caption: "Systemic event",
      tex:
        "\\mathbb P\\big(\\min_{t\\le T}\\bar X_t\\le D\\big)=" +
        "2\\Phi\\Big(\\frac{D-\\bar X_0}{\\sigma\\sqrt{T/N}}\\Big)\\quad(\\bar X_0>D)",
    },
  ],
  parameters,
  presets: {
    A: { title: "Moderate mean reversion, banks away from zero", parameters: {} },
    B: {
      title: "Strong running cost, all banks start at zero",
      parameters: { a: 1, q: 10, c: 0, sigma: 1, T: 1, m0: 0, v0: 0 },
    },
    C: {
      title: "Weak natural flow, long horizon, scattered start",
      parameters: { a: 0.1, q: 4, c: 2, sigma: 0.5, T: 5, m0: -0.2, v0: 0.5 },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback", "open-loop"],
  check: (_p, question) => requireSeveralBanks(question),
  build: (p) => systemicModel(banks(p)),
  quantities: systemicQuantities,
  measure: (p, question, candidate) => measureSystemic(banks(p), question, candidate),
  exact: (p, question) => exactSystemic(banks(p), question),
  events: ({ D }) => ({ defaultLevel: D }),
};

function banks({ q, ...rest }: Parameters): SystemicRisk {
  return { ...rest, q: 0, eps: q, rho: 0 };
}
