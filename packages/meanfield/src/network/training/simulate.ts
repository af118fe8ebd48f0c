/** N neurons trained many times over: their loss and predictions along the way with confidence intervals, beside the limit. */

import { averages, estimate } from "../../core/estimate.ts";
import { checkSimulation, RefusalError } from "../../core/index.ts";
import type { Simulation, SimulationSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { lossOf } from "../candidate.ts";
import type { NetworkCandidate } from "../candidate.ts";
import { designOf } from "../data.ts";
import type { Design } from "../data.ts";
import { initialMoments } from "../initial.ts";
import { limitFlow, limitLoss } from "../limit-flow.ts";
import type { NetworkModel } from "../model.ts";
import { streams } from "../streams.ts";
import { environmentOf } from "./environment.ts";
import type { NetworkEnvironment } from "./environment.ts";
import type { TrainedNeurons } from "./plain-neurons.ts";
import { trainable } from "./run.ts";

const [mostNeurons, mostSteps] = [1e6, 1e6];
/** Intervals between looks, neurons that are drawn, and points whose predictions are told one by one. */
const [looks, drawn, told] = [60, 20, 10];
/** It has diverged where the loss in the end is so many times that of the data with a network that says nothing. */
const furthest = 100;

/**
 * Trains `players` neurons `paths` times: online, one fresh sample a step and NT steps; with noise of their own on all data
 * at once, by `steps` Euler steps.
 *
 * @throws InputError for settings that are no such numbers; RefusalError where averages over the data are not known, where all
 * runs diverged, and where it was stopped before the first was complete.
 */
export function* simulateTraining(
  model: NetworkModel,
  settings: SimulationSettings,
): Generator<number, Simulation, void> {
  checkSimulation(settings, { players: mostNeurons, steps: mostSteps, draws: 1 + model.data.dimension });
  const { players: count, paths, seed, signal } = settings;
  const environment = environmentOf(model);
  const { batch, parameters: p, time } = environment;
  if (batch === undefined) {
    throw new RefusalError(
      `the loss is not known: averages of ${model.activation.name} over Gaussian data of ${environment.inputs} numbers have no finite sum`,
    );
  }
  const noisy = model.temperature > 0;
  const steps = noisy ? settings.steps : Math.max(1, Math.round(count * time));
  const stops = Array.from({ length: Math.min(looks, steps) + 1 }, (_, i) =>
    Math.round((i * steps) / Math.min(looks, steps)),
  );
  // One stream of noise for all runs, each from a place of its own.
  const stream = (path: number, purpose: keyof typeof streams): RandomStream =>
    randomStream(seed, Object.keys(streams).length * path + streams[purpose]);
  const neurons = trainable(environment, count, batch.count, randomStream(seed, streams.noise));
  const points = model.data.kind === "points" ? Math.min(told, batch.count) : 0;
  const last = stops.length - 1;
  const losses = averages(stops.length);
  const found = averages(points);
  const furthestLoss = lossOf(batch, new Float64Array(batch.count)) * furthest;
  const seen = new Float64Array(batch.count);
  const row = new Float64Array(stops.length);
  const sample = {
    players: Array.from({ length: Math.min(drawn, count) }, () => new Float64Array(stops.length)),
    mean: new Float64Array(stops.length),
  };
  let [done, diverged] = [0, 0];
  for (let path = 0; path < paths; path++) {
    neurons.load(environment.start(count, stream(path, "start")));
    const train = noisy
      ? noisySteps(environment, batch, neurons, time / steps, path * steps)
      : onlineSteps(environment, neurons, stream(path, "data"));
    for (const [i, stop] of stops.entries()) {
      if (i > 0) train(stop - stops[i - 1]);
      neurons.predict(batch.x, seen);
      row[i] = lossOf(batch, seen);
      if (path === 0) look(neurons, p, i, sample);
      if ((i & 7) === 7) yield (path + i / stops.length) / paths;
      if (signal?.aborted === true) break;
    }
    if (signal?.aborted === true) break;
    done++;
    if (row.every(Number.isFinite) && row[last] <= furthestLoss) {
      losses.add(row);
      found.add(seen.subarray(0, points));
    } else diverged++;
    yield done / paths;
  }
  if (done === 0) throw new RefusalError("stopped before the first run was complete");
  const kept = losses.count();
  if (kept === 0)
    throw new RefusalError(`all ${done} runs of ${count} neurons diverged; more of them take smaller steps`);
  const errors = losses.standardErrors();
  const answers = found.standardErrors();
  const known = limitFlow(model);
  const expected = new Float64Array(batch.count);
  if (typeof known !== "string") known.predictionsAt(time, expected);
  const names = Array.from({ length: points }, (_, k) => `prediction_${k + 1}`);
  return {
    scheme: noisy ? "euler" : "exact-chain",
    pathsDone: done,
    cost: estimate(losses.mean[last], errors[last], kept),
    scalars: Object.fromEntries(names.map((name, k) => [name, estimate(found.mean[k], answers[k], kept)])),
    t: Float64Array.from(stops, (stop) => (time * stop) / steps),
    series: { loss: { mean: losses.mean.slice(), standardError: errors } },
    ...(typeof known === "string"
      ? {}
      : {
          limitSeries: { loss: Float64Array.from(stops, (stop) => limitLoss(known, (time * stop) / steps)) },
          limits: {
            cost: limitLoss(known, time),
            ...Object.fromEntries(names.map((name, k) => [name, expected[k]])),
          },
        }),
    remarks: [
      `cost is the loss ${noisy ? `after ${steps} Euler steps` : `after ${steps} online steps`}, at t = ${time}` +
        (points > 0 ? "; predictions are those at the points of the data" : ""),
      ...(diverged > 0 ? [`${diverged} of ${done} runs diverged and are left out`] : []),
      ...(typeof known === "string" ? [`the limit is not known: ${known}`] : []),
    ],
    samples: [sample],
    sampleAxis: { title: "Input weight", symbol: p === 2 ? "w" : "w_1" },
  };
}

/** What neurons are at look number i: the first input weight of some, and its average over all. */
function look(
  neurons: TrainedNeurons,
  p: number,
  i: number,
  sample: { readonly players: readonly Float64Array[]; readonly mean: Float64Array },
): void {
  const theta = neurons.read();
  sample.players.forEach((path, n) => void (path[i] = theta[n * p + 1]));
  let sum = 0;
  for (let n = 1; n < theta.length; n += p) sum += theta[n];
  sample.mean[i] = (sum * p) / theta.length;
}

function onlineSteps(
  { rate, ridge, inputs, sample }: NetworkEnvironment,
  neurons: TrainedNeurons,
  data: RandomStream,
): (steps: number) => void {
  const h = rate / neurons.count;
  const pair = new Float64Array(inputs + 1);
  let k = 0;
  return (steps) => {
    sample(data, k, pair);
    let y = pair[inputs];
    let g = neurons.open(pair.subarray(0, inputs));
    for (const end = k + steps; k < end;) {
      const error = y - g;
      sample(data, ++k, pair);
      y = pair[inputs];
      g = neurons.step(h * error, 1 - h * ridge, pair.subarray(0, inputs));
    }
  };
}

function noisySteps(
  { rate, ridge, temperature, parameters }: NetworkEnvironment,
  batch: Design,
  neurons: TrainedNeurons,
  step: number,
  before: number,
): (steps: number) => void {
  const h = rate * step;
  const deviation = Math.sqrt(2 * h * temperature);
  const errors = new Float64Array(batch.count);
  let k = before;
  return (steps) => {
    for (const end = k + steps; k < end; k++) {
      neurons.predict(batch.x, errors);
      for (let b = 0; b < errors.length; b++) errors[b] = h * batch.weights[b] * (batch.y[b] - errors[b]);
      neurons.takeGradient(errors);
      neurons.move({ decay: 1 - h * ridge, noise: { deviation, firstIndex: k * neurons.count * parameters } });
    }
  };
}

/** What neurons are before training, which is all that simulated training begins with; nobody has assumed anything yet. */
export function untrained(model: NetworkModel): NetworkCandidate {
  const moments = initialMoments(model.initial);
  return {
    model,
    question: { concept: "planner", players: Infinity, information: "feedback" },
    design: designOf(model.data, model.activation),
    mesh: Float64Array.of(0),
    law: { kind: "moments", gaussian: model.initial.kind === "gaussian", at: () => moments },
    assumed: (_t, out) => out.fill(Number.NaN),
  };
}
