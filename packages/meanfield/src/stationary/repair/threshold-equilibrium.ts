/**
 * Equilibrium and social optimum of the malware game with its continuous state among threshold policies, and the
 * gradients of the class, all along characteristics.
 *
 * Concepts: J. Subramanian, A. Mahajan, AAMAS 2019 (SMFE, SMF-SO, LSMFE, LSMF-SO). The class of hard thresholds is completed
 * by repair with some probability at x = 0 itself, where there is mass: where repair is cheap that is where players mix.
 */

import { InputError } from "../../core/index.ts";
import { findRoot } from "../../numeric/roots.ts";
import type { RepairModel } from "../model.ts";
import type { ThresholdPolicy } from "../policy-class.ts";
import { evaluator, stationaryField } from "./characteristics.ts";
import { optimum } from "./optimal-value.ts";
import { hardRule, ruleOf, stateAt } from "./repair-rule.ts";
import type { RepairRule } from "./repair-rule.ts";

/** A policy that was found, at the field it induces. */
export interface ThresholdAnswer {
  readonly policy: ThresholdPolicy;
  /** −ln(1 − θ), which tells apart thresholds that round to 1; Infinity where nobody ever repairs. */
  readonly length: number;
  /** ⟨z⟩. */
  readonly mean: number;
  /** J as reward. */
  readonly performance: number;
}

/** Derivatives of J, as reward, at the policy's own field. */
export interface ThresholdGradients {
  /** ∂J/∂θ, the field frozen. */
  readonly partial: number;
  /** dJ/dθ, the field moving along. */
  readonly total: number;
  /** ⟨z⟩. */
  readonly mean: number;
  /** J. */
  readonly performance: number;
}

/** The derivatives in the rule's own parameter. */
function slopes(model: RepairModel, rule: RepairRule): ThresholdGradients {
  const { mean, meanSlope } = stationaryField(rule);
  const { performance, partial, perMean } = evaluator(model, rule)(mean);
  return { partial, total: partial + perMean * meanSlope, mean, performance };
}

/**
 * J and its derivatives in θ for the policy σ((x − θ)/τ), or for width τ = 0 "repair iff x > θ", at its own field.
 *
 * At a hard threshold of 1 the derivatives are limits, as a rule infinite.
 *
 * @throws InputError for a hard threshold outside [0, 1], or numbers that are none.
 */
export function gradientsAt(model: RepairModel, theta: number, width: number): ThresholdGradients {
  if (width === 0 && !(theta >= 0 && theta <= 1)) throw new InputError("theta", theta, "between 0 and 1");
  const rule = ruleOf({ kind: "threshold", threshold: theta, width });
  const found = slopes(model, rule);
  if (width > 0) return found;
  if (theta === 1) {
    // A later threshold saves what repair at 1 would, and lets the mean rise; both at a rate without bound.
    const advantage = evaluator(model, rule)(found.mean).advantage(Infinity);
    return { ...found, partial: advantage === 0 ? 0 : -Math.sign(advantage) * Infinity, total: -Infinity };
  }
  // dℓ/dθ = 1/(1 − θ).
  return { ...found, partial: found.partial / (1 - theta), total: found.total / (1 - theta) };
}

/** From here on θ alone tells lengths apart to less than twelve digits. */
const keptLength = 9;

/**
 * The derivatives of J in the parameter that a policy's own rule has: θ of a smooth threshold, −ln(1 − θ) of a hard one,
 * and where repair at 0 itself is mixed its probability, from which J falls or rises as it does from a lower threshold.
 */
export function ownSlopes(
  model: RepairModel,
  policy: ThresholdPolicy,
): ThresholdGradients & { readonly end: -1 | 0 | 1 } {
  const { atZero = 0, threshold, width } = policy;
  if (width === 0 && atZero > 0) {
    const found = slopes(model, { pieces: hardRule(0).pieces, atZero, atZeroSlope: 1 });
    return { ...found, end: atZero >= 1 ? 1 : 0 };
  }
  const rule = ruleOf(policy);
  const end = threshold <= 0 ? -1 : width > 0 ? (threshold >= 1 ? 1 : 0) : rule.jump === undefined ? 1 : 0;
  return { ...slopes(model, rule), end };
}

function answer(model: RepairModel, length: number, atZero = 0): ThresholdAnswer {
  const rule = hardRule(length, atZero);
  const { mean } = stationaryField(rule);
  const { performance } = evaluator(model, rule)(mean);
  const policy = {
    kind: "threshold",
    threshold: stateAt(length),
    width: 0,
    ...(atZero > 0 ? { atZero } : {}),
    ...(length > keptLength && length < Infinity ? { length } : {}),
  } as const;
  return { policy, length, mean, performance };
}

/**
 * The stationary mean-field equilibrium, over all policies: the threshold that is the best response to its own field.
 *
 * Unique: the mean rises along the class, from repair everywhere to never, and the best response moves the other way.
 */
export function smfe(model: RepairModel): ThresholdAnswer {
  const respond = (length: number, atZero = 0) => optimum(model, stationaryField(hardRule(length, atZero)).mean);
  if (respond(0, 1).advantageAtZero >= 0) return answer(model, 0, 1);
  if (respond(0).advantageAtZero > 0) {
    return answer(
      model,
      0,
      findRoot((chance) => respond(0, chance).advantageAtZero, 0, 1),
    );
  }
  if (respond(Infinity).length === Infinity) return answer(model, Infinity);
  const ahead = (length: number): number => respond(length).length - length;
  let high = 1;
  while (ahead(high) > 0) high *= 2;
  return answer(model, findRoot(ahead, high === 1 ? 0 : 0.5 * high, high));
}

/** θ of the equilibrium: 1 where nobody ever repairs, 0 where everybody repairs at every x > 0, if not at 0 as well. */
export function smfeThreshold(model: RepairModel): number {
  return smfe(model).policy.threshold;
}

/** Intervals in which the slope is searched for changes of sign: of probabilities at 0, and of thresholds. */
const chances = 32;
const lengths = 64;

/**
 * Every local optimum of society in the completed class, best first: zeros of the total derivative, and ends.
 *
 * The thresholds searched are evenly spread in ln(1 + ℓ), ℓ = −ln(1 − θ), as far as discounting lets a later repair matter;
 * beyond, the mean alone rises. A pair of an optimum and a pessimum between two neighbours of the grid is missed.
 *
 * @param mixing whether repair at 0 itself is allowed; if not, θ in [0, 1] alone
 */
export function socialOptima(model: RepairModel, mixing = true): readonly ThresholdAnswer[] {
  const found: ThresholdAnswer[] = [];
  const scan = (
    rise: (u: number) => number,
    high: number,
    count: number,
    keep: (u: number) => ThresholdAnswer,
  ): void => {
    let before = rise(0);
    for (let i = 1; i <= count; i++) {
      const after = rise((high * i) / count);
      if (before > 0 && after <= 0) found.push(keep(findRoot(rise, (high * (i - 1)) / count, (high * i) / count)));
      before = after;
    }
  };
  // The probability of repair at 0 as the parameter of a rule.
  const byChance = (chance: number): number =>
    slopes(model, { pieces: hardRule(0).pieces, atZero: chance, atZeroSlope: 1 }).total;
  const byLength = (u: number): number => slopes(model, hardRule(Math.expm1(u))).total;
  if (mixing) {
    if (byChance(1) > 0) found.push(answer(model, 0, 1));
    scan(byChance, 1, chances, (chance) => answer(model, 0, chance));
  }
  if (byLength(0) <= 0 && !(mixing && byChance(0) > 0)) found.push(answer(model, 0));
  scan(byLength, Math.log1p(60 / (1 - model.discount)), lengths, (u) => answer(model, Math.expm1(u)));
  return found.toSorted((one, other) => other.performance - one.performance);
}

/** The best policy for society in the completed class. */
export function socialOptimum(model: RepairModel, mixing = true): ThresholdAnswer {
  return socialOptima(model, mixing)[0];
}

/** θ of the social optimum among thresholds in [0, 1] alone. */
export function socialOptimumThreshold(model: RepairModel): number {
  return socialOptimum(model, false).policy.threshold;
}
