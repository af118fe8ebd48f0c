import { scalar } from "../../core/index.ts";
import type { Quantities, Question } from "../../core/index.ts";
import type { RepairModel } from "../model.ts";
import * as closed from "./closed-form.ts";
import { stateGrid, thresholdGrid } from "./grids.ts";

/** The answers of the malware game with its continuous state by closed form; shares nothing with its solvers. */
export function exactRepairQuantities(model: RepairModel, { concept, players }: Question): Quantities {
  if (players !== Infinity) return {};
  const answer = concept === "nash" ? closed.equilibrium(model) : closed.socialOptimum(model);
  const { threshold, atZero, mean, performance } = answer;
  const law = closed.stationaryLaw(threshold, atZero);
  const value = closed.valueFunction(model, threshold, mean, atZero);
  const best = closed.socialOptimum(model).performance;
  return {
    threshold: () => scalar(threshold),
    mean_field: () => scalar(mean),
    law: () => ({ axes: [{ name: "x", grid: stateGrid }], at: law.density }),
    law_atom: () => scalar(law.atom),
    value: () => ({ axes: [{ name: "x", grid: stateGrid }], at: value }),
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
    ...(concept === "nash" ? { exploitability: () => scalar(0) } : {}),
  };
}
