/**
 * Q-learning in regularised mean-field games.
 *
 * B. Anahtarcı, C. D. Karıksız, N. Saldi, "Q-learning in regularized mean-field games", Dynamic Games and Applications 13 (2023)
 * 89–117, and X. Guo, A. Hu, R. Xu, J. Zhang, "Learning mean-field games", NeurIPS 2019: at a frozen field learn the values of
 * the game in which entropy is paid for at rate τ, play softmax(Q/τ), move the field by one step of that policy, repeat.
 * Entropy makes the best response a continuous, for large τ contracting, function of the field. Values and their steps go
 * on from field to field, where the papers begin anew, so that noise is averaged out in the end; the field is slower.
 *
 * What it comes to is the equilibrium of the regularised game. In the game itself that policy can be improved upon by an
 * amount of the order of τ, so that `exploitability_estimate` does not vanish; `regularised_exploitability_estimate` does.
 */

import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Learner, ParametersOf } from "../../core/index.ts";
import {
  greedyTable,
  learnActionValues,
  refusedTable,
  sampledPerformance,
  valueOptions,
  valueSchedule,
} from "../learning/action-values.ts";
import { experience } from "../learning/agents.ts";
import { fieldMean, startingField, trackField } from "../learning/field.ts";
import type { StationaryLearned } from "../learning/learned.ts";
import { runOptions, trackingOptions, trackingSchedule, unsafeOption } from "../learning/options.ts";
import { isDue, measure, savedList, saveProgress, startProgress } from "../learning/progress.ts";
import type { Progress } from "../learning/progress.ts";
import { checkTimeScales, stepAt } from "../learning/schedule.ts";
import { drawsOf, purposes } from "../learning/streams.ts";
import type { StationaryEnvironment } from "../simulation/environment.ts";

const options = z.object({
  ...runOptions(100),
  temperature: real(0.05, "τ: what a unit of entropy is worth", {
    symbol: "\\tau",
    minimum: 0,
    open: "minimum",
    maximum: 1e6,
    scale: "log",
  }),
  trajectories: whole(200, "Agents that act at random at each frozen field", {
    minimum: 1,
    maximum: 10_000_000,
    scale: "log",
  }),
  horizon: whole(100, "Their steps, each of them a step of learning", { minimum: 1, maximum: 1_000_000 }),
  ...valueOptions(0.6),
  ...trackingOptions(0.75, 10_000),
  ...unsafeOption,
});

interface State extends Progress {
  readonly options: ParametersOf<typeof options>;
  /** Q(x,a) at x·|A| + a. */
  readonly Q: Float64Array;
  readonly visits: Float64Array;
  readonly field: Float64Array;
}

/** Entropy-regularised Q-learning at one frozen field after another. */
export const meanFieldQLearning: Learner<StationaryEnvironment, typeof options, State, StationaryLearned> = {
  name: "mean-field-q-learning",
  title: "Regularised Q-learning at frozen fields",
  family: "stationary",
  story:
    "Learns entropy-regularised values at a frozen field, lets the population follow the soft policy for a step, and " +
    "repeats. Steady where pure best responses jump; ends in the equilibrium of the regularised game, not of the game.",
  reference: "Anahtarcı, Karıksız & Saldi, Dyn. Games Appl. 13 (2023) 89–117; Guo, Hu, Xu & Zhang, NeurIPS 2019",
  options,
  refuses: (environment, question) =>
    refusedTable(
      "mean-field-q-learning",
      environment,
      question,
      "its values are those of one player at a frozen field; simultaneous-perturbation learns optima",
    ),
  check: (_environment, _question, given) => {
    if (given.unsafe) return;
    checkTimeScales({ symbol: "β", option: "field-power", ...trackingSchedule(given) }, valueSchedule(given));
  },
  init: (environment, _question, given, random, saved) => {
    const field = saved === undefined ? startingField(environment, given.batch, random) : savedList(saved, "field");
    const pairs = field.length * environment.space.actions;
    return {
      ...startProgress(random, given, saved),
      options: given,
      field,
      Q: saved === undefined ? new Float64Array(pairs) : savedList(saved, "Q"),
      visits: saved === undefined ? new Float64Array(pairs) : savedList(saved, "visits"),
    };
  },
  step: (environment, state) => {
    const { Q, visits, field, random, options: given } = state;
    const { actions: choices } = environment.space;
    const { temperature } = given;
    const k = state.iteration;
    const atRandom = new Float64Array(Q.length).fill(1 / choices);
    const settings = { count: given.trajectories, horizon: given.horizon };
    const seen = experience(environment, atRandom, field, settings, random, k);
    const change = learnActionValues(Q, visits, seen, {
      choices,
      discount: environment.discount,
      step: valueSchedule(given),
      temperature,
    });
    const policy = greedyTable(Q, choices, temperature);
    const performance = sampledPerformance(
      environment,
      policy,
      field,
      drawsOf(random, k, purposes.estimatePerformance),
    );
    const beta = stepAt(trackingSchedule(given), k);
    trackField(environment, policy, field, { beta, batch: given.batch }, random, k);
    state.iteration = k + 1;
    if (isDue(state, k)) measure(environment, state, k, policy, field, temperature);
    return {
      metrics: {
        performance,
        field_mean: fieldMean(environment.space, field),
        step: Math.min(1, beta),
        value_change: change,
        ...state.estimates,
      },
      status: "running",
    };
  },
  candidate: (environment, { Q, field, estimates, options: given }) => ({
    policy: greedyTable(Q, environment.space.actions, given.temperature),
    field: field.slice(),
    estimates,
  }),
  save: (state) => ({ ...saveProgress(state), Q: [...state.Q], visits: [...state.visits], field: [...state.field] }),
};
