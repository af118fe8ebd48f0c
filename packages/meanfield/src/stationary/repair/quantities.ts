import { known, evenGrid, listed, once, scalar } from "../../core/index.ts";
import type { Certificate, Quantities, Quantity, Question } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import type { RepairModel } from "../model.ts";
import { priceOf, withPoint } from "../numbers.ts";
import type { ThresholdPolicy } from "../policy-class.ts";
import { certifyRepair } from "./certify-repair.ts";
import { evaluator, stationaryField } from "./characteristics.ts";
import { stateGrid, thresholdGrid } from "./grids.ts";
import { optimum } from "./optimal-value.ts";
import { ruleOf } from "./repair-rule.ts";
import { gradientsAt, ownSlopes, smfe, socialOptimum } from "./threshold-equilibrium.ts";
import type { ThresholdAnswer } from "./threshold-equilibrium.ts";

interface References {
  readonly equilibrium: ThresholdAnswer;
  readonly optimum: ThresholdAnswer;
}

const knownReferences = new WeakMap<RepairModel, References>();

function referencesOf(model: RepairModel): References {
  const before = knownReferences.get(model);
  if (before !== undefined) return before;
  const found = { equilibrium: smfe(model), optimum: socialOptimum(model) };
  knownReferences.set(model, found);
  return found;
}

/** The quantities of a candidate of the malware game with its continuous state, all along characteristics. */
export function repairQuantities(model: RepairModel, candidate: StationaryCandidate): Quantities {
  const policy = candidate.policy as ThresholdPolicy;
  const rule = ruleOf(policy);
  const certificate = once(() => certifyRepair(model, policy, candidate.field[0]));
  const field = once(() => stationaryField(rule));
  const own = once(() => evaluator(model, rule)(field().mean));
  const answers = once(() => referencesOf(model));
  const price = once(() => priceOf(answers().equilibrium.performance, answers().optimum.performance));
  const slopes = (which: "partial" | "total"): Quantity => ({
    // Towards θ = 1 the slope has no bound.
    axes: [
      {
        name: "threshold",
        grid: policy.threshold < 1 ? withPoint(thresholdGrid, policy.threshold) : thresholdGrid,
      },
    ],
    at: (theta) => gradientsAt(model, theta, policy.width)[which],
  });
  const all = [candidate, ...candidate.others];
  const index = all.map((_, i) => i);
  const several = (value: (one: StationaryCandidate) => number) => (): Quantity =>
    listed("equilibrium", index, all.map(value));
  return {
    threshold: () => scalar(policy.threshold),
    mean_field: () => scalar(field().mean),
    law_atom: () => scalar(field().atom),
    performance: () => scalar(own().performance),
    exploitability: () => scalar(certificate().exploitability),
    price_of_anarchy: () => scalar(known(price())),
    welfare_loss: () => scalar(answers().optimum.performance - answers().equilibrium.performance),
    residual_best_response: () => scalar(bestResponseGap(model, policy)),
    residual_field: () => scalar(certificate().consistency),
    residual_partial_gradient: () => scalar(projectedSlope(model, policy, "partial")),
    residual_total_gradient: () => scalar(projectedSlope(model, policy, "total")),
    law: () => ({ axes: [{ name: "x", grid: stateGrid }], at: (x) => field().density(x) }),
    value: () => ({ axes: [{ name: "x", grid: stateGrid }], at: (x) => own().value(x) }),
    policy: () => ({ axes: [{ name: "x", grid: stateGrid }], at: (x) => repairProbability(policy, x) }),
    gradient_partial: () => slopes("partial"),
    gradient_total: () => slopes("total"),
    dominance_gap: () => dominanceGap(model, own().value),
    ...(all.length === 1
      ? {}
      : {
          equilibrium_threshold: several((one) => (one.policy as ThresholdPolicy).threshold),
          equilibrium_mean_field: several((one) => one.field[0]),
          equilibrium_performance: several((one) => {
            const rule = ruleOf(one.policy as ThresholdPolicy);
            return evaluator(model, rule)(stationaryField(rule).mean).performance;
          }),
        }),
  };
}

/** The certificate of a candidate: see `certifyStationary`. */
export function certifyRepairCandidate(
  model: RepairModel,
  { concept }: Question,
  candidate: StationaryCandidate,
): Certificate {
  const policy = candidate.policy as ThresholdPolicy;
  const { exploitability, consistency, residual } = certifyRepair(model, policy, candidate.field[0]);
  const local = policy.width > 0;
  return {
    exploitability: concept === "planner" ? null : exploitability,
    consistency,
    residual:
      concept === "planner"
        ? projectedSlope(model, policy, "total")
        : local
          ? projectedSlope(model, policy, "partial")
          : residual,
    exactError: null,
  };
}

function repairProbability({ threshold, width, atZero }: ThresholdPolicy, x: number): number {
  if (width > 0) return 1 / (1 + Math.exp(-(x - threshold) / width));
  if (x === 0 && atZero !== undefined) return atZero;
  return x > threshold ? 1 : 0;
}

/** Largest gain V* − V over the states of the grid, at the policy's own field. */
function bestResponseGap(model: RepairModel, policy: ThresholdPolicy): number {
  const rule = ruleOf(policy);
  const { mean } = stationaryField(rule);
  const best = optimum(model, mean);
  const { value } = evaluator(model, rule)(mean);
  return stateGrid.reduce((gap, x) => Math.max(gap, best.value(x) - value(x)), 0);
}

/** What is left of a policy's derivative in its own parameter: nothing at an end of the class where it points outward. */
export function projectedSlope(model: RepairModel, policy: ThresholdPolicy, which: "partial" | "total"): number {
  const { end, ...slopes } = ownSlopes(model, policy);
  return slopes[which] * end > 0 ? 0 : Math.abs(slopes[which]);
}

/** By state: the best value among equilibrium, optimum and twenty thresholds, each at its own field, minus this one. */
function dominanceGap(model: RepairModel, own: (x: number) => number): Quantity {
  const { equilibrium, optimum: best } = referencesOf(model);
  const policies: ThresholdPolicy[] = [equilibrium.policy, best.policy];
  for (const threshold of evenGrid(0, 0.95, 20)) policies.push({ kind: "threshold", threshold, width: 0 });
  const values = policies.map((policy) => {
    const rule = ruleOf(policy);
    return evaluator(model, rule)(stationaryField(rule).mean).value;
  });
  return {
    axes: [{ name: "x", grid: evenGrid(0, 1, 21) }],
    at: (x) => values.reduce((gap, value) => Math.max(gap, value(x) - own(x)), 0),
  };
}
