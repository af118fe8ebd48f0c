/** A training run beside its limit, for figures. */

import { evenGrid } from "../../core/index.ts";
import type { LearnedCloud, LearnedTraining } from "../../core/index.ts";
import { lossOf } from "../candidate.ts";
import type { Neurons } from "../candidate.ts";
import { limitFlow, limitLoss, limitNeurons } from "../limit-flow.ts";
import type { LimitFlow } from "../limit-flow.ts";
import type { NetworkModel } from "../model.ts";
import { mostKept } from "./run.ts";
import type { NetworkLearned } from "./run.ts";

export function trainingPictures(model: NetworkModel, learned: NetworkLearned): LearnedTraining {
  const found = limitFlow(model);
  const limit = typeof found === "string" ? undefined : found;
  const t = Float64Array.from(learned.history.times);
  return {
    title: "Loss",
    symbol: "\\mathcal L(t)",
    t,
    value: t.map((_, i) => seenLoss(learned, limit, i)),
    ...(limit === undefined ? {} : { limit: limitCurve(model, limit, t[t.length - 1]) }),
    clouds: cloudsOf(model, learned, limit),
  };
}

/** The loss at look number i, from the predictions that were seen. */
function seenLoss({ history }: NetworkLearned, limit: LimitFlow | undefined, i: number): number {
  if (limit === undefined) return Number.NaN;
  const { count } = limit.design;
  return lossOf(limit.design, history.predictions.slice(i * count, (i + 1) * count));
}

function limitCurve(
  { horizon }: NetworkModel,
  limit: LimitFlow,
  last: number,
): { readonly t: Float64Array; readonly value: Float64Array } {
  const t = evenGrid(0, Math.max(Math.min(last, horizon), Number.MIN_VALUE), 201);
  return { t, value: t.map((time) => limitLoss(limit, time)) };
}

/**
 * Neurons in the plane of c and w, or of the first two entries of w where c is fixed, at the times they were kept and at the
 * end; nothing where that is a line. A law at rest is the limit at the end only.
 */
function cloudsOf(model: NetworkModel, learned: NetworkLearned, limit: LimitFlow | undefined): LearnedCloud[] {
  const { theta, count, parameters: p, history } = learned;
  const first = model.trainsOutput ? 0 : 1;
  if (p < first + 2) return [];
  const shown = Math.min(count, mostKept);
  const named = (a: number): LearnedCloud["x"] =>
    a === 0 ? { title: "Output weight", symbol: "c" } : { title: "Input weight", symbol: p === 2 ? "w" : `w_${a}` };
  const end = history.times[history.times.length - 1];
  const cloud = (t: number, neurons: ArrayLike<number>, from: number): LearnedCloud => {
    const column = (a: number): Float64Array =>
      Float64Array.from({ length: shown }, (_, i) => neurons[from + i * p + a]);
    const known = limit !== undefined && (!limit.stationary || t === end);
    const law = known ? limitNeurons(limit, Math.min(model.horizon, t)) : undefined;
    return {
      t,
      particles: count > shown ? `${shown} of ${count} neurons` : `${count} neurons`,
      x: named(first + 1),
      y: named(first),
      points: { x: column(first + 1), y: column(first) },
      ...(law === undefined || limit === undefined ? {} : { limit: densityOf(law, first + 1, first, limit) }),
    };
  };
  const kept = history.keptTimes.map((t, i) => cloud(t, history.kept, i * shown * p));
  return [...kept.filter(({ t }) => t < end), cloud(end, theta, 0)];
}

const cells = 90;

/**
 * The density of two coordinates on a grid, from weighted points: each is spread by a normal kernel of a seventh of the law's own
 * deviation, which smooths over the nodes of a quadrature; normal laws and laws at rest are drawn as they are.
 */
function densityOf(
  neurons: Neurons,
  a: number,
  b: number,
  { law }: LimitFlow,
): { readonly x: Float64Array; readonly y: Float64Array; readonly value: Float64Array } {
  const { theta, weights } = neurons;
  const p = theta.length / weights.length;
  const mean = [0, 0];
  const moments = [0, 0, 0];
  for (let i = 0; i < weights.length; i++) {
    const [u, v] = [theta[i * p + a], theta[i * p + b]];
    mean[0] += weights[i] * u;
    mean[1] += weights[i] * v;
    moments[0] += weights[i] * u * u;
    moments[1] += weights[i] * u * v;
    moments[2] += weights[i] * v * v;
  }
  const covariance = [moments[0] - mean[0] * mean[0], moments[1] - mean[0] * mean[1], moments[2] - mean[1] * mean[1]];
  const axis = (centre: number, variance: number): Float64Array => {
    const reach = 4 * Math.sqrt(Math.max(1e-12, variance));
    return evenGrid(centre - reach, centre + reach, cells);
  };
  const [x, y] = [axis(mean[0], covariance[0]), axis(mean[1], covariance[2])];
  const value = new Float64Array(cells * cells);
  if (law.kind === "moments" && law.gaussian) {
    const determinant = covariance[0] * covariance[2] - covariance[1] ** 2;
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j < cells; j++) {
        const [u, v] = [x[i] - mean[0], y[j] - mean[1]];
        const square = (covariance[2] * u * u - 2 * covariance[1] * u * v + covariance[0] * v * v) / determinant;
        value[i * cells + j] = Math.exp(-0.5 * square);
      }
    }
    return { x, y, value };
  }
  if (law.kind === "gibbs") {
    x.forEach((w, i) => {
      y.forEach((c, j) => {
        value[i * cells + j] = law.density(w) * Math.exp((-0.5 * (c - law.centre(w)) ** 2) / law.spread);
      });
    });
    return { x, y, value };
  }
  const [kx, ky] = [kernel(x, covariance[0]), kernel(y, covariance[2])];
  for (let i = 0; i < weights.length; i++) {
    const [u, ux] = kx(theta[i * p + a]);
    const [v, vy] = ky(theta[i * p + b]);
    for (let r = 0; r < ux.length; r++) {
      const row = u + r;
      if (row < 0 || row >= cells) continue;
      for (let s = 0; s < vy.length; s++) {
        const place = v + s;
        if (place >= 0 && place < cells) value[row * cells + place] += weights[i] * ux[r] * vy[s];
      }
    }
  }
  return { x, y, value };
}

/** The kernel around a place: its first cell, and its values from there on. */
function kernel(grid: Float64Array, variance: number): (place: number) => readonly [number, Float64Array] {
  const step = grid[1] - grid[0];
  const width = Math.max(0.15 * Math.sqrt(Math.max(1e-12, variance)), 0.7 * step);
  const half = Math.ceil((3 * width) / step);
  const values = new Float64Array(2 * half + 1);
  return (place) => {
    const centre = Math.round((place - grid[0]) / step);
    for (let r = -half; r <= half; r++) {
      values[r + half] = Math.exp(-0.5 * ((grid[0] + (centre + r) * step - place) / width) ** 2);
    }
    return [centre - half, values];
  };
}
