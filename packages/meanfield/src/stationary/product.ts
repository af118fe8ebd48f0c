/**
 * Product quality: firms that may invest into a better product while the market's average quality slows them down.
 *
 * The game behind the second example of J. Subramanian, A. Mahajan, AAMAS 2019, whose text of it is not public; the
 * moves are those of a public implementation in the line of G. Y. Weintraub, C. L. Benkard, B. Van Roy, "Computational
 * methods for oblivious equilibrium", Operations Research 58 (2010) 1247–1265. Depreciation and the smooth switch are
 * ours: without the one the chain is absorbed and every stationary field is trivial, without the other many policies have
 * none (docs/games/product-investment.md).
 */

import { finiteModel } from "./finite-model.ts";
import type { Successor } from "./finite-model.ts";
import type { FiniteStationaryModel, ThresholdShape } from "./model.ts";
import { logistic } from "./policy-class.ts";

export interface Product {
  /** What a unit of quality earns. */
  readonly d: number;
  /** What a unit of the market's average quality costs everybody. */
  readonly c: number;
  /** Price of an investment. */
  readonly lambda: number;
  /** Average quality at which improvements slow down. */
  readonly q: number;
  /** Width of that switch; 0 for a jump at ⟨z⟩ = q. */
  readonly s: number;
  /** Probability of depreciation in a period. */
  readonly delta: number;
  /** What depreciation does: quality to 0, or down by one. */
  readonly depreciation: (typeof depreciations)[number];
  /** Whether qualities in the reward are divided by the largest one, 9. */
  readonly normalised: boolean;
  readonly gamma: number;
}

export const depreciations = ["reset", "step"] as const;

/** Qualities 0, …, 9. */
const qualities = 10;

/** Invest below θ. Θ reaches past both ends, so that the smooth threshold may come close to "never" and to "always". */
const shape: ThresholdShape = { acts: "below", low: -2, high: 12, start: [1, 5], width: 0.5 };

/** The game with its ten qualities. */
export function productModel(product: Product): FiniteStationaryModel {
  const { d, c, lambda, delta, depreciation, normalised, gamma } = product;
  const unit = normalised ? qualities - 1 : 1;
  const worn = (y: number): number => (depreciation === "reset" ? 0 : Math.max(0, y - 1));
  /** The move is made first, then the product wears with probability δ. */
  const wear = (moves: readonly Successor[]): Successor[] =>
    moves.flatMap(([y, p]): Successor[] => [
      [y, (1 - delta) * p],
      [worn(y), delta * p],
    ]);
  const scaled = (moves: readonly Successor[], factor: number): Successor[] => moves.map(([y, p]) => [y, factor * p]);
  return finiteModel({
    positions: Array.from({ length: qualities }, (_, x) => x),
    actionNames: ["keep", "invest"],
    discount: gamma,
    transitionsCoupled: true,
    successors: (x, a, [mean]) => {
      if (a === 0) return wear([[x, 1]]);
      const w = fastShare(product, mean);
      return wear([...scaled(fastMoves(x), w), ...scaled(slowMoves(x), 1 - w)]);
    },
    successorSlopes: (x, a, [mean]) => {
      if (a === 0) return [];
      const slope = fastShareSlope(product, mean);
      return wear([...scaled(fastMoves(x), slope), ...scaled(slowMoves(x), -slope)]);
    },
    reward: (x, a, [mean]) => (d * x - c * mean) / unit - lambda * a,
    rewardSlope: () => -c / unit,
    threshold: shape,
  });
}

/** Weight of the fast law, σ((q − ⟨z⟩)/s); with s = 0 one below q and none from q on. */
export function fastShare({ q, s }: Product, mean: number): number {
  return s === 0 ? (mean < q ? 1 : 0) : logistic((q - mean) / s);
}

/** Its derivative in ⟨z⟩; with s = 0 that beside the jump, which is nothing. */
function fastShareSlope(product: Product, mean: number): number {
  if (product.s === 0) return 0;
  const w = fastShare(product, mean);
  return (-w * (1 - w)) / product.s;
}

/** While the market is poor, an investment leads to any quality from x to 9 alike. */
export function fastMoves(x: number): Successor[] {
  return Array.from({ length: qualities - x }, (_, k) => [x + k, 1 / (qualities - x)]);
}

/**
 * In a rich market improvements are halved: x + ⌊ω(10 − x)/2⌋ with ω uniform on [0, 1).
 *
 * Each whole step in [0, (10 − x)/2) has probability 2/(10 − x), the half step that is left when 10 − x is odd 1/(10 − x).
 */
export function slowMoves(x: number): Successor[] {
  const reach = (qualities - x) / 2;
  return Array.from({ length: Math.ceil(reach) }, (_, k) => [x + k, Math.min(1, reach - k) / reach]);
}
