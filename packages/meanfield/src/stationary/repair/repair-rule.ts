/**
 * How a threshold policy acts along t = −ln(1 − x), the variable in which the malware game's equations have no
 * singularity: a player left alone passes through [t, t + dt] on its way up with probability dt.
 */

import { InputError } from "../../core/index.ts";
import { logistic } from "../policy-class.ts";
import type { ThresholdPolicy } from "../policy-class.ts";

/** q, the probability of repair, as a function that is smooth from piece to piece of [0, end]. */
export interface RepairRule {
  /** In increasing order, without gaps, from 0 to where x cannot be told from 1. */
  readonly pieces: readonly RepairPiece[];
  /** q at x = 0 itself. */
  readonly atZero: number;
  /** Derivative of it in the parameter: θ of a smooth threshold, the length −ln(1 − θ) of a hard one. */
  readonly atZeroSlope: number;
  /** Where q jumps from 0 to 1, for a hard threshold that does. */
  readonly jump?: number;
}

export interface RepairPiece {
  readonly from: number;
  readonly to: number;
  readonly chance: (x: number) => number;
  /** Derivative of `chance` in the parameter. */
  readonly slope: (x: number) => number;
}

/** e^{−40} = 4e-18: what is left of 1 − x that long after anything happened cannot be seen beside 1. */
export const tail = 40;

const none = (): number => 0;
const one = (): number => 1;

/** x at the length t = −ln(1 − x). */
export function stateAt(t: number): number {
  return -Math.expm1(-t);
}

/** t = −ln(1 − x) of a state; Infinity at 1. */
export function lengthOf(x: number): number {
  return -Math.log1p(-x);
}

/** Repair where t > length: everywhere but at 0 for length 0, nowhere for Infinity; at 0 with probability `atZero`. */
export function hardRule(length: number, atZero = 0): RepairRule {
  if (length === Infinity) {
    return { pieces: [{ from: 0, to: tail, chance: none, slope: none }], atZero: 0, atZeroSlope: 0 };
  }
  const above = { from: length, to: length + tail, chance: one, slope: none };
  const cuts = [0, ...(length > tail ? [tail] : []), ...(length > 0 ? [length] : [])];
  const below = cuts.slice(1).map((to, i) => ({ from: cuts[i], to, chance: none, slope: none }));
  return { pieces: [...below, above], atZero, atZeroSlope: 0, jump: length };
}

/** q(x) = σ((x − θ)/τ). */
export function smoothRule(threshold: number, width: number): RepairRule {
  const chance = (x: number): number => logistic((x - threshold) / width);
  const slope = (x: number): number => {
    const u = (x - threshold) / width;
    return (-logistic(u) * logistic(-u)) / width;
  };
  // Near x = 1, q differs from q(1) by up to (1 − x)/(4τ).
  const end = tail + Math.max(0, -Math.log(width));
  // Cut at the steepest place, for a step over it might miss a narrow one.
  const centre = threshold > 0 && threshold < 1 ? lengthOf(threshold) : 0;
  const above = { from: centre, to: end, chance, slope };
  return {
    pieces: centre === 0 ? [above] : [{ from: 0, to: centre, chance, slope }, above],
    atZero: chance(0),
    atZeroSlope: slope(0),
  };
}

/**
 * The rule of a policy.
 *
 * @throws InputError for a threshold that is not a number, a negative width, or repair at 0 that no policy of the class has.
 */
export function ruleOf({ threshold, width, atZero, length }: ThresholdPolicy): RepairRule {
  if (Number.isNaN(threshold)) throw new InputError("policy.threshold", threshold, "a number");
  if (!(width >= 0 && width < Infinity)) throw new InputError("policy.width", width, "a finite number, at least 0");
  if (atZero !== undefined && !(atZero === 0 || (atZero > 0 && atZero <= 1 && threshold === 0 && width === 0))) {
    throw new InputError("policy.atZero", atZero, "0, or with a hard threshold at 0 a probability");
  }
  if (width > 0) return smoothRule(threshold, width);
  if (threshold < 0) return hardRule(0, 1);
  return hardRule(length ?? (threshold >= 1 ? Infinity : lengthOf(threshold)), atZero);
}
