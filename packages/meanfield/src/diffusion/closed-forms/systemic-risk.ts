/**
 * The systemic-risk games by hand: every equilibrium has α^i = K(t)(X̄ − X^i), K from a scalar Riccati equation.
 *
 * R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", Communications in Mathematical Sciences 13
 * (2015) 911–933. With u = 1 − 1/N:
 *
 *     closed loop   K = q + uη,   η′ = 2(a+q)η + (1−N⁻²)η² − (ε−q²)
 *     open loop     K = q + uη,   η′ = 2(a+q−q/(2N))η + uη² − (ε−q²)
 *     limit, planner K = q + η,   η′ = 2(a+q)η + η² − (ε−q²),      η(T) = c.
 *
 * The planner's K is the limit's for every N: with all controls moved alike cancelling, deviations D_i = X̄ − X^i are what
 * is left, and their sum of costs is the limit's problem u times.
 */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { integrate } from "../../numeric/ode.ts";
import { scalarRiccati } from "../../numeric/scalar-riccati.ts";
import type { ScalarRiccatiProblem } from "../../numeric/scalar-riccati.ts";
import type { Question } from "../../core/index.ts";
import type { SystemicRisk } from "../systemic/model.ts";

/** What the banks do, and what it costs. */
export interface SystemicProfile {
  readonly eta: (t: number) => number;
  /** ∫₀ᵀ η. */
  readonly etaIntegral: () => number;
  /** K(t). */
  readonly gain: (t: number) => number;
  /** Var(X^i − X̄); in the limit Var(X | W⁰). */
  readonly deviation: (t: number) => number;
  readonly cost: number;
  /** Where the cost comes from: ½α², −qα(X̄−X), ½ε(X̄−X)², ½c(X̄_T−X_T)². */
  readonly parts: {
    readonly control: number;
    readonly cross: number;
    readonly deviation: number;
    readonly terminal: number;
  };
}

/** The equilibrium or optimum asked for; in the limit both information structures and the planner agree. */
export function systemicProfile(p: SystemicRisk, { concept, players, information }: Question): SystemicProfile {
  const inverse = concept === "planner" ? 0 : 1 / players;
  const open = information === "open-loop";
  const u = 1 - inverse;
  const riccati = scalarRiccati(equation(p, inverse, open));
  const gain = (t: number): number => p.q + u * riccati.at(t);
  const share = 1 - 1 / players;
  const noise = ownRate(p);
  // v, ∫K²v, ∫Kv, ∫v for v = Var D_i/(1 − 1/N).
  const path = integrate(
    (t, y, dy) => {
      const K = gain(t);
      dy[0] = noise - 2 * (p.a + K) * y[0];
      dy[1] = K * K * y[0];
      dy[2] = K * y[0];
      dy[3] = y[0];
    },
    0,
    p.T,
    [p.v0, 0, 0, 0],
    { relative: 1e-13, absolute: 1e-16 },
  );
  if (path.outcome !== "finished") throw new RangeError(`systemicProfile: ${path.reason}`);
  const parts = {
    control: 0.5 * share * path.end[1],
    cross: -p.q * share * path.end[2],
    deviation: 0.5 * p.eps * share * path.end[3],
    terminal: 0.5 * p.c * share * path.end[0],
  };
  // The value function knows the cost of the closed loop, the limit and the planner; an open loop has none.
  const cost =
    open && inverse > 0
      ? parts.control + parts.cross + parts.deviation + parts.terminal
      : share * 0.5 * (riccati.at(0) * p.v0 + noise * riccati.integral(0));
  const deviation = (t: number): number =>
    share * (inverse === 0 ? riccati.decay(0, t) ** 2 * p.v0 + noise * riccati.variance(0, t) : path.at(t)[0]);
  return { eta: riccati.at, etaIntegral: () => riccati.integral(0), gain, deviation, cost, parts };
}

/** The Riccati equation of 1/`inverse` banks; `inverse` 0 is the limit and the planner. */
function equation(p: SystemicRisk, inverse: number, open: boolean): ScalarRiccatiProblem {
  return {
    A: p.a + p.q * (open ? 1 - inverse / 2 : 1),
    B: open ? 1 - inverse : 1 - inverse * inverse,
    C: p.eps - p.q * p.q,
    terminal: p.c,
    horizon: p.T,
  };
}

/**
 * N (K_N(0) − K(0)) of an equilibrium of N banks against the limit, without subtracting the two.
 *
 * With η_N the solution for N and δ = N(η_N − η), the difference of the two Riccati equations is linear in δ,
 *
 *     δ′ = (2(a+q) + η_N + η) δ − S,   δ(T) = 0,   S = η_N²/N (closed loop) or qη_N + η_N² (open loop),
 *
 * and N(K_N − K) = (1 − 1/N) δ − η. Its integrating factor is a product of the two equations' own.
 */
export function gainRate(p: SystemicRisk, players: number, open: boolean): number {
  const inverse = 1 / players;
  const finite = equation(p, inverse, open);
  const [eta, etaN] = [scalarRiccati(equation(p, 0, open)), scalarRiccati(finite)];
  const whole = etaN.integral(0);
  const factor = (t: number): number =>
    eta.decay(0, t) *
    etaN.decay(0, t) *
    Math.exp(-(p.a + p.q - finite.A) * t - (1 - finite.B) * (whole - etaN.integral(t)));
  const source = (t: number): number => (open ? p.q + etaN.at(t) : inverse * etaN.at(t)) * etaN.at(t);
  // The factor fades like exp(−2St): panels that double from 1/S on see it however long the horizon.
  let delta = 0;
  let end = Math.min(p.T, 1 / Math.sqrt(finite.A ** 2 + finite.B * finite.C));
  for (let start = 0; start < p.T; [start, end] = [end, Math.min(p.T, 2 * end)]) {
    delta += integrateAdaptive((t) => factor(t) * source(t), start, end, { relative: 1e-13, absolute: 1e-15 }).value;
  }
  return (1 - inverse) * delta - eta.at(0);
}

/** σ²(1−ρ²), the variance rate of a bank's own noise. */
function ownRate(p: SystemicRisk): number {
  return p.sigma * p.sigma * (1 - p.rho * p.rho);
}

/** σ²(ρ² + (1−ρ²)/N), the variance rate of the average: it depends on no preference. */
export function averageRate(p: SystemicRisk, players: number): number {
  return p.sigma * p.sigma * p.rho * p.rho + ownRate(p) / players;
}

/** Var X^i_t. */
export function stateVariance(p: SystemicRisk, players: number, deviation: number, t: number): number {
  return deviation + p.v0 / players + averageRate(p, players) * t;
}

/**
 * What one of N banks gains by its best response when the others play the limit's strategy on the empirical mean.
 *
 * The gap is ½E∫(α − α̂)² dt along the profile, α̂ the best response's feedback, by completing the square: no two costs
 * are subtracted. G solves the deviator's own Riccati equation, α̂ = (q + uG)(X̄ − X^i).
 */
export function empiricalExploitability(p: SystemicRisk, players: number): number {
  const { eta, gain, deviation } = systemicProfile(p, { concept: "planner", players, information: "feedback" });
  const u = 1 - 1 / players;
  const G = integrate(
    (t, y, dy) => (dy[0] = 2 * (p.a + gain(t) / players) * y[0] + (p.q + u * y[0]) ** 2 - p.eps),
    p.T,
    0,
    [p.c],
    { relative: 1e-13, absolute: 1e-15 },
  );
  const gap = integrate((t, _y, dy) => (dy[0] = 0.5 * (eta(t) - u * G.at(t)[0]) ** 2 * deviation(t)), 0, p.T, [0], {
    relative: 1e-12,
    absolute: 1e-20,
  });
  return gap.end[0];
}

/**
 * The same where every bank plays on m_t = E[X_t | W⁰], which it computes alone: the deviator then moves X̄ against m.
 *
 * Its problem lives on y = (X^i − m, X̄ − m), dy = (Ay + bα) dt, A = (−a, a; K/N, −K), b = (1, 1/N).
 */
export function decentralisedExploitability(p: SystemicRisk, players: number): number {
  const { gain } = systemicProfile(p, { concept: "planner", players, information: "feedback" });
  const inverse = 1 / players;
  // P of the value ½y′Py as (P₁₁, P₁₂, P₂₂); the response is α̂ = q(y₂ − y₁) − b′Py.
  const response = (P: Float64Array): readonly [number, number] => [
    -p.q - P[0] - inverse * P[1],
    p.q - P[1] - inverse * P[2],
  ];
  const value = integrate(
    (t, P, dP) => {
      const K = gain(t);
      const [r1, r2] = response(P);
      dP[0] = -(2 * (-p.a * P[0] + inverse * K * P[1]) + p.eps - r1 * r1);
      dP[1] = -(-p.a * P[1] + inverse * K * P[2] + p.a * P[0] - K * P[1] - p.eps - r1 * r2);
      dP[2] = -(2 * (p.a * P[1] - K * P[2]) + p.eps - r2 * r2);
    },
    p.T,
    0,
    [p.c, -p.c, p.c],
    { relative: 1e-13, absolute: 1e-15 },
  );
  const noise = ownRate(p);
  const end = integrate(
    (t, y, dy) => {
      const K = gain(t);
      const [r1, r2] = response(value.at(t));
      const rate = p.a + K;
      dy[0] = 2 * (-rate * y[0] + p.a * y[1]) + noise;
      dy[1] = -(rate + K) * y[1] + p.a * y[2] + inverse * noise;
      dy[2] = -2 * K * y[2] + inverse * noise;
      dy[3] = 0.5 * ((K + r1) ** 2 * y[0] + 2 * (K + r1) * r2 * y[1] + r2 * r2 * y[2]);
    },
    0,
    p.T,
    [p.v0, inverse * p.v0, inverse * p.v0, 0],
    { relative: 1e-12, absolute: 1e-18 },
  );
  return end.end[3];
}
