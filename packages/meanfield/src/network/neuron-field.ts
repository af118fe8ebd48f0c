/** The velocities of many neurons under their common predictions: dθ_i/dt = α(E[(Y − g)∇(c σ(w·X))] − λθ_i). */

import { neuronSystem, neuronSystemBytes, soloTeam } from "../kernels/index.ts";
import type { KernelActivation } from "../kernels/index.ts";
import { activations } from "./activation.ts";
import type { Activation, ActivationName } from "./activation.ts";
import { predictAll } from "./candidate.ts";
import type { Neurons } from "./candidate.ts";
import type { Design } from "./data.ts";
import type { NetworkModel } from "./model.ts";

export interface NeuronField {
  /** The neurons as numbers to integrate, in a layout of the field's own. */
  readonly open: (theta: Float64Array) => Float64Array;
  /** One neuron after another. */
  readonly close: (state: Float64Array) => Float64Array;
  /** Predictions at the points of the design. */
  readonly predict: (state: Float64Array, out: Float64Array) => void;
  /** Velocities into `out`. */
  readonly velocity: (state: Float64Array, out: Float64Array) => void;
  /** Velocities under given predictions, whatever the neurons themselves predict. */
  readonly velocityAt: (state: Float64Array, predictions: Float64Array, out: Float64Array) => void;
}

/** The kernels' number of an activation; undefined for a user's own. */
export function kernelActivation(activation: Activation): KernelActivation | undefined {
  const name = activation.name as ActivationName;
  return activations[name] === activation ? name : undefined;
}

/** The field of neurons with these weights, in the kernels where they know the activation. */
export function neuronField(model: NetworkModel, design: Design, weights: Float64Array): NeuronField {
  const known = kernelActivation(model.activation);
  return known === undefined ? plainField(model, design, weights) : kernelField(model, design, weights, known);
}

function kernelField(
  { trainsOutput, rate, ridge }: NetworkModel,
  { dimension: inputs, count: points, x, y, weights: shares }: Design,
  weights: Float64Array,
  activation: KernelActivation,
): NeuronField {
  const options = { count: weights.length, inputs, activation, trainsOutput, points, weights };
  const system = neuronSystem(soloTeam(neuronSystemBytes(options)), options);
  const errors = new Float64Array(points);
  const predict = (state: Float64Array, out: Float64Array): void => {
    system.blocks.set(state);
    system.predict(x, out);
  };
  const pull = (state: Float64Array, predictions: Float64Array, out: Float64Array): void => {
    for (let k = 0; k < points; k++) errors[k] = rate * shares[k] * (y[k] - predictions[k]);
    system.takeGradient(errors);
    out.set(system.gradient);
    if (ridge === 0) return;
    const decay = rate * ridge;
    for (let i = 0; i < state.length; i++) if (trainsOutput || !isOutput(i)) out[i] -= decay * state[i];
  };
  // Rows of eight: c is the first of every 1 + d of them.
  const isOutput = (i: number): boolean => (i >> 3) % (1 + inputs) === 0;
  return {
    open: (theta) => {
      system.load(theta);
      return system.blocks.slice();
    },
    close: (state) => {
      system.blocks.set(state);
      return system.read();
    },
    predict,
    velocity: (state, out) => {
      predict(state, errors);
      pull(state, errors, out);
    },
    velocityAt: (state, predictions, out) => {
      // What neurons answer is needed for their gradients, too.
      predict(state, errors);
      pull(state, predictions, out);
    },
  };
}

function plainField(
  { activation, trainsOutput, rate, ridge }: NetworkModel,
  design: Design,
  weights: Float64Array,
): NeuronField {
  const { dimension: d, count, x, y, weights: shares } = design;
  const p = 1 + d;
  const errors = new Float64Array(count);
  const predict = (state: Float64Array, out: Float64Array): void =>
    out.set(predictAll(activation, { theta: state, weights }, design));
  return {
    open: (theta) => theta.slice(),
    close: (state) => state.slice(),
    predict,
    velocity: (state, out) => {
      predict(state, errors);
      pull(state, errors, out);
    },
    velocityAt: pull,
  };

  function pull(state: Float64Array, predictions: Float64Array, out: Float64Array): void {
    for (let k = 0; k < count; k++) errors[k] = rate * shares[k] * (y[k] - predictions[k]);
    for (let i = 0; i < state.length; i += p) {
      out[i] = trainsOutput ? -rate * ridge * state[i] : 0;
      for (let j = 1; j < p; j++) out[i + j] = -rate * ridge * state[i + j];
      for (let k = 0; k < count; k++) {
        let z = 0;
        for (let j = 0; j < d; j++) z += state[i + 1 + j] * x[k * d + j];
        if (trainsOutput) out[i] += errors[k] * activation.value(z);
        const pull = errors[k] * state[i] * activation.derivative(z);
        for (let j = 0; j < d; j++) out[i + 1 + j] += pull * x[k * d + j];
      }
    }
  }
}

/** As many neurons with weights 1/N. */
export function equally(theta: Float64Array, count: number): Neurons {
  return { theta, weights: new Float64Array(count).fill(1 / count) };
}
