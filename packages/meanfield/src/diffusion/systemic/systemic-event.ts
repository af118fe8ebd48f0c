/**
 * The systemic event of the systemic-risk games: that the average of all banks touches a level by the horizon.
 *
 * R. Carmona, J.-P. Fouque, L.-H. Sun, "Mean field games and systemic risk", Communications in Mathematical Sciences 13
 * (2015) 911–933: under any strategy α^i = K(t)(X̄ − X^i) the controls cancel in the average, which is a Brownian motion
 * whatever the banks want; the probability follows by reflection. Discrete monitoring: M. Broadie, P. Glasserman, S. Kou,
 * "A continuity correction for discrete barrier options", Mathematical Finance 7 (1997) 325–349, theorem 1.1.
 */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { normalDensity, normalDistribution } from "../../numeric/normal-distribution.ts";

export interface SystemicEventProblem {
  readonly level: number;
  readonly horizon: number;
  /** Variance rate of X̄: σ²(ρ² + (1−ρ²)/N). */
  readonly rate: number;
  /** The Gaussian law of X̄₀. */
  readonly initial: { readonly mean: number; readonly variance: number };
  /** Look only at times this far apart, to the order of its square root; all the time unless given. */
  readonly monitoring?: number;
}

/** −ζ(1/2)/√(2π), the expected overshoot of a Gaussian random walk in standard deviations of a step. */
const overshoot = 0.5825971579390107;

/** P(min X̄ ≤ level on [0, T]); an average that starts at or below the level counts. */
export function systemicEventProbability(problem: SystemicEventProblem): number {
  const { level, horizon, rate, initial, monitoring = 0 } = problem;
  const reach = Math.sqrt(rate * horizon);
  const shift = overshoot * Math.sqrt(rate * monitoring);
  const touched = (start: number): number => {
    if (start <= level) return 1;
    return reach === 0 ? 0 : 2 * normalDistribution((level - shift - start) / reach);
  };
  const spread = Math.sqrt(initial.variance);
  if (spread === 0) return touched(initial.mean);
  const below = normalDistribution((level - initial.mean) / spread);
  const from = (level - initial.mean) / spread;
  if (reach === 0) return below;
  // Where the start is above the level, likely, and within ten standard deviations of reaching the level.
  const low = Math.max(from, -10);
  const high = Math.min(10, from + (10 * reach) / spread);
  if (!(high > low)) return below;
  const above = integrateAdaptive((x) => normalDensity(x) * touched(initial.mean + spread * x), low, high, {
    relative: 1e-13,
    absolute: 1e-16,
  });
  return below + above.value;
}
