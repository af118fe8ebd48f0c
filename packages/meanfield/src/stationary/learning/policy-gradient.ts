/**
 * Learning on two time scales along likelihood-ratio gradients: what plain and natural gradients share.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 3: θ_{k+1} = [θ_k + α_k G]_Θ, z_{k+1} = z_k + β_k (Φ̂(z_k, π_θk) − z_k).
 *
 * An equilibrium (LSMFE) takes the gradient G = ∂J_{π_θ,z}/∂θ at the frozen field. A social optimum (LSMF-SO) takes the
 * total derivative. J depends on θ twice, dJ/dθ = ∂J_{π_θ,z}/∂θ + ∂J_{π_θ,z_θ'}/∂θ' at θ' = θ: through the policy, which is
 * the same likelihood-ratio gradient, and through the field of everybody else's policy alone. The second part is
 * estimated by perturbing the field only: the policy stays π_θ, and the returns against the stationary fields of
 * θ ± cη differ by 2c η·∂J/∂θ' + O(c³), which simultaneous perturbation turns into a slope.
 */

import { choice, InputError, RefusalError, real } from "../../core/index.ts";
import type { Concept, Randomness, SavedState, Step } from "../../core/index.ts";
import { mean } from "../../numeric/statistics.ts";
import type { LearnedField, StationaryEnvironment } from "../simulation/environment.ts";
import { chartOf } from "./chart.ts";
import type { Chart } from "./chart.ts";
import { fieldMean, startingField, trackField } from "./field.ts";
import type { StationaryLearned } from "./learned.ts";
import { baselines, likelihoodRatio } from "./likelihood-ratio.ts";
import type { Baseline, GradientEstimate } from "./likelihood-ratio.ts";
import {
  chosenHorizon,
  classNamed,
  classOptions,
  populationOptions,
  populationSettings,
  rolloutOptions,
  runOptions,
  trackingOptions,
  trackingSchedule,
  unsafeOption,
} from "./options.ts";
import { perturb } from "./perturbation.ts";
import { isDue, measure, savedList, saveProgress, startProgress } from "./progress.ts";
import type { Progress } from "./progress.ts";
import { checkPerturbation, checkStep, checkTimeScales, stepAt } from "./schedule.ts";
import type { NamedSchedule } from "./schedule.ts";
import { showTheta, startOf } from "./start.ts";
import { drawsOf, purposes } from "./streams.ts";
import type { Purpose } from "./streams.ts";

/** Options of learners along likelihood-ratio gradients. */
export function gradientOptions(defaults: {
  readonly iterations: number;
  readonly baseline: Baseline;
  readonly steps: string;
  readonly offset: number;
}) {
  return {
    ...runOptions(defaults.iterations),
    ...classOptions("smooth-threshold where states have an order, else softmax"),
    baseline: choice(
      baselines,
      defaults.baseline,
      "What is taken off returns: nothing, the other trajectories' mean at that time, or theirs in that state",
    ),
    ...rolloutOptions(200),
    field: choice(
      ["auto", "population", "two-timescale"],
      "auto",
      "Where the field comes from: a population playing θ anew in every iteration, or mini-batch steps β_k; auto: the " +
        "second for equilibria, the first for optima",
    ),
    ...populationOptions(20),
    ...trackingOptions(0.6, 1000),
    "step-size": real(
      0,
      `a₀ of θ's steps α_k = a₀/(k + k₀)^p (thresholds in shares of their range); 0: ${defaults.steps}`,
      {
        minimum: 0,
        maximum: 1e6,
      },
    ),
    offset: real(defaults.offset, "k₀ of θ's steps", { minimum: 0, open: "minimum", maximum: 1e9 }),
    power: real(1, "p of θ's steps", { minimum: 0, maximum: 10 }),
    "perturbation-size": real(0.1, "Optima: c₀ of the perturbations c_k = c₀/(k + 1)^g of the field", {
      minimum: 0,
      open: "minimum",
      maximum: 1e6,
    }),
    "perturbation-power": real(0.167, "Optima: g of the perturbations of the field", { minimum: 0, maximum: 10 }),
    ...unsafeOption,
  };
}

export interface GradientSettings {
  readonly iterations: number;
  readonly "estimate-every": number;
  readonly class: "auto" | "hard-threshold" | "smooth-threshold" | "softmax";
  readonly width: number;
  readonly baseline: Baseline;
  readonly trajectories: number;
  readonly horizon: number;
  readonly truncation: number;
  readonly field: "auto" | "population" | "two-timescale";
  readonly players: number;
  readonly "population-steps": number;
  readonly repeats: number;
  readonly "field-step": number;
  readonly "field-offset": number;
  readonly "field-power": number;
  readonly batch: number;
  readonly "step-size": number;
  readonly offset: number;
  readonly power: number;
  readonly "perturbation-size": number;
  readonly "perturbation-power": number;
  readonly unsafe: boolean;
}

export interface GradientState extends Progress {
  readonly settings: GradientSettings;
  readonly step: NamedSchedule;
  readonly planner: boolean;
  readonly horizon: number;
  readonly chart: Chart;
  /** θ in the chart's coordinates. */
  readonly u: Float64Array;
  /** z_k where it is tracked on a second time scale. */
  readonly tracked: LearnedField | undefined;
  /** What the population did after so many iterations: known again from its address. */
  remembered: { readonly iteration: number; readonly field: LearnedField } | undefined;
}

/** Step sizes that suit a class of policies unless told. */
export interface ClassSteps {
  readonly threshold: number;
  readonly softmax: number;
}

/** Turns the gradient into the direction that is taken, both in the chart's coordinates. */
export type Direction = (gradient: Float64Array, estimate: GradientEstimate, chart: Chart) => Float64Array;

/** @throws RefusalError for a class without derivatives; InputError for step sizes that break a condition. */
export function checkGradient(
  environment: StationaryEnvironment,
  concept: Concept,
  settings: GradientSettings,
  steps: ClassSteps,
): void {
  const name = classNamed(environment.space, settings.class, "smooth-threshold");
  if (name === "hard-threshold")
    throw new RefusalError(
      "class = hard-threshold has no derivative for likelihood ratios: use smooth-threshold, or simultaneous-perturbation",
    );
  if (concept === "planner" && settings.field === "two-timescale")
    throw new InputError("field", settings.field, "population for a social optimum, whose gradient moves the field");
  if (settings.unsafe) return;
  const step = scheduleOf(settings, name === "softmax" ? steps.softmax : steps.threshold);
  if (tracks(settings, concept)) {
    checkTimeScales(step, { symbol: "β", option: "field-power", ...trackingSchedule(settings) });
  } else checkStep(step);
  if (concept === "planner") checkPerturbation(step, perturbationOf(settings));
}

export function startGradient(
  environment: StationaryEnvironment,
  concept: Concept,
  settings: GradientSettings,
  steps: ClassSteps,
  random: Randomness,
  saved: SavedState | undefined,
): GradientState {
  const chart = chartOf(
    environment.space,
    classNamed(environment.space, settings.class, "smooth-threshold"),
    settings.width,
  );
  return {
    ...startProgress(random, settings, saved),
    settings,
    step: scheduleOf(settings, chart.family.name === "softmax" ? steps.softmax : steps.threshold),
    planner: concept === "planner",
    horizon: chosenHorizon(settings, environment.discount),
    chart,
    u: saved === undefined ? startOf(chart, random) : savedList(saved, "u"),
    tracked: !tracks(settings, concept)
      ? undefined
      : saved === undefined
        ? startingField(environment, settings.batch, random)
        : savedList(saved, "field"),
    remembered: undefined,
  };
}

/** One iteration, in place. */
export function stepGradient(environment: StationaryEnvironment, state: GradientState, direction: Direction): Step {
  const { chart, u, random, settings } = state;
  const k = state.iteration;
  const theta = chart.theta(u);
  const policy = chart.family.play(theta);
  const field = state.tracked ?? populationAt(environment, state, u, k, purposes.field);
  const rollouts = { count: settings.trajectories, horizon: state.horizon };
  const seen = environment.trajectories(policy, field, rollouts, drawsOf(random, k, purposes.rollouts));
  const estimate = likelihoodRatio(
    environment.space,
    chart.family,
    theta,
    environment.discount,
    seen,
    settings.baseline,
  );
  const gradient = estimate.gradient.map((g) => g * chart.unit);
  if (state.planner) addFieldTerm(environment, state, gradient);
  const fieldSeen = fieldMean(environment.space, field);
  if (state.tracked !== undefined) {
    const tracking = { beta: stepAt(trackingSchedule(settings), k), batch: settings.batch };
    trackField(environment, policy, state.tracked, tracking, random, k);
  }
  const alpha = stepAt(state.step, k);
  direction(gradient, estimate, chart).forEach((move, i) => (u[i] += alpha * move));
  chart.project(u);
  state.iteration = k + 1;
  if (isDue(state, k)) measure(environment, state, k, chart.play(u), currentField(environment, state));
  return {
    metrics: {
      ...showTheta(chart, u),
      performance: estimate.performance,
      field_mean: fieldSeen,
      step: alpha,
      ...state.estimates,
    },
    status: "running",
  };
}

/** Adds ∂J_{π_θ,z_θ'}/∂θ' at θ' = θ, by returns of the frozen policy against the fields of two others. */
function addFieldTerm(environment: StationaryEnvironment, state: GradientState, gradient: Float64Array): void {
  const { chart, u, random, settings, horizon } = state;
  const k = state.iteration;
  const c = stepAt(perturbationOf(settings), k);
  const probe = perturb(chart, u, c, "rademacher", drawsOf(random, k, purposes.perturbation));
  const policy = chart.play(u);
  // Both sides share their luck, so that only the fields differ.
  const worth = (point: Float64Array): number => {
    const field = populationAt(environment, state, point, k, purposes.fieldAbove);
    const rollouts = { count: settings.trajectories, horizon };
    return mean(environment.returns(policy, field, rollouts, drawsOf(random, k, purposes.rolloutsAbove)));
  };
  probe.addSlope(worth(probe.above) - worth(probe.below), 1, gradient);
}

export function learnedByGradient(environment: StationaryEnvironment, state: GradientState): StationaryLearned {
  const { chart, u } = state;
  return {
    policy: chart.play(u),
    field: currentField(environment, state).slice(),
    parametrised: { name: chart.family.name, width: chart.width, theta: chart.theta(u) },
    estimates: state.estimates,
  };
}

export function saveGradient(state: GradientState): SavedState {
  return {
    ...saveProgress(state),
    u: [...state.u],
    ...(state.tracked === undefined ? {} : { field: [...state.tracked] }),
  };
}

function tracks({ field }: GradientSettings, concept: Concept): boolean {
  return field === "auto" ? concept === "nash" : field === "two-timescale";
}

function scheduleOf(settings: GradientSettings, suited: number): NamedSchedule {
  const scale = settings["step-size"] === 0 ? suited : settings["step-size"];
  return { symbol: "α", option: "power", scale, offset: settings.offset, power: settings.power };
}

function perturbationOf(settings: GradientSettings): NamedSchedule {
  const scale = settings["perturbation-size"];
  return { symbol: "c", option: "perturbation-power", scale, offset: 1, power: settings["perturbation-power"] };
}

/** The field of a population that plays this point of the chart. */
function populationAt(
  environment: StationaryEnvironment,
  { chart, random, settings }: GradientState,
  u: Float64Array,
  k: number,
  purpose: Purpose,
): LearnedField {
  return environment.population(chart.play(u), populationSettings(settings), drawsOf(random, k, purpose));
}

/** The field that belongs to the current θ: the one tracked, or that of a population drawn for nothing else. */
function currentField(environment: StationaryEnvironment, state: GradientState): LearnedField {
  if (state.tracked !== undefined) return state.tracked;
  if (state.remembered?.iteration !== state.iteration) {
    const field = populationAt(environment, state, state.u, state.iteration, purposes.estimateField);
    state.remembered = { iteration: state.iteration, field };
  }
  return state.remembered.field;
}
