import type { Quantities, QuantityDefinition } from "../core/index.ts";
import type { StationaryCandidate } from "./candidate.ts";
import { finiteQuantities } from "./finite-quantities.ts";
import { repairQuantities } from "./repair/quantities.ts";

/** What a person asks of any stationary game; a game may add its own. */
export const stationaryQuantities: readonly QuantityDefinition[] = [
  {
    name: "threshold",
    title: "Threshold",
    symbol: "\\theta",
    story:
      "Where the policy changes from one action to the other: action 1 where x is above (or below) it; a state that mixes " +
      "counts in proportion. Only for threshold policies.",
  },
  {
    name: "mean_field",
    title: "Mean field",
    symbol: "\\langle z\\rangle",
    story: "Mean state of the stationary field.",
  },
  {
    name: "law",
    title: "Stationary field",
    symbol: "z(x)",
    story: "Share of the population in each state; for a continuous state the density beside the atom at 0.",
  },
  {
    name: "law_atom",
    title: "Share in the state 0",
    symbol: "z(\\{0\\})",
    story: "Share of the population that was just repaired.",
  },
  {
    name: "value",
    title: "Value",
    symbol: "V(x)",
    story: "Expected discounted reward of a player in state x who keeps the policy, against its stationary field.",
  },
  {
    name: "policy",
    title: "Policy",
    symbol: "\\pi(1\\mid x)",
    story: "Probability of action 1, or of each of several actions.",
  },
  {
    name: "performance",
    title: "Performance",
    symbol: "J",
    story: "Value averaged over the initial law, at the policy's own stationary field; a reward, so minus a cost.",
  },
  {
    name: "exploitability",
    title: "Exploitability",
    symbol: "E",
    story:
      "What a best response against the policy's own stationary field gains, averaged over the initial law; 0 for an SMFE.",
  },
  {
    name: "price_of_anarchy",
    title: "Price of anarchy",
    story:
      "Cost of the worst equilibrium found over cost of the social optimum over all policies (for rewards the inverse); at " +
      "least 1. Left out where the two performances differ in sign. An optimum that holds the population where the initial " +
      "law hardly is counts in full.",
  },
  {
    name: "welfare_loss",
    title: "Welfare loss of equilibrium",
    story: "Performance of the social optimum minus that of the worst equilibrium found.",
  },
  {
    name: "gradient_partial",
    title: "Gradient with the field frozen",
    symbol: "\\partial J/\\partial\\theta",
    story:
      "For threshold classes with derivatives, as a function of the threshold; for softmax by logit; otherwise with respect to " +
      "the probability of each action, less its average under the policy.",
  },
  {
    name: "gradient_total",
    title: "Gradient with the field following",
    symbol: "dJ/d\\theta",
    story: "The same, with the stationary field moving with the policy.",
  },
  {
    name: "residual_best_response",
    title: "Best-response gap (SMFE)",
    story: "Largest gain over states of a best response to the policy's stationary field: condition (a) of an SMFE.",
  },
  {
    name: "residual_field",
    title: "Field residual (SMFE)",
    story:
      "Distance of the field assumed from the next one, ‖z − Φ(z,π)‖₁ (for a continuous state, of its mean): condition (b).",
  },
  {
    name: "residual_partial_gradient",
    title: "Projected partial gradient (LSMFE)",
    story:
      "What is left of ∂J/∂θ after projection to the allowed parameters (or policies): 0 for an LSMFE. For hard thresholds " +
      "of a continuous state in −ln(1 − θ), which tells those near 1 apart.",
  },
  {
    name: "residual_total_gradient",
    title: "Projected total gradient (LSMF-SO)",
    story: "What is left of dJ/dθ after projection: 0 for an LSMF-SO and for an SMF-SO.",
  },
  {
    name: "dominance_gap",
    title: "Per-state dominance gap (SMF-SO)",
    story:
      "By state, the largest value of any compared policy at its own field (all pure thresholds, the equilibria, the optimum) " +
      "minus this policy's value: positive where the policy is not the best for everybody, as an SMF-SO in the strict sense is.",
  },
  {
    name: "equilibrium_threshold",
    title: "Thresholds of all answers",
    story: "Every answer to the question that was found (several equilibria, local optima), the one returned first.",
  },
  { name: "equilibrium_mean_field", title: "Mean fields of all answers", story: "The same for the mean state." },
  { name: "equilibrium_performance", title: "Performances of all answers", story: "The same for the performance." },
  {
    name: "threshold_performance",
    title: "Performance of pure thresholds",
    story: "J of every pure threshold policy that has a stationary field, each at its own.",
  },
  {
    name: "threshold_mean_field",
    title: "Mean field of pure thresholds",
    story: "⟨z⟩ of every pure threshold policy that has a stationary field.",
  },
];

/** The quantities of a candidate, finite or continuous; each is computed when it is asked for. */
export function measureStationary(candidate: StationaryCandidate): Quantities {
  const { model } = candidate;
  return model.kind === "finite" ? finiteQuantities(model, candidate) : repairQuantities(model, candidate);
}
