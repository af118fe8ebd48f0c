import type { Model, Question } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";

/**
 * Games in which a player pays for its own state by a price that depends on the mean of all.
 *
 *     dX = α dt + σ₁ dW + σ₀ dW⁰,     m = E[X | W⁰],     J = E ∫₀ᵀ (c₁(α) + X τ(m)) dt + E[X_T h(m_T)].
 *
 * The cost is linear in X, so that the adjoint is the same for all players, Y = y(t, m), and the mean itself is the whole state
 * of the common noise:
 *
 *     y_t + ½σ₀² y_mm + (c₁′)⁻¹(−y) y_m + τ(m) = 0,   y(T, m) = h(m),     dm = (c₁′)⁻¹(−y) dt + σ₀ dW⁰
 *
 * (R. Carmona, F. Delarue, "Probabilistic Theory of Mean Field Games with Applications II", Springer 2018, for the decoupling
 * field of games with common noise). One hand that steers all pays m τ(m) and m h(m), and solves the same with the derivatives
 * of these.
 */
export interface AggregateModel {
  readonly family: "diffusion";
  readonly kind: "aggregate";
  readonly effort: EffortCost;
  /** τ. */
  readonly running: Price;
  /** h. */
  readonly terminal: Price;
  /** T > 0. */
  readonly horizon: number;
  /** σ₀ ≥ 0. */
  readonly commonNoise: number;
  /** σ₁ ≥ 0; without effect on costs and on the mean. */
  readonly ownNoise: number;
  /** m₀, the mean at the start. */
  readonly start: number;
  /** The means for which the answer is wanted, `start` among them; solvers look further out by themselves. */
  readonly interval: readonly [low: number, high: number];
}

/** c₁, strictly convex and least at 0. */
export interface EffortCost {
  readonly value: (a: number) => number;
  /** c₁′. */
  readonly marginal: (a: number) => number;
  /** (c₁′)⁻¹. */
  readonly inverse: (p: number) => number;
  /** The derivative of (c₁′)⁻¹. */
  readonly inverseSlope: (p: number) => number;
}

/** A price as a function of the mean. */
export interface Price {
  readonly value: (m: number) => number;
  readonly slope: (m: number) => number;
  /** An antiderivative of `value`. */
  readonly integral: (m: number) => number;
}

/** What whoever decides counts per unit of m: a price-taker the prices, the planner the derivatives of m τ(m) and m h(m). */
export interface Charges {
  readonly running: Price;
  readonly terminal: Price;
}

export function charges(model: AggregateModel, { concept }: Pick<Question, "concept">): Charges {
  const { running, terminal } = model;
  return concept === "nash" ? { running, terminal } : { running: forAll(running), terminal: forAll(terminal) };
}

/** d/dm of m p(m). */
function forAll(price: Price): Price {
  const value = (m: number): number => price.value(m) + m * price.slope(m);
  return {
    value,
    slope: (m) => {
      const step = 1e-3 * (1 + Math.abs(m));
      // Of fourth order; solvers read it at the ends of their intervals alone and as a first guess of Newton's method.
      return (8 * (value(m + step) - value(m - step)) - (value(m + 2 * step) - value(m - 2 * step))) / (12 * step);
    },
    integral: (m) => m * price.value(m),
  };
}

/** α = (c₁′)⁻¹(−y). */
export function effortAt({ effort }: AggregateModel, y: number): number {
  return effort.inverse(-y);
}

/** −min_a (c₁(a) + a y), the convex conjugate of c₁ at −y. */
export function gainOfEffort({ effort }: AggregateModel, y: number): number {
  const a = effort.inverse(-y);
  return -(effort.value(a) + a * y);
}

/** Undefined for a model of this kind; otherwise the line with which a solver for such games turns it away. */
export function otherKind(model: Model & { readonly kind?: string }): string | undefined {
  return model.kind === "aggregate"
    ? undefined
    : `it solves games with a price on the mean, this model is ${model.kind ?? "of another kind"}`;
}

/** Why a solver for this kind cannot take a model with, or without, common noise; undefined where it can. */
export function refusedNoise(model: AggregateModel, wanted: "noisy" | "noiseless"): string | undefined {
  if (model.commonNoise > 0 === (wanted === "noisy")) return undefined;
  return wanted === "noisy"
    ? "without common noise (s0 = 0) the adjoint is no function of time and mean: characteristics cross"
    : "with common noise the mean follows no single path";
}

/**
 * The largest |α| that can be met while the mean is within `reach` of the start, y being an average of prices met.
 */
function fastest(model: AggregateModel, { running, terminal }: Charges, reach: number): number {
  const samples = 200;
  let [low, high] = [Infinity, -Infinity];
  let [least, most] = [0, 0];
  for (let i = 0; i <= samples; i++) {
    const m = model.start + reach * ((2 * i) / samples - 1);
    low = Math.min(low, terminal.value(m));
    high = Math.max(high, terminal.value(m));
    least = Math.min(least, running.value(m));
    most = Math.max(most, running.value(m));
  }
  const [down, up] = [low + model.horizon * least, high + model.horizon * most];
  return Math.max(Math.abs(effortAt(model, down)), Math.abs(effortAt(model, up)));
}

/**
 * How far efforts can carry the mean, T max|α|, a little enlarged; the noise comes on top.
 *
 * Prices are looked at on a grid of the interval that can be reached, 3 standard deviations of the noise included.
 *
 * @throws RefusalError where prices grow so fast that no interval holds its own efforts.
 */
export function reachOf(model: AggregateModel, question: Pick<Question, "concept">): number {
  const prices = charges(model, question);
  const noise = 3 * model.commonNoise * Math.sqrt(model.horizon);
  let reach = 0;
  for (let k = 0; k < 60; k++) {
    const next = 1.02 * model.horizon * fastest(model, prices, reach + noise + 1e-3);
    if (!Number.isFinite(next)) break;
    if (next <= reach * (1 + 1e-9)) return reach;
    reach = next;
  }
  throw new RefusalError(
    `over the horizon T = ${model.horizon} the prices drive the mean without bound: take a shorter horizon or prices that grow less`,
  );
}
