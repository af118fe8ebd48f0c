/**
 * Wasserstein distances between two laws on the line, by adaptive quadrature of W₁ = ∫|F − G| dx or Wₚᵖ = ∫₀¹ |Q₁ − Q₂|ᵖ du.
 *
 * F. Santambrogio, "Optimal Transport for Applied Mathematicians", Birkhäuser 2015, propositions 2.17 and 2.18.
 */

import { integrateAdaptive } from "../numeric/adaptive-quadrature.ts";
import { checkOrder, power, root } from "./transport-cost.ts";
import type { Law } from "./law.ts";

/** The numbers of both in increasing order, each once. */
function merged(a: readonly number[], b: readonly number[]): number[] {
  return [...new Set([...a, ...b])].toSorted((x, y) => x - y);
}

/** ∫ f over pieces, the error shared out evenly between them; `noise` is what rounding of f does to a piece. */
function sumOfPieces(ends: readonly number[], f: (at: number) => number, noise: (length: number) => number): number {
  const sum = (tolerance: (length: number) => number): number => {
    let total = 0;
    for (let k = 1; k < ends.length; k++) {
      const absolute = tolerance(ends[k] - ends[k - 1]);
      total += integrateAdaptive(f, ends[k - 1], ends[k], { relative: 0, absolute }).value;
    }
    return total;
  };
  // One rule on each piece tells how large the whole is, and so which error in a piece matters.
  const rough = sum(() => Infinity);
  return sum((length) => Math.max((1e-10 * rough) / ends.length, noise(length)));
}

/**
 * The Wasserstein distance of the given order between two laws on the line.
 *
 * The relative error of the integral, before its root is taken, is below 10⁻¹⁰ beside what the laws themselves carry
 * (second order in the spacing for densities on grids). Throws `RangeError` for an order below 1.
 */
export function wassersteinLaws(first: Law, second: Law, order: number): number {
  checkOrder("wassersteinLaws", order);
  const scale = Math.sqrt(first.partialSquare(1) + second.partialSquare(1));
  if (order === 1) {
    return sumOfPieces(
      merged(Array.from(first.knots), Array.from(second.knots)),
      (x) => Math.abs(first.distribution(x) - second.distribution(x)),
      // Distribution functions carry 10⁻¹⁶ of rounding: where they agree, no more can be asked for.
      (length) => 1e-15 * Math.min(length, scale),
    );
  }
  const levels = (law: Law): number[] => Array.from(law.knots, (x) => law.distribution(x));
  const total = sumOfPieces(
    merged(levels(first), levels(second)),
    (u) => power(first.quantile(u) - second.quantile(u), order),
    () => (1e-11 * scale) ** order,
  );
  return root(total, order);
}
