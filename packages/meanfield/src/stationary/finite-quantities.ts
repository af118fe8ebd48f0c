import { evenGrid, known, listed, once, scalar } from "../core/index.ts";
import type { Axis, Quantities, Quantity } from "../core/index.ts";
import type { StationaryCandidate } from "./candidate.ts";
import { evaluate } from "./evaluation.ts";
import { deviation } from "./exploitability.ts";
import { featuresAt, meanPosition } from "./finite-model.ts";
import { probabilityGradients, simplexGap } from "./gradients.ts";
import type { ProbabilityGradients } from "./gradients.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { priceOf, withPoint } from "./numbers.ts";
import { chosenClass, parametrisedWorth } from "./parametrised.ts";
import type { PolicyClass, TablePolicy } from "./policy-class.ts";
import { referenceAnswers } from "./reference-answers.ts";
import type { Answer } from "./reference-answers.ts";
import { driftOfField, stationaryFields } from "./stationary-field.ts";
import { tablesAt } from "./tables.ts";
import { coordinateOf, hasThresholds, thresholdOf } from "./threshold-policies.ts";

/** The quantities of a candidate of a finite game. */
export function finiteQuantities(model: FiniteStationaryModel, candidate: StationaryCandidate): Quantities {
  const policy = tableOf(candidate);
  const judged = once(() => deviation(model, policy));
  const slopes = once(() => probabilityGradients(model, policy, judged().field));
  const answers = once(() => referenceAnswers(model));
  const states: Axis = { name: "x", grid: model.positions, kind: "discrete" };
  const byState = (values: Float64Array): Quantity => listed("x", model.positions, values);
  const family = classOf(model, candidate);
  const { threshold, ...curves } = thresholdQuantities(model, candidate);
  return {
    ...(threshold === undefined ? {} : { threshold }),
    mean_field: () => scalar(meanPosition(model, judged().field)),
    performance: () => scalar(judged().own.J),
    exploitability: () => scalar(judged().exploitability),
    price_of_anarchy: () => scalar(known(priceOfAnarchy(model))),
    welfare_loss: () => {
      const { equilibria, optimum } = answers();
      return scalar(known(equilibria.length === 0 ? undefined : optimum?.performance) - worst(equilibria));
    },
    residual_best_response: () => scalar(Math.max(0, ...judged().gains)),
    residual_field: () => scalar(driftOfField(model, policy, candidate.field)),
    residual_partial_gradient: () => scalar(projectedGradient(model, candidate, family, slopes(), "partial")),
    residual_total_gradient: () => scalar(projectedGradient(model, candidate, family, slopes(), "total")),
    law: () => byState(judged().field),
    policy: () =>
      model.actions === 2
        ? byState(policy.filter((_, i) => i % 2 === 1))
        : byStateAndAction(states, model.actions, policy),
    value: () => byState(judged().own.V),
    gradient_partial: () => gradientQuantity(model, candidate, family, slopes(), "partial"),
    gradient_total: () => gradientQuantity(model, candidate, family, slopes(), "total"),
    dominance_gap: () => byState(dominanceGap(model, judged().own.V)),
    ...curves,
  };
}

export function tableOf({ policy }: StationaryCandidate): Float64Array {
  return (policy as TablePolicy).probabilities;
}

/** Thresholds, their worth, and all answers found. */
function thresholdQuantities(model: FiniteStationaryModel, candidate: StationaryCandidate): Quantities {
  const all = [candidate, ...candidate.others];
  const index = all.map((_, i) => i);
  const several = (value: (one: StationaryCandidate) => number): (() => Quantity) => {
    return () => listed("equilibrium", index, all.map(value));
  };
  const common: Quantities =
    all.length === 1
      ? {}
      : {
          equilibrium_mean_field: several((one) => meanPosition(model, one.field)),
          equilibrium_performance: several(
            (one) => evaluate(model, tablesAt(model, featuresAt(model, one.field)), tableOf(one)).J,
          ),
        };
  if (!hasThresholds(model)) return common;
  const hardThreshold = (one: StationaryCandidate): number | undefined => {
    const c = coordinateOf(model, tableOf(one));
    return c === undefined ? undefined : thresholdOf(model, c);
  };
  const thresholds = all.map((one) => one.parametrised?.theta[0] ?? hardThreshold(one));
  const pure = once(() => referenceAnswers(model).thresholds);
  const grid = (): Float64Array => Float64Array.from(pure(), ({ c }) => thresholdOf(model, c));
  const [first] = thresholds;
  const one = candidate.parametrised?.name === "softmax" ? hardThreshold(candidate) : first;
  return {
    ...(one === undefined ? {} : { threshold: () => scalar(one) }),
    ...common,
    ...(all.length === 1 || thresholds.includes(undefined)
      ? {}
      : { equilibrium_threshold: () => listed("equilibrium", index, thresholds as number[]) }),
    threshold_performance: () =>
      listed(
        "pure_threshold",
        grid(),
        pure().map(({ performance }) => performance),
      ),
    threshold_mean_field: () =>
      listed(
        "pure_threshold",
        grid(),
        pure().map(({ field }) => meanPosition(model, field)),
      ),
  };
}

/** The class whose gradients are shown: the candidate's own where it has derivatives. */
function classOf(model: FiniteStationaryModel, { parametrised }: StationaryCandidate): PolicyClass | undefined {
  if (parametrised === undefined || parametrised.name === "hard-threshold") return undefined;
  return chosenClass(model, parametrised.name, parametrised.width === 0 ? undefined : parametrised.width);
}

function gradientQuantity(
  model: FiniteStationaryModel,
  { parametrised }: StationaryCandidate,
  family: PolicyClass | undefined,
  slopes: ProbabilityGradients,
  which: "partial" | "total",
): Quantity {
  if (family !== undefined && parametrised !== undefined) {
    const { width, theta } = parametrised;
    if (family.dimension === 1) {
      const grid = withPoint(evenGrid(family.low, family.high, 41), theta[0]).filter((point) =>
        hasField(model, family, point),
      );
      const at = (point: number): number => parametrisedWorth(model, family, width, Float64Array.of(point))[which][0];
      return { axes: [{ name: "threshold", grid }], at };
    }
    const slope = parametrisedWorth(model, family, width, theta)[which];
    if (family.dimension === model.states) return listed("x", model.positions, slope);
    return byStateAndAction({ name: "x", grid: model.positions, kind: "discrete" }, model.actions, slope);
  }
  // Only differences between the actions of a state mean anything: for two the slope in P(action 1), else centred.
  const along = slopes[which];
  if (model.actions === 2) {
    const slope = model.positions.map((_, x) => along[2 * x + 1] - along[2 * x]);
    return listed("x", model.positions, slope);
  }
  const centred = along.slice();
  for (let first = 0; first < along.length; first += model.actions) {
    const row = along.subarray(first, first + model.actions);
    const mean = row.reduce((sum, g) => sum + g, 0) / model.actions;
    for (let a = 0; a < model.actions; a++) centred[first + a] -= mean;
  }
  return byStateAndAction({ name: "x", grid: model.positions, kind: "discrete" }, model.actions, centred);
}

/** Where a kernel jumps, some policies have no stationary field, and no gradient at it. */
function hasField(model: FiniteStationaryModel, family: PolicyClass, theta: number): boolean {
  if (!model.transitionsCoupled) return true;
  const { probabilities } = family.play([theta]) as TablePolicy;
  return stationaryFields(model, probabilities).fields.length > 0;
}

/** What is left of a gradient after projection: of parameters to their box, of probabilities to the simplex. */
export function projectedGradient(
  model: FiniteStationaryModel,
  candidate: StationaryCandidate,
  family: PolicyClass | undefined,
  slopes: ProbabilityGradients,
  which: "partial" | "total",
): number {
  const { parametrised } = candidate;
  if (family === undefined || parametrised === undefined || family.dimension > 1)
    return simplexGap(model, tableOf(candidate), slopes[which]);
  const { width, theta } = parametrised;
  const slope = parametrisedWorth(model, family, width, theta)[which][0];
  const outward = (theta[0] <= family.low && slope < 0) || (theta[0] >= family.high && slope > 0);
  return outward ? 0 : Math.abs(slope);
}

/** The residual of a candidate's own first-order condition: partial gradient for nash, total for planner. */
export function ownResidual(model: FiniteStationaryModel, candidate: StationaryCandidate): number {
  const slopes = probabilityGradients(model, tableOf(candidate));
  const which = candidate.question.concept === "nash" ? "partial" : "total";
  return projectedGradient(model, candidate, classOf(model, candidate), slopes, which);
}

function byStateAndAction(states: Axis, actions: number, values: Float64Array): Quantity {
  const grid = Float64Array.from({ length: actions }, (_, a) => a);
  return {
    axes: [states, { name: "action", grid, kind: "discrete" }],
    at: (x, a) => values[states.grid.indexOf(x) * actions + a],
  };
}

function worst(equilibria: readonly Answer[]): number {
  return Math.min(...equilibria.map(({ performance }) => performance));
}

function priceOfAnarchy(model: FiniteStationaryModel): number | undefined {
  const { equilibria, optimum } = referenceAnswers(model);
  if (equilibria.length === 0 || optimum === undefined) return undefined;
  return priceOf(worst(equilibria), optimum.performance);
}

/** max over compared policies of V_{π',z'}(x) − V_{π,z}(x). */
function dominanceGap(model: FiniteStationaryModel, own: Float64Array): Float64Array {
  const { equilibria, optimum, thresholds } = referenceAnswers(model);
  const gap = new Float64Array(own.length);
  for (const { policy, field } of [...equilibria, ...(optimum === undefined ? [] : [optimum]), ...thresholds]) {
    const { V } = evaluate(model, tablesAt(model, featuresAt(model, field)), policy);
    for (let x = 0; x < gap.length; x++) gap[x] = Math.max(gap[x], V[x] - own[x]);
  }
  return gap;
}
