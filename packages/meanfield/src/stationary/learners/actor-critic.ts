/**
 * Actor–critic on three time scales.
 *
 * V. R. Konda, J. N. Tsitsiklis, "On actor-critic algorithms", SIAM J. Control Optim. 42 (2003) 1143–1166; for mean-field
 * games with the field as a third scale J. Subramanian, A. Mahajan, AAMAS 2019, section 3. The critic is a table V learned by
 * temporal differences δ = r + γV(y) − V(x), which are unbiased for the advantage once V is V_{π,z}; the actor moves by
 * (1/(1 − γ)) E δΛ over agents that live as long as the discount says (learning/agents.ts), which then is ∂J/∂θ. Critic and
 * field both have to be faster than the actor; between the two the order does not matter, since the field does not
 * look at the critic.
 */

import { z } from "zod";
import { RefusalError, real, whole } from "../../core/index.ts";
import type { Learner, ParametersOf } from "../../core/index.ts";
import { refusedTable, sampledPerformance, valueOptions, valueSchedule } from "../learning/action-values.ts";
import { moveAgents, placeAgents } from "../learning/agents.ts";
import type { Experience } from "../learning/agents.ts";
import { chartOf } from "../learning/chart.ts";
import type { Chart } from "../learning/chart.ts";
import { fieldMean, startingField, trackField } from "../learning/field.ts";
import type { StationaryLearned } from "../learning/learned.ts";
import {
  classNamed,
  classOptions,
  runOptions,
  trackingOptions,
  trackingSchedule,
  unsafeOption,
} from "../learning/options.ts";
import { isDue, measure, savedList, saveProgress, startProgress } from "../learning/progress.ts";
import type { Progress } from "../learning/progress.ts";
import { checkTimeScales, stepAt } from "../learning/schedule.ts";
import type { NamedSchedule } from "../learning/schedule.ts";
import { showTheta, startOf } from "../learning/start.ts";
import { drawsOf, purposes } from "../learning/streams.ts";
import type { PolicyClassName, TablePolicy } from "../policy-class.ts";
import type { StationaryEnvironment } from "../simulation/environment.ts";

const options = z.object({
  ...runOptions(2000),
  ...classOptions("smooth-threshold where states have an order, else softmax"),
  agents: whole(500, "Agents that learn together, one step each an iteration", {
    minimum: 1,
    maximum: 1_000_000,
    scale: "log",
  }),
  "step-size": real(
    0,
    "a₀ of the actor's steps α_k = a₀/(k + k₀)^p (thresholds in shares of their range); 0: 1 for thresholds, 20 for logits",
    {
      minimum: 0,
      maximum: 1e6,
    },
  ),
  offset: real(100, "k₀ of the actor's steps", { minimum: 0, open: "minimum", maximum: 1e9 }),
  power: real(1, "p of the actor's steps", { minimum: 0, maximum: 10 }),
  ...valueOptions(0.6),
  ...trackingOptions(0.6, 1000),
  ...unsafeOption,
});
type Options = ParametersOf<typeof options>;

interface State extends Progress {
  readonly options: Options;
  readonly step: NamedSchedule;
  readonly chart: Chart;
  /** θ in the chart's coordinates. */
  readonly u: Float64Array;
  /** The critic. */
  readonly V: Float64Array;
  readonly visits: Float64Array;
  readonly agents: Float64Array;
  readonly field: Float64Array;
  readonly initial: Float64Array;
}

/** Temporal-difference critic, policy-gradient actor, tracked field: equilibria, step by step instead of by trajectories. */
export const actorCritic: Learner<StationaryEnvironment, typeof options, State, StationaryLearned> = {
  name: "actor-critic",
  title: "Actor–critic on three time scales",
  family: "stationary",
  story:
    "Agents live on from iteration to iteration; a table of state values says which of their steps went better than " +
    "expected, and the policy moves by that. No trajectory has to end before something is learned. Finitely many states.",
  reference:
    "Konda & Tsitsiklis, SIAM J. Control Optim. 42 (2003) 1143–1166; Subramanian & Mahajan, AAMAS 2019, section 3",
  options,
  refuses: (environment, question) =>
    refusedTable(
      "actor-critic",
      environment,
      question,
      "its critic knows one frozen field; likelihood-ratio, natural-gradient and simultaneous-perturbation learn optima",
    ),
  check: (environment, _question, given) => {
    const name = smoothClass(environment, given);
    if (given.unsafe) return;
    const step = actorSchedule(given, name);
    checkTimeScales(step, { symbol: "β", option: "field-power", ...trackingSchedule(given) });
    checkTimeScales(step, valueSchedule(given));
  },
  init: (environment, _question, given, random, saved) => {
    const name = smoothClass(environment, given);
    const chart = chartOf(environment.space, name, given.width);
    const initial = environment.initialField(drawsOf(random, 0, purposes.initialField));
    return {
      ...startProgress(random, given, saved),
      options: given,
      step: actorSchedule(given, name),
      chart,
      initial,
      ...(saved === undefined
        ? {
            u: startOf(chart, random),
            V: new Float64Array(initial.length),
            visits: new Float64Array(initial.length),
            agents: placeAgents(environment, given.agents, random),
            field: startingField(environment, given.batch, random),
          }
        : {
            u: savedList(saved, "u"),
            V: savedList(saved, "V"),
            visits: savedList(saved, "visits"),
            agents: savedList(saved, "agents"),
            field: savedList(saved, "field"),
          }),
    };
  },
  step: (environment, state) => {
    const { chart, u, agents, field, initial, random, options: given } = state;
    const k = state.iteration;
    const theta = chart.theta(u);
    const policy = chart.family.play(theta) as TablePolicy;
    const seen = moveAgents(environment, agents, policy.probabilities, field, initial, random, k);
    const gradient = act(environment, state, theta, seen);
    const performance = sampledPerformance(
      environment,
      policy,
      field,
      drawsOf(random, k, purposes.estimatePerformance),
    );
    const tracking = { beta: stepAt(trackingSchedule(given), k), batch: given.batch };
    trackField(environment, policy, field, tracking, random, k);
    const alpha = stepAt(state.step, k);
    for (let i = 0; i < u.length; i++) u[i] += alpha * chart.unit * gradient[i];
    chart.project(u);
    state.iteration = k + 1;
    if (isDue(state, k)) measure(environment, state, k, chart.play(u), field);
    return {
      metrics: {
        ...showTheta(chart, u),
        performance,
        field_mean: fieldMean(environment.space, field),
        step: alpha,
        ...state.estimates,
      },
      status: "running",
    };
  },
  candidate: (_environment, { chart, u, field, estimates }) => ({
    policy: chart.play(u),
    field: field.slice(),
    parametrised: { name: chart.family.name, width: chart.width, theta: chart.theta(u) },
    estimates,
  }),
  save: (state) => ({
    ...saveProgress(state),
    u: [...state.u],
    V: [...state.V],
    visits: [...state.visits],
    agents: [...state.agents],
    field: [...state.field],
  }),
};

/** @throws RefusalError for a class without derivatives. */
function smoothClass({ space }: StationaryEnvironment, given: Options): PolicyClassName {
  const name = classNamed(space, given.class, "smooth-threshold");
  if (name === "hard-threshold")
    throw new RefusalError(
      "class = hard-threshold has no derivative for an actor: use smooth-threshold, or simultaneous-perturbation",
    );
  return name;
}

function actorSchedule(given: Options, name: PolicyClassName): NamedSchedule {
  const scale = given["step-size"] === 0 ? (name === "softmax" ? 20 : 1) : given["step-size"];
  return { symbol: "α", option: "power", scale, offset: given.offset, power: given.power };
}

/** The gradient by the critic as it was; then the critic learns from the same steps. */
function act(
  { discount }: StationaryEnvironment,
  { chart, V, visits, options: given }: State,
  theta: Float64Array,
  { states, actions, rewards, next }: Experience,
): Float64Array {
  const { addScore } = chart.family;
  if (addScore === undefined) throw new RangeError("an actor needs a policy with derivatives");
  const gradient = new Float64Array(theta.length);
  const weight = 1 / (states.length * (1 - discount));
  for (let j = 0; j < states.length; j++) {
    const delta = rewards[j] + discount * V[next[j]] - V[states[j]];
    addScore(theta, states[j], actions[j], weight * delta, gradient);
  }
  const step = valueSchedule(given);
  for (let j = 0; j < states.length; j++) {
    const x = states[j];
    V[x] += Math.min(1, stepAt(step, visits[x])) * (rewards[j] + discount * V[next[j]] - V[x]);
    visits[x]++;
  }
  return gradient;
}
