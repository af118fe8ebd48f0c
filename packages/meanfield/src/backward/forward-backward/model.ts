/**
 * Forward–backward systems of games: players steer X forward, what their steering is worth is carried backward.
 *
 * Each player i of N controls dX^i = β(t, X^i, X̄, α^i)dt + σdW^i and pays E∫F(t, X^i, X̄, α^i)dt + E G(X^i_T, X̄_T), with X̄ the
 * average of all. Open-loop Nash equilibria solve Pontryagin's system with the adjoints of all coordinates,
 *
 *     dY^{ij} = −[∂ₓβ(X^j)Y^{ij} + (1/N) Σ_k ∂ₘβ(X^k)Y^{ik} + δ_ij ∂ₓF(X^i) + (1/N) ∂ₘF(X^i)]dt + Σ_k Z^{ijk}dW^k,
 *     Y^{ij}_T = δ_ij ∂ₓG(X^i) + (1/N) ∂ₘG(X^i),      α^i = α̂(t, X^i, X̄, Y^{ii}),
 *
 * (R. Carmona, F. Delarue, "Probabilistic Theory of Mean Field Games with Applications" I, Springer 2018, section 2.1.2). The
 * limit keeps Y^i = Y^{ii} alone, with m = E X for X̄; the same with the empirical mean is the particle system of M. Laurière,
 * L. Tangpi, "Convergence of large population games to mean field games with interaction through the controls", SIAM Journal on
 * Mathematical Analysis 54 (2022), which is often printed as "the N-player game" but differs from it by 1/N.
 */

import type { Model } from "../../core/index.ts";

/**
 * Solvers may rely on: functions are pure, finite and smooth in (x, m, α); α̂ minimises β(t,x,m,α)y + F(t,x,m,α) and is Lipschitz
 * in (x, m, y).
 */
export interface ForwardBackwardModel extends Model {
  readonly family: "backward";
  readonly kind: "forward-backward";
  /** T. */
  readonly horizon: number;
  /** Whether finitely many players form Pontryagin's system of the game, or particles of the limit's. */
  readonly system: "nash" | "particle";
  /** X_0 is normal, independent from player to player. */
  readonly start: { readonly mean: number; readonly variance: number };
  /** σ, a constant. */
  readonly volatility: number;
  /** α̂(t, x, m, y). */
  readonly control: (t: number, x: number, m: number, y: number) => number;
  /** β(t, x, m, α) with its partial derivatives. */
  readonly drift: SmoothFunction;
  /** F(t, x, m, α) with its partial derivatives. */
  readonly running: SmoothFunction;
  /** ∂ₓG and ∂ₘG. */
  readonly final: {
    readonly slopeX: (x: number, m: number) => number;
    readonly slopeM: (x: number, m: number) => number;
  };
  /** The same game as data where it is linear–quadratic, so that it can be solved exactly; agrees with the functions. */
  readonly linear?: LinearQuadraticGame;
}

/** A function of (t, x, m, α), its partial derivatives in x and in m. */
export interface SmoothFunction {
  readonly value: (t: number, x: number, m: number, alpha: number) => number;
  readonly slopeX: (t: number, x: number, m: number, alpha: number) => number;
  readonly slopeM: (t: number, x: number, m: number, alpha: number) => number;
}

/**
 * β = A x + Ā m + B α,   F = ½R α² + α(S x + S̄ m) + ½Q x² + Q̄ x m + ½Q̃ m²,   G = ½G x² + Ḡ x m + ½G̃ m².
 *
 * A bar is written `Mean`, a tilde `MeanMean`.
 */
export interface LinearQuadraticGame {
  readonly A: number;
  readonly AMean: number;
  readonly B: number;
  /** Positive. */
  readonly R: number;
  readonly S: number;
  readonly SMean: number;
  readonly Q: number;
  readonly QMean: number;
  readonly QMeanMean: number;
  readonly G: number;
  readonly GMean: number;
  readonly GMeanMean: number;
}

export interface LinearQuadraticSetting {
  readonly horizon: number;
  readonly system: "nash" | "particle";
  readonly start: { readonly mean: number; readonly variance: number };
  readonly volatility: number;
}

/** The model of a linear–quadratic game. */
export function linearQuadraticGame(setting: LinearQuadraticSetting, game: LinearQuadraticGame): ForwardBackwardModel {
  const { A, AMean, B, R, S, SMean, Q, QMean, QMeanMean, G, GMean, GMeanMean } = game;
  return {
    family: "backward",
    kind: "forward-backward",
    ...setting,
    control: (_t, x, m, y) => -(B * y + S * x + SMean * m) / R,
    drift: {
      value: (_t, x, m, alpha) => A * x + AMean * m + B * alpha,
      slopeX: () => A,
      slopeM: () => AMean,
    },
    running: {
      value: (_t, x, m, alpha) =>
        0.5 * R * alpha * alpha +
        alpha * (S * x + SMean * m) +
        0.5 * Q * x * x +
        QMean * x * m +
        0.5 * QMeanMean * m * m,
      slopeX: (_t, x, m, alpha) => S * alpha + Q * x + QMean * m,
      slopeM: (_t, x, m, alpha) => SMean * alpha + QMean * x + QMeanMean * m,
    },
    final: {
      slopeX: (x, m) => G * x + GMean * m,
      slopeM: (x, m) => GMean * x + GMeanMean * m,
    },
    linear: game,
  };
}
