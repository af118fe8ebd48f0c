import { meanFieldEquilibrium, RefusalError } from "../../core/index.ts";
import type { StationaryCandidate } from "../candidate.ts";
import type { StationaryModel } from "../model.ts";
import type { PlayedPolicy } from "../policy-class.ts";

/** Policies that a person can name without solving. */
export const plainStrategies: Readonly<Record<string, (model: StationaryModel) => StationaryCandidate>> = {
  /** Everybody always takes action 0, the first in the game's list: nobody ever repairs, invests or switches on. */
  zero: (model) =>
    plain(
      model,
      model.kind === "repair"
        ? { kind: "threshold", threshold: 1, width: 0 }
        : tableOf(model, (a) => (a === 0 ? 1 : 0)),
    ),
  /** Everybody takes every action with the same probability. */
  uniform: (model) => {
    if (model.kind === "repair") {
      throw new RefusalError("strategy = uniform: needs finitely many states; this state is continuous");
    }
    return plain(
      model,
      tableOf(model, () => 1 / model.actions),
    );
  },
};

function tableOf({ states, actions }: { states: number; actions: number }, of: (a: number) => number): PlayedPolicy {
  return { kind: "table", probabilities: Float64Array.from({ length: states * actions }, (_, i) => of(i % actions)) };
}

/** The field assumed is ξ₀, since nothing was assumed; it may have no stationary one. */
function plain(model: StationaryModel, policy: PlayedPolicy): StationaryCandidate {
  const field = model.kind === "repair" ? Float64Array.of(0.5) : model.initial;
  return { model, question: meanFieldEquilibrium, policy, field, others: [] };
}
