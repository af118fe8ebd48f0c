/**
 * Fictitious play with learned best responses.
 *
 * S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Élie, O. Pietquin, "Fictitious play for mean field games: continuous time
 * analysis and applications", NeurIPS 2020, with best responses by Q-learning (C. J. C. H. Watkins, P. Dayan, Machine Learning 8,
 * 1992) and stationary laws in place of flows: every round answers the average of all fields so far, z̄, and the law
 * d(x,a) of the answer enters the average d̄ ← d̄ + (d − d̄)/(k + 1). The average policy is that of the average law,
 * π̄(a|x) = d̄(x,a)/Σ_b d̄(x,b): each answer weighs as much in a state as it is there; and z̄ is the marginal of d̄, which is
 * its field. So mixed equilibria are reached by pure answers. Values go on being learned from round to round, by steps
 * that fall more slowly than the average's 1/(k + 1): they keep up with it, and their noise is averaged out.
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
import { experience } from "../learning/agents.ts";
import { fieldMean } from "../learning/field.ts";
import type { StationaryLearned } from "../learning/learned.ts";
import { runOptions, unsafeOption } from "../learning/options.ts";
import { isDue, measure, savedList, saveProgress, startProgress } from "../learning/progress.ts";
import type { Progress } from "../learning/progress.ts";
import { checkTimeScales, stepAt } from "../learning/schedule.ts";
import type { NamedSchedule } from "../learning/schedule.ts";
import { drawsOf, purposes } from "../learning/streams.ts";
import type { TablePolicy } from "../policy-class.ts";
import type { StationaryEnvironment } from "../simulation/environment.ts";

const options = z.object({
  ...runOptions(100),
  trajectories: whole(200, "Agents that learn each best response", { minimum: 1, maximum: 10_000_000, scale: "log" }),
  horizon: whole(100, "Their steps, each of them a step of learning", { minimum: 1, maximum: 1_000_000 }),
  exploration: real(0.5, "Probability ε with which they act at random", {
    symbol: "\\varepsilon",
    minimum: 0,
    open: "minimum",
    maximum: 1,
  }),
  ...valueOptions(0.8),
  players: whole(100, "Agents whose law is that of a best response", {
    minimum: 1,
    maximum: 1_000_000,
    scale: "log",
  }),
  "population-steps": whole(200, "Their steps; the law is the average over the second half", {
    minimum: 2,
    maximum: 1_000_000,
    scale: "log",
  }),
  ...unsafeOption,
});

/** The weight of a round in the averages. */
const averaging: NamedSchedule = { symbol: "β", option: "1/(k + 1)'s power", scale: 1, offset: 1, power: 1 };

interface State extends Progress {
  readonly options: ParametersOf<typeof options>;
  /** Q(x,a) at x·|A| + a. */
  readonly Q: Float64Array;
  readonly visits: Float64Array;
  /** d̄(x,a); nothing before the first round. */
  readonly average: Float64Array;
  readonly initial: Float64Array;
}

/** Best responses to the average of all fields so far, learned by Q-learning and averaged. */
export const fictitiousQLearning: Learner<StationaryEnvironment, typeof options, State, StationaryLearned> = {
  name: "fictitious-q-learning",
  title: "Fictitious play with Q-learning",
  family: "stationary",
  story:
    "Answers the average field of all rounds by a pure best response found with Q-learning, and averages the answers. " +
    "Finds mixed equilibria, and converges in games where answering the last field alone runs in circles.",
  reference:
    "Perrin, Pérolat, Laurière, Geist, Élie & Pietquin, NeurIPS 2020; Watkins & Dayan, Machine Learning 8 (1992)",
  options,
  refuses: (environment, question) =>
    refusedTable(
      "fictitious-q-learning",
      environment,
      question,
      "its values are those of one player at a frozen field; simultaneous-perturbation learns optima",
    ),
  check: (_environment, _question, given) => {
    if (!given.unsafe) checkTimeScales(averaging, valueSchedule(given));
  },
  init: (environment, _question, given, random, saved) => {
    const initial = environment.initialField(drawsOf(random, 0, purposes.initialField));
    const pairs = initial.length * environment.space.actions;
    return {
      ...startProgress(random, given, saved),
      options: given,
      initial,
      Q: saved === undefined ? new Float64Array(pairs) : savedList(saved, "Q"),
      visits: saved === undefined ? new Float64Array(pairs) : savedList(saved, "visits"),
      average: saved === undefined ? new Float64Array(pairs) : savedList(saved, "average"),
    };
  },
  step: (environment, state) => {
    const { Q, visits, average, random, options: given } = state;
    const { actions: choices } = environment.space;
    const k = state.iteration;
    const field = averageField(state, choices);
    const behaviour = exploring(greedyTable(Q, choices), choices, given.exploration);
    const settings = { count: given.trajectories, horizon: given.horizon };
    const seen = experience(environment, behaviour, field, settings, random, k);
    const change = learnActionValues(Q, visits, seen, {
      choices,
      discount: environment.discount,
      step: valueSchedule(given),
      temperature: 0,
    });
    const law = lawOf(environment, state, greedyTable(Q, choices), field);
    for (let i = 0; i < average.length; i++) average[i] += (law[i] - average[i]) * stepAt(averaging, k);
    state.iteration = k + 1;
    const policy = averagePolicy(state, choices);
    const now = averageField(state, choices);
    if (isDue(state, k)) measure(environment, state, k, policy, now);
    return {
      metrics: {
        performance: sampledPerformance(environment, policy, now, drawsOf(random, k, purposes.estimatePerformance)),
        field_mean: fieldMean(environment.space, now),
        step: stepAt(averaging, k),
        value_change: change,
        ...state.estimates,
      },
      status: "running",
    };
  },
  candidate: (environment, state) => ({
    policy: averagePolicy(state, environment.space.actions),
    field: averageField(state, environment.space.actions),
    estimates: state.estimates,
  }),
  save: (state) => ({
    ...saveProgress(state),
    Q: [...state.Q],
    visits: [...state.visits],
    average: [...state.average],
  }),
};

/** z̄(x) = Σ_a d̄(x,a); ξ₀ before the first round. */
function averageField({ iteration, average, initial }: State, choices: number): Float64Array {
  if (iteration === 0) return initial.slice();
  const field = new Float64Array(initial.length);
  for (let i = 0; i < average.length; i++) field[Math.floor(i / choices)] += average[i];
  return field;
}

/** π̄(a|x) = d̄(x,a)/z̄(x); where no answer has ever been, the last one. */
function averagePolicy(state: State, choices: number): TablePolicy {
  const { average, Q } = state;
  const field = averageField(state, choices);
  const last = greedyTable(Q, choices);
  if (state.iteration === 0) return last;
  const probabilities = last.probabilities.map((p, i) => {
    const share = field[Math.floor(i / choices)];
    return share > 0 ? average[i] / share : p;
  });
  return { kind: "table", probabilities };
}

/** How often agents who answer the field are in x and do a, from ξ₀ on, over the second half of their steps. */
function lawOf(
  environment: StationaryEnvironment,
  { random, iteration, options: given, Q }: State,
  policy: TablePolicy,
  field: Float64Array,
): Float64Array {
  const settings = { count: given.players, horizon: given["population-steps"] };
  const draws = drawsOf(random, iteration, purposes.field);
  const { states, actions } = environment.trajectories(policy, field, settings, draws);
  const { count, horizon } = settings;
  const first = Math.floor(horizon / 2);
  const law = new Float64Array(Q.length);
  for (let j = 0; j < count; j++) {
    for (let at = j * horizon + first; at < (j + 1) * horizon; at++) {
      law[states[at] * environment.space.actions + actions[at]]++;
    }
  }
  return law.map((visits) => visits / (count * (horizon - first)));
}
