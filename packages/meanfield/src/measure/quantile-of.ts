/** Quantiles of a measure on the line, whatever its form. */

import { normalQuantile } from "../numeric/normal-distribution.ts";
import { densityLaw } from "./density-law.ts";
import { dimensionOf } from "./measure.ts";
import { sortSample } from "./sorted-sample.ts";
import type { Measure } from "./measure.ts";

/**
 * The quantile function of a measure on the line, p ↦ inf {x : F(x) ≥ p} for p in [0, 1].
 *
 * Sorts or sums once; ask it many times. Throws `RangeError` in more dimensions (take a `marginal` first), for a measure of
 * which only moments are known, and when asked outside [0, 1].
 */
export function quantileOf(measure: Measure): (p: number) => number {
  const dimension = dimensionOf(measure);
  if (dimension !== 1) throw new RangeError(`quantileOf: the measure has ${dimension} dimensions; allowed is 1`);
  switch (measure.kind) {
    case "density":
      return densityLaw(measure).quantile;
    case "particles": {
      const { x, upTo } = sortSample("quantileOf", measure);
      return (p) => {
        if (!(p >= 0 && p <= 1)) throw new RangeError(`quantile: p is ${p}; allowed is a probability between 0 and 1`);
        let below = -1;
        let reached = x.length - 1;
        while (reached - below > 1) {
          const middle = (below + reached) >> 1;
          // Particles without weight at the bottom are not in the support.
          if (upTo[middle] >= p && upTo[middle] > 0) reached = middle;
          else below = middle;
        }
        return x[reached];
      };
    }
    case "gaussian": {
      const mean = measure.mean[0];
      const deviation = Math.sqrt(measure.covariance.data[0]);
      return (p) => (deviation === 0 ? mean : mean + deviation * normalQuantile(p));
    }
    case "moments":
      throw new RangeError("quantileOf: the measure is known by its moments only; allowed is one that has quantiles");
  }
}
