/** The exact answers that learning should come to, for the class of policies that is learned. */

import type { Concept, LearningTarget } from "../../core/index.ts";
import { localPoints, restingPointFrom } from "../local-search.ts";
import type { FiniteStationaryModel, RepairModel, StationaryModel } from "../model.ts";
import { chosenClass, slopeOf } from "../parametrised.ts";
import type { PolicyClass } from "../policy-class.ts";
import { referenceAnswers } from "../reference-answers.ts";
import { socialOptimumThreshold, smfeThreshold } from "../repair/threshold-equilibrium.ts";
import type { StationaryLearned } from "./learned.ts";
import { coordinateOf, hasThresholds, thresholdOf } from "../threshold-policies.ts";

const names: Readonly<Record<Concept, { readonly global: string; readonly local: string }>> = {
  nash: { global: "SMFE", local: "LSMFE" },
  planner: { global: "SMF-SO", local: "LSMF-SO" },
};

/** Thresholds of equilibrium and optimum in the class that was learned; for policies without one, their performances. */
export function learningTargets(model: StationaryModel, { parametrised }: StationaryLearned): LearningTarget[] {
  // Learners without a class learn over all policies.
  const { name, width } = parametrised ?? { name: "softmax", width: 0 };
  if (name === "smooth-threshold") return smoothTargets(model, chosenClass(model, name, width) as PolicyClass, width);
  if (model.kind === "repair") return repairTargets(model);
  return name === "hard-threshold" ? hardTargets(model) : performanceTargets(model);
}

function repairTargets(model: RepairModel): LearningTarget[] {
  return [
    { label: names.nash.global, concept: "nash", quantity: "threshold", value: smfeThreshold(model) },
    { label: names.planner.global, concept: "planner", quantity: "threshold", value: socialOptimumThreshold(model) },
  ];
}

/** Every resting point of the slope that decides, from the middle of where learning starts. */
function smoothTargets(model: StationaryModel, family: PolicyClass, width: number): LearningTarget[] {
  return (["nash", "planner"] as const).flatMap((concept) => {
    const slope = slopeOf(model, family, width, concept);
    const scan = localPoints(slope, family.low, family.high, 60);
    let next = scan.next();
    while (next.done !== true) next = scan.next();
    const point = restingPointFrom(slope, next.value, 0.5 * (family.start[0] + family.start[1]));
    return point === undefined
      ? []
      : [{ label: names[concept].local, concept, quantity: "threshold", value: point.theta }];
  });
}

/** Pure thresholds of a grid: the equilibria, and the best for society. */
function hardTargets(model: FiniteStationaryModel): LearningTarget[] {
  if (!hasThresholds(model)) return performanceTargets(model);
  const { equilibria, thresholds } = referenceAnswers(model);
  const targets: LearningTarget[] = equilibria.flatMap(({ policy }) => {
    const c = coordinateOf(model, policy);
    return c === undefined
      ? []
      : [{ label: names.nash.global, concept: "nash" as const, quantity: "threshold", value: thresholdOf(model, c) }];
  });
  if (thresholds.length === 0) return targets;
  const best = thresholds.reduce((a, b) => (b.performance > a.performance ? b : a));
  return [
    ...targets,
    { label: names.planner.global, concept: "planner", quantity: "threshold", value: thresholdOf(model, best.c) },
  ];
}

function performanceTargets(model: FiniteStationaryModel): LearningTarget[] {
  const { equilibria, optimum } = referenceAnswers(model);
  return [
    ...equilibria.map(({ performance }): LearningTarget => ({
      label: names.nash.global,
      concept: "nash",
      quantity: "performance",
      value: performance,
    })),
    ...(optimum === undefined
      ? []
      : [
          {
            label: names.planner.global,
            concept: "planner" as const,
            quantity: "performance",
            value: optimum.performance,
          },
        ]),
  ];
}
