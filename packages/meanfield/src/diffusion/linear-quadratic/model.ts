import type { Matrix } from "../../numeric/matrix.ts";

/**
 * Symmetric linear–quadratic games with N players or a continuum, common noise and a common state.
 *
 * Player i has a state x_i ∈ R^d and a control α_i ∈ R^k; x̄ and ᾱ are the averages over all players (in the limit, the
 * means given the common noise); s ∈ R^e is a common state such as a market price. Everything linear or quadratic acts
 * on one stacked vector
 *
 *     z_i = (x_i, x̄, s, α_i, ᾱ, 1),
 *
 * and the players are indistinguishable, so that one declaration serves the mean-field game, the planner, and the
 * N-player game for every N: the limit is the same set of equations with 1/N = 0.
 *
 *     dx_i = 𝓓(t) z_i dt + Σ dW^i + Σ⁰ dW⁰,     ds = 𝓒(t) z dt + Σˢ dW⁰,
 *     J_i  = E ∫₀ᵀ ½ z_i′ 𝓠(t) z_i dt + E ½ w_i′ 𝓖 w_i,     w_i = (x_i, x̄, s, 1) at T.
 */
export interface LinearQuadraticModel {
  readonly family: "linear-quadratic";
  readonly layout: Layout;
  /** T > 0. */
  readonly horizon: number;
  /** 𝓓, d × size. */
  readonly drift: TimeMatrix;
  /** 𝓒, e × size; its columns for x and α are zero, since one player is negligible but through x̄ and ᾱ. */
  readonly commonDrift: TimeMatrix;
  /** 𝓠, size × size, symmetric, with any discount factor already inside; costs are minimised. */
  readonly running: TimeMatrix;
  /** 𝓖 on (x, x̄, s, 1), symmetric, (2d+e+1)². */
  readonly terminal: Matrix;
  readonly noise: {
    /** Σ, d × (number of idiosyncratic Brownian motions of a player). */
    readonly own: Matrix;
    /** Σ⁰, d × (number of common Brownian motions). */
    readonly common: Matrix;
    /** Σˢ, e × (number of common Brownian motions). */
    readonly commonState: Matrix;
  };
  readonly initial: {
    /** E x_i(0), d. */
    readonly mean: Float64Array;
    /** Covariance of the independent initial states, d × d. */
    readonly covariance: Matrix;
    /** s(0), e; deterministic. */
    readonly commonState: Float64Array;
  };
  /** Why this model makes sense only in the limit (a finite game would be ill-posed); undefined where it does not. */
  readonly limitOnly?: string;
}

/** A matrix that may depend on time; `into` writes its value at t without allocating. */
export interface TimeMatrix {
  readonly rows: number;
  readonly columns: number;
  /** False where the value is the same at all times, so that a solver may evaluate once. */
  readonly timeDependent: boolean;
  readonly into: (t: number, out: Matrix) => void;
}

/** Where each block of z = (x, x̄, s, α, ᾱ, 1) stands, and of w = (x, x̄, s, 1). */
export interface Layout {
  /** d */
  readonly state: number;
  /** e */
  readonly common: number;
  /** k */
  readonly control: number;
  /** 2d + e + 2k + 1, the size of z. */
  readonly size: number;
  /** 2d + e + 1, the size of w = (x, x̄, s, 1). */
  readonly stateSize: number;
  /** Offsets in z; x is at 0 and x̄ at d in both z and w, s at 2d in both. */
  readonly offset: {
    readonly state: 0;
    readonly mean: number;
    readonly common: number;
    readonly control: number;
    readonly meanControl: number;
    readonly one: number;
    /** Offset of the constant 1 in w. */
    readonly stateOne: number;
  };
}

/** @param state d ≥ 1 @param control k ≥ 1 @param common e ≥ 0 */
export function layout(state: number, control: number, common = 0): Layout {
  const size = 2 * state + common + 2 * control + 1;
  const stateSize = 2 * state + common + 1;
  return {
    state,
    common,
    control,
    size,
    stateSize,
    offset: {
      state: 0,
      mean: state,
      common: 2 * state,
      control: 2 * state + common,
      meanControl: 2 * state + common + control,
      one: size - 1,
      stateOne: stateSize - 1,
    },
  };
}

/** Whether the average player's state stays random in the limit. */
export function hasCommonNoise({ noise }: LinearQuadraticModel): boolean {
  return [noise.common, noise.commonState].some(({ data }) => data.some((value) => value !== 0));
}
