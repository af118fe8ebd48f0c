/**
 * The malware game with its continuous state in closed form: thresholds, fields, values, equilibrium, social optimum.
 *
 * Game: M. Huang, Y. Ma, "Mean field stochastic games: monotone costs and threshold policies", CDC 2016; concepts:
 * J. Subramanian, A. Mahajan, AAMAS 2019. Left alone, 1 − X is multiplied by a uniform number, so that with the length
 * t = −ln(1 − x) everything is exponentials: ℓ = −ln(1 − θ) is a threshold's length, s = 1 − θ = e^{−ℓ}, and a = 1 − γ.
 * Formulas are in ℓ, which tells thresholds apart that round to 1; costs are positive here and rewards their negatives.
 *
 * The class "repair iff x > θ", θ in [0, 1], is completed by repairing at the atom x = 0 itself with probability
 * `atZero` where θ = 0. Without that the game has no equilibrium where repair is cheap: everybody repairs at every
 * x > 0, and then a player at 0 would rather repair too than fall ill.
 */

import { findRoot } from "../../numeric/roots.ts";
import type { RepairModel } from "../model.ts";

/** A policy of the completed class and what it leads to at the field it induces. */
export interface RepairOutcome {
  /** θ: repair where x > θ; 1 where nobody ever repairs. */
  readonly threshold: number;
  /** ℓ = −ln(1 − θ), Infinity where nobody ever repairs. */
  readonly length: number;
  /** Probability of repair at x = 0 itself; positive only where θ = 0. */
  readonly atZero: number;
  /** ⟨z⟩. */
  readonly mean: number;
  /** V(0), as reward. */
  readonly valueAtZero: number;
  /** J for the uniform initial law, as reward. */
  readonly performance: number;
}

/** An atom at 0 beside a density on (0, 1]; nothing but a point mass at 1 where θ = 1. */
export interface RepairLaw {
  readonly atom: number;
  readonly density: (y: number) => number;
  /** Probability of [0, y]. */
  readonly distribution: (y: number) => number;
}

/** Where a policy lies in the completed class. */
interface Place {
  readonly length: number;
  readonly atZero: number;
}

const lengthOf = (x: number): number => -Math.log1p(-x);
const thresholdOf = (length: number): number => -Math.expm1(-length);

/** @throws RangeError outside the completed class. */
function place(threshold: number, atZero: number): Place {
  if (!(threshold >= 0 && threshold <= 1)) {
    throw new RangeError(`the threshold is ${threshold}; allowed is 0 to 1`);
  }
  if (!(atZero === 0 || (threshold === 0 && atZero > 0 && atZero <= 1))) {
    throw new RangeError(
      `repair at 0 has probability ${atZero} below the threshold ${threshold}; allowed is 0, or 0 to 1 at 0`,
    );
  }
  return { length: lengthOf(threshold), atZero };
}

/**
 * The stationary law under "repair iff x > θ".
 *
 * The density f solves f(y) = atom + ∫₀^min(y,θ) f/(1 − x) dx, hence is atom·e^{t} up to θ and constant above.
 */
export function stationaryLaw(threshold: number, atZero = 0): RepairLaw {
  const { length } = place(threshold, atZero);
  const leaving = 1 - atZero;
  const atom = 1 / (1 + leaving * (1 + length));
  return {
    atom,
    density: (y) => (threshold === 1 ? 0 : (leaving * atom) / (1 - Math.min(y, threshold))),
    distribution: (y) => {
      if (y >= 1) return 1;
      if (y < 0 || threshold === 1) return 0;
      const t = lengthOf(Math.min(y, threshold));
      return atom * (1 + leaving * (t + Math.max(0, y - threshold) / (1 - threshold)));
    },
  };
}

/** m(θ) = ⟨z⟩ of the stationary law. */
export function meanField(threshold: number, atZero = 0): number {
  return meanAt(place(threshold, atZero));
}

function meanAt({ length, atZero }: Place): number {
  if (atZero > 0) return (1 - atZero) / (2 * (2 - atZero));
  return length === Infinity ? 1 : (0.5 * Math.exp(-length) + length) / (2 + length);
}

/** dm/dθ; Infinity at θ = 1. */
export function meanFieldSlope(threshold: number): number {
  const { length } = place(threshold, 0);
  return length === Infinity ? Infinity : Math.exp(length) * meanSlope(length);
}

/**
 * dm/dℓ = ((1 + θ)/2 − m)/(2 + ℓ), with the difference taken in symbols.
 *
 * Positive: (1 + θ)/2 is the mean above the threshold, and the rest of the population lies below that.
 */
function meanSlope(length: number): number {
  return length === Infinity ? 0 : (2 - 0.5 * Math.exp(-length) * (3 + length)) / (2 + length) ** 2;
}

/** ∫₀^length e^{−rate·t} dt. */
function decay(rate: number, length: number): number {
  return -Math.expm1(-rate * length) / rate;
}

/** ∫₀^length (1 − e^{−t}) e^{−rate·t} dt; by its power series where the two integrals would cancel. */
function ramp(rate: number, length: number): number {
  if (length > 0.5) return decay(rate, length) - decay(rate + 1, length);
  let sum = 0;
  let power = length;
  let low = 1;
  let high = 1;
  for (let n = 1; n < 40; n++) {
    power *= -length / (n + 1);
    low *= rate;
    high *= rate + 1;
    const term = -power * (high - low);
    sum += term;
    if (Math.abs(term) <= 1e-17 * sum) break;
  }
  return sum;
}

/** I(θ) = ∫₀^θ y (1 − y)^{−γ} dy. */
export function costIntegral({ discount }: Pick<RepairModel, "discount">, threshold: number): number {
  return ramp(1 - discount, place(threshold, 0).length);
}

/** J = numerator/denominator for atZero = 0; the denominator 1 − γ² e^{−aℓ} as a sum of positive terms. */
function costParts({ discount: gamma, lambda }: RepairModel, length: number, c: number) {
  const a = 1 - gamma;
  const kept = Math.exp(-a * length);
  return {
    kept,
    numerator: kept * (0.5 * c * (1 + thresholdOf(length)) + lambda) + c * ramp(a, length),
    denominator: a * (1 + gamma) - gamma * gamma * Math.expm1(-a * length),
  };
}

/** Uniform-start cost at the frozen price c = k + ⟨z⟩ of a unit of x. */
function costAt(model: RepairModel, { length, atZero }: Place, c: number): number {
  const { discount: gamma, lambda } = model;
  if (atZero > 0) return 0.5 * c + lambda + gamma * costAtZeroAt(model, { length, atZero }, c);
  const { numerator, denominator } = costParts(model, length, c);
  return numerator / denominator;
}

function costAtZeroAt(model: RepairModel, at: Place, c: number): number {
  const { discount: gamma, lambda } = model;
  const p = at.atZero;
  if (p === 0) return gamma * costAt(model, at, c);
  return (p * lambda + (1 - p) * gamma * (0.5 * c + lambda)) / ((1 - gamma) * (1 + gamma - p * gamma));
}

/** V₀(θ, c): discounted cost from x = 0 at the frozen price c = k + ⟨z⟩. */
export function costAtZero(model: RepairModel, threshold: number, c: number, atZero = 0): number {
  return costAtZeroAt(model, place(threshold, atZero), c);
}

/** J as reward for the uniform initial law, at the policy's own field or at a frozen mean. */
export function performance(model: RepairModel, threshold: number, mean?: number, atZero = 0): number {
  const at = place(threshold, atZero);
  return -costAt(model, at, model.k + (mean ?? meanAt(at)));
}

/**
 * V(x), as reward, of the policy at the policy's own field or at a frozen mean.
 *
 * Below θ the cost is cx + γW with W the mean cost over [x, 1]; dW/dt = aW − cx with W(θ) = c(1 + θ)/2 + λ + γV₀.
 */
export function valueFunction(model: RepairModel, threshold: number, mean?: number, atZero = 0): (x: number) => number {
  const at = place(threshold, atZero);
  const { discount: gamma, lambda } = model;
  const a = 1 - gamma;
  const c = model.k + (mean ?? meanAt(at));
  const fromZero = costAtZeroAt(model, at, c);
  const above = 0.5 * c * (1 + threshold) + lambda + gamma * fromZero;
  return (x) => {
    if (x === 0 && atZero > 0) return -fromZero;
    if (x > threshold) return -(c * x + lambda + gamma * fromZero);
    // ℓ − t.
    const ahead = threshold === 1 ? Infinity : Math.log1p((threshold - x) / (1 - threshold));
    const later = Math.exp(-a * ahead) * above + c * (ramp(a, ahead) + x * decay(1 + a, ahead));
    return -(c * x + gamma * later);
  };
}

/**
 * h(ℓ; c) = γc(1 + θ)/2 − a(λ + γV₀(θ, c)): what repair at θ saves, times a, for one who plays θ.
 *
 * dV₀/dℓ = γ e^{−aℓ} h/(1 − γ² e^{−aℓ}), so that where h = 0 also dh/dℓ = γcs/2 > 0: h passes zero at most once, upwards,
 * and V₀ has one minimum, the best response. h(0) has the sign of c − 2λ/γ, h(∞) that of c − λ(2 − γ)/(2γ).
 */
function saving(model: RepairModel, length: number, c: number): number {
  const { discount: gamma, lambda } = model;
  const { numerator, denominator } = costParts(model, length, c);
  const fromZero = (gamma * numerator) / denominator;
  return 0.5 * gamma * c * (1 + thresholdOf(length)) - (1 - gamma) * (lambda + gamma * fromZero);
}

/** The price c above which repair pays at x = 0 itself, and so everywhere. */
const alwaysPrice = ({ discount: gamma, lambda }: RepairModel): number => (2 * lambda) / gamma;

/** The price c up to which repair pays nowhere. */
const neverPrice = ({ discount: gamma, lambda }: RepairModel): number => (lambda * (2 - gamma)) / (2 * gamma);

/** The root of a function of ℓ that passes zero once, upwards; Infinity where rounding hides that it ends positive. */
function positiveRoot(f: (length: number) => number): number {
  let high = 1;
  while (f(high) < 0) {
    if (high === Infinity) return Infinity;
    high *= 2;
  }
  return findRoot(f, high === 1 ? 0 : 0.5 * high, high);
}

/**
 * The threshold of the best response to the frozen price c = k + ⟨z⟩: null where repair never pays, 0 where it always does.
 *
 * At 0, `repairPaysAtZero` tells whether the best response repairs at x = 0 itself, too.
 */
export function bestResponseThreshold(model: RepairModel, c: number): number | null {
  if (c <= neverPrice(model)) return null;
  if (c >= alwaysPrice(model)) return 0;
  return thresholdOf(positiveRoot((length) => saving(model, length, c)));
}

/** Whether repair pays at x = 0 itself at the frozen price c = k + ⟨z⟩. */
export function repairPaysAtZero(model: RepairModel, c: number): boolean {
  return c > alwaysPrice(model);
}

function outcome(model: RepairModel, at: Place): RepairOutcome {
  const mean = meanAt(at);
  return {
    threshold: thresholdOf(at.length),
    length: at.length,
    atZero: at.atZero,
    mean,
    valueAtZero: -costAtZeroAt(model, at, model.k + mean),
    performance: -costAt(model, at, model.k + mean),
  };
}

/**
 * The stationary mean-field equilibrium, which is unique.
 *
 * Along the completed class, from repair everywhere over θ = 0 to θ = 1, ⟨z⟩ rises strictly from 0 to 1, and the best
 * response to k + ⟨z⟩ moves the other way. They meet once: at repair everywhere if k ≥ 2λ/γ, at never if
 * k + 1 ≤ λ(2 − γ)/(2γ), at 0 with mixing where 2λ/γ lies between k and k + 1/4, and else where h(ℓ; k + m(ℓ)) = 0.
 *
 * @param mixing whether repair at 0 itself is allowed; if not, the equilibrium among thresholds θ in [0, 1] alone, which
 *   is 0 where the other one repairs at 0
 */
export function equilibrium(model: RepairModel, mixing = true): RepairOutcome {
  // The mean at which a player at 0 is indifferent; m = (1 − p)/(2(2 − p)) solved for p.
  const indifferent = alwaysPrice(model) - model.k;
  if (indifferent <= 0.25) {
    const chance = indifferent <= 0 ? 1 : (1 - 4 * indifferent) / (1 - 2 * indifferent);
    return outcome(model, { length: 0, atZero: mixing ? chance : 0 });
  }
  if (model.k + 1 <= neverPrice(model)) return outcome(model, { length: Infinity, atZero: 0 });
  const length = positiveRoot((l) => saving(model, l, model.k + meanAt({ length: l, atZero: 0 })));
  return outcome(model, { length, atZero: 0 });
}

/** θ of the equilibrium: 1 where nobody ever repairs, 0 where everybody repairs at every x > 0, if not at 0 as well. */
export function smfeThreshold(model: RepairModel): number {
  return equilibrium(model).threshold;
}

/** Derivatives of the uniform-start cost: in ℓ (or `atZero`) with c frozen, and with c = k + m moving along. */
function costSlopes(model: RepairModel, { length, atZero: p }: Place): { partial: number; total: number } {
  const { discount: gamma, lambda } = model;
  const a = 1 - gamma;
  const c = model.k + meanAt({ length, atZero: p });
  if (p > 0) {
    const denominator = a * (1 + gamma - p * gamma);
    const fromZero = costAtZeroAt(model, { length, atZero: p }, c);
    const partial = (gamma * (a * lambda - 0.5 * gamma * c + a * gamma * fromZero)) / denominator;
    const perPrice = 0.5 + (0.5 * gamma * gamma * (1 - p)) / denominator;
    return { partial, total: partial - (0.5 * perPrice) / (2 - p) ** 2 };
  }
  const { kept, denominator } = costParts(model, length, c);
  const partial = (kept * saving(model, length, c)) / denominator;
  const perPrice = costParts({ ...model, lambda: 0 }, length, 1).numerator / denominator;
  return { partial, total: partial + perPrice * meanSlope(length) };
}

/** dJ/dθ as reward at the policy's own field: `partial` with the field frozen, `total` with the field moving along. */
export function gradients(model: RepairModel, threshold: number): { partial: number; total: number } {
  const { length } = place(threshold, 0);
  // dℓ/dθ = 1/s. At θ = 1 the mean rises without bound, and with it the cost.
  if (length === Infinity) {
    const sign = Math.sign(model.k + 1 - neverPrice(model));
    return { partial: sign === 0 ? 0 : -sign * Infinity, total: -Infinity };
  }
  const { partial, total } = costSlopes(model, { length, atZero: 0 });
  const scale = -Math.exp(length);
  return { partial: scale * partial, total: scale * total };
}

/** Points in which each half of the class is searched for changes of sign of the slope. */
const scanPoints = 600;

/**
 * Every local optimum of society in the completed class, best first.
 *
 * Changes of sign of the total derivative are sought on a grid and then located to rounding. The grid is even in
 * ln(1 + ℓ) as far as e^{−aℓ} can outweigh what a higher mean costs; beyond that the cost rises for ever.
 *
 * @param mixing whether repair at 0 itself is allowed; if not, θ in [0, 1] alone
 */
export function socialOptima(model: RepairModel, mixing = true): readonly RepairOutcome[] {
  const slope = (at: Place): number => costSlopes(model, at).total;
  const byLength = (u: number): number => slope({ length: Math.expm1(u), atZero: 0 });
  // Towards repair at 0 the cost rises with u where it falls with the probability.
  const byChance = (u: number): number => -slope({ length: 0, atZero: -u });
  const farthest = Math.log1p(800 / (1 - model.discount));
  const found: Place[] = [];
  const scan = (f: (u: number) => number, low: number, high: number, keep: (u: number) => Place): void => {
    let before = f(low);
    for (let i = 1; i <= scanPoints; i++) {
      const left = low + ((high - low) * (i - 1)) / scanPoints;
      const right = low + ((high - low) * i) / scanPoints;
      const after = f(right);
      if (before < 0 && after >= 0) found.push(keep(findRoot(f, left, right)));
      before = after;
    }
  };
  // The slope in `atZero` has a limit at 0 that the formula for p > 0 gives; the smallest p stands for it.
  const nearZero = -Number.EPSILON;
  if (mixing) {
    if (byChance(-1) >= 0) found.push({ length: 0, atZero: 1 });
    scan(byChance, -1, nearZero, (u) => ({ length: 0, atZero: -u }));
  }
  if (byLength(0) >= 0 && !(mixing && byChance(nearZero) > 0)) found.push({ length: 0, atZero: 0 });
  scan(byLength, 0, farthest, (u) => ({ length: Math.expm1(u), atZero: 0 }));
  return found.map((at) => outcome(model, at)).toSorted((one, other) => other.performance - one.performance);
}

/** The best policy for society in the completed class. */
export function socialOptimum(model: RepairModel, mixing = true): RepairOutcome {
  return socialOptima(model, mixing)[0];
}

/** θ of the social optimum among thresholds in [0, 1] alone. */
export function socialOptimumThreshold(model: RepairModel): number {
  return socialOptimum(model, false).threshold;
}

/** Cost of the equilibrium over cost of the social optimum, both for the uniform initial law; at least 1. */
export function priceOfAnarchy(model: RepairModel, mixing = true): number {
  return equilibrium(model, mixing).performance / socialOptimum(model, mixing).performance;
}
