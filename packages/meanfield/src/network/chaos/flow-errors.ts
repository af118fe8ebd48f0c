/** One repetition of N neurons against the limit: gradient flow by the classical Runge–Kutta method, and online training. */

import { neuronSystem, neuronSystemBytes, soloTeam } from "../../kernels/index.ts";
import { fixedSteps } from "../fixed-steps.ts";
import type { LimitFlow } from "../limit-flow.ts";
import type { NetworkModel } from "../model.ts";
import { kernelActivation, neuronField } from "../neuron-field.ts";
import type { NeuronField } from "../neuron-field.ts";
import { environmentOf } from "../training/environment.ts";
import { streamOf } from "./linear-columns.ts";

/** Errors of N neurons at T, one repetition's. */
export interface FlowErrors {
  /** E(g^N − g)². */
  readonly prediction: number;
  /** |θ^N − θ|² of a neuron and its copy in the limit's field. */
  readonly coupling: number;
  /** Of what two neurons answer, around the limit's mean, averaged over pairs and the data. */
  readonly covariance: number;
  /** Of what one answers, the same way. */
  readonly variance: number;
  readonly loss: number;
}

/** Copies are followed of as many neurons at most; more would tell nothing new, since all are moved by the same errors. */
const mostCopies = 2000;

/** The fields of N neurons and of those that have copies. */
export interface FlowFields {
  readonly all: NeuronField;
  readonly copied: NeuronField;
  readonly copies: number;
}

export function flowFields(model: NetworkModel, { design }: LimitFlow, count: number): FlowFields {
  const copies = Math.min(count, mostCopies);
  const field = (size: number): NeuronField => neuronField(model, design, new Float64Array(size).fill(1 / size));
  const all = field(count);
  return { all, copied: copies === count ? all : field(copies), copies };
}

export function flowErrors(
  model: NetworkModel,
  limit: LimitFlow,
  { all, copied, copies }: FlowFields,
  theta: Float64Array,
  steps: number,
): FlowErrors {
  const { design, predictionsAt } = limit;
  const { activation, horizon } = model;
  const { count: points, dimension: d, x, weights } = design;
  const p = 1 + d;
  const count = theta.length / p;
  const h = horizon / steps;
  const expected = new Float64Array(points);
  const end = fixedSteps((_t, y, dy) => all.velocity(y, dy), 0, all.open(theta), h, steps);
  const inLimit = (t: number, y: Float64Array, dy: Float64Array): void => {
    predictionsAt(Math.min(t, horizon), expected);
    copied.velocityAt(y, expected, dy);
  };
  const copy = copied.close(fixedSteps(inLimit, 0, copied.open(theta.subarray(0, copies * p)), h, steps));
  const found = new Float64Array(points);
  all.predict(end, found);
  const own = all.close(end);
  predictionsAt(horizon, expected);
  let coupling = 0;
  for (let i = 0; i < copy.length; i++) coupling += (own[i] - copy[i]) ** 2 / copies;
  let [prediction, covariance, variance, loss] = [0, 0, 0, 0];
  for (let k = 0; k < points; k++) {
    const off = found[k] - expected[k];
    let squares = 0;
    for (let i = 0; i < count; i++) {
      let z = 0;
      for (let j = 0; j < d; j++) z += own[i * p + 1 + j] * x[k * d + j];
      squares += (own[i * p] * activation.value(z) - expected[k]) ** 2;
    }
    prediction += weights[k] * off * off;
    // The sum over pairs is the square of the sum, less the squares.
    covariance += (weights[k] * ((count * off) ** 2 - squares)) / (count * (count - 1));
    variance += (weights[k] * squares) / count;
    loss += 0.5 * weights[k] * ((design.y[k] - found[k]) ** 2 - (design.y[k] - expected[k]) ** 2);
  }
  return { prediction, coupling, covariance, variance, loss: Math.abs(loss) };
}

/** The squared distance of predictions at T after online training. */
export function onlineError(
  model: NetworkModel,
  limit: LimitFlow,
  theta: Float64Array,
  seed: number,
  repeat: number,
): number {
  const { design } = limit;
  const { inputs, sample, trainsOutput, rate, ridge } = environmentOf(model);
  const activation = kernelActivation(model.activation);
  if (activation === undefined) return Number.NaN;
  const count = theta.length / (1 + inputs);
  const options = { count, inputs, activation, trainsOutput, points: design.count };
  const neurons = neuronSystem(soloTeam(neuronSystemBytes(options)), options);
  neurons.load(theta);
  const data = streamOf(seed, count, repeat, 1);
  const steps = Math.round(count * model.horizon);
  const pair = new Float64Array(inputs + 1);
  sample(data, 0, pair);
  let y = pair[inputs];
  let g = neurons.open(pair.subarray(0, inputs));
  for (let k = 0; k < steps; k++) {
    const error = y - g;
    sample(data, k + 1, pair);
    y = pair[inputs];
    g = neurons.step((rate / count) * error, 1 - (rate / count) * ridge, pair.subarray(0, inputs));
  }
  const [found, expected] = [new Float64Array(design.count), new Float64Array(design.count)];
  neurons.predict(design.x, found);
  limit.predictionsAt(model.horizon, expected);
  return found.reduce((sum, value, k) => sum + design.weights[k] * (value - expected[k]) ** 2, 0);
}
