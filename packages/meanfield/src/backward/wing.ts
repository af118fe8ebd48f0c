import type { NamedArray, Wing } from "../core/index.ts";
import { RefusalError, evenGrid } from "../core/index.ts";
import { orRefuse } from "../core/too-extreme.ts";
import type { BackwardCandidate } from "./candidate.ts";
import { certifyInteracting } from "./certify-interacting.ts";
import type { BackwardModel } from "./model.ts";

/** What backward systems offer beside their solvers. */
export const backwardWing: Wing<BackwardModel, BackwardCandidate> = {
  family: "backward",
  certify: (_model, _question, candidate) =>
    orRefuse(() => {
      if (candidate.kind !== "interacting") throw new RefusalError("not yet");
      return certifyInteracting(candidate);
    }),
  arrays: (_model, candidate) => arrays(candidate),
};

/** The loads of a linear solution over time, an array of shape (times, 3): own, mean, constant. */
function arrays(candidate: BackwardCandidate): Record<string, NamedArray> {
  const { linear, model } = candidate;
  if (linear === undefined) return {};
  const grid = evenGrid(0, model.horizon, 201);
  return { loads_t: { shape: [grid.length], data: grid } };
}
