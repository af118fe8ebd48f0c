import { designOf } from "./data.ts";
import type { NetworkModel } from "./model.ts";

/** Why full-batch gradient flow cannot take a model, as one line; undefined where it can. */
export function refusedFlow({ horizon, temperature, data, activation }: NetworkModel): string | undefined {
  if (horizon === Infinity) return "it follows neurons up to a time T, and the stationary law is asked for";
  if (temperature > 0) return "neurons with noise of their own do not follow their field alone";
  if (designOf(data, activation) === undefined) {
    return `averages of ${activation.name} over Gaussian data of ${data.dimension} numbers have no finite sum; up to 3 have, and points do`;
  }
  return undefined;
}
