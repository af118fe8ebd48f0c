/** The stationary law of the malware game by its quantiles, for distances to samples. */

import type { Law } from "../../measure/index.ts";

/**
 * Of the policy "repair iff x > θ" (at 0 itself with a probability): an atom at 0, a density a·e^{t} in t = −ln(1 − x) up to
 * θ, that is a for each unit of t, and a constant one above. Nothing but the point 1 where θ = 1.
 *
 * The atom does no harm to distances of order 1: that F(x) ≥ u just where Q(u) ≤ x is all they use.
 */
export function lawOnTheLine(length: number, atZero: number): Law {
  const threshold = -Math.expm1(-length);
  const atom = length === Infinity ? 0 : 1 / (1 + (1 - atZero) * (1 + length));
  // Mass for each unit of t below θ, and as much for all above it.
  const unit = (1 - atZero) * atom;
  const place = (p: number): { t: number; above: number } => {
    if (length === Infinity) return { t: Infinity, above: 0 };
    const units = unit === 0 ? 0 : Math.max(0, p - atom) / unit;
    return { t: Math.min(units, length), above: Math.min(1, Math.max(0, units - length)) };
  };
  const at = (above: number): number => threshold + (1 - threshold) * above;
  /** ∫₀ᵖ Q and ∫₀ᵖ Q². */
  const integrals = (p: number): [number, number] => {
    if (length === Infinity) return [p, p];
    const { t, above } = place(p);
    const once = -Math.expm1(-t);
    const twice = -Math.expm1(-2 * t) / 2;
    const [low, high] = [threshold, at(above)];
    return [
      unit * (t - once + (above * (low + high)) / 2),
      unit * (t - 2 * once + twice + (above * (low * low + low * high + high * high)) / 3),
    ];
  };
  const [mean] = integrals(1);
  return {
    distribution: (x) => {
      if (x >= 1) return 1;
      if (x < 0 || length === Infinity) return 0;
      const above = Math.max(0, x - threshold) / (1 - threshold);
      return atom + unit * (-Math.log1p(-Math.min(x, threshold)) + above);
    },
    quantile: (p) => {
      const { t, above } = place(p);
      return above > 0 ? at(above) : -Math.expm1(-t);
    },
    centre: mean,
    partialMean: (p) => integrals(p)[0] - mean * p,
    partialSquare: (p) => {
      const [first, second] = integrals(p);
      return second - 2 * mean * first + mean * mean * p;
    },
    knots: [0, threshold, 1],
  };
}
