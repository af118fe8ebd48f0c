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
import { expectedSquaredDistance } from "./empirical-law.ts";

export interface MarginalDistances {
  /** H(law of k players | k-fold product of the limit's). */
  readonly entropy: number;
  /** W₂² between the two. */
  readonly squaredDistance: number;
}

/**
 * The normal law of one number for each of N exchangeable players, beside the limit's: covariance (variance + excess)·1 + (common/N)·11ᵀ,
 * with 11ᵀ the matrix of ones, and means that differ by `shift`.
 */
export interface ExchangeableLaw {
  /** In the limit, where players are independent; positive. */
  readonly variance: number;
  readonly excess: number;
  readonly common: number;
  readonly shift: number;
}

/** Both covariances have the same eigenvectors: the vector of ones, and k − 1 others. */
export function exchangeableDistances(k: number, players: number, law: ExchangeableLaw): MarginalDistances {
  const { variance, shift } = law;
  const others = law.excess / variance;
  const ones = others + (k * law.common) / (players * variance);
  return {
    entropy:
      0.5 * ((k - 1) * logarithmicExcess(others) + logarithmicExcess(ones)) + (k * shift * shift) / (2 * variance),
    squaredDistance: variance * ((k - 1) * stretch(others) ** 2 + stretch(ones) ** 2) + k * shift * shift,
  };
}

/** E W₂² between the empirical law of all players and the limit's, whose average is independent of the deviations from it. */
export function exchangeableEmpirical(players: number, { variance, excess, common, shift }: ExchangeableLaw): number {
  const ratio = excess / variance;
  const order = variance * (1 + stretch(ratio)) * expectedSquaredDistance(players);
  return variance * stretch(ratio) ** 2 + order + common / players + shift * shift;
}

/** √(1 + x) − 1 without cancellation, x at least −1 but for rounding. */
function stretch(x: number): number {
  return x / (Math.sqrt(Math.max(0, 1 + x)) + 1);
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
  const variance = own * own * t;
  return exchangeableDistances(k, players, { variance, excess: 0, common: variance * ratio * (2 + ratio), shift: gap });
}
