/**
 * Likelihood-ratio gradients on two time scales.
 *
 * J. Subramanian, A. Mahajan, "Reinforcement learning in stationary mean-field games", AAMAS 2019, section 3; the estimator
 * is R. J. Williams's REINFORCE, Machine Learning 8 (1992) 229–256, with returns from each step on (learning/likelihood-ratio.ts
 * says why the printed formula cannot be meant).
 */

import { z } from "zod";
import type { Learner } from "../../core/index.ts";
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

const steps: ClassSteps = { threshold: 1, softmax: 20 };

const options = z.object(
  gradientOptions({ iterations: 500, baseline: "time-mean", steps: "1 for thresholds, 20 for logits", offset: 50 }),
);

/** Gradient ascent along estimates from whole trajectories: smooth classes of policies, both solution concepts. */
export const likelihoodRatio: Learner<StationaryEnvironment, typeof options, GradientState, StationaryLearned> = {
  name: "likelihood-ratio",
  title: "Likelihood-ratio gradient",
  family: "stationary",
  story:
    "Raises the probability of actions that were followed by more than usual, by the derivative of its logarithm, while " +
    "the field is tracked on a faster time scale. Unbiased and simple; for tables of logits slow, because sure actions " +
    "hardly have a derivative: natural-gradient is the cure.",
  reference: "Subramanian & Mahajan, AAMAS 2019, section 3; Williams, Machine Learning 8 (1992) 229–256",
  options,
  refuses: (_environment, question) => refusedQuestion(question),
  check: (environment, { concept }, given) => checkGradient(environment, concept, given, steps),
  init: (environment, { concept }, given, random, saved) =>
    startGradient(environment, concept, given, steps, random, saved),
  step: (environment, state) => stepGradient(environment, state, (gradient) => gradient),
  candidate: learnedByGradient,
  save: saveGradient,
};
