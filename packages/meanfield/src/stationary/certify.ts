import type { Certificate, Question } from "../core/index.ts";
import type { StationaryCandidate } from "./candidate.ts";
import { deviation } from "./exploitability.ts";
import { ownResidual, tableOf } from "./finite-quantities.ts";
import type { StationaryModel } from "./model.ts";
import { driftOfField } from "./stationary-field.ts";
import { certifyRepairCandidate } from "./repair/quantities.ts";

/**
 * How good an answer is. Best responses are found by value iteration, which no solver of the family uses.
 *
 * Exploitability: E(π) at the policy's own stationary field. Consistency: ‖z − Φ(z,π)‖₁ of the field that the candidate
 * assumed. Residual: for an equilibrium over all policies the largest gain in any state; for a planner, and for classes
 * with parameters, the projected gradient.
 */
export function certifyStationary(
  model: StationaryModel,
  question: Question,
  candidate: StationaryCandidate,
): Certificate {
  if (model.kind === "repair") return certifyRepairCandidate(model, question, candidate);
  const policy = tableOf(candidate);
  const consistency = driftOfField(model, policy, candidate.field);
  if (question.concept === "planner")
    return { exploitability: null, consistency, residual: ownResidual(model, candidate), exactError: null };
  const { exploitability, gains } = deviation(model, policy);
  const local = candidate.parametrised?.name === "smooth-threshold";
  return {
    exploitability,
    consistency,
    residual: local ? ownResidual(model, candidate) : Math.max(0, ...gains),
    exactError: null,
  };
}
