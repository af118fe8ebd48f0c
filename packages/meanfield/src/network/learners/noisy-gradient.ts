/**
 * Gradient descent with noise of every neuron's own: dθ_i = α(E[(Y − g)∇(c_i σ(w_i·X))] − λθ_i)dt + √(2ατ)dB_i, by Euler steps.
 *
 * S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671 (noisy SGD). The noise must be independent: that of samples is
 * common to all neurons, vanishes in the limit, and gives no Laplacian (docs/propagation-of-chaos-networks.md).
 */

import { z } from "zod";
import { InputError, real, whole } from "../../core/index.ts";
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
  step: real(0.02, "Time of a step", { minimum: 0, open: "minimum", maximum: 10, scale: "log" }),
  batch: whole(0, "Samples in a step; 0: all data at once", { minimum: 0, maximum: 100_000 }),
});
type Options = ParametersOf<typeof options>;

interface State extends TrainingRun {
  readonly options: Options;
  /** Of all training. */
  readonly stepsInAll: number;
}

/** Langevin dynamics of the neurons; without noise, gradient descent. */
export const noisyGradient: Learner<NetworkEnvironment, typeof options, State, NetworkLearned> = {
  name: "noisy-gradient",
  title: "Gradient descent with independent noise",
  family: "network",
  story:
    "Moves all neurons along the gradient of all data at once and shakes each by noise of its own (Langevin). With a ridge they " +
    "come to rest in the law that minimises the free energy, off by the Euler step and by 1/√N. Without noise it is gradient " +
    "descent.",
  reference: "S. Mei, A. Montanari, P.-M. Nguyen, PNAS 115 (2018) E7665–E7671",
  options,
  refuses: () => undefined,
  check: ({ batch, activation, inputs }, _question, given) => {
    if (given.batch === 0 && batch === undefined) {
      const why = `averages of ${activation.name} over Gaussian data of ${inputs} numbers have no finite sum`;
      throw new InputError("option batch", given.batch, `at least 1: ${why}`);
    }
  },
  init: (environment, question, given, random, saved) => ({
    ...openTraining(environment, question, random, given.batch, saved),
    options: given,
    stepsInAll: stepsUntil(environment.time, given.step),
  }),
  step: (environment, state) => {
    const { neurons, options: given, stepsInAll, data } = state;
    const block = nextSteps(given.block, state.steps, stepsInAll);
    const { rate, ridge, temperature, batch, inputs, parameters } = environment;
    const full = given.batch === 0 ? batch : undefined;
    const points = full?.count ?? Math.max(1, given.batch);
    const x = full?.x ?? new Float64Array(points * inputs);
    const y = full?.y ?? new Float64Array(points);
    const errors = new Float64Array(points);
    const pair = new Float64Array(inputs + 1);
    const h = rate * given.step;
    const deviation = Math.sqrt(2 * h * temperature);
    for (let k = 0; k < block; k++) {
      if (full === undefined) {
        for (let b = 0; b < points; b++) {
          environment.sample(data, state.steps * points + b, pair);
          x.set(pair.subarray(0, inputs), b * inputs);
          y[b] = pair[inputs];
        }
      }
      neurons.predict(x, errors);
      for (let b = 0; b < points; b++) errors[b] = h * (full?.weights[b] ?? 1 / points) * (y[b] - errors[b]);
      neurons.takeGradient(errors);
      neurons.move({
        decay: 1 - h * ridge,
        ...(temperature > 0 ? { noise: { deviation, firstIndex: state.steps * neurons.count * parameters } } : {}),
      });
      state.steps++;
    }
    state.time = state.steps * given.step;
    const loss = look(environment, state);
    const metrics = { time: state.time, ...(loss === undefined ? {} : { loss }) };
    return { metrics, ...statusAfter(given.block, state.steps, stepsInAll) };
  },
  candidate: (_environment, state) => learnedOf(state),
  save: (state) => saveTraining(state, false),
};
