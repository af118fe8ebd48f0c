/** What somebody who knows the model says of a training run: where the limit is, and how far off the run. */

import type { LearnedLaw, LearningTarget, Question } from "../../core/index.ts";
import { normalDistribution } from "../../numeric/normal-distribution.ts";
import { neuronsAt } from "../candidate.ts";
import type { NetworkCandidate, Neurons } from "../candidate.ts";
import { designOf } from "../data.ts";
import { limitFlow, limitLoss, limitNeurons } from "../limit-flow.ts";
import type { LimitFlow } from "../limit-flow.ts";
import type { NetworkModel } from "../model.ts";
import { equally } from "../neuron-field.ts";
import { mostParameters } from "./run.ts";
import type { NetworkLearned } from "./run.ts";

/** The run as a candidate: its neurons at the end, their moments and predictions on the way. */
export function learnedCandidate(model: NetworkModel, question: Question, learned: NetworkLearned): NetworkCandidate {
  const { count, parameters: p, theta, history } = learned;
  const times = Float64Array.from(history.times);
  const design = designOf(model.data, model.activation);
  const last = times[times.length - 1];
  const row = (list: readonly number[], size: number, t: number, out: Float64Array): Float64Array => {
    // Beyond what was trained nothing is known.
    if (t > last * (1 + 1e-12) + 1e-12 || list.length < size * times.length) return out.fill(Number.NaN);
    let [low, high] = [0, times.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= t) low = middle;
      else high = middle;
    }
    const share = high === low ? 0 : Math.min(1, (t - times[low]) / (times[high] - times[low]));
    for (let a = 0; a < size; a++) {
      out[a] = (1 - share) * list[low * size + a] + share * list[high * size + a];
    }
    return out;
  };
  const moments = new Float64Array(p + p * p);
  return {
    model,
    question,
    design,
    mesh: times,
    trained: true,
    assumed: (t, out) => void row(history.predictions, out.length, t, out),
    law: {
      kind: "particles",
      drawn: true,
      at: (t) => {
        if (t === last) return equally(theta, count);
        if (p > mostParameters) return unknown(p);
        row(history.moments, moments.length, t, moments);
        return Number.isNaN(moments[0]) ? unknown(p) : pointsOf(moments, p);
      },
    },
  };
}

function unknown(p: number): Neurons {
  return { theta: new Float64Array(p).fill(Number.NaN), weights: Float64Array.of(1) };
}

/** Points with given means and second moments: exact for what is asked of them, which is quadratic. */
function pointsOf(moments: Float64Array, p: number): Neurons {
  const mean = moments.slice(0, p);
  const covariance = {
    rows: p,
    columns: p,
    data: Float64Array.from({ length: p * p }, (_, i) => moments[p + i] - mean[Math.floor(i / p)] * mean[i % p]),
  };
  return neuronsAt({ kind: "moments", gaussian: false, at: () => ({ mean, covariance }) }, 0);
}

/** The loss of the limit at the same time, and how far the run is from it. */
export function observeLearned(model: NetworkModel, { history }: NetworkLearned): Record<string, number> {
  const flow = limitFlow(model);
  if (typeof flow === "string") return {};
  const t = timeWithin(model, history.times[history.times.length - 1]);
  const limit = limitLoss(flow, t);
  const { count } = flow.design;
  const predicted = history.predictions.slice(-count);
  const expected = new Float64Array(count);
  flow.predictionsAt(t, expected);
  let squares = 0;
  predicted.forEach((g, k) => void (squares += flow.design.weights[k] * (g - expected[k]) ** 2));
  return {
    limit_loss: limit,
    loss_gap: Math.abs(lossOfRow(flow, predicted) - limit),
    prediction_gap: Math.sqrt(Math.max(0, squares)),
  };
}

function lossOfRow({ design: { y, weights, noise } }: LimitFlow, predicted: readonly number[]): number {
  let sum = 0.5 * noise;
  for (let k = 0; k < y.length; k++) sum += 0.5 * weights[k] * (y[k] - predicted[k]) ** 2;
  return sum;
}

function timeWithin({ horizon }: NetworkModel, t: number): number {
  return Math.min(horizon, t);
}

/** What training comes to with infinitely many neurons. */
export function learningTargets(model: NetworkModel, question: Question): LearningTarget[] {
  const flow = limitFlow(model);
  if (typeof flow === "string") return [];
  const value = limitLoss(flow, timeWithin(model, model.learning.time));
  return [{ label: "limit", concept: question.concept, quantity: "final_loss", value }];
}

const bins = 40;

/** Shares of the first entry of w in forty bins, and what the limit has in them at the same time. */
export function learnedLaw(model: NetworkModel, { theta, count, parameters: p, history }: NetworkLearned): LearnedLaw {
  const flow = limitFlow(model);
  const trained = equally(theta, count);
  const t = timeWithin(model, history.times[history.times.length - 1]);
  const limit = typeof flow === "string" ? undefined : flow;
  const [low, high] = binRange(model, limit, trained);
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
  return {
    x: Float64Array.from({ length: bins }, (_, i) => 0.5 * (edges[i] + edges[i + 1])),
    learned: sharesOf(trained, p, edges),
    ...(limit === undefined ? {} : { exact: limitShares(limit, t, p, edges) }),
  };
}

/** The same bins for all runs of a model: where the limit is before and after training, else where the neurons are. */
function binRange(model: NetworkModel, limit: LimitFlow | undefined, trained: Neurons): readonly [number, number] {
  const clouds =
    limit === undefined
      ? [trained]
      : [limitNeurons(limit, 0), limitNeurons(limit, timeWithin(model, model.learning.time))];
  const ends = clouds.map(({ theta, weights }) => {
    const p = theta.length / weights.length;
    let mean = 0;
    let square = 0;
    for (let i = 0; i < weights.length; i++) {
      mean += weights[i] * theta[i * p + 1];
      square += weights[i] * theta[i * p + 1] ** 2;
    }
    const reach = 3.5 * Math.sqrt(Math.max(1e-12, square - mean * mean));
    return [mean - reach, mean + reach];
  });
  return [Math.min(...ends.map(([a]) => a)), Math.max(...ends.map(([, b]) => b))];
}

/** What lies beyond the bins is counted in the outermost. */
function sharesOf({ theta, weights }: Neurons, p: number, edges: Float64Array): Float64Array {
  const out = new Float64Array(edges.length - 1);
  const [low, width] = [edges[0], edges[1] - edges[0]];
  for (let i = 0; i < weights.length; i++) {
    const bin = Math.floor((theta[i * p + 1] - low) / width);
    out[Math.min(out.length - 1, Math.max(0, bin))] += weights[i];
  }
  return out;
}

function limitShares(limit: LimitFlow, t: number, p: number, edges: Float64Array): Float64Array {
  const { law } = limit;
  if (law.kind === "gibbs") {
    const shares = Float64Array.from({ length: bins }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < 8; k++) sum += law.density(edges[i] + ((edges[i + 1] - edges[i]) * (k + 0.5)) / 8);
      return sum;
    });
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => share / total);
  }
  if (law.kind !== "moments" || !law.gaussian) return sharesOf(limitNeurons(limit, t), p, edges);
  const { mean, covariance } = law.at(t);
  const deviation = Math.sqrt(covariance.data[p + 1]);
  const below = Array.from(edges, (edge, i) =>
    i === 0 ? 0 : i === edges.length - 1 ? 1 : normalDistribution((edge - mean[1]) / deviation),
  );
  return Float64Array.from({ length: bins }, (_, i) => below[i + 1] - below[i]);
}
