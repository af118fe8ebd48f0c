/**
 * Absorption of a bank whose average and deviation are both random: a backward Kolmogorov problem in a half-plane.
 *
 * X̄ is a Brownian motion of rate s̄², the deviation D = X − X̄ an independent Ornstein–Uhlenbeck process of rate k(t) and
 * noise s². In the coordinates
 *
 *     z = X̄ + D − level,    w = βD − X̄/β,    β = s̄/s,
 *
 * the noise is isotropic of rate σ² = s̄² + s², and the drift is −kD (1, β) with D = (s̄s w + s²(z + level))/σ². So the
 * probability u of touching z = 0 within τ solves u_τ = ½σ²Δu − kD(u_z + βu_w), with no mixed derivative: the scheme of
 * Peaceman and Rachford (1955) is then of second order. Its steps are even in √τ. Where the Péclet number of a
 * cell exceeds four, which happens only far from where the bank ever is, added diffusion keeps the scheme stable.
 */

import {
  barrierGrid,
  coordinateOf,
  driftlessAbsorption,
  driftlessSlope,
  sixPointWeights,
} from "./short-time-absorption.ts";

export interface PlaneProblem {
  readonly level: number;
  readonly horizon: number;
  /** k(t). */
  readonly rate: (t: number) => number;
  /** s̄² > 0 and s² > 0. */
  readonly meanRate: number;
  readonly deviationRate: number;
  /** The farthest z, and the range of w, that matter. */
  readonly top: number;
  readonly low: number;
  readonly high: number;
}

/** Solves on n × n cells in n/2 steps, n even; returns u at time to go T as a function of (z, w), z ≥ 0. */
export function absorbedPlane(problem: PlaneProblem, n: number): (z: number, w: number) => number {
  const { level, horizon, rate, meanRate, deviationRate, top, low, high } = problem;
  const total = meanRate + deviationRate;
  const sigma = Math.sqrt(total);
  const beta = Math.sqrt(meanRate / deviationRate);
  const slant = Math.sqrt(meanRate * deviationRate) / total;
  const row = n + 1;
  const cell = (high - low) / n;
  const z = barrierGrid(top, n);

  /** u − u₀, row i at z_i. */
  const v = new Float64Array(row * row);
  const rhs = new Float64Array(row * row);
  const eliminated = new Float64Array(row * row);
  const line = new Float64Array(row);
  const deviation = new Float64Array(row * row);
  for (let i = 0; i <= n; i++) {
    for (let j = 0; j <= n; j++) {
      deviation[i * row + j] = slant * (low + j * cell) + (deviationRate / total) * (z[i] + level);
    }
  }
  const source = new Float64Array(row);
  const root = Math.sqrt(horizon);
  // Errors of time are small beside those of space: as many steps as cells would cost twice the work for no digit.
  const steps = n / 2;

  for (let m = 0; m < steps; m++) {
    const from = root * Math.sin((Math.PI * m) / (2 * steps));
    const to = root * Math.sin((Math.PI * (m + 1)) / (2 * steps));
    const step = (to * to - from * from) / 2;
    const k = rate(horizon - (from * from + to * to) / 2);
    for (let i = 1; i <= n; i++) source[i] = 0.5 * k * driftlessSlope(z[i], sigma, from, to);

    // First half: explicit in w, implicit in z; all lines of constant w are eliminated side by side.
    const spread = total / (2 * cell * cell);
    const wind = (k * beta) / (2 * cell);
    for (let i = 1; i <= n; i++) {
      const o = i * row;
      for (let j = 1; j < n; j++) {
        const p = o + j;
        const c = wind * deviation[p];
        const d = Math.max(spread, 0.5 * Math.abs(c));
        rhs[p] =
          v[p] + step * (d * (v[p + 1] - 2 * v[p] + v[p - 1]) - c * (v[p + 1] - v[p - 1])) + source[i] * deviation[p];
      }
      const first = 2 * Math.min(0, wind * deviation[o]);
      rhs[o] = v[o] - step * first * (v[o + 1] - v[o]) + source[i] * deviation[o];
      const p = o + n;
      const last = 2 * Math.max(0, wind * deviation[p]);
      rhs[p] = v[p] - step * last * (v[p] - v[p - 1]) + source[i] * deviation[p];
    }
    for (let i = 1; i < n; i++) {
      const o = i * row;
      const below = z[i] - z[i - 1];
      const above = z[i + 1] - z[i];
      const both = below + above;
      const widest = 0.25 * Math.max(below, above);
      const slopeBelow = (-k * above) / (below * both);
      const slopeHere = (k * (above - below)) / (below * above);
      const slopeAbove = (k * below) / (above * both);
      for (let j = 0; j <= n; j++) {
        const p = o + j;
        const drift = deviation[p];
        const diffusion = step * Math.max(0.5 * total, widest * Math.abs(k * drift));
        const lower = step * drift * slopeBelow - (2 * diffusion) / (below * both);
        const upper = step * drift * slopeAbove - (2 * diffusion) / (above * both);
        const diagonal = 1 + step * drift * slopeHere + (2 * diffusion) / (below * above);
        // Row 0 is the barrier, where both v and what is eliminated stay zero.
        const inverse = 1 / (diagonal - lower * eliminated[p - row]);
        eliminated[p] = upper * inverse;
        v[p] = (rhs[p] - lower * v[p - row]) * inverse;
      }
    }
    // At the far sides u is linear, and only what blows in from inside moves it.
    for (let j = 0; j <= n; j++) {
      const p = n * row + j;
      const c = (step * Math.max(0, k * deviation[p])) / (z[n] - z[n - 1]);
      v[p] = (rhs[p] + c * v[p - row]) / (1 + c * (1 + eliminated[p - row]));
    }
    for (let p = n * row - 1; p >= row; p--) v[p] -= eliminated[p] * v[p + row];

    // Second half: explicit in z, which is 2v − rhs by what was just solved, and implicit in w.
    for (let i = 1; i <= n; i++) {
      const o = i * row;
      let previous = 0;
      let ratio = 0;
      for (let j = 0; j <= n; j++) {
        const p = o + j;
        const right = 2 * v[p] - rhs[p] + source[i] * deviation[p];
        let lower = 0;
        let upper = 0;
        let diagonal = 1;
        if (j === 0) {
          upper = 2 * step * Math.min(0, wind * deviation[p]);
          diagonal -= upper;
        } else if (j === n) {
          lower = -2 * step * Math.max(0, wind * deviation[p]);
          diagonal -= lower;
        } else {
          const c = wind * deviation[p];
          const d = Math.max(spread, 0.5 * Math.abs(c));
          lower = -step * (d + c);
          upper = -step * (d - c);
          diagonal += 2 * step * d;
        }
        const inverse = 1 / (diagonal - lower * ratio);
        previous = (right - lower * previous) * inverse;
        ratio = upper * inverse;
        line[j] = ratio;
        v[p] = previous;
      }
      for (let j = n - 1; j >= 0; j--) v[o + j] -= line[j] * v[o + j + 1];
    }
  }

  const zWeights = new Float64Array(6);
  const wWeights = new Float64Array(6);
  return (height, across) => {
    const i0 = sixPointWeights(coordinateOf(height, top, n), n, zWeights);
    const j0 = sixPointWeights(Math.min(n, Math.max(0, (across - low) / cell)), n, wWeights);
    let sum = 0;
    for (let a = 0; a < 6; a++) {
      const o = (i0 + a) * row + j0;
      for (let b = 0; b < 6; b++) sum += zWeights[a] * wWeights[b] * v[o + b];
    }
    return driftlessAbsorption(height, sigma, horizon) + sum;
  };
}
