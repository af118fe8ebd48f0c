/**
 * The density of w ∈ ℝ beside a fixed c under its own predictions: ∂ρ = −∂_w(b ρ) + ατ∂²ρ on equal cells.
 *
 * Fluxes F = (D/h)(B(−q)ρ_i − B(q)ρ_{i+1}) with q = bh/D: central differences, B(q) = 1 − q/2, where |q| ≤ 2, and exponential
 * fitting, B(q) = q/(e^q − 1), where drift outweighs diffusion so much that they would turn negative, far from where mass is.
 * Time by the trapezoidal rule, with the predictions of the middle of a step as the mean of those at its ends.
 *
 * D. B. Spalding, Int. J. Numer. Methods Eng. 4 (1972) 551–559; D. L. Scharfetter, H. K. Gummel, IEEE Trans. Electron Devices 16
 * (1969) 64–77.
 */

import { solveTridiagonal } from "../numeric/tridiagonal.ts";
import type { Design } from "./data.ts";
import { initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";

export interface DensityFlow {
  readonly model: NetworkModel;
  readonly design: Design;
  readonly output: number;
  readonly cells: Float64Array;
  readonly width: number;
  readonly step: number;
  /** As many from 0 to T. */
  readonly steps: number;
  /** Shares of the cells now. */
  shares: Float64Array;
  /** Predictions now. */
  predictions: Float64Array;
  done: number;
  /** Shares and predictions at the times that are kept. */
  readonly slices: Float64Array[];
  readonly predicted: Float64Array[];
  readonly times: Float64Array;
  readonly stride: number;
  /** cσ(w x_k) of every cell, point after point. */
  readonly features: Float64Array;
  /** αcσ′(w x_k)x_k p_k at every inner face. */
  readonly pulls: Float64Array;
  readonly at: (t: number) => Float64Array;
  readonly predictionAt: (t: number, out: Float64Array) => void;
}

/** As many numbers of slices are kept. */
const kept = 4e6;

/** The law before training on cells that reach so many standard deviations from its mean, those that noise adds included. */
export function openDensity(
  model: NetworkModel,
  design: Design,
  count: number,
  steps: number,
  reach: number,
): DensityFlow {
  const { mean, covariance } = initialMoments(model.initial);
  const { activation, rate, temperature, horizon, ridge } = model;
  const variance = covariance.data[3];
  const age = ridge > 0 ? Math.min(horizon, 1 / (2 * rate * ridge)) : horizon;
  const half = reach * Math.sqrt(variance + 2 * rate * temperature * age);
  const width = (2 * half) / count;
  const cells = Float64Array.from({ length: count }, (_, i) => mean[1] - half + (i + 0.5) * width);
  const output = mean[0];
  const raw = cells.map((w) => Math.exp((-0.5 * (w - mean[1]) ** 2) / variance));
  const total = raw.reduce((sum, value) => sum + value, 0);
  const { count: K, x, weights } = design;
  const features = new Float64Array(K * count);
  const pulls = new Float64Array(K * (count - 1));
  for (let k = 0; k < K; k++) {
    for (let i = 0; i < count; i++) features[k * count + i] = output * activation.value(cells[i] * x[k]);
    for (let i = 0; i + 1 < count; i++) {
      const face = 0.5 * (cells[i] + cells[i + 1]);
      pulls[k * (count - 1) + i] = rate * output * activation.derivative(face * x[k]) * x[k] * weights[k];
    }
  }
  const stride = Math.max(1, Math.ceil((steps * count) / kept));
  const step = horizon / steps;
  const times = Float64Array.from({ length: Math.ceil(steps / stride) + 1 }, (_, i) =>
    Math.min(horizon, i * stride * step),
  );
  times[times.length - 1] = horizon;
  const flow: DensityFlow = {
    model,
    design,
    output,
    cells,
    width,
    step,
    steps,
    shares: raw.map((value) => value / total),
    predictions: new Float64Array(K),
    done: 0,
    slices: [],
    predicted: [],
    times,
    stride,
    features,
    pulls,
    at: (t) => between(times, flow.slices, t),
    predictionAt: (t, out) => out.set(between(times, flow.predicted, t)),
  };
  predict(flow, flow.shares, flow.predictions);
  keep(flow);
  return flow;
}

/** One step of the trapezoidal rule. */
export function densityStep(flow: DensityFlow): void {
  const before = flow.predictions.slice();
  const middle = before.slice();
  let next = flow.shares;
  // The predictions of the middle settle by a factor of the step each time.
  for (let round = 0; round < 30; round++) {
    next = moved(flow, middle);
    predict(flow, next, flow.predictions);
    let change = 0;
    for (let k = 0; k < middle.length; k++) {
      const mean = 0.5 * (before[k] + flow.predictions[k]);
      change = Math.max(change, Math.abs(mean - middle[k]));
      middle[k] = mean;
    }
    if (change < 1e-14 * (1 + Math.abs(middle[0]))) break;
  }
  flow.shares = next;
  flow.done++;
  if (flow.done % flow.stride === 0 || flow.done === flow.steps) keep(flow);
}

/** The shares after a step in the field of given predictions. */
function moved(
  { model, design, cells, width, step, shares, pulls }: DensityFlow,
  predictions: Float64Array,
): Float64Array {
  const n = shares.length;
  const { rate, ridge, temperature } = model;
  const D = rate * temperature;
  const [lower, diagonal, upper] = [new Float64Array(n), new Float64Array(n).fill(1), new Float64Array(n)];
  const right = shares.slice();
  const half = (0.5 * step * D) / (width * width);
  for (let i = 0; i + 1 < n; i++) {
    let b = -rate * ridge * 0.5 * (cells[i] + cells[i + 1]);
    for (let k = 0; k < design.count; k++) b += (design.y[k] - predictions[k]) * pulls[k * (n - 1) + i];
    const q = (b * width) / D;
    const forth = half * fitted(-q);
    const back = half * fitted(q);
    const flux = forth * shares[i] - back * shares[i + 1];
    right[i] -= flux;
    right[i + 1] += flux;
    diagonal[i] += forth;
    diagonal[i + 1] += back;
    upper[i] = -back;
    lower[i + 1] = -forth;
  }
  return solveTridiagonal(lower, diagonal, upper, right, right, new Float64Array(n));
}

/** B(q). */
function fitted(q: number): number {
  return Math.abs(q) <= 2 ? 1 - 0.5 * q : q / Math.expm1(q);
}

function predict({ features, cells }: DensityFlow, shares: Float64Array, out: Float64Array): void {
  const n = cells.length;
  for (let k = 0; k < out.length; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += shares[i] * features[k * n + i];
    out[k] = sum;
  }
}

function keep(flow: DensityFlow): void {
  flow.slices.push(flow.shares.slice());
  flow.predicted.push(flow.predictions.slice());
}

/** Linear between the times that are kept. */
function between(times: Float64Array, rows: readonly Float64Array[], t: number): Float64Array {
  let [low, high] = [0, rows.length - 1];
  if (high <= 0) return rows[0].slice();
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] <= t) low = middle;
    else high = middle;
  }
  const share = (t - times[low]) / (times[high] - times[low]);
  return rows[low].map((value, i) => value + share * (rows[high][i] - value));
}
