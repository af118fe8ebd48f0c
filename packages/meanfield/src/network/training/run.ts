/** One training run: its neurons, how far it is, and what was seen on the way. */

import { neuronSystem, neuronSystemBytes, soloTeam } from "../../kernels/index.ts";
import type { Question, Randomness, SavedState } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { lossOf, secondMoments } from "../candidate.ts";
import { equally, kernelActivation } from "../neuron-field.ts";
import { streams } from "../streams.ts";
import type { NetworkEnvironment } from "./environment.ts";
import { plainNeurons } from "./plain-neurons.ts";
import type { TrainedNeurons } from "./plain-neurons.ts";

export interface TrainingRun {
  readonly neurons: TrainedNeurons;
  readonly data: RandomStream;
  /** Steps that are taken. */
  steps: number;
  time: number;
  readonly history: History;
}

/** What was seen after each iteration, and before the first. */
export interface History {
  readonly times: number[];
  /** Predictions at the points of the batch, iteration after iteration; nothing where there is no batch. */
  readonly predictions: number[];
  /** Means and second moments of the neurons, as far as they are few numbers. */
  readonly moments: number[];
  /** When the first neurons were kept, at most `mostKept` of them, and what they were, one time after another. */
  readonly keptTimes: number[];
  readonly kept: number[];
}

/** What training has to show. */
export interface NetworkLearned {
  readonly count: number;
  readonly parameters: number;
  /** The neurons now, one after another. */
  readonly theta: Float64Array;
  readonly history: History;
}

/** Moments of larger neurons are not kept, nor are they themselves. */
export const mostParameters = 40;

/** So many neurons are kept on the way, at the first looks after these shares of the time. */
export const mostKept = 2000;
const keptShares = [0, 0.05, 0.25] as const;

/** @param points how many the neurons are shown at once, beside the batch */
export function openTraining(
  environment: NetworkEnvironment,
  question: Question,
  { seed, run }: Randomness,
  points: number,
  saved: SavedState | undefined,
): TrainingRun {
  const { batch } = environment;
  const count = Number.isFinite(question.players) ? question.players : environment.neurons;
  const stream = (purpose: keyof typeof streams): RandomStream =>
    randomStream(seed, Object.keys(streams).length * run + streams[purpose]);
  const neurons = trainable(environment, count, Math.max(points, batch?.count ?? 0, 1), stream("noise"));
  const data = stream("data");
  if (saved === undefined) {
    neurons.load(environment.start(count, stream("start")));
    const training = { neurons, data, steps: 0, time: 0, history: emptyHistory() };
    look(environment, training);
    return training;
  }
  neurons.load(listOf(saved, "theta"));
  if (saved["velocity"] !== undefined) neurons.loadVelocity(listOf(saved, "velocity"));
  return {
    neurons,
    data,
    steps: Number(saved["steps"]),
    time: Number(saved["time"]),
    history: {
      times: [...listOf(saved, "times")],
      predictions: [...listOf(saved, "predictions")],
      moments: [...listOf(saved, "moments")],
      keptTimes: [...listOf(saved, "keptTimes")],
      kept: [...listOf(saved, "kept")],
    },
  };
}

/**
 * Steps of the next iteration: as many as asked for, or for 0 so many that the hundredth ends training; one where training has fewer than a
 * hundred.
 */
export function nextSteps(asked: number, taken: number, inAll: number): number {
  if (asked > 0) return asked;
  if (inAll <= ITERATIONS) return 1;
  const done = Math.floor((ITERATIONS * taken) / inAll);
  return Math.ceil(((done + 1) * inAll) / ITERATIONS) - taken;
}

/** How an iteration ends: training of fewer steps than iterations is over after its last. */
export function statusAfter(
  asked: number,
  taken: number,
  inAll: number,
): { readonly status: "running" } | { readonly status: "converged"; readonly reason: string } {
  return asked === 0 && inAll < ITERATIONS && taken >= inAll
    ? { status: "converged", reason: `${inAll} steps end training` }
    : { status: "running" };
}

/** So many end training where nobody says how many steps each has. */
const ITERATIONS = 100;

/** Whole steps until a time; rounding is no step. */
export function stepsUntil(time: number, step: number): number {
  return Math.max(1, Math.ceil((time / step) * (1 - 1e-12)));
}

/** Neurons to train, in the kernels where they know the activation; they are shown so many points at once at most. */
export function trainable(
  { activation, inputs, trainsOutput }: NetworkEnvironment,
  count: number,
  points: number,
  noise: RandomStream,
): TrainedNeurons {
  const known = kernelActivation(activation);
  if (known === undefined) return plainNeurons(activation, count, inputs, trainsOutput, noise);
  const options = { count, inputs, activation: known, trainsOutput, points };
  return neuronSystem(soloTeam(neuronSystemBytes(options)), options, noise.keys);
}

/** Keeps what is to be seen of the neurons now; the loss, where the batch is known. */
export function look(environment: NetworkEnvironment, { neurons, time, history }: TrainingRun): number | undefined {
  const { batch } = environment;
  history.times.push(time);
  if (neurons.parameters <= mostParameters) {
    const cloud = equally(neurons.read(), neurons.count);
    const p = neurons.parameters;
    for (let a = 0; a < p; a++) {
      let sum = 0;
      for (let i = 0; i < neurons.count; i++) sum += cloud.theta[i * p + a];
      history.moments.push(sum / neurons.count);
    }
    for (const value of secondMoments(cloud).data) history.moments.push(value);
    const next = keptShares[history.keptTimes.length];
    if (next !== undefined && time >= next * environment.time) {
      history.keptTimes.push(time);
      for (const value of cloud.theta.subarray(0, mostKept * p)) history.kept.push(value);
    }
  }
  if (batch === undefined) return undefined;
  const predictions = new Float64Array(batch.count);
  neurons.predict(batch.x, predictions);
  for (const g of predictions) history.predictions.push(g);
  return lossOf(batch, predictions);
}

export function learnedOf({ neurons, history }: TrainingRun): NetworkLearned {
  const { count, parameters } = neurons;
  return { count, parameters, theta: neurons.read(), history };
}

export function saveTraining({ neurons, steps, time, history }: TrainingRun, velocity: boolean): SavedState {
  return {
    steps,
    time,
    theta: [...neurons.read()],
    ...(velocity ? { velocity: [...neurons.readVelocity()] } : {}),
    times: [...history.times],
    predictions: [...history.predictions],
    moments: [...history.moments],
    keptTimes: [...history.keptTimes],
    kept: [...history.kept],
  };
}

function emptyHistory(): History {
  return { times: [], predictions: [], moments: [], keptTimes: [], kept: [] };
}

function listOf(saved: SavedState, name: string): readonly number[] {
  const value = saved[name];
  if (typeof value === "number" || value === undefined) throw new RangeError(`${name} is not in what was saved`);
  return value;
}
