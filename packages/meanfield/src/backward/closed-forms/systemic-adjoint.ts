/**
 * The forward–backward system of interbank lending by hand.
 *
 * R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", Communications in Mathematical Sciences 13 (2015) 911–933.
 * With u = 1 − 1/N, Y^{ii} = p(X^i − X̄) and α^i = (q + p)(X̄ − X^i):
 *
 *     limit, particles    p = η,    η′ = 2(a+q)η + η² − (ε−q²),
 *     Nash, open loop     p = uφ,   φ′ = 2(a+q−q/(2N))φ + uφ² − (ε−q²),      η(T) = φ(T) = c.
 *
 * Deviations from the average decay like d(s,t) = exp(−∫ₛᵗ(a + q + p)), the average itself is W̄; with the noise of a player split
 * into W^i − W̄ and W̄ every error is a sum of two integrals.
 */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { scalarRiccati } from "../../numeric/scalar-riccati.ts";

export interface SystemicAdjoint {
  readonly a: number;
  readonly q: number;
  readonly eps: number;
  readonly c: number;
  readonly sigma: number;
  readonly T: number;
  readonly m0: number;
  readonly v0: number;
}

export interface ClosedAdjoint {
  /** p(t), with Y^{ii} = p(X^i − X̄). */
  readonly slope: (t: number) => number;
  /** exp(−∫ₛᵗ(a + q + p)), s ≤ t. */
  readonly decay: (s: number, t: number) => number;
}

/** @throws RangeError beyond an explosion. */
export function closedAdjoint(
  { a, q, eps, c, T }: SystemicAdjoint,
  players: number,
  system: "nash" | "particle",
): ClosedAdjoint {
  const share = system === "particle" ? 0 : 1 / players;
  const u = 1 - share;
  const riccati = scalarRiccati({ A: a + q - (q * share) / 2, B: u, C: eps - q * q, terminal: c, horizon: T });
  return {
    slope: (t) => u * riccati.at(t),
    decay: (s, t) => riccati.decay(s, t) * Math.exp((-q * share * (t - s)) / 2),
  };
}

/** A bound on how fast deviations decay: a + q + p with p ≤ max(c, √(ε − q²)). */
export function fastestRate({ a, q, eps, c }: SystemicAdjoint): number {
  return a + Math.abs(q) + Math.max(c, Math.sqrt(Math.max(0, eps - q * q)));
}

/** ∫ₐᵇ f of a function that may change at a given rate next to either end: pieces there as short as its layers. */
export function layeredIntegral(f: (t: number) => number, a: number, b: number, rate: number): number {
  if (!(b > a)) return 0;
  const layers = Math.max(0, Math.ceil(Math.log2((rate * (b - a)) / 8)));
  const middle = 0.5 * (a + b);
  let sum = 0;
  const add = (low: number, high: number): void => {
    sum += integrateAdaptive(f, low, high, { absolute: 1e-24 }).value;
  };
  if (layers === 0) add(a, b);
  else {
    for (let k = 0; k < layers; k++) {
      const [outer, inner] = [k === layers - 1 ? 0 : 2 ** -(k + 1), 2 ** -k];
      add(a + (middle - a) * outer, a + (middle - a) * inner);
      add(b - (b - middle) * inner, b - (b - middle) * outer);
    }
  }
  return sum;
}

/** E|X^{i,N} − X^i|² and E|Y^{i,N} − Y^i|² at t, between N players and the limit, on the same starts and noises. */
export function closedErrors(
  p: SystemicAdjoint,
  players: number,
  system: "nash" | "particle",
): { readonly x: (t: number) => number; readonly y: (t: number) => number } {
  const finite = closedAdjoint(p, players, system);
  const limit = closedAdjoint(p, Infinity, system);
  // What is left at t of a unit of W^i − W̄ and of a unit of W̄ received at s, in the difference of the two.
  const spread = (t: number, own: (s: number) => number, common: (s: number) => number): number => {
    const squared = (s: number): number => (1 - 1 / players) * own(s) ** 2 + common(s) ** 2 / players;
    const noise = layeredIntegral(squared, 0, t, fastestRate(p));
    return p.v0 * squared(0) + p.sigma ** 2 * noise;
  };
  return {
    x: (t) =>
      spread(
        t,
        (s) => finite.decay(s, t) - limit.decay(s, t),
        (s) => 1 - limit.decay(s, t),
      ),
    y: (t) =>
      spread(
        t,
        (s) => finite.slope(t) * finite.decay(s, t) - limit.slope(t) * limit.decay(s, t),
        (s) => limit.slope(t) * limit.decay(s, t),
      ),
  };
}
