/**
 * Finite states in continuous time: players choose the rates at which they jump.
 *
 * A player in state x pays f(x, t, μ) and ℓ(a) for the controls a of its moves, one a move x → y, which is made at the rate
 * q(a, μ); at T it pays g(x, μ_T). Values u and law μ of an equilibrium solve
 *
 *     −u̇_x = f(x) + Σ_y min_a {ℓ_xy(a) + q_xy(a) (u_y − u_x)},    u_x(T) = g(x, μ_T),
 *      μ̇_x = Σ_y μ_y q_yx − μ_x Σ_y q_xy,                         μ(0) = μ_0.
 *
 * D. A. Gomes, J. Mohr, R. R. Souza, "Continuous time finite state mean field games", Appl. Math. Optim. 68 (2013) 99–143.
 * Moves have controls of their own, since that is what all games here have and what makes every minimum one of one variable.
 */

import type { Model } from "../../core/index.ts";
import type { FiniteAxis } from "../model.ts";

export interface RatesModel extends Model {
  readonly family: "finite";
  readonly kind: "controlled-rates";
  /** T. */
  readonly horizon: number;
  readonly states: FiniteAxis;
  /** μ_0, one share a state, which sum to one. */
  readonly initial: Float64Array;
  /** What a calibration would change: numbers along time that costs and rates read. */
  readonly parameters: Parameters;
  /** Every pair of states between which there are jumps, at most once each. */
  readonly moves: readonly Move[];
  readonly running: Charge;
  readonly terminal: Charge;
}

/** γ(t, μ_t). */
export interface Parameters {
  readonly names: readonly string[];
  readonly at: (t: number, mu: Float64Array, out: Float64Array) => void;
  /** Adds Σ_k weights[k] ∂γ_k ⁄ ∂μ to `mu`; γ does not see the law where left out. */
  readonly pull?: (t: number, mu: Float64Array, weights: Float64Array, into: Float64Array) => void;
}

/** What costs and rates see. Views: read them, do not keep them. */
export interface Moment {
  t: number;
  gamma: Float64Array;
  mu: Float64Array;
}

/** Slopes by γ and by μ; those who compute some add them. */
export interface Slopes {
  gamma: Float64Array;
  mu: Float64Array;
}

/** A cost by state. */
export interface Charge {
  readonly value: (x: number, at: Moment) => number;
  /** Adds weight times the slopes; nothing depends on γ and μ where left out. */
  readonly pull?: (x: number, at: Moment, weight: number, into: Slopes) => void;
}

/** A function of one number besides γ and μ. */
export interface Piece {
  readonly value: (z: number, at: Moment) => number;
  /** Adds weight times the slopes by γ and μ, returns weight times that by z. */
  readonly pull: (z: number, at: Moment, weight: number, into: Slopes) => number;
}

/** A jump between two states, whose rate a player sets by a control. */
export interface Move {
  readonly from: number;
  readonly to: number;
  /** Controls there are; one number where chance alone decides. */
  readonly range: readonly [number, number];
  /** The best control by the difference Δ = u(to) − u(from): argmin over the range of ℓ(a) + q(a) Δ. */
  readonly control: Piece;
  /** q(a). */
  readonly rate: Piece;
  /** ℓ(a), convex on the range. */
  readonly cost: Piece;
}
