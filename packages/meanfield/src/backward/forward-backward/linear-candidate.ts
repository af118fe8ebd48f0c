import type { Question } from "../../core/index.ts";
import type { AdjointLoadings, ForwardBackwardCandidate } from "../candidate.ts";
import { meanUnder } from "./adjoint-system.ts";
import type { ForwardBackwardModel } from "./model.ts";

/** Loads as a candidate: adjoints as functions of all states, and in the limit the mean that goes with them. */
export function linearCandidate(
  model: ForwardBackwardModel,
  question: Question,
  linear: AdjointLoadings,
): ForwardBackwardCandidate {
  const { players } = question;
  const mean = players === Infinity ? meanUnder(model, linear) : undefined;
  return {
    kind: "forward-backward",
    model,
    question,
    linear,
    adjoint: (t, x, i, j) => {
      const loads = linear.at(t);
      const level = mean === undefined ? average(x) : mean(t);
      return i === j
        ? loads.own * x[i] + loads.mean * level
        : (loads.crossOwn * x[i] + loads.crossMean * level) / players;
    },
    ...(mean === undefined ? {} : { assumedMean: mean }),
  };
}

function average(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}
