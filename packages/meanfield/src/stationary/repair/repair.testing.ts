import reference from "../../../../../tests/reference/stationary-games.json" with { type: "json" };
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

/** A number of the reference for the continuous malware game, with the tolerance suggested there. */
export function recorded(id: string): { readonly value: number; readonly tolerance: number } {
  const found = reference.records.find((record) => record.id === `malware.continuous.${id}`);
  if (typeof found?.value !== "number") throw new RangeError(`no number malware.continuous.${id}`);
  return { value: found.value, tolerance: found.suggested_tol };
}
