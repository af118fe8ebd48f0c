/** Costs of effort and prices that games are made of. */

import type { EffortCost, Price } from "./model.ts";

/**
 * c₁(α) = k α²/2 + k₄ α⁴/4, k > 0 and k₄ ≥ 0.
 *
 * The root of kα + k₄α³ = p by the hyperbolic form of Viète's solution, without cancellation.
 */
export function evenEffort(k: number, k4: number): EffortCost {
  const marginal = (a: number): number => (k + k4 * a * a) * a;
  const scale = k4 > 0 ? Math.sqrt(k / (3 * k4)) : 0;
  const inverse =
    k4 > 0
      ? (p: number): number => 2 * scale * Math.sinh(Math.asinh((1.5 * p) / (k * scale)) / 3)
      : (p: number): number => p / k;
  return {
    value: (a) => (0.5 * k + 0.25 * k4 * a * a) * a * a,
    marginal,
    inverse,
    inverseSlope: (p) => 1 / (k + 3 * k4 * inverse(p) ** 2),
  };
}

/** base + height tanh(m/width): from base − height to base + height. */
export function thresholdPrice(base: number, height: number, width: number): Price {
  return {
    value: (m) => base + height * Math.tanh(m / width),
    slope: (m) => (height / width) * sechSquared(m / width),
    integral: (m) => base * m + height * width * logCosh(m / width),
  };
}

function sechSquared(z: number): number {
  const e = Math.exp(-2 * Math.abs(z));
  return (4 * e) / (1 + e) ** 2;
}

/** ln cosh z without overflow; 0 at 0. */
function logCosh(z: number): number {
  const size = Math.abs(z);
  return size < 0.1 ? 0.5 * Math.log1p(Math.sinh(size) ** 2) : size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
}
