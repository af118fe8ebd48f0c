import type { LearnedLaw } from "../../core/index.ts";
import type { RepairModel } from "../model.ts";
import type { ThresholdPolicy } from "../policy-class.ts";
import { exploitability } from "./certify-repair.ts";
import { evaluator, stationaryField } from "./characteristics.ts";
import { ruleOf } from "./repair-rule.ts";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";

/** What a learner of the malware game cannot see of its own policy. */
export function observeRepair(
  model: RepairModel,
  policy: ThresholdPolicy,
): { readonly exploitability: number; readonly performance: number; readonly mean: number } {
  const rule = ruleOf(policy);
  const { mean } = stationaryField(rule);
  return {
    exploitability: exploitability(model, policy, mean),
    performance: evaluator(model, rule)(mean).performance,
    mean,
  };
}

/** Bins of the histogram of a continuous state. */
const bins = 40;

/** A sample of states as shares of forty bins, with the policy's exact stationary law; the atom at 0 is in the first bin. */
export function repairBins(sample: Float64Array, policy: ThresholdPolicy): LearnedLaw {
  const x = Float64Array.from({ length: bins }, (_, i) => (i + 0.5) / bins);
  const learned = new Float64Array(bins);
  for (const state of sample) learned[Math.min(bins - 1, Math.floor(state * bins))] += 1 / sample.length;
  const { atom, density } = stationaryField(ruleOf(policy));
  // Seven digits are more than a histogram shows.
  const exact = x.map(
    (_, i) =>
      (i === 0 ? atom : 0) +
      integrateAdaptive(density, i / bins, (i + 1) / bins, { relative: 1e-7, absolute: 1e-9 }).value,
  );
  return { x, learned, exact };
}
