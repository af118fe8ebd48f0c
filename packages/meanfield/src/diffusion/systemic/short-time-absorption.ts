/**
 * What absorption looks like just before the end, when drift has had no time to act.
 *
 * A Brownian motion of rate σ² that starts at z > 0 touches zero within τ with probability u₀ = erfc(z/(σ√(2τ))), by
 * reflection. The probability u with drift has the same jump at τ = 0, z = 0; the difference u − u₀ is continuous there,
 * which is what the finite-difference schemes of this folder solve for: on it they show their full second order.
 */

import { erfc } from "../../numeric/error-function.ts";

/** u₀. */
export function driftlessAbsorption(z: number, sigma: number, tau: number): number {
  return erfc(z / (sigma * Math.sqrt(2 * tau)));
}

/** ∫₀^s exp(−z²/(2σ²r²)) dr, s = √τ: with r = √τ̃ the factor 1/√τ̃ of ∂u₀/∂z cancels. */
function slopePrimitive(z: number, sigma: number, rootTau: number): number {
  if (rootTau === 0) return 0;
  const c = z / (sigma * Math.SQRT2);
  const ratio = c / rootTau;
  return rootTau * Math.exp(-ratio * ratio) - c * Math.sqrt(Math.PI) * erfc(ratio);
}

/** −∫ ∂u₀/∂z dτ from `from`² to `to`², exactly. */
export function driftlessSlope(z: number, sigma: number, from: number, to: number): number {
  return (2 / sigma) * Math.sqrt(2 / Math.PI) * (slopePrimitive(z, sigma, to) - slopePrimitive(z, sigma, from));
}

/** n + 1 points from 0 to `top`, closer together near the barrier at 0; inverse: `coordinateOf`. */
export function barrierGrid(top: number, n: number): Float64Array {
  return Float64Array.from({ length: n + 1 }, (_, i) => {
    const x = i / n;
    return top * x * (grading + (1 - grading) * x);
  });
}

/** The (fractional) index of z in `barrierGrid(top, n)`. */
export function coordinateOf(z: number, top: number, n: number): number {
  const share = Math.min(1, Math.max(0, z / top));
  // The root of grading·x + (1 − grading)·x² = share in the form that does not subtract.
  return (n * 2 * share) / (grading + Math.sqrt(grading * grading + 4 * (1 - grading) * share));
}

/** Slope of the map at the barrier: cells there are a tenth of the average. */
const grading = 0.1;

/** Weights of the polynomial through six neighbouring points at the fractional index `x`; returns the first point. */
export function sixPointWeights(x: number, n: number, weights: Float64Array): number {
  const first = Math.max(0, Math.min(n - 5, Math.floor(x) - 2));
  for (let a = 0; a < 6; a++) {
    let weight = 1;
    for (let b = 0; b < 6; b++) if (b !== a) weight *= (x - first - b) / (a - b);
    weights[a] = weight;
  }
  return first;
}
