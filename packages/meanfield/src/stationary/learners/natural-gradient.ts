/**
 * Natural policy gradients on two time scales.
 *
 * S. Kakade, "A natural policy gradient", NeurIPS 2001, and J. Peters, S. Schaal, "Natural actor-critic", Neurocomputing 71
 * (2008): the direction is w = F⁻¹ ∂J/∂θ with the Fisher matrix F = E Σ γ^t ΛΛᵀ, which is the regression of advantages on
 * the compatible features Λ, (Σ γ^t ΛΛᵀ + ρ1) w = Σ γ^t Λ (R − b) from the same trajectories. Two time scales and the two
 * solution concepts as in J. Subramanian, A. Mahajan, AAMAS 2019.
 *
 * For a table of logits w_{x,a} is the advantage itself, however sure the policy is: logits go on moving where plain
 * gradients vanish. ρ keeps the regression finite in states that were hardly seen.
 */

import { z } from "zod";
import { real } from "../../core/index.ts";
import type { Learner } from "../../core/index.ts";
import { choleskyDecompose } from "../../numeric/cholesky.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { refusedQuestion } from "../candidate.ts";
import type { StationaryLearned } from "../learning/learned.ts";
import {
  checkGradient,
  gradientOptions,
  learnedByGradient,
  saveGradient,
  startGradient,
  stepGradient,
} from "../learning/policy-gradient.ts";
import type { ClassSteps, GradientState } from "../learning/policy-gradient.ts";
import type { StationaryEnvironment } from "../simulation/environment.ts";

const steps: ClassSteps = { threshold: 50, softmax: 50 };

const options = z.object({
  ...gradientOptions({
    iterations: 500,
    baseline: "state-value",
    steps: "50",
    offset: 50,
  }),
  regularisation: real(
    0.01,
    "ρ, added to the diagonal of the Fisher matrix (per logit at most 1/4 of the discounted visits to its state)",
    { symbol: "\\rho", minimum: 1e-9, maximum: 1e6, scale: "log" },
  ),
});

interface State extends GradientState {
  readonly regularisation: number;
}

/** Gradient ascent in the geometry of policies: smooth classes, both solution concepts, fast for tables of logits. */
export const naturalGradient: Learner<StationaryEnvironment, typeof options, State, StationaryLearned> = {
  name: "natural-gradient",
  title: "Natural policy gradient",
  family: "stationary",
  story:
    "Likelihood-ratio gradients measured by how much they change the policy instead of its parameters. The method of " +
    "choice for tables of logits, where it moves by advantages and does not slow down as the policy becomes sure.",
  reference: "Kakade, NeurIPS 2001; Subramanian & Mahajan, AAMAS 2019, section 3",
  options,
  refuses: (_environment, question) => refusedQuestion(question),
  check: (environment, { concept }, given) => checkGradient(environment, concept, given, steps),
  init: (environment, { concept }, given, random, saved) => ({
    ...startGradient(environment, concept, given, steps, random, saved),
    regularisation: given.regularisation,
  }),
  step: (environment, state) =>
    stepGradient(environment, state, (gradient, { fisher }, { unit }) =>
      choleskyDecompose(raised(fisher, unit * unit, state.regularisation)).solve(gradient),
    ),
  candidate: learnedByGradient,
  save: saveGradient,
};

/** scale · F + ρ1, exactly symmetric. */
function raised({ rows, columns, data }: Matrix, scale: number, rho: number): Matrix {
  const out = data.map((value) => scale * value);
  for (let i = 0; i < rows; i++) {
    out[i * columns + i] += rho;
    for (let j = 0; j < i; j++) out[i * columns + j] = out[j * columns + i];
  }
  return { rows, columns, data: out };
}
