/**
 * Stationary mean-field games: infinite horizon, discounted, all players use one stationary policy, and the law of the
 * population does not move.
 *
 * J. Subramanian, A. Mahajan, "Reinforcement learning in stationary mean-field games", AAMAS 2019, pp. 251–259, whose
 * symbols are kept: states x, actions a, kernel P(y|x,a,z), reward r(x,a,z,y), discount γ, initial law ξ₀, field z.
 */

import type { Model } from "../core/index.ts";
import type { Matrix } from "../numeric/matrix.ts";

/** What solvers of the family read: finitely many states, or the continuous state of the malware game. */
export type StationaryModel = FiniteStationaryModel | RepairModel;

/**
 * Finitely many states and actions.
 *
 * The field enters through finitely many linear features φ = Φz (such as the mean ⟨z⟩), of which derivatives are needed;
 * a game that depends on z in any other way has the identity as its features.
 */
export interface FiniteStationaryModel extends Model {
  readonly family: "stationary";
  readonly kind: "finite";
  /** |X|. */
  readonly states: number;
  /** |A|. */
  readonly actions: number;
  /** The number that a state stands for, |X| increasing entries: what ⟨z⟩ averages and thresholds compare. */
  readonly positions: Float64Array;
  readonly actionNames: readonly string[];
  /** γ in (0, 1). */
  readonly discount: number;
  /** ξ₀, |X| entries that sum to one. */
  readonly initial: Float64Array;
  /** Φ, one row a feature, |X| columns. */
  readonly features: Matrix;
  /** Whether P depends on the field at all; where it does not, its stationary fields are linear algebra. */
  readonly transitionsCoupled: boolean;
  /** Writes P(y|x,a,φ) at (x·|A| + a)·|X| + y. */
  readonly transition: (phi: Float64Array, out: Float64Array) => void;
  /** Writes r(x,a,φ,y) at (x·|A| + a)·|X| + y. */
  readonly reward: (phi: Float64Array, out: Float64Array) => void;
  /** Writes ∂P(y|x,a,φ)/∂φ_f, in the same places. */
  readonly transitionSlope: (phi: Float64Array, f: number, out: Float64Array) => void;
  /** Writes ∂r(x,a,φ,y)/∂φ_f, in the same places. */
  readonly rewardSlope: (phi: Float64Array, f: number, out: Float64Array) => void;
  /** How threshold policies act; absent where states have no order that a threshold could cut. */
  readonly threshold?: ThresholdShape;
}

/**
 * The malware game with its continuous state x in [0, 1]: left alone, X' = X + (1 − X)ω with ω uniform; repaired, X' = 0.
 *
 * Reward −(k + ⟨z⟩)x − λa, ξ₀ uniform. M. Huang, Y. Ma, "Mean field stochastic games: monotone costs and threshold
 * policies", CDC 2016.
 */
export interface RepairModel extends Model {
  readonly family: "stationary";
  readonly kind: "repair";
  /** k ≥ 0. */
  readonly k: number;
  /** λ > 0, what a repair costs. */
  readonly lambda: number;
  /** γ in (0, 1). */
  readonly discount: number;
  readonly threshold: ThresholdShape;
}

/** Policies "action 1 above (below) a threshold θ". */
export interface ThresholdShape {
  /** `above`: action 1 where x > θ. `below`: action 1 where x < θ. */
  readonly acts: "above" | "below";
  /** The set Θ = [low, high] that θ is kept in. */
  readonly low: number;
  readonly high: number;
  /** Where learning starts, uniformly. */
  readonly start: readonly [low: number, high: number];
  /** τ: width of the smooth threshold, σ((x − θ)/τ), unless told. */
  readonly width: number;
}
