import type { RepairModel } from "../model.ts";

/** The malware game with its continuous state; the parameters of the reference where not told. */
export function repairModel({
  k = 0.2,
  lambda = 0.5,
  discount = 0.9,
}: Partial<Pick<RepairModel, "k" | "lambda" | "discount">>): RepairModel {
  return {
    family: "stationary",
    kind: "repair",
    k,
    lambda,
    discount,
    threshold: { acts: "above", low: 0, high: 1, start: [0, 1], width: 0.05 },
  };
}
