/**
 * Online training: a fresh sample a step, θ_i ← θ_i + (α/N)[(y − g(x))∇(c_i σ(w_i·x)) − λθ_i], in the time t = k/N.
 *
 * J. Sirignano, K. Spiliopoulos, SIAM J. Appl. Math. 80 (2020) 725–752, equation (1.2), whose step α/N it is; without the 1/N
 * time would run N times faster, and with 1/N² not at all (docs/propagation-of-chaos-networks.md).
 */

import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Learner, ParametersOf } from "../../core/index.ts";
import type { NetworkEnvironment } from "../training/environment.ts";
import { learnedOf, look, nextSteps, openTraining, saveTraining, statusAfter, stepsUntil } from "../training/run.ts";
import type { NetworkLearned, TrainingRun } from "../training/run.ts";

const options = z.object({
  iterations: whole(100, "Iterations, each of as many steps as `block` says", { minimum: 1, maximum: 1_000_000 }),
  block: whole(
    0,
    "Steps in an iteration; 0: so many that 100 iterations end training, or one where training has fewer steps",
    {
      minimum: 0,
      maximum: 1_000_000_000,
    },
  ),
  batch: whole(1, "Samples in a step, whose gradients are averaged", { minimum: 1, maximum: 100_000 }),
  momentum: real(0, "Share μ of the last move that goes on; a step is then α(1 − μ)/N, so that time runs as without", {
    minimum: 0,
    maximum: 0.9999,
  }),
});
type Options = ParametersOf<typeof options>;

interface State extends TrainingRun {
  readonly options: Options;
  /** Of all training. */
  readonly stepsInAll: number;
  /** Room for samples: all x, and all y. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly pair: Float64Array;
}

/** Stochastic gradient descent, with momentum where asked for. */
export const stochasticGradient: Learner<NetworkEnvironment, typeof options, State, NetworkLearned> = {
  name: "stochastic-gradient",
  title: "Stochastic gradient descent",
  family: "network",
  story:
    "Draws a sample (or a few) a step and moves every neuron along its own gradient at it, by α/N. After N steps a unit of " +
    "time has gone by, and with many neurons all of them have moved as in the limit; what the samples' chance adds is of " +
    "order 1/√N.",
  reference: "J. Sirignano, K. Spiliopoulos, SIAM J. Appl. Math. 80 (2020) 725–752, equation (1.2)",
  options,
  refuses: ({ temperature }) =>
    temperature > 0 ? "neurons have noise of their own here, which the learner noisy-gradient gives them" : undefined,
  init: (environment, question, given, random, saved) => {
    const training = openTraining(environment, question, random, given.batch, saved);
    const { inputs } = environment;
    return {
      ...training,
      options: given,
      stepsInAll: stepsUntil(environment.time, 1 / training.neurons.count),
      x: new Float64Array(inputs * given.batch),
      y: new Float64Array(given.batch),
      pair: new Float64Array(inputs + 1),
    };
  },
  step: (environment, state) => {
    const { options: given, stepsInAll } = state;
    const block = nextSteps(given.block, state.steps, stepsInAll);
    const seen =
      given.batch === 1 && given.momentum === 0
        ? online(environment, state, block)
        : batches(environment, state, block);
    state.time = state.steps / state.neurons.count;
    const loss = look(environment, state);
    return {
      metrics: { time: state.time, ...(loss === undefined ? {} : { loss }), sample_loss: seen },
      ...statusAfter(given.block, state.steps, stepsInAll),
    };
  },
  candidate: (_environment, state) => learnedOf(state),
  save: (state) => saveTraining(state, state.options.momentum > 0),
};

/** Sample number k of the run. */
function drawn(environment: NetworkEnvironment, { data, pair }: State, k: number): Float64Array {
  environment.sample(data, k, pair);
  return pair;
}

/** One sample a step, each step together with the next prediction; returns the mean of ½(y − g)² before each step. */
function online(environment: NetworkEnvironment, state: State, block: number): number {
  const { neurons, x, y } = state;
  const { rate, ridge, inputs } = environment;
  const h = rate / neurons.count;
  const take = (k: number): void => {
    const pair = drawn(environment, state, k);
    x.set(pair.subarray(0, inputs));
    y[0] = pair[inputs];
  };
  take(state.steps);
  let g = neurons.open(x);
  let seen = 0;
  for (let k = 0; k < block; k++) {
    const error = y[0] - g;
    seen += (0.5 * error * error) / block;
    take(state.steps + k + 1);
    g = neurons.step(h * error, 1 - h * ridge, x);
  }
  state.steps += block;
  return seen;
}

/** Several samples a step, or momentum. */
function batches(environment: NetworkEnvironment, state: State, block: number): number {
  const { neurons, x, y, options: given } = state;
  const { rate, ridge, inputs } = environment;
  const h = (rate * (1 - given.momentum)) / neurons.count;
  const errors = new Float64Array(given.batch);
  let seen = 0;
  for (let k = 0; k < block; k++) {
    for (let b = 0; b < given.batch; b++) {
      const pair = drawn(environment, state, (state.steps + k) * given.batch + b);
      x.set(pair.subarray(0, inputs), b * inputs);
      y[b] = pair[inputs];
    }
    neurons.predict(x, errors);
    for (let b = 0; b < given.batch; b++) {
      const error = y[b] - errors[b];
      seen += (0.5 * error * error) / (block * given.batch);
      errors[b] = (h * error) / given.batch;
    }
    neurons.takeGradient(errors);
    neurons.move({ decay: 1 - h * ridge, ...(given.momentum > 0 ? { momentum: given.momentum } : {}) });
  }
  state.steps += block;
  return seen;
}
