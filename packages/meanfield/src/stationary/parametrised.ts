/** Policies with parameters, over either kind of model: what they are worth, and their exact gradients. */

import type { Concept, Question } from "../core/index.ts";
import { finiteCandidate } from "./candidate.ts";
import type { StationaryCandidate } from "./candidate.ts";
import { parameterGradients } from "./gradients.ts";
import { meanPosition } from "./finite-model.ts";
import type { StationaryModel } from "./model.ts";
import { policyClass, policyClasses, refusedClass } from "./policy-class.ts";
import type { PolicyClass, PolicyClassName, PolicySpace, TablePolicy, ThresholdPolicy } from "./policy-class.ts";
import { gradientsAt } from "./repair/threshold-equilibrium.ts";

export const classNames = policyClasses;

/** What of a model decides which policies there are. */
export function spaceOf(model: StationaryModel): PolicySpace {
  if (model.kind === "finite") return model;
  return { positions: undefined, actions: 2, threshold: model.threshold };
}

/**
 * The class asked for, or for `auto` the one with derivatives that suits the model: hard thresholds over a continuous
 * state, smooth ones over ordered states, else softmax. Undefined where the model has no such class.
 */
export function chosenClass(
  model: StationaryModel,
  name: PolicyClassName | "auto",
  width?: number,
): PolicyClass | undefined {
  const space = spaceOf(model);
  const chosen =
    name !== "auto"
      ? name
      : model.kind === "repair"
        ? "hard-threshold"
        : space.threshold === undefined
          ? "softmax"
          : "smooth-threshold";
  return refusedClass(space, chosen) === undefined ? policyClass(space, chosen, width) : undefined;
}

export interface ParametrisedWorth {
  readonly performance: number;
  /** ⟨z⟩ of the policy's stationary field. */
  readonly mean: number;
  /** ∂J/∂θ, the field frozen. */
  readonly partial: Float64Array;
  /** dJ/dθ, the field following. */
  readonly total: Float64Array;
}

/** What π_θ is worth at its own stationary field, with both gradients; the class must have derivatives. */
export function parametrisedWorth(
  model: StationaryModel,
  family: PolicyClass,
  width: number,
  theta: Float64Array,
): ParametrisedWorth {
  if (model.kind === "repair") {
    const { performance, mean, partial, total } = gradientsAt(model, theta[0], width);
    return { performance, mean, partial: Float64Array.of(partial), total: Float64Array.of(total) };
  }
  const { J, field, partial, total } = parameterGradients(model, family, theta);
  return { performance: J, mean: meanPosition(model, field), partial, total };
}

/** The derivative of which a local equilibrium (nash) or a local optimum (planner) is a zero, for one parameter. */
export function slopeOf(
  model: StationaryModel,
  family: PolicyClass,
  width: number,
  concept: Concept,
): (theta: number) => number {
  return (theta) => {
    const { partial, total } = parametrisedWorth(model, family, width, Float64Array.of(theta));
    return (concept === "nash" ? partial : total)[0];
  };
}

/** π_θ with its own stationary field. */
export function parametrisedCandidate(
  model: StationaryModel,
  question: Question,
  family: PolicyClass,
  width: number,
  theta: Float64Array,
): StationaryCandidate {
  const parametrised = { name: family.name, width, theta: theta.slice() };
  const policy = family.play(theta);
  if (model.kind === "finite")
    return finiteCandidate(model, question, (policy as TablePolicy).probabilities, undefined, parametrised);
  const { threshold } = policy as ThresholdPolicy;
  const { mean } = gradientsAt(model, threshold, width);
  return { model, question, policy, field: Float64Array.of(mean), parametrised, others: [] };
}
