/**
 * Wasserstein distances between samples on the line, exact: Wₚᵖ = ∫₀¹ |Q₁(u) − Q₂(u)|ᵖ du.
 *
 * F. Santambrogio, "Optimal Transport for Applied Mathematicians", Birkhäuser 2015, proposition 2.17.
 */

import { sortSample } from "./sorted-sample.ts";
import { checkOrder, power, root } from "./transport-cost.ts";
import type { Sample } from "./sorted-sample.ts";

/**
 * The Wasserstein distance of the given order between two samples on the line, in any order, of any sizes, weighted or not.
 *
 * Exact up to rounding; the work is that of sorting. Throws `RangeError` for an order below 1, an empty sample, or values that
 * are not finite.
 */
export function wassersteinSamples(first: Sample, second: Sample, order: number): number {
  checkOrder("wassersteinSamples", order);
  const a = sortSample("wassersteinSamples", first);
  const b = sortSample("wassersteinSamples", second);
  const n = a.x.length;
  let sum = 0;
  if (n === b.x.length && !a.weighted && !b.weighted) {
    for (let i = 0; i < n; i++) sum += power(a.x[i] - b.x[i], order);
    return root(sum / n, order);
  }
  let at = 0;
  for (let i = 0, j = 0; i < n && j < b.x.length;) {
    const next = Math.min(a.upTo[i], b.upTo[j]);
    if (next > at) sum += (next - at) * power(a.x[i] - b.x[j], order);
    at = Math.max(at, next);
    // Both end together where they end at the same probability.
    const step = a.upTo[i] - b.upTo[j];
    if (step <= 0) i++;
    if (step >= 0) j++;
  }
  return root(sum, order);
}
