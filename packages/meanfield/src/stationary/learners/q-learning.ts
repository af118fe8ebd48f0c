/**
 * Q-learning on two time scales.
 *
 * A. Angiuli, J.-P. Fouque, M. Laurière, "Unified reinforcement Q-learning for mean field game and control problems",
 * Mathematics of Control, Signals, and Systems 34 (2022) 217–271: values move by ρ against a field that moves by β, and for
 * an equilibrium β/ρ → 0, so that values have settled to those of a best response wherever the field is.
 *
 * Differences: many agents learn one table (the paper has one). The field follows the greedy policy by Φ̂ instead of the
 * exploring agents, whose law is not that of an equilibrium. What is learned is the average of the greedy policies with the
 * field's own weights, π̄ ← π̄ + β (π_Q − π̄), because that is the policy whose field is tracked: where the field
 * settles between two pure answers, π̄ settles to their mixture, and where Q settles to one, π̄ becomes that one. The
 * paper's other order of time scales is not offered for optima: where all is at rest the values are those of a best
 * response to the field that it induces, whichever of the two moved faster, and that is the condition of an equilibrium.
 */

import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Learner, ParametersOf } from "../../core/index.ts";
import {
  exploring,
  greedyTable,
  learnActionValues,
  refusedTable,
  sampledPerformance,
  valueOptions,
  valueSchedule,
} from "../learning/action-values.ts";
import { moveAgents, placeAgents } from "../learning/agents.ts";
import { fieldMean, startingField, trackField } from "../learning/field.ts";
import type { StationaryLearned } from "../learning/learned.ts";
import { runOptions, trackingOptions, trackingSchedule, unsafeOption } from "../learning/options.ts";
import { isDue, measure, savedList, saveProgress, startProgress } from "../learning/progress.ts";
import type { Progress } from "../learning/progress.ts";
import { checkTimeScales, stepAt } from "../learning/schedule.ts";
import { drawsOf, purposes } from "../learning/streams.ts";
import type { TablePolicy } from "../policy-class.ts";
import type { StationaryEnvironment } from "../simulation/environment.ts";

const options = z.object({
  ...runOptions(2000),
  agents: whole(200, "Agents that learn one table together, one step each an iteration", {
    minimum: 1,
    maximum: 1_000_000,
    scale: "log",
  }),
  exploration: real(0.2, "Probability ε of an action at random", {
    symbol: "\\varepsilon",
    minimum: 0,
    open: "minimum",
    maximum: 1,
  }),
  ...valueOptions(0.6),
  ...trackingOptions(0.75, 1000),
  ...unsafeOption,
});

interface State extends Progress {
  readonly options: ParametersOf<typeof options>;
  /** Q(x,a) at x·|A| + a. */
  readonly Q: Float64Array;
  readonly visits: Float64Array;
  readonly agents: Float64Array;
  /** π̄(a|x) at x·|A| + a. */
  readonly average: Float64Array;
  readonly field: Float64Array;
  readonly initial: Float64Array;
}

/** Tabular Q-learning while the field follows more slowly. */
export const qLearning: Learner<StationaryEnvironment, typeof options, State, StationaryLearned> = {
  name: "q-learning",
  title: "Q-learning on two time scales",
  family: "stationary",
  story:
    "Learns the value of every action in every state, without a model and without a gradient, while the field slowly " +
    "follows the policy that these values recommend, and the answer is the average of those policies. Finitely many states.",
  reference: "Angiuli, Fouque & Laurière, Math. Control Signals Syst. 34 (2022) 217–271",
  options,
  refuses: (environment, question) =>
    refusedTable(
      "q-learning",
      environment,
      question,
      "its values count what a player changes for itself, not for the field; simultaneous-perturbation learns optima",
    ),
  check: (_environment, _question, given) => {
    if (given.unsafe) return;
    checkTimeScales({ symbol: "β", option: "field-power", ...trackingSchedule(given) }, valueSchedule(given));
  },
  init: (environment, _question, given, random, saved) => {
    const initial = environment.initialField(drawsOf(random, 0, purposes.initialField));
    const pairs = initial.length * environment.space.actions;
    return {
      ...startProgress(random, given, saved),
      options: given,
      initial,
      ...(saved === undefined
        ? {
            Q: new Float64Array(pairs),
            visits: new Float64Array(pairs),
            agents: placeAgents(environment, given.agents, random),
            average: new Float64Array(pairs).fill(1 / environment.space.actions),
            field: startingField(environment, given.batch, random),
          }
        : {
            Q: savedList(saved, "Q"),
            visits: savedList(saved, "visits"),
            agents: savedList(saved, "agents"),
            average: savedList(saved, "average"),
            field: savedList(saved, "field"),
          }),
    };
  },
  step: (environment, state) => {
    const { Q, visits, agents, average, field, initial, random, options: given } = state;
    const { actions: choices } = environment.space;
    const k = state.iteration;
    const behaviour = exploring(greedyTable(Q, choices), choices, given.exploration);
    const seen = moveAgents(environment, agents, behaviour, field, initial, random, k);
    const change = learnActionValues(Q, visits, seen, {
      choices,
      discount: environment.discount,
      step: valueSchedule(given),
      temperature: 0,
    });
    const greedy = greedyTable(Q, choices);
    const beta = Math.min(1, stepAt(trackingSchedule(given), k));
    trackField(environment, greedy, field, { beta, batch: given.batch }, random, k);
    for (let i = 0; i < average.length; i++) average[i] += beta * (greedy.probabilities[i] - average[i]);
    const policy = playedAverage(average);
    const performance = sampledPerformance(
      environment,
      policy,
      field,
      drawsOf(random, k, purposes.estimatePerformance),
    );
    state.iteration = k + 1;
    if (isDue(state, k)) measure(environment, state, k, policy, field);
    return {
      metrics: {
        performance,
        field_mean: fieldMean(environment.space, field),
        step: beta,
        value_change: change,
        ...state.estimates,
      },
      status: "running",
    };
  },
  candidate: (_environment, { average, field, estimates }) => ({
    policy: playedAverage(average),
    field: field.slice(),
    estimates,
  }),
  save: (state) => ({
    ...saveProgress(state),
    Q: [...state.Q],
    visits: [...state.visits],
    agents: [...state.agents],
    average: [...state.average],
    field: [...state.field],
  }),
};

function playedAverage(average: Float64Array): TablePolicy {
  return { kind: "table", probabilities: average.slice() };
}
