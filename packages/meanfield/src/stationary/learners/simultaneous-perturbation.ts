/**
 * Stochastic gradients from two rollouts on either side of θ.
 *
 * J. Subramanian, A. Mahajan, "Reinforcement learning in stationary mean-field games", AAMAS 2019, section 3; the
 * perturbation after J. C. Spall, IEEE Trans. Automat. Control 37 (1992) 332–341. T̂ = (Ĵ(θ + cη) − Ĵ(θ − cη))/(2cη), where
 * for a social optimum each rollout meets the stationary field of its own policy, z_{θ±cη}, and for an equilibrium both
 * meet the current field z_k: that is all the difference there is between the two.
 */

import { z } from "zod";
import { choice, flag, InputError, real, whole } from "../../core/index.ts";
import type { Learner, ParametersOf } from "../../core/index.ts";
import { mean } from "../../numeric/statistics.ts";
import { refusedQuestion } from "../candidate.ts";
import { chartOf } from "../learning/chart.ts";
import type { Chart } from "../learning/chart.ts";
import { fieldMean, startingField, trackField } from "../learning/field.ts";
import type { StationaryLearned } from "../learning/learned.ts";
import {
  classNamed,
  classOptions,
  populationOptions,
  populationSettings,
  runOptions,
  trackingOptions,
  trackingSchedule,
  unsafeOption,
} from "../learning/options.ts";
import { perturb, perturbationLaws } from "../learning/perturbation.ts";
import { isDue, measure, savedList, saveProgress, startProgress } from "../learning/progress.ts";
import type { Progress } from "../learning/progress.ts";
import { checkPerturbation, checkStep, checkTimeScales, spallLimit, spallSteps, stepAt } from "../learning/schedule.ts";
import type { NamedSchedule } from "../learning/schedule.ts";
import { showTheta, startOf } from "../learning/start.ts";
import { drawsOf, purposes } from "../learning/streams.ts";
import type { Purpose } from "../learning/streams.ts";
import type { PlayedPolicy } from "../policy-class.ts";
import type { LearnedField, StationaryEnvironment } from "../simulation/environment.ts";

const options = z.object({
  ...runOptions(60),
  ...classOptions("hard-threshold where states have an order, else softmax"),
  perturbation: choice(perturbationLaws, "rademacher", "Law of η: signs, or normal (the smoothed functional)"),
  trajectories: whole(200, "Trajectories of each of the two rollouts", {
    minimum: 2,
    maximum: 10_000_000,
    scale: "log",
  }),
  horizon: whole(200, "Steps of a trajectory; what comes later weighs γ to this power", {
    minimum: 1,
    maximum: 1_000_000,
  }),
  paired: flag(true, "Whether both sides of θ share their random numbers"),
  field: choice(
    ["population", "two-timescale"],
    "population",
    "Where the field comes from: a population playing θ anew in every iteration, or (equilibria only) mini-batch steps β_k",
  ),
  ...populationOptions(100),
  ...trackingOptions(0.6, 1000),
  schedule: choice(
    ["spall", "power"],
    "spall",
    "Step sizes: those of the public experiments with this game, or powers by the options below",
  ),
  gain: real(1, "Factor of all steps of θ (a threshold is counted in shares of its range)", {
    minimum: 0,
    open: "minimum",
    maximum: 1e6,
    scale: "log",
  }),
  "step-size": real(1, "a₀ of the power schedule α_k = a₀/(k + k₀)^p", { minimum: 0, open: "minimum", maximum: 1e6 }),
  offset: real(20, "k₀ of the power schedule", { minimum: 0, open: "minimum", maximum: 1e9 }),
  power: real(1, "p of the power schedule", { minimum: 0, maximum: 10 }),
  "perturbation-size": real(
    0.2,
    "c₀ of the perturbations, which fall like powers of k (a threshold's in shares of its range)",
    {
      minimum: 0,
      open: "minimum",
      maximum: 1e6,
    },
  ),
  "perturbation-power": real(0.167, "g of the power schedule", { minimum: 0, maximum: 10 }),
  ...unsafeOption,
});
type Options = ParametersOf<typeof options>;

interface State extends Progress {
  readonly options: Options;
  readonly planner: boolean;
  readonly chart: Chart;
  /** θ in the chart's coordinates. */
  readonly u: Float64Array;
  /** z_k where it is tracked on a second time scale. */
  readonly tracked: LearnedField | undefined;
  /** What the population did after so many iterations: known again from its address. */
  remembered: { readonly iteration: number; readonly field: LearnedField } | undefined;
}

/** Simultaneous perturbation: any class of policies, and both solution concepts. */
export const simultaneousPerturbation: Learner<StationaryEnvironment, typeof options, State, StationaryLearned> = {
  name: "simultaneous-perturbation",
  title: "Simultaneous perturbation",
  family: "stationary",
  story:
    "Plays the policy at two perturbed parameters and moves along the difference of the returns. Needs no derivative, so " +
    "that it learns hard thresholds, and learns social optima as easily as equilibria; with many parameters it is slow.",
  reference: "Subramanian & Mahajan, AAMAS 2019, section 3; Spall, IEEE Trans. Automat. Control 37 (1992) 332–341",
  options,
  refuses: (_environment, question) => refusedQuestion(question),
  check: (environment, question, given) => {
    classNamed(environment.space, given.class, "hard-threshold");
    if (question.concept === "planner" && given.field === "two-timescale")
      throw new InputError("field", given.field, "population for a social optimum: each side of θ meets its own field");
    if (given.unsafe) return;
    const { step, perturbation } = asymptotics(given);
    if (given.field === "two-timescale") {
      checkTimeScales(step, { symbol: "β", option: "field-power", ...trackingSchedule(given) });
    } else checkStep(step);
    checkPerturbation(step, perturbation);
  },
  init: (environment, question, given, random, saved) => {
    const chart = chartOf(environment.space, classNamed(environment.space, given.class, "hard-threshold"), given.width);
    const tracks = given.field === "two-timescale";
    return {
      ...startProgress(random, given, saved),
      options: given,
      planner: question.concept === "planner",
      chart,
      u: saved === undefined ? startOf(chart, random) : savedList(saved, "u"),
      tracked: !tracks
        ? undefined
        : saved === undefined
          ? startingField(environment, given.batch, random)
          : savedList(saved, "field"),
      remembered: undefined,
    };
  },
  step: (environment, state) => {
    const { chart, u, random, planner } = state;
    const given = state.options;
    const k = state.iteration;
    const { step, perturbation } = stepsAt(given, k);
    const probe = perturb(chart, u, perturbation, given.perturbation, drawsOf(random, k, purposes.perturbation));
    const [above, below] = [chart.play(probe.above), chart.play(probe.below)];
    const ours = (shared: Purpose, own: Purpose): Purpose => (given.paired ? shared : own);
    const shared = planner ? undefined : (state.tracked ?? populationAt(environment, state, k, purposes.field));
    const fieldAt = (policy: PlayedPolicy, own: Purpose): LearnedField =>
      shared ??
      environment.population(policy, populationSettings(given), drawsOf(random, k, ours(purposes.field, own)));
    const [fieldAbove, fieldBelow] = [fieldAt(above, purposes.fieldAbove), fieldAt(below, purposes.fieldBelow)];
    const rollouts = { count: given.trajectories, horizon: given.horizon };
    const worth = (policy: PlayedPolicy, field: LearnedField, own: Purpose): number =>
      mean(environment.returns(policy, field, rollouts, drawsOf(random, k, ours(purposes.rollouts, own))));
    const better = worth(above, fieldAbove, purposes.rolloutsAbove);
    const worse = worth(below, fieldBelow, purposes.rolloutsBelow);
    const fieldMeans = [fieldMean(environment.space, fieldAbove), fieldMean(environment.space, fieldBelow)];

    if (state.tracked !== undefined) {
      const settings = { beta: stepAt(trackingSchedule(given), k), batch: given.batch };
      trackField(environment, chart.play(u), state.tracked, settings, random, k);
    }
    probe.addSlope(better - worse, given.gain * step, u);
    chart.project(u);
    state.iteration = k + 1;
    if (isDue(state, k)) measure(environment, state, k, chart.play(u), currentField(environment, state));
    return {
      metrics: {
        ...showTheta(chart, u),
        performance: (better + worse) / 2,
        field_mean: (fieldMeans[0] + fieldMeans[1]) / 2,
        step: given.gain * step,
        ...state.estimates,
      },
      status: "running",
    };
  },
  candidate: (environment, state) => {
    const { chart, u } = state;
    return {
      policy: chart.play(u),
      field: currentField(environment, state).slice(),
      parametrised: { name: chart.family.name, width: chart.width, theta: chart.theta(u) },
      estimates: state.estimates,
    };
  },
  save: (state) => ({
    ...saveProgress(state),
    u: [...state.u],
    ...(state.tracked === undefined ? {} : { field: [...state.tracked] }),
  }),
};

/** α_k and c_k. */
function stepsAt(given: Options, k: number): { readonly step: number; readonly perturbation: number } {
  if (given.schedule === "spall") return spallSteps(k, given["perturbation-size"]);
  const { step, perturbation } = asymptotics(given);
  return { step: stepAt(step, k), perturbation: stepAt(perturbation, k) };
}

function asymptotics(given: Options): { readonly step: NamedSchedule; readonly perturbation: NamedSchedule } {
  if (given.schedule === "spall") return spallLimit;
  return {
    step: { symbol: "α", option: "power", scale: given["step-size"], offset: given.offset, power: given.power },
    perturbation: {
      symbol: "c",
      option: "perturbation-power",
      scale: given["perturbation-size"],
      offset: 1,
      power: given["perturbation-power"],
    },
  };
}

/** The field of a population that plays the current θ. */
function populationAt(environment: StationaryEnvironment, state: State, k: number, purpose: Purpose): LearnedField {
  const { chart, u, random, options: given } = state;
  return environment.population(chart.play(u), populationSettings(given), drawsOf(random, k, purpose));
}

/** The field that belongs to the current θ: the one tracked, or that of a population drawn for nothing else. */
function currentField(environment: StationaryEnvironment, state: State): LearnedField {
  if (state.tracked !== undefined) return state.tracked;
  if (state.remembered?.iteration !== state.iteration) {
    const field = populationAt(environment, state, state.iteration, purposes.estimateField);
    state.remembered = { iteration: state.iteration, field };
  }
  return state.remembered.field;
}
