/**
 * How good an answer is, by code that shares nothing with the solvers' fields and integrators.
 *
 * Residual: the flow equation in weak form, d/dt ∫φ dρ = ∫(v·∇φ + ατΔφ) dρ, over short spans of time for φ = θ_a, θ_aθ_b and,
 * where neurons are given as points, their predictions. Consistency: neurons are moved one by one from their law before
 * training, in the field of the predictions that the candidate assumed; what is then predicted is compared with it. A training
 * run is chance: its consistency is the distance of its predictions from the limit's, and it has no residual.
 * Exploitability: null for training, which is one hand's; for a stationary law τ times its relative entropy with respect to
 * the best response of a neuron that pays τ times its own negative entropy.
 */

import type { Certificate, Question } from "../core/index.ts";
import { gaussLegendre } from "../numeric/gauss-rules.ts";
import { neuronsAt, predictAll } from "./candidate.ts";
import type { NetworkCandidate } from "./candidate.ts";
import { certifyGibbs } from "./certify-gibbs.ts";
import { certifyNoisyNeurons } from "./certify-noisy.ts";
import { inducedGap } from "./induced-flow.ts";
import { limitFlow } from "./limit-flow.ts";
import type { NetworkModel } from "./model.ts";

export function certifyNetwork(model: NetworkModel, question: Question, candidate: NetworkCandidate): Certificate {
  const { law, design, trained } = candidate;
  const none = { exploitability: null, consistency: null, residual: null, exactError: null };
  if (design === undefined) return none;
  if (trained === true) return { ...none, consistency: distanceToLimit(model, candidate) };
  if (law.kind === "gibbs") return certifyGibbs(model, question, candidate, statisticRates(model, candidate, 0));
  const residual =
    law.kind === "moments" && law.fluctuation !== undefined
      ? certifyNoisyNeurons(model, question.players, law)
      : weakResidual(model, candidate);
  return { exploitability: null, consistency: inducedGap(model, question, candidate), residual, exactError: null };
}

/** Of a training run: root mean square over the data between what it predicts at its end and what the limit predicts then. */
function distanceToLimit(model: NetworkModel, { mesh, assumed, design }: NetworkCandidate): number | null {
  const limit = limitFlow(model);
  if (typeof limit === "string" || design === undefined) return null;
  const t = mesh[mesh.length - 1];
  const [ours, theirs] = [new Float64Array(design.count), new Float64Array(design.count)];
  assumed(t, ours);
  limit.predictionsAt(Math.min(t, model.horizon), theirs);
  const squares = ours.reduce((sum, g, k) => sum + design.weights[k] * (g - theirs[k]) ** 2, 0);
  return Math.sqrt(Math.max(0, squares));
}

const spans = 4;

/** The largest imbalance of the weak flow equation over a few spans, per unit of time; relative to numbers above 1. */
function weakResidual(model: NetworkModel, candidate: NetworkCandidate): number {
  const { horizon } = model;
  const rule = gaussLegendre(5);
  const length = horizon / (10 * spans);
  let worst = 0;
  for (let s = 0; s < spans; s++) {
    const from = (horizon * (s + 0.5)) / spans;
    const before = statistics(model, candidate, from);
    const after = statistics(model, candidate, from + length);
    const moved = new Float64Array(before.length);
    for (let i = 0; i < rule.nodes.length; i++) {
      const rates = statisticRates(model, candidate, from + (length / 2) * (1 + rule.nodes[i]));
      for (let k = 0; k < moved.length; k++) moved[k] += (length / 2) * rule.weights[i] * rates[k];
    }
    for (let k = 0; k < moved.length; k++) {
      const gap = Math.abs(after[k] - before[k] - moved[k]) / length;
      worst = Math.max(worst, gap / Math.max(1, Math.abs(after[k])));
      if (Number.isNaN(gap)) return Number.NaN;
    }
  }
  return worst;
}

/** ∫φ dρ_t: first moments, second moments, and predictions where the law is made of points. */
function statistics(model: NetworkModel, { law, design }: NetworkCandidate, t: number): Float64Array {
  const neurons = neuronsAt(law, t);
  const { theta, weights } = neurons;
  const p = theta.length / weights.length;
  const out = new Float64Array(p + p * p);
  for (let i = 0; i < weights.length; i++) {
    for (let a = 0; a < p; a++) {
      out[a] += weights[i] * theta[i * p + a];
      for (let b = 0; b < p; b++) out[p + a * p + b] += weights[i] * theta[i * p + a] * theta[i * p + b];
    }
  }
  if (law.kind !== "particles" || design === undefined) return out;
  return Float64Array.of(...out, ...predictAll(model.activation, neurons, design).subarray(0, shown));
}

/** As many predictions are tested. */
const shown = 8;

/** ∫(v·∇φ + ατΔφ) dρ_t of the same. */
function statisticRates(model: NetworkModel, { law, design }: NetworkCandidate, t: number): Float64Array {
  const { activation, trainsOutput, rate, temperature } = model;
  const neurons = neuronsAt(law, t);
  const { theta, weights } = neurons;
  const p = theta.length / weights.length;
  const d = p - 1;
  const out = new Float64Array(p + p * p);
  if (design === undefined) return out;
  const predictions = predictAll(activation, neurons, design);
  const count = law.kind === "particles" ? Math.min(shown, design.count) : 0;
  const ofPredictions = new Float64Array(count);
  const v = new Float64Array(p);
  for (let i = 0; i < weights.length; i++) {
    const neuron = theta.subarray(i * p, (i + 1) * p);
    velocity(model, design, predictions, neuron, v);
    for (let a = 0; a < p; a++) {
      out[a] += weights[i] * v[a];
      for (let b = 0; b < p; b++) out[p + a * p + b] += weights[i] * (v[a] * neuron[b] + neuron[a] * v[b]);
    }
    for (let k = 0; k < count; k++) {
      let z = 0;
      let dz = 0;
      for (let j = 0; j < d; j++) {
        z += neuron[1 + j] * design.x[k * d + j];
        dz += v[1 + j] * design.x[k * d + j];
      }
      ofPredictions[k] += weights[i] * (v[0] * activation.value(z) + neuron[0] * activation.derivative(z) * dz);
    }
  }
  for (let a = trainsOutput ? 0 : 1; a < p; a++) out[p + a * p + a] += 2 * rate * temperature;
  return count === 0 ? out : Float64Array.of(...out, ...ofPredictions);
}

/** v(θ) = α(E[(Y − g)∇cσ(w·X)] − λθ) on the trained parameters, at given predictions. */
export function velocity(
  { activation, trainsOutput, rate, ridge }: NetworkModel,
  design: NonNullable<NetworkCandidate["design"]>,
  predictions: ArrayLike<number>,
  neuron: Float64Array,
  out: Float64Array,
): void {
  const { dimension: d, count, x, y, weights } = design;
  out.fill(0);
  for (let k = 0; k < count; k++) {
    const error = weights[k] * (y[k] - predictions[k]);
    let z = 0;
    for (let j = 0; j < d; j++) z += neuron[1 + j] * x[k * d + j];
    if (trainsOutput) out[0] += error * activation.value(z);
    const pull = error * neuron[0] * activation.derivative(z);
    for (let j = 0; j < d; j++) out[1 + j] += pull * x[k * d + j];
  }
  for (let a = 0; a <= d; a++) out[a] = a === 0 && !trainsOutput ? 0 : rate * (out[a] - ridge * neuron[a]);
}
