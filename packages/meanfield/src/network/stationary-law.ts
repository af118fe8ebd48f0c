import type { Question } from "../core/index.ts";
import type { NetworkCandidate } from "./candidate.ts";
import type { Design } from "./data.ts";
import { gibbs } from "./gibbs.ts";
import type { NetworkModel } from "./model.ts";

/** Why finitely many neurons have no such law. */
export function refusedStationary({ players }: Question): string | undefined {
  return Number.isFinite(players)
    ? "the law of finitely many noisy neurons has no closed form: it takes the limit only, and `learn` trains N of them"
    : undefined;
}

/** The Gibbs law that answers to the residuals of given predictions. */
export function stationaryCandidate(
  model: NetworkModel,
  question: Question,
  design: Design,
  predictions: Float64Array,
): NetworkCandidate {
  const assumed = predictions.slice();
  const residuals = design.y.map((value, k) => value - assumed[k]);
  return {
    model,
    question,
    design,
    mesh: Float64Array.of(0),
    assumed: (_t, out) => out.set(assumed),
    law: gibbs(model, design, residuals).law,
  };
}
