import { dot, normalise, rangeOf } from "./regret-minimiser.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";

/** What a step may multiply a share by is at most 1 + this, in the first round. */
const firstStep = 0.5;

/** Steps shorten like 1/√T, in units of the largest range seen. */
export function replicatorSteps(): (payoffs: Float64Array) => number {
  let [round, range] = [0, 0];
  return (payoffs) => {
    range = Math.max(range, rangeOf(payoffs));
    round++;
    return range === 0 ? 0 : firstStep / (range * Math.sqrt(round));
  };
}

/**
 * Replicator dynamics: what is worth more than the mean grows in proportion, dν_i = ν_i(F_i − ν·F)dt, by Euler's steps.
 *
 * P. D. Taylor, L. B. Jonker, "Evolutionarily stable strategies and game dynamics", Math. Biosci. 40 (1978) 145–156.
 */
export function replicator(count: number): RegretMinimiser {
  const shares = new Float64Array(count).fill(1 / count);
  const stepOf = replicatorSteps();
  return {
    shares,
    learn: (payoffs) => {
      const mean = dot(shares, payoffs);
      const step = stepOf(payoffs);
      for (let i = 0; i < count; i++) shares[i] *= 1 + step * (payoffs[i] - mean);
      normalise(shares);
    },
  };
}
