/**
 * Slopes from two noisy values, by perturbing all coordinates at once.
 *
 * J. C. Spall, IEEE Trans. Automat. Control 37 (1992) 332–341: η of independent signs, slope ΔJ/(2cη_i) in coordinate i.
 * The smoothed functional has η normal and slope η_i ΔJ/(2c): V. Ya. Katkovnik, Yu. Kulchitsky, Automation and Remote
 * Control 8 (1972); S. Bhatnagar, H. L. Prasad, L. A. Prashanth, "Stochastic Recursive Algorithms for Optimization",
 * Springer 2013, chapter 6.
 */

import { randomStream } from "../../numeric/random.ts";
import type { Draws } from "../simulation/environment.ts";
import type { Chart } from "./chart.ts";

export const perturbationLaws = ["rademacher", "gaussian"] as const;

export interface Perturbation {
  /** u + cη and u − cη, kept inside the chart. */
  readonly above: Float64Array;
  readonly below: Float64Array;
  /** Adds weight · (J₊ − J₋) · slope to `out`. */
  readonly addSlope: (difference: number, weight: number, out: Float64Array) => void;
}

/** Two points around u at distance c, in a direction drawn at random. */
export function perturb(
  chart: Chart,
  u: Float64Array,
  c: number,
  law: (typeof perturbationLaws)[number],
  { seed, stream }: Draws,
): Perturbation {
  const random = randomStream(seed, stream);
  const eta = u.map((_, i) => (law === "gaussian" ? random.normal(i) : random.uniform(i) < 0.5 ? -1 : 1));
  const above = chart.projectPerturbed(u.map((v, i) => v + c * eta[i]));
  const below = chart.projectPerturbed(u.map((v, i) => v - c * eta[i]));
  return {
    above,
    below,
    addSlope: (difference, weight, out) => {
      for (let i = 0; i < out.length; i++) {
        if (law === "gaussian") {
          out[i] += (weight * difference * eta[i]) / (2 * c);
          continue;
        }
        // 2cη_i, less what the ends of the range cut off.
        const span = above[i] - below[i];
        if (span !== 0) out[i] += (weight * difference) / span;
      }
    },
  };
}
