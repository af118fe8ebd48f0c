/** What somebody who knows the model says of what a learner found: the learner itself sees none of this. */

import { RefusalError } from "../../core/index.ts";
import type { LearnedLaw, Question } from "../../core/index.ts";
import { finiteCandidate } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { policyIteration } from "../best-response.ts";
import { deviation, fieldOf } from "../exploitability.ts";
import { tableOf } from "../finite-quantities.ts";
import type { FiniteStationaryModel, RepairModel, StationaryModel } from "../model.ts";
import type { TablePolicy, ThresholdPolicy } from "../policy-class.ts";
import { observeRepair, repairBins } from "../repair/observe.ts";
import type { StationaryLearned } from "./learned.ts";

/** The learned policy with the field that the learner believes in. */
export function learnedCandidate(
  model: StationaryModel,
  question: Question,
  { policy, field, parametrised }: StationaryLearned,
): StationaryCandidate {
  const base = parametrised === undefined ? {} : { parametrised };
  if (model.kind === "finite") {
    const { probabilities } = policy as TablePolicy;
    return { ...finiteCandidate(model, question, probabilities, field), ...base };
  }
  return { model, question, policy, field: Float64Array.of(meanOf(field)), ...base, others: [] };
}

/** True exploitability and true field error; for a continuous state of the mean. */
export function observeLearned(
  model: StationaryModel,
  question: Question,
  learned: StationaryLearned,
): Record<string, number> {
  try {
    return model.kind === "finite" ? observeFinite(model, question, learned) : observeContinuous(model, learned);
  } catch (error) {
    // A policy on the way may have no stationary field; then neither number exists.
    if (error instanceof RefusalError) return {};
    throw error;
  }
}

function observeFinite(
  model: FiniteStationaryModel,
  question: Question,
  learned: StationaryLearned,
): Record<string, number> {
  const policy = tableOf(learnedCandidate(model, question, learned));
  const field = fieldOf(model, policy);
  const { exploitability, own } = deviation(model, policy, field, (game, tables) =>
    policyIteration(game, tables, policy),
  );
  return {
    exploitability,
    true_performance: own.J,
    field_error: field.reduce((sum, p, x) => sum + Math.abs(p - learned.field[x]), 0),
  };
}

function observeContinuous(model: RepairModel, { policy, field }: StationaryLearned): Record<string, number> {
  const { exploitability, performance, mean } = observeRepair(model, policy as ThresholdPolicy);
  return { exploitability, true_performance: performance, field_error: Math.abs(meanOf(field) - mean) };
}

/** The learned field as shares: of states, or of forty bins of the continuous state with the atom at 0 in the first. */
export function learnedLaw(model: StationaryModel, question: Question, learned: StationaryLearned): LearnedLaw {
  if (model.kind === "finite") {
    const exact = fieldOf(model, tableOf(learnedCandidate(model, question, learned)));
    return { x: model.positions, learned: learned.field, exact };
  }
  return repairBins(learned.field, learned.policy as ThresholdPolicy);
}

function meanOf(sample: Float64Array): number {
  return sample.reduce((sum, x) => sum + x, 0) / sample.length;
}
