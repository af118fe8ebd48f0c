/**
 * Joint laws of a few players of a Gaussian system against the limit's product law.
 *
 * With loads A, B and variance t of each W, (Y^1, …, Y^k) has covariance A²t I + (2AB + B²)(t/N) 11′ and mean y_N each: one
 * eigenvalue differs from the limit's. D. Lacker, "Hierarchies, entropy, and quantitative propagation of chaos for mean field
 * diffusions", Probability and Mathematical Physics 4 (2023) 377–432: the entropy is of order (k/N)², though the coupling error is of
 * order 1/N.
 */

import { logarithmicExcess } from "../../measure/kullback-leibler.ts";
import type { Loadings } from "../candidate.ts";

export interface MarginalDistances {
  /** H(law of k players | k-fold product of the limit's). */
  readonly entropy: number;
  /** W₂² between the two. */
  readonly squaredDistance: number;
}

/**
 * @param finite loads of the system of `players` players at time t > 0; its own load is the limit's, as in all Gaussian systems
 * @param gap y_N − y
 */
export function marginalDistances(
  k: number,
  players: number,
  t: number,
  { own, mean }: Loadings,
  gap: number,
): MarginalDistances {
  const ratio = mean / own;
  const excess = (k * ratio * (2 + ratio)) / players;
  const variance = own * own * t;
  // √(1 + x) − 1 without cancellation.
  const stretch = excess / (Math.sqrt(1 + excess) + 1);
  return {
    entropy: 0.5 * logarithmicExcess(excess) + (k * gap * gap) / (2 * variance),
    squaredDistance: variance * stretch * stretch + k * gap * gap,
  };
}
