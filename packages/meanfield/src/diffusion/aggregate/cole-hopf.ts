/**
 * The game in closed form where c₁ = k α²/2 and τ = 0.
 *
 * The viscous equation for y is Burgers', made linear by y = −kσ₀² ∂ ln φ: with H′ = h,
 *
 *     φ(t, m) = E exp(−H(m + σ₀ B_{T−t})/(kσ₀²)),   y = E[h e^{−H/(kσ₀²)}]/φ,
 *
 * and m_T has the Gaussian law of m₀ + σ₀ B_T tilted by e^{−H/(kσ₀²)}. E. Hopf, Comm. Pure Appl. Math. 3 (1950) 201–230; J. D. Cole,
 * Quarterly of Applied Mathematics 9 (1951) 225–236.
 */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import type { Price } from "./model.ts";

export interface ColeHopfProblem {
  /** k > 0. */
  readonly stiffness: number;
  /** σ₀ > 0. */
  readonly noise: number;
  readonly horizon: number;
  readonly start: number;
  /** h: the price, or for the planner the derivative of m h(m). */
  readonly terminal: Price;
  /** At least sup |h|. */
  readonly bound: number;
}

export interface ColeHopf {
  readonly adjoint: (t: number, m: number) => number;
  readonly densityAtEnd: (m: number) => number;
  /** E f(m_T). */
  readonly expectAtEnd: (f: (m: number) => number) => number;
  /** Y is a martingale: E m_t = m₀ − t y(0, m₀)/k. */
  readonly mean: (t: number) => number;
  /** Given m_T the path is a Brownian bridge. */
  readonly variance: (t: number) => number;
  /** −kσ₀² ln φ(0, m₀) = E ∫ ½kα² dt + E H(m_T). */
  readonly potential: number;
}

export function coleHopf({ stiffness, noise, horizon, start, terminal, bound }: ColeHopfProblem): ColeHopf {
  const scale = stiffness * noise * noise;
  /** The tilted Gaussian from (t, m): its normaliser relative to e^{−peak}, and means under it. */
  const tilted = (t: number, m: number) => {
    const variance = noise * noise * (horizon - t);
    const deviation = Math.sqrt(variance);
    const exponent = (x: number): number => terminal.integral(x) / scale + (0.5 * (x - m) ** 2) / variance;
    // No tilt moves the law by more than its drift can.
    const reach = ((horizon - t) * bound) / stiffness + 12 * deviation;
    const samples = 600;
    const ends = Float64Array.from({ length: samples + 1 }, (_, i) => m + reach * ((2 * i) / samples - 1));
    const levels = ends.map(exponent);
    const peak = levels.reduce((least, level) => Math.min(least, level), Infinity);
    // Pieces between which the quadrature must not overlook a narrow peak: runs of samples where anything is left.
    const pieces: (readonly [number, number])[] = [];
    let open: number | undefined;
    for (let i = 0; i <= samples; i++) {
      const alive = levels[i] - peak < 60;
      if (alive && open === undefined) open = Math.max(0, i - 1);
      if (open !== undefined && (!alive || i === samples)) {
        pieces.push([ends[open], ends[i]]);
        open = undefined;
      }
    }
    const weigh = (f: (x: number) => number): number => {
      let sum = 0;
      for (const [low, high] of pieces) {
        const parts = 8;
        for (let p = 0; p < parts; p++) {
          const [a, b] = [low + ((high - low) * p) / parts, low + ((high - low) * (p + 1)) / parts];
          sum += integrateAdaptive((x) => f(x) * Math.exp(peak - exponent(x)), a, b, {
            relative: 1e-13,
            absolute: 1e-15 * deviation,
          }).value;
        }
      }
      return sum;
    };
    const mass = weigh(() => 1);
    return {
      mean: (f: (x: number) => number): number => weigh(f) / mass,
      logNormaliser: Math.log(mass / (deviation * Math.sqrt(2 * Math.PI))) - peak,
      density: (x: number): number => Math.exp(peak - exponent(x)) / mass,
    };
  };
  const end = tilted(0, start);
  const meanAtEnd = end.mean((x) => x);
  const varianceAtEnd = end.mean((x) => (x - meanAtEnd) ** 2);
  const first = end.mean(terminal.value);
  return {
    adjoint: (t, m) => (t >= horizon ? terminal.value(m) : tilted(t, m).mean(terminal.value)),
    densityAtEnd: end.density,
    expectAtEnd: end.mean,
    mean: (t) => start - (t * first) / stiffness,
    variance: (t) => (t / horizon) ** 2 * varianceAtEnd + (noise * noise * t * (horizon - t)) / horizon,
    potential: -scale * end.logNormaliser,
  };
}
