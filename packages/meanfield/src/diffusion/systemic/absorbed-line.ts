/**
 * Absorption at zero of a diffusion on the half-line with drift linear in the state, for games without common noise.
 *
 * The backward Kolmogorov equation u_τ = ½σ²u_zz + (b₀(t) + b₁(t)z)u_z by Crank and Nicolson's scheme (1947) for u − u₀, with steps
 * even in √τ.
 */

import {
  barrierGrid,
  coordinateOf,
  driftlessAbsorption,
  driftlessSlope,
  sixPointWeights,
} from "./short-time-absorption.ts";

export interface LineProblem {
  readonly horizon: number;
  /** σ > 0. */
  readonly sigma: number;
  /** b₀ and b₁ at time t, for the drift b₀ + b₁z. */
  readonly drift: (t: number) => readonly [constant: number, slope: number];
  /** The farthest z that matters. */
  readonly top: number;
}

/** Solves on n cells in n steps; returns the probability of touching 0 within T from z ≥ 0. */
export function absorbedLine(problem: LineProblem, n: number): (z: number) => number {
  const { horizon, sigma, drift, top } = problem;
  const z = barrierGrid(top, n);
  const v = new Float64Array(n + 1);
  const ratios = new Float64Array(n + 1);
  const root = Math.sqrt(horizon);
  for (let m = 0; m < n; m++) {
    const from = root * Math.sin((Math.PI * m) / (2 * n));
    const to = root * Math.sin((Math.PI * (m + 1)) / (2 * n));
    const step = (to * to - from * from) / 2;
    const t = horizon - (from * from + to * to) / 2;
    const [constant, slope] = drift(t);
    let below = 0;
    let previous = 0;
    let ratio = 0;
    for (let i = 1; i <= n; i++) {
      const here = v[i];
      const b = constant + slope * z[i];
      let lower: number;
      let upper = 0;
      let change: number;
      if (i < n) {
        const left = z[i] - z[i - 1];
        const right = z[i + 1] - z[i];
        const both = left + right;
        const diffusion = Math.max(sigma * sigma, 0.5 * Math.abs(b) * Math.max(left, right));
        lower = step * (diffusion / (left * both) - (b * right) / (left * both));
        upper = step * (diffusion / (right * both) + (b * left) / (right * both));
        const middle = step * ((b * (right - left)) / (left * right) - diffusion / (left * right));
        change = lower * below + middle * here + upper * v[i + 1];
        const pivot = 1 - middle + lower * ratio;
        previous = (here + change - driftlessSlope(z[i], sigma, from, to) * b + lower * previous) / pivot;
        ratio = -upper / pivot;
      } else {
        // Linear beyond; only drift from inside moves it.
        lower = (step * Math.max(0, -b)) / (z[n] - z[n - 1]);
        change = lower * (below - here);
        const right = here + change - driftlessSlope(z[i], sigma, from, to) * b;
        previous = (right + lower * previous) / (1 + lower + lower * ratio);
        ratio = 0;
      }
      ratios[i] = ratio;
      below = here;
      v[i] = previous;
    }
    for (let i = n - 1; i >= 1; i--) v[i] -= ratios[i] * v[i + 1];
  }
  const weights = new Float64Array(6);
  return (height) => {
    const first = sixPointWeights(coordinateOf(height, top, n), n, weights);
    let sum = 0;
    for (let a = 0; a < 6; a++) sum += weights[a] * v[first + a];
    return driftlessAbsorption(height, sigma, horizon) + sum;
  };
}
