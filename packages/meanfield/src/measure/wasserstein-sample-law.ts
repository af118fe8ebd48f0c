/**
 * Wasserstein distances of order 1 and 2 between a sample and a law on the line, exact: on the stretch of probabilities that
 * belongs to one observation the integral of |x − Q(u)|ᵖ is known from the law's partial integrals.
 *
 * S. Bobkov, M. Ledoux, "One-Dimensional Empirical Measures, Order Statistics, and Kantorovich Transport Distances", Memoirs of
 * the American Mathematical Society 261 (2019), chapters 2 to 4.
 */

import { sortSample } from "./sorted-sample.ts";
import type { Law } from "./law.ts";
import type { Sample } from "./sorted-sample.ts";

/**
 * The Wasserstein distance of order 1 or 2 between a sample on the line and a law without atoms.
 *
 * No quadrature and no bias: what is lost is rounding, about 10⁻¹⁶ of the law's standard deviation for order 1 and of its
 * variance, under the root, for order 2. Throws `RangeError` for another order or an unfit sample.
 */
export function wassersteinSampleLaw(sample: Sample, law: Law, order: 1 | 2): number {
  if (order !== 1 && order !== 2) {
    throw new RangeError(`wassersteinSampleLaw: order is ${String(order)}; allowed is 1 or 2`);
  }
  const { x, upTo } = sortSample("wassersteinSampleLaw", sample);
  let sum = 0;
  let below = 0;
  let meanBelow = 0;
  let squareBelow = 0;
  for (let i = 0; i < x.length; i++) {
    const above = upTo[i];
    if (above <= below) continue;
    const y = x[i] - law.centre;
    const meanAbove = law.partialMean(above);
    if (order === 1) {
      // Below `level` the quantile lies under the observation, above it over.
      const level = Math.min(above, Math.max(below, law.distribution(x[i])));
      const meanAt = law.partialMean(level);
      sum += y * (level - below) - (meanAt - meanBelow) + (meanAbove - meanAt) - y * (above - level);
    } else {
      const squareAbove = law.partialSquare(above);
      sum += y * y * (above - below) - 2 * y * (meanAbove - meanBelow) + (squareAbove - squareBelow);
      squareBelow = squareAbove;
    }
    below = above;
    meanBelow = meanAbove;
  }
  sum = Math.max(0, sum);
  return order === 1 ? sum : Math.sqrt(sum);
}
