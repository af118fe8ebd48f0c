/**
 * Trading against a price that the average order moves: the mean-field equilibrium in closed form, the open-loop Nash
 * equilibrium of N traders and the large trader by their adjoint equations, and how long each of them exists.
 *
 * After R. Carmona, D. Lacker, "A probabilistic weak formulation of mean field games and applications", Annals of Applied
 * Probability 25 (2015) 1189–1231, section 1 (price impact), with the price itself as a common state. The adjoint of a
 * trader's position is p = A(X−X̄) + M X̄ + C S, and α = −e^{rt} p − λS.
 */

import { integrate } from "../../numeric/ode.ts";
import { findRoot } from "../../numeric/roots.ts";
import { scalarRiccati } from "../../numeric/scalar-riccati.ts";
import type { ScalarGains } from "./scalar-game.ts";

export interface PriceImpact {
  /** κ, λ, r. */
  readonly kappa: number;
  readonly lam: number;
  readonly r: number;
  readonly horizon: number;
  /** The weight of ½X_T²: q, or q e^{−rT} where the terminal cost is discounted. */
  readonly terminal: number;
}

/** (e^{at} − 1)/a, entire in a. */
function growth(a: number, t: number): number {
  return a === 0 ? t : Math.expm1(a * t) / a;
}

/** A, M and C of the mean-field equilibrium. L = M + κC solves the Bernoulli equation L′ = L(e^{rt}L + κλ). */
function meanFieldAdjoint({ kappa, lam, r, horizon, terminal: q }: PriceImpact): {
  readonly A: (t: number) => number;
  readonly M: (t: number) => number;
  readonly C: (t: number) => number;
} {
  const kl = kappa * lam;
  const L = (t: number): number =>
    q / (Math.exp(kl * (horizon - t)) + q * Math.exp(r * t) * growth(r + kl, horizon - t));
  return {
    A: (t) => q / (1 + q * Math.exp(r * t) * growth(r, horizon - t)),
    M: (t) => L(t) * Math.exp(kl * (horizon - t)),
    C: (t) => -lam * growth(kl, horizon - t) * L(t),
  };
}

/** Gains of the mean-field equilibrium. */
export function meanFieldGains(problem: PriceImpact): ScalarGains {
  const { A, M, C } = meanFieldAdjoint(problem);
  const { r, lam } = problem;
  return {
    deviation: (t) => -Math.exp(r * t) * A(t),
    mean: (t) => -Math.exp(r * t) * M(t),
    common: (t) => -Math.exp(r * t) * C(t) - lam,
    constant: () => 0,
  };
}

/**
 * Gains of the open-loop Nash equilibrium of N traders; N = 1 is the single large trader.
 *
 * Six adjoint equations: p^i = AD + M X̄ + CS for the position and s^i = aD + m X̄ + cS for the price, D = X^i − X̄.
 * Throws RangeError where they explode; the message says how long before the horizon.
 */
export function openLoopGains(problem: PriceImpact, players: number): ScalarGains {
  const { kappa, lam, r, horizon, terminal } = problem;
  const own = kappa / players;
  const rhs = (t: number, y: Float64Array, dy: Float64Array): void => {
    const [A, a, M, C, m, c] = y;
    const up = Math.exp(r * t);
    const deviation = A + own * a;
    const mean = -up * (M + own * m);
    const common = -lam - up * (C + own * c);
    dy[0] = up * A * deviation;
    dy[1] = (up * a + lam) * deviation;
    dy[2] = -(M + kappa * C) * mean;
    dy[3] = -(M + kappa * C) * common;
    dy[4] = -(m + kappa * c + lam / up) * mean;
    dy[5] = -(m + kappa * c + lam / up) * common;
  };
  const start = Float64Array.of(terminal, 0, terminal, 0, 0, 0);
  const solution = integrate(rhs, horizon, 0, start, { relative: 1e-13, absolute: 1e-14 });
  if (solution.outcome !== "finished") {
    throw new RangeError(`the adjoint equations explode ${horizon - solution.tEnd} before the horizon ${horizon}`);
  }
  const adjoint = (i: number, j: number) => (t: number) => {
    const y = solution.at(t);
    return -Math.exp(r * t) * (y[i] + own * y[j]);
  };
  const common = adjoint(3, 5);
  return { deviation: adjoint(0, 1), mean: adjoint(2, 4), common: (t) => common(t) - lam, constant: () => 0 };
}

/** The planner holds deviations like a price-taker and moves the mean like one large trader. */
export function plannerGains(problem: PriceImpact): ScalarGains {
  return { ...openLoopGains(problem, 1), deviation: meanFieldGains(problem).deviation };
}

/** The terminal weight as a function of the horizon, which the existence horizons below vary. */
export interface ExistenceProblem extends Omit<PriceImpact, "terminal" | "horizon"> {
  readonly q: number;
  readonly discountTerminal: boolean;
}

/** The longest horizon for which the trader's own problem is convex: ln(1 + r/|q|)/r for q < 0, else Infinity. */
export function individualHorizon({ r, q, discountTerminal }: ExistenceProblem): number {
  if (q >= 0) return Infinity;
  if (!discountTerminal) return r === 0 ? -1 / q : Math.log1p(-r / q) / r;
  return r === 0 ? -1 / q : -r / q >= 1 ? Infinity : -Math.log1p(r / q) / r;
}

/** The longest horizon for which the mean's equation L stays finite; Infinity where it is longer than `within`. */
export function meanHorizon(problem: ExistenceProblem, within: number): number {
  const { kappa, lam, r, q, discountTerminal } = problem;
  if (q >= 0) return Infinity;
  const rate = r + kappa * lam;
  // Zero of 1 + q e^{rT} (1 − e^{−(r+κλ)T})/(r+κλ), without e^{rT} where the terminal cost is discounted.
  return firstZero((T) => 1 + q * (discountTerminal ? 1 : Math.exp(r * T)) * growth(-rate, T), within);
}

/**
 * The longest horizon for which the planner, or one large trader, has an optimum; Infinity where it is longer than `within`.
 *
 * With S − κX̄ conserved, integration by parts leaves ∫e^{−rt}(½ẋ² + ½rκλx²) + ½(terminal + κλe^{−rT})x_T² to minimise.
 */
export function plannerHorizon(problem: ExistenceProblem, within: number): number {
  const { kappa, lam, r, q, discountTerminal } = problem;
  const kl = kappa * lam;
  const timeToGo = (T: number): number => {
    const terminal = kl + (discountTerminal ? q : q * Math.exp(r * T));
    return scalarRiccati({ A: r / 2, B: 1, C: r * kl, terminal, horizon: T }).blowUp ?? Infinity;
  };
  if (r === 0) return Math.min(individualHorizon(problem), timeToGo(1));
  const mean = firstZero((T) => 1 - T / timeToGo(T), within);
  return Math.min(individualHorizon(problem), mean);
}

/** First zero on (0, within] of a function positive at 0, looked for in steps that grow by two per cent; else Infinity. */
function firstZero(f: (T: number) => number, within: number): number {
  let before = 1e-9 * within;
  for (let T = 1e-3 * within; before < within; T *= 1.02) {
    const next = Math.min(T, within);
    if (!(f(next) > 0)) return findRoot(f, before, next);
    before = next;
  }
  return Infinity;
}
