import type { RandomStream } from "../../numeric/random.ts";
import type { Activation } from "../activation.ts";
import { designOf, drawData } from "../data.ts";
import type { Design } from "../data.ts";
import { drawNeurons } from "../initial.ts";
import type { NetworkModel } from "../model.ts";
import { parametersOf } from "../model.ts";

/** What training sees of a network: samples to learn from, neurons to begin with, and what a step is. */
export interface NetworkEnvironment {
  readonly activation: Activation;
  /** Entries of w. */
  readonly inputs: number;
  /** Numbers of a neuron. */
  readonly parameters: number;
  readonly trainsOutput: boolean;
  /** λ, τ and α. */
  readonly ridge: number;
  readonly temperature: number;
  readonly rate: number;
  /** N where nobody asks for another number, and until when training goes on. */
  readonly neurons: number;
  readonly time: number;
  /** N neurons before training. */
  readonly start: (count: number, stream: RandomStream) => Float64Array;
  /** Sample number `index`: x and then y. */
  readonly sample: (stream: RandomStream, index: number, out: Float64Array) => void;
  /** All data at once, as a finite sum; absent where there is none. */
  readonly batch: Design | undefined;
}

/** The simulator of a model. */
export function environmentOf(model: NetworkModel): NetworkEnvironment {
  const { activation, data, initial, trainsOutput, ridge, temperature, rate, learning } = model;
  return {
    activation,
    inputs: data.dimension,
    parameters: parametersOf(model),
    trainsOutput,
    ridge,
    temperature,
    rate,
    neurons: learning.neurons,
    time: learning.time,
    start: (count, stream) => drawNeurons(initial, count, stream),
    sample: (stream, index, out) => drawData(data, stream, index, out),
    batch: designOf(data, activation),
  };
}
