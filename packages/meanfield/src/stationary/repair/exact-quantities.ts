import { scalar } from "../../core/index.ts";
import type { Quantities, Question } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import type { RepairModel } from "../model.ts";
import * as closed from "./closed-form.ts";
import { stateGrid, thresholdGrid } from "./grids.ts";

/** Where θ says less than this much below 1, its law and value are told by −ln(1 − θ), which the closed form keeps to itself. */
const nearOne = 1e-5;

/**
 * The answers of the malware game with its continuous state by closed form; shares nothing with its solvers.
 *
 * Beside a hard threshold that was given, what that threshold is worth; beside one that was sought among thresholds alone,
 * the answer among these, without mixing at 0; beside smooth thresholds, of which there is no closed form, nothing.
 */
export function exactRepairQuantities(
  model: RepairModel,
  { concept, players }: Question,
  candidate?: StationaryCandidate,
): Quantities {
  if (players !== Infinity || candidate?.parametrised?.name === "smooth-threshold") return {};
  const given = candidate?.given === true ? candidate.parametrised?.theta[0] : undefined;
  const mixing = candidate?.parametrised === undefined;
  const answer = concept === "nash" ? closed.equilibrium(model, mixing) : closed.socialOptimum(model, mixing);
  const { threshold, atZero, mean, performance } =
    given === undefined
      ? answer
      : { threshold: given, atZero: 0, mean: closed.meanField(given), performance: closed.performance(model, given) };
  const best = closed.socialOptimum(model).performance;
  return {
    threshold: () => scalar(threshold),
    mean_field: () => scalar(mean),
    ...(threshold < 1 && threshold > 1 - nearOne ? {} : lawAndValue(model, threshold, mean, atZero)),
    performance: () => scalar(performance),
    price_of_anarchy: () => scalar(closed.priceOfAnarchy(model)),
    welfare_loss: () => scalar(best - closed.equilibrium(model).performance),
    gradient_partial: () => ({
      axes: [{ name: "threshold", grid: thresholdGrid }],
      at: (theta) => closed.gradients(model, theta).partial,
    }),
    gradient_total: () => ({
      axes: [{ name: "threshold", grid: thresholdGrid }],
      at: (theta) => closed.gradients(model, theta).total,
    }),
    ...(concept === "nash" && given === undefined && mixing ? { exploitability: () => scalar(0) } : {}),
  };
}

function lawAndValue(model: RepairModel, threshold: number, mean: number, atZero: number): Quantities {
  // θ = 1 may stand for a threshold that only its length tells from never; then neither is known here.
  if (threshold === 1 && mean < 1) return {};
  const law = closed.stationaryLaw(threshold, atZero);
  return {
    law: () => ({ axes: [{ name: "x", grid: stateGrid }], at: law.density }),
    law_atom: () => scalar(law.atom),
    value: () => ({
      axes: [{ name: "x", grid: stateGrid }],
      at: closed.valueFunction(model, threshold, mean, atZero),
    }),
  };
}
