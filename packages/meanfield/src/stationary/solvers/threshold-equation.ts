import { z } from "zod";
import type { Question, Solver } from "../../core/index.ts";
import { dimensionless, refusedQuestion } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import type { RepairModel, StationaryModel } from "../model.ts";
import { smfe, socialOptima } from "../repair/threshold-equilibrium.ts";
import type { ThresholdAnswer } from "../repair/threshold-equilibrium.ts";

const options = z.object({});

interface State {
  readonly question: Question;
  answers: readonly ThresholdAnswer[];
}

/** The malware game with its continuous state: one equation in one threshold. */
export const thresholdEquation: Solver<StationaryModel, typeof options, State, StationaryCandidate> = {
  name: "threshold-equation",
  title: "One equation in the threshold, along characteristics",
  family: "stationary",
  story:
    "Over a continuous state that only decays or is repaired, values and fields solve ordinary differential equations. The " +
    "equilibrium is the threshold that is the best response to the field it induces; a planner's are the zeros of the total " +
    "derivative. Both to rounding.",
  reference: "M. Huang, Y. Ma, CDC 2016; J. Subramanian, A. Mahajan, AAMAS 2019, 251–259",
  options,
  refuses: (model, question) =>
    refusedQuestion(question) ??
    (model.kind === "repair" ? undefined : "it is for the continuous state of the malware game (n = 0)"),
  init: (_model, question) => ({ question, answers: [] }),
  step: (model, state) => {
    const game = model as RepairModel;
    state.answers = state.question.concept === "nash" ? [smfe(game)] : socialOptima(game);
    const [best, ...others] = state.answers;
    const also =
      others.length === 0
        ? ""
        : `; further local optima at ${others.map(({ policy }) => dimensionless(policy.threshold)).join(", ")}`;
    const { atZero } = best.policy;
    const mixing = atZero === undefined ? "" : `, mixed: repair at 0 itself with probability ${dimensionless(atZero)}`;
    return {
      metrics: {},
      status: "converged",
      reason:
        state.question.concept === "nash"
          ? `the only equilibrium (SMFE): ${inWords(best)}${mixing}`
          : `the best for society (SMF-SO in this class): ${inWords(best)}${mixing}${also}`,
    };
  },
  candidate: (model, { question, answers }) => {
    const all = answers.map(({ policy, mean }): StationaryCandidate => ({
      model,
      question,
      policy,
      field: Float64Array.of(mean),
      others: [],
    }));
    return { ...all[0], others: all.slice(1) };
  },
};

/** A threshold that rounds to 1 is told by how far it is from it. */
function inWords({ policy, length }: ThresholdAnswer): string {
  if (length === Infinity) return "never repair";
  const near = policy.length === undefined ? "" : ` (1 − θ = e^−${dimensionless(length)})`;
  return `threshold ${dimensionless(policy.threshold)}${near}`;
}
