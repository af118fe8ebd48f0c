/**
 * The martingales that drive trees: sums of independent steps on a lattice, which tend to Brownian motion as steps get short.
 *
 * `binomial` is Donsker's random walk. `trinomial` has the moments of a normal law to the fifth. `gaussian` is a Brownian motion
 * sampled at the times of the steps, which is what regressions are driven by too: a normal law put on a lattice of half its standard
 * deviation, by the trapezoidal rule, has its moments to rounding, since the rule is exact up to exp(−2π²·4) = 5·10⁻³⁵ for polynomials.
 *
 * Stability needs no symmetry. `skewed` goes up by 2 with probability ⅕, else down by ½; `poisson` is a compensated Poisson process with
 * one jump a step on average, K − 1. Their third moments, 3/2 and 1, are what a smooth function of the walk feels first: its
 * expectation then differs from that under Brownian motion by the order of the root of the step, not of the step.
 */

import { gaussianRule } from "../gaussian-rule.ts";
import type { StepMoments } from "../schemes/linear-recursion.ts";

export interface StepMartingale {
  readonly kind: (typeof stepMartingales)[number];
  /** The least move, in units of the root of the step. */
  readonly base: number;
  /** The distance of one move from the next, likewise. */
  readonly spacing: number;
  /** One for each move, of sum 1. */
  readonly probabilities: Float64Array;
  /** The moves themselves, of mean 0 and variance 1. */
  readonly moves: Float64Array;
  /** The power of the step that the walk leaves in a solution. */
  readonly order: 0.5 | 1;
  /** Standard deviations of the walk beyond which its places are left out, with probabilities that are lost in rounding. */
  readonly reach: number;
}

export const stepMartingales = ["binomial", "trinomial", "gaussian", "skewed", "poisson"] as const;

export function stepMartingale(kind: StepMartingale["kind"]): StepMartingale {
  if (kind === "binomial") return lattice(kind, -1, 2, [0.5, 0.5]);
  if (kind === "trinomial") return lattice(kind, -Math.sqrt(3), Math.sqrt(3), [1 / 6, 2 / 3, 1 / 6]);
  if (kind === "skewed") return { ...lattice(kind, -0.5, 2.5, [0.8, 0.2]), order: 0.5, reach: 16 };
  if (kind === "poisson") return { ...lattice(kind, -1, 1, poissonLaw(24)), order: 0.5, reach: 25 };
  const { nodes, weights } = gaussianRule(0.5, 9);
  return lattice(kind, nodes[0], 0.5, weights);
}

/** Of mean one, up to `most`. */
function poissonLaw(most: number): number[] {
  const law = [Math.exp(-1)];
  for (let k = 1; k <= most; k++) law.push(law[k - 1] / k);
  return law;
}

function lattice(
  kind: StepMartingale["kind"],
  base: number,
  spacing: number,
  weights: ArrayLike<number>,
): StepMartingale {
  const probabilities = Float64Array.from(weights);
  const moves = probabilities.map((_, k) => base + k * spacing);
  return { kind, base, spacing, probabilities, moves, order: 1, reach: 12 };
}

/** What one step does to φ(t, w) = exp(sw − s²t/2), or to w itself for s = 0. */
export function stepMoments({ moves, probabilities }: StepMartingale, s: number): (step: number) => StepMoments {
  if (s === 0) return () => ({ mean: 1, slope: 1 });
  return (step) => {
    const root = Math.sqrt(step);
    let mean = 0;
    let slope = 0;
    moves.forEach((move, k) => {
      const factor = probabilities[k] * Math.exp(s * root * move - (s * s * step) / 2);
      mean += factor;
      slope += (factor * move) / root;
    });
    return { mean, slope };
  };
}
