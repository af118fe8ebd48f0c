import { covarianceRoot } from "../measure/index.ts";
import type { Matrix } from "../numeric/matrix.ts";
import { zeros } from "../numeric/matrix.ts";
import type { RandomStream } from "../numeric/random.ts";

/** The law that neurons θ = (c, w) are drawn from before training. */
export type InitialLaw = GaussianStart | PointStart;

export interface GaussianStart {
  readonly kind: "gaussian";
  /** p = 1 + d numbers. */
  readonly mean: Float64Array;
  /** p × p, positive semidefinite. */
  readonly covariance: Matrix;
}

/** As many neurons as are given, each equally likely. */
export interface PointStart {
  readonly kind: "points";
  readonly parameters: number;
  /** One neuron of p numbers after another. */
  readonly points: Float64Array;
}

/** c ~ N(m_c, v_c) beside independent entries of w, each N(m_w, v_w). */
export function independentStart(
  dimension: number,
  output: { readonly mean: number; readonly variance: number },
  weight: { readonly mean: number; readonly variance: number },
): GaussianStart {
  const p = 1 + dimension;
  const covariance = zeros(p, p);
  const mean = new Float64Array(p);
  for (let i = 0; i < p; i++) {
    const { mean: m, variance } = i === 0 ? output : weight;
    mean[i] = m;
    covariance.data[i * p + i] = variance;
  }
  return { kind: "gaussian", mean, covariance };
}

/** Mean and covariance of a neuron before training. */
export function initialMoments(law: InitialLaw): { readonly mean: Float64Array; readonly covariance: Matrix } {
  if (law.kind === "gaussian") return law;
  const { parameters: p, points } = law;
  const count = points.length / p;
  const mean = new Float64Array(p);
  for (let i = 0; i < points.length; i++) mean[i % p] += points[i] / count;
  const covariance = zeros(p, p);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) {
        covariance.data[a * p + b] += ((points[i * p + a] - mean[a]) * (points[i * p + b] - mean[b])) / count;
      }
    }
  }
  return { mean, covariance };
}

/**
 * Independent neurons, one of p numbers after another: neuron i draws numbers ip, …, ip + p − 1 of the stream, so that it is
 * the same whatever their number.
 */
export function drawNeurons(law: InitialLaw, count: number, stream: RandomStream): Float64Array {
  if (law.kind === "points") {
    const { parameters: p, points } = law;
    const out = new Float64Array(count * p);
    const choices = points.length / p;
    for (let i = 0; i < count; i++) {
      const chosen = Math.min(choices - 1, Math.floor(stream.uniform(i) * choices));
      out.set(points.subarray(chosen * p, (chosen + 1) * p), i * p);
    }
    return out;
  }
  const { mean, covariance } = law;
  const p = mean.length;
  const root = covarianceRoot("initial law", covariance);
  const draws = new Float64Array(count * p);
  stream.fillNormal(draws, 0);
  const out = new Float64Array(count * p);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < p; a++) {
      let sum = mean[a];
      for (let b = 0; b < p; b++) sum += root.data[a * p + b] * draws[i * p + b];
      out[i * p + a] = sum;
    }
  }
  return out;
}
