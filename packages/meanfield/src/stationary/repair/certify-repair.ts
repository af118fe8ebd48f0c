/**
 * What is wrong with an answer to the malware game with its continuous state, whoever found it: exploitability,
 * consistency, residual. All along characteristics.
 *
 * Exploitability: J. Subramanian, A. Mahajan, AAMAS 2019, and as a sum of advantages S. Kakade, J. Langford,
 * "Approximately optimal approximate reinforcement learning", ICML 2002, lemma 6.1.
 */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import type { RepairModel } from "../model.ts";
import type { ThresholdPolicy } from "../policy-class.ts";
import { evaluator, occupation, stationaryField } from "./characteristics.ts";
import { optimum } from "./optimal-value.ts";
import { ruleOf, stateAt } from "./repair-rule.ts";

export interface RepairCertificate {
  /** E = ∫ V* − V dx at the field that the policy induces; 0 if and only if it is an equilibrium. */
  readonly exploitability: number;
  /** |⟨z⟩ assumed − ⟨z⟩ induced|. */
  readonly consistency: number;
  /** max over x of max_a Q(x, a) − V(x), Q and V those of the policy at the assumed field. */
  readonly residual: number;
  /** ⟨z⟩ induced. */
  readonly mean: number;
  /** J at the induced field. */
  readonly performance: number;
}

/** Exploitability, consistency and residual of a policy that was found with an assumed mean. */
export function certifyRepair(model: RepairModel, policy: ThresholdPolicy, assumedMean: number): RepairCertificate {
  const rule = ruleOf(policy);
  const { mean } = stationaryField(rule);
  return {
    exploitability: exploitability(model, policy, mean),
    consistency: Math.abs(assumedMean - mean),
    residual: residual(model, policy, assumedMean),
    mean,
    performance: evaluator(model, rule)(mean).performance,
  };
}

/** What a choice with repair probability q forgoes where repair is better by `advantage`. */
function forgone(q: number, advantage: number): number {
  return advantage > 0 ? (1 - q) * advantage : -q * advantage;
}

/**
 * E(π) = ∫ V*(x) − V_π(x) dx at the frozen mean, which is the policy's own unless given.
 *
 * The difference of values is the sum, over where π is how often, of what it forgoes there against the optimal continuation:
 * non-negative terms, which vanish quadratically at an equilibrium without a cancellation.
 */
export function exploitability(model: RepairModel, policy: ThresholdPolicy, frozenMean?: number): number {
  const rule = ruleOf(policy);
  const best = optimum(model, frozenMean ?? stationaryField(rule).mean);
  const { atom, perLength, beyond } = occupation(model, rule);
  const last = rule.pieces[rule.pieces.length - 1];
  let sum = atom * forgone(rule.atZero, best.advantageAtZero);
  sum += beyond * forgone(last.chance(1), best.advantage(Infinity));
  for (const { from, to, chance } of rule.pieces) {
    const loss = (t: number): number => perLength(t) * forgone(chance(stateAt(t)), best.advantage(t));
    // The loss has a kink where the best response switches.
    const cut = Math.min(to, Math.max(from, best.length));
    for (const [low, high] of [
      [from, cut],
      [cut, to],
    ]) {
      sum += integrateAdaptive(loss, low, high, { relative: 1e-11, absolute: 1e-15 / (1 - model.discount) }).value;
    }
  }
  return sum;
}

const samples = 200;

/** The largest one-step gain against the policy's own continuation at a frozen mean, over all x. */
function residual(model: RepairModel, policy: ThresholdPolicy, frozenMean: number): number {
  const rule = ruleOf(policy);
  const { advantage } = evaluator(model, rule)(frozenMean);
  let largest = forgone(rule.atZero, advantage(0));
  for (const { from, to, chance } of rule.pieces) {
    const loss = (t: number): number => forgone(chance(stateAt(t)), advantage(t));
    const at = (i: number): number => from + ((to - from) * i) / samples;
    let top = 0;
    for (let i = 1; i <= samples; i++) if (loss(at(i)) > loss(at(top))) top = i;
    largest = Math.max(largest, peak(loss, at(Math.max(0, top - 1)), at(Math.min(samples, top + 1))));
  }
  return largest;
}

/** The largest value of a function with one peak, by golden section; the ends count. */
function peak(f: (t: number) => number, a: number, b: number): number {
  const ratio = 0.5 * (Math.sqrt(5) - 1);
  let [low, high] = [a, b];
  let best = Math.max(f(a), f(b));
  // The value at a smooth peak is flat to rounding once the interval has shrunk by 1e-8.
  for (let i = 0; i < 45; i++) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    const [atLeft, atRight] = [f(left), f(right)];
    best = Math.max(best, atLeft, atRight);
    if (atLeft > atRight) high = right;
    else low = left;
  }
  return best;
}
