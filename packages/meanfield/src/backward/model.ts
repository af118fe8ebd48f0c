/**
 * Backward systems: what holds at the end and how it is carried back, for N players at once and in the limit.
 *
 * Interacting systems (R. Buckdahn, B. Djehiche, J. Li, S. Peng, "Mean-field backward stochastic differential equations: a limit
 * approach", Annals of Probability 37 (2009) 1524–1565; M. Laurière, L. Tangpi, "Backward propagation of chaos", Electronic
 * Journal of Probability 27 (2022)):
 *
 *     Y^i_t = ξ^i + ∫ₜᵀ f(s, X^i_s, Y^i_s, Z^{ii}_s, Lᴺ(Y_s)) ds − Σ_j ∫ₜᵀ Z^{ij}_s dW^j_s,     i = 1 … N,
 *     Y_t   = ξ   + ∫ₜᵀ f(s, X_s, Y_s, Z_s, L(Y_s)) ds − ∫ₜᵀ Z_s dW_s                            in the limit.
 *
 * All the Z^{ij} are there: interaction makes Y^i depend on every W^j, and an equation with Z^{ii}dW^i alone has no solution.
 */

import type { Model } from "../core/index.ts";
import { InputError } from "../core/index.ts";
import type { ForwardBackwardModel } from "./forward-backward/model.ts";
import { mean, meanOf } from "./law-functional.ts";
import type { LawFunctional } from "./law-functional.ts";

export type BackwardModel = InteractingModel | ForwardBackwardModel;

/**
 * Exchangeable players, coupled through the law of Y alone.
 *
 * Solvers may rely on: all functions are pure, defined and finite for every real argument, Lipschitz in (y, z, law) — where a
 * quadratic driver is meant, it is truncated, or known to stay where it is Lipschitz — and may be called at any time in [0, T] in
 * any order; arrays they are given may be reused by the caller and are not kept.
 */
export interface InteractingModel extends Model {
  readonly family: "backward";
  readonly kind: "interacting";
  /** T. */
  readonly horizon: number;
  /** What moves X^i; each player has one Brownian motion W^i of its own. */
  readonly forward: ForwardProcess;
  readonly driver: Driver;
  readonly terminal: Terminal;
  /** The functionals of the law of Y_t that the driver is given, in this order. */
  readonly functionals: readonly LawFunctional[];
  /** The functionals of the law of X_T that the terminal value is given, in this order; mostly none. */
  readonly terminalFunctionals: readonly LawFunctional[];
  /** The same system as data where it is linear, so that it can be solved exactly; agrees with the functions. */
  readonly linear?: LinearSystem;
}

/**
 * f(t, x, y, z, ℓ).
 *
 * @param x the player's own X^i_t
 * @param z its own Z^{ii}_t
 * @param law ℓ, one number for each of the model's `functionals`: of the empirical law Lᴺ(Y_t) of all N players, the player
 * included, or of L(Y_t) in the limit
 */
export type Driver = (t: number, x: number, y: number, z: number, law: Float64Array) => number;

/** ξ^i = g(X^i_T, ℓ), ℓ the `terminalFunctionals` of the law of X_T. */
export type Terminal = (x: number, law: Float64Array) => number;

export type ForwardProcess = BrownianForward | DiffusionForward;

/** X^i = W^i, which starts at 0: transitions are exact. */
export interface BrownianForward {
  readonly kind: "brownian";
}

/** dX^i = b(t, X^i)dt + σ(t, X^i)dW^i, for Euler's scheme. */
export interface DiffusionForward {
  readonly kind: "diffusion";
  /** X_0 as a function of a standard normal draw, independent of W. */
  readonly start: (normal: number) => number;
  /** b, Lipschitz in x. */
  readonly drift: (t: number, x: number) => number;
  /** σ, Lipschitz in x. */
  readonly volatility: (t: number, x: number) => number;
}

/**
 * f = a y + b z + c ℓ + h with ℓ the mean of Y, and ξ^i = own·φ(W^i_T) + mean·φ̄_T + constant.
 *
 * φ̄ is the average of φ(W^j) over all players, in the limit its expectation. Gaussian: φ(w) = w. Log-normal:
 * φ(w) at time t is exp(sw − s²t/2), a martingale of mean 1.
 */
export interface LinearSystem {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly h: number;
  readonly noise: { readonly kind: "gaussian" } | { readonly kind: "log-normal"; readonly s: number };
  readonly terminal: { readonly own: number; readonly mean: number; readonly constant: number };
}

/** The martingale φ_t = φ(t, W_t) that a linear system is linear in. */
export function martingaleOf({ noise }: LinearSystem): {
  readonly at: (t: number, w: number) => number;
  /** ∂φ/∂w: φ is moved by W with this factor. */
  readonly slope: (t: number, w: number) => number;
  readonly mean: number;
  /** Var φ_t. */
  readonly variance: (t: number) => number;
  /** E(∂φ/∂w)². */
  readonly squaredSlope: (t: number) => number;
  /** ∂φ/∂w = s φ, or 1 where s = 0: what a load on φ adds to a load on φ, or to the constant, per unit of b. */
  readonly s: number;
} {
  if (noise.kind === "gaussian") {
    return { at: (_t, w) => w, slope: () => 1, mean: 0, variance: (t) => t, squaredSlope: () => 1, s: 0 };
  }
  const { s } = noise;
  const at = (t: number, w: number): number => Math.exp(s * w - (s * s * t) / 2);
  return {
    at,
    slope: (t, w) => s * at(t, w),
    mean: 1,
    variance: (t) => Math.expm1(s * s * t),
    squaredSlope: (t) => s * s * Math.exp(s * s * t),
    s,
  };
}

/**
 * The model of a linear system over Brownian motions.
 *
 * @throws InputError for numbers that are not finite and a horizon that is not positive.
 */
export function linearModel(horizon: number, linear: LinearSystem): InteractingModel {
  const { a, b, c, h, terminal, noise } = linear;
  if (!(horizon > 0 && Number.isFinite(horizon))) throw new InputError("T", horizon, "a positive number");
  for (const [name, value] of Object.entries({ a, b, c, h, ...terminal })) {
    if (!Number.isFinite(value)) throw new InputError(name, value, "a finite number");
  }
  if (noise.kind === "log-normal" && !Number.isFinite(noise.s)) throw new InputError("s", noise.s, "a finite number");
  const { at } = martingaleOf(linear);
  const phi = (x: number): number => at(horizon, x);
  const crowd = terminal.mean === 0 ? [] : [meanOf("terminal_mean", "\\textstyle\\int\\varphi\\,d\\mu", phi)];
  return {
    family: "backward",
    kind: "interacting",
    horizon,
    forward: { kind: "brownian" },
    driver: (_t, _x, y, z, law) => a * y + b * z + c * law[0] + h,
    terminal: (x, law) => terminal.own * phi(x) + (crowd.length === 0 ? 0 : terminal.mean * law[0]) + terminal.constant,
    functionals: [mean],
    terminalFunctionals: crowd,
    linear,
  };
}
