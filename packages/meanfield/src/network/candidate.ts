import type { Question } from "../core/index.ts";
import { zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import { symmetricEigen } from "../numeric/symmetric-eigen.ts";
import type { Activation } from "./activation.ts";
import type { Design } from "./data.ts";
import type { NetworkModel } from "./model.ts";

/** What training does: the law of a neuron along time, or the stationary one, and the predictions that moved it. */
export interface NetworkCandidate {
  readonly model: NetworkModel;
  readonly question: Question;
  /** Absent where the data have no finite sum: then nothing is assumed, and losses are not known. */
  readonly design: Design | undefined;
  /** Increasing times from 0 to T where the flow is known best; 0 alone for a stationary law. */
  readonly mesh: Float64Array;
  /** g_t at the points of the design against which the neurons moved. */
  readonly assumed: (t: number, out: Float64Array) => void;
  readonly law: NeuronLaw;
  /** Whether chance of training is in it, so that it follows the equations only in the limit. */
  readonly trained?: boolean;
}

/** A law of neurons as points: p numbers each, one neuron after another, and weights that sum to 1. */
export interface Neurons {
  readonly theta: Float64Array;
  readonly weights: Float64Array;
}

export type NeuronLaw = ParticleLaw | MomentLaw | DensityLaw | GibbsLaw;

/** The neurons themselves, or the nodes of a quadrature, moving. */
export interface ParticleLaw {
  readonly kind: "particles";
  /** Whether every point is a neuron that was drawn, rather than a node of a quadrature. */
  readonly drawn: boolean;
  readonly at: (t: number) => Neurons;
}

/** All that closed moment systems tell: it determines the predictions, and the law where that is Gaussian. */
export interface MomentLaw {
  readonly kind: "moments";
  readonly gaussian: boolean;
  readonly at: (t: number) => Moments;
  /** Covariance of the average over finitely many neurons where they are driven by noise. */
  readonly fluctuation?: (t: number) => Matrix;
}

export interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/** w on a line beside a fixed c: shares of equal cells, of which the density is share/width. */
export interface DensityLaw {
  readonly kind: "density";
  readonly output: number;
  /** Centres. */
  readonly cells: Float64Array;
  readonly width: number;
  readonly at: (t: number) => Float64Array;
}

/** ρ(θ) ∝ exp(−V/τ) at the residuals r of the predictions that it was found with. */
export interface GibbsLaw {
  readonly kind: "gibbs";
  /** y − g, one number a point of the design. */
  readonly residuals: Float64Array;
  /** Nodes of a quadrature, exact in c for polynomials of degree 5. */
  readonly nodes: Neurons;
  /** ∫ρ ln ρ of the trained parameters. */
  readonly entropy: number;
  /** Density of w. */
  readonly density: (w: number) => number;
  /** Mean of c given w, and its variance: 0 where c is fixed. */
  readonly centre: (w: number) => number;
  readonly spread: number;
  /** Where all of w lies but what is negligible. */
  readonly range: readonly [low: number, high: number];
}

/** The law at time t as points: exact for averages of polynomials of degree 2 where only moments are known. */
export function neuronsAt(law: NeuronLaw, t: number): Neurons {
  switch (law.kind) {
    case "particles":
      return law.at(t);
    case "moments":
      return pointsOfMoments(law.at(t));
    case "density": {
      const { cells, output } = law;
      const theta = new Float64Array(2 * cells.length);
      for (let i = 0; i < cells.length; i++) {
        theta[2 * i] = output;
        theta[2 * i + 1] = cells[i];
      }
      return { theta, weights: law.at(t) };
    }
    case "gibbs":
      return law.nodes;
  }
}

/** 2p points with the given mean and covariance: mean ± √p times the columns of the covariance's root. */
function pointsOfMoments({ mean, covariance }: Moments): Neurons {
  const p = mean.length;
  const root = rootOf(mean, covariance);
  const theta = new Float64Array(2 * p * p);
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < p; i++) {
      const reach = Math.sqrt(p) * root.data[i * p + j];
      theta[2 * j * p + i] = mean[i] + reach;
      theta[(2 * j + 1) * p + i] = mean[i] - reach;
    }
  }
  return { theta, weights: new Float64Array(2 * p).fill(1 / (2 * p)) };
}

/**
 * The symmetric root of a covariance that comes as a difference of second moments: what rounding has made negative is zero.
 *
 * @throws RangeError where more than rounding is negative.
 */
function rootOf(mean: Float64Array, covariance: Matrix): Matrix {
  const p = mean.length;
  const { values, vectors } = symmetricEigen(covariance);
  let size = 0;
  for (let i = 0; i < p; i++) size += mean[i] * mean[i] + Math.abs(covariance.data[i * p + i]);
  if (values[0] < -1e-9 * size) throw new RangeError(`neurons: the covariance has the eigenvalue ${values[0]}`);
  const root = zeros(p, p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) {
      for (let k = 0; k < p; k++) {
        root.data[i * p + j] += vectors.data[i * p + k] * Math.sqrt(Math.max(0, values[k])) * vectors.data[j * p + k];
      }
    }
  }
  return root;
}

/** g(x) = ∫ c σ(w·x) dρ. */
export function predict(activation: Activation, { theta, weights }: Neurons, x: ArrayLike<number>, at = 0): number {
  const p = theta.length / weights.length;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    const from = i * p;
    let z = 0;
    for (let j = 1; j < p; j++) z += theta[from + j] * x[at + j - 1];
    sum += weights[i] * theta[from] * activation.value(z);
  }
  return sum;
}

/** Predictions at all points of the design. */
export function predictAll(activation: Activation, neurons: Neurons, { x, count, dimension }: Design): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => predict(activation, neurons, x, k * dimension));
}

/** ½E(Y − g)². */
export function lossOf({ y, weights, noise }: Design, predictions: ArrayLike<number>): number {
  let sum = 0.5 * noise;
  for (let k = 0; k < y.length; k++) sum += 0.5 * weights[k] * (y[k] - predictions[k]) ** 2;
  return sum;
}

/** E θθ′ of neurons. */
export function secondMoments({ theta, weights }: Neurons): Matrix {
  const p = theta.length / weights.length;
  const out = zeros(p, p);
  for (let i = 0; i < weights.length; i++) {
    for (let a = 0; a < p; a++) {
      for (let b = 0; b < p; b++) out.data[a * p + b] += weights[i] * theta[i * p + a] * theta[i * p + b];
    }
  }
  return out;
}
