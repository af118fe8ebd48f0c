/**
 * The constants of the central limit theorem of training, from the linearised limit.
 *
 * A neuron that is added to the law before training moves g_T(x) by h_x(θ₀), its influence; so √N(g^N − g)(x) has the variance
 * Var h_x(θ₀) for gradient flow. Along the characteristics θ, with r = Y − g and φ_x(θ) = cσ(w·x), the adjoint μ(T) = ∇φ_x(θ_T),
 *
 *     μ̇ = −(∂v/∂θ)′μ + αE[q(X)∇φ_X(θ)],   q_t(x) = E μ·∇φ_x(θ_t),   h = φ_x(θ_T) − α∫E[q(X)φ_X(θ_t)]dt,
 *
 * tells what a push on neurons at time t does to g_T(x). Online, each sample pushes all of them by (α/N)r∇φ, which adds
 * α²∫Var[r q(X)]dt, the noise of Y included.
 *
 * J. Sirignano, K. Spiliopoulos, Stochastic Process. Appl. 130 (2020) 1820–1852; G. Rotskoff, E. Vanden-Eijnden, Comm. Pure Appl.
 * Math. 75 (2022) 1889–1935.
 */

import { covarianceRoot } from "../measure/index.ts";
import type { Neurons } from "./candidate.ts";
import { closureOf } from "./closed-moments.ts";
import { cubatureOfDegree5, productHermite } from "./cubature.ts";
import { designOf, teach } from "./data.ts";
import type { Design } from "./data.ts";
import { fixedSteps } from "./fixed-steps.ts";
import type { InitialLaw } from "./initial.ts";
import { initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";
import { zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import { neuronField } from "./neuron-field.ts";
import { directionsOf, startingNodes } from "./starting-nodes.ts";

/** Numbers are averaged over the data. */
export interface LimitFluctuations {
  /** The points of the data, or of the sum that stands for them, to which rows and columns of the covariances belong. */
  readonly design: Design;
  /** lim N Cov(g^N(x_k), g^N(x_l)) at T. */
  readonly covariance: { readonly flow: Matrix; readonly online: Matrix | undefined };
  /** lim N E(g^N − g)² at T of full-batch gradient flow. */
  readonly flow: number;
  /** The same of online training; undefined where the data have no finite sum for it. */
  readonly online: number | undefined;
  /** Variance over neurons of what one answers, cσ(w·x), at T. */
  readonly spread: number;
}

/** More operations for one pass than this would take longer than the simulation beside it. */
const mostWork = 3e8;
/** Steps of the coarser pass, and how near the finer must be to it. */
const [coarse, near] = [24, 0.01];
/** Distance of nodes in standard deviations, by the number of directions, and by how much the coarser pass has it larger. */
const [spacings, wider]: readonly [readonly number[], number] = [[1, 0.08, 0.24, 0.5], 1.2];
/** Nodes of the product rules for Gaussian data, by their dimension. */
const dataNodes: readonly number[] = [1, 20, 8, 6];

/** The constants, or why they are not known, as one line. */
export function limitFluctuations(model: NetworkModel): LimitFluctuations | string {
  const { activation, initial } = model;
  if (activation.kinked === true) return `${activation.name} has a kink, where the flow cannot be linearised`;
  if (model.temperature > 0 || model.horizon === Infinity)
    return "they are known for training without noise up to a time T";
  const known = fluctuationDesign(model);
  if (known === undefined) return "the data have no finite sum for averages";
  const closed = typeof closureOf(model) !== "string";
  const directions = directionsOf(initial).length;
  if (!closed && directions >= spacings.length) return `the law before training spreads in ${directions} directions`;
  const nodes = (factor: number): Neurons =>
    closed ? exactNodes(initial) : startingNodes(initial, spacings[directions] * factor);
  const fine = nodes(1);
  const work = 4 * 2 * coarse * fine.theta.length * known.design.count ** 2;
  if (work > mostWork) return "there are too many points and neurons to linearise at";
  const [rough, found] = [linearise(model, known, nodes(wider), coarse), linearise(model, known, fine, 2 * coarse)];
  const agree = (a = 0, b = 0): boolean => Math.abs(a - b) <= near * Math.abs(b);
  return agree(rough.flow, found.flow) && agree(rough.online, found.online)
    ? found
    : "the linearised flow needs more steps or neurons than are taken";
}

interface FluctuationDesign {
  readonly design: Design;
  /** Whether E r²q² is known: exactly by the sum, or since r and q are normal; or not. */
  readonly fourth: "sum" | "normal" | undefined;
}

/** For polynomials the sums of training are not exact for the squares of squares that online noise asks for. */
function fluctuationDesign({ data, activation }: NetworkModel): FluctuationDesign | undefined {
  const design = designOf(data, activation);
  if (design === undefined) return undefined;
  if (data.kind === "points") return { design, fourth: "sum" };
  if (activation.degree === 1 && data.teacher.kind === "linear") return { design, fourth: "normal" };
  const { dimension, variance, teacher, noise } = data;
  if (dimension > 3) return { design, fourth: undefined };
  // Five nodes are exact up to degree 9, which (rq)² with two quadratic forms does not pass; others are smooth.
  const { points, weights } = productHermite(dimension, activation.degree === undefined ? dataNodes[dimension] : 5);
  const x = points.map((point) => point * Math.sqrt(variance));
  const y = Float64Array.from(weights, (_, k) => teach(teacher, x, k * dimension));
  return { design: { dimension, count: weights.length, x, y, weights, noise }, fourth: "sum" };
}

/** For flows that are linear in θ all averages are of degree at most 4. */
function exactNodes(initial: InitialLaw): Neurons {
  if (initial.kind === "points") return startingNodes(initial, 1);
  const { mean, covariance } = initialMoments(initial);
  const p = mean.length;
  const root = covarianceRoot("initial law", covariance);
  const directions = directionsOf(initial);
  const k = directions.length;
  if (k === 0) return { theta: Float64Array.from(mean), weights: Float64Array.of(1) };
  const { points, weights } = cubatureOfDegree5(k);
  const theta = new Float64Array(weights.length * p);
  for (let i = 0; i < weights.length; i++) {
    for (let a = 0; a < p; a++) {
      theta[i * p + a] = directions.reduce((sum, j, b) => sum + root.data[a * p + j] * points[i * k + b], mean[a]);
    }
  }
  return { theta, weights };
}

/** Forwards along the characteristics by 2·`steps` steps, back through the adjoint by `steps`. */
function linearise(
  model: NetworkModel,
  { design, fourth }: FluctuationDesign,
  { theta, weights }: Neurons,
  steps: number,
): LimitFluctuations {
  const { activation, trainsOutput, rate, ridge, horizon } = model;
  const { count: K, dimension: d, x, y, weights: shares, noise } = design;
  const p = 1 + d;
  const J = weights.length;
  const h = horizon / (2 * steps);
  const field = neuronField(model, design, weights);
  const path: { readonly neurons: Float64Array; readonly residuals: Float64Array }[] = [];
  let state = field.open(theta);
  for (let n = 0; n <= 2 * steps; n++) {
    if (n > 0) state = fixedSteps((_t, from, out) => field.velocity(from, out), 0, state, h, 1);
    const g = new Float64Array(K);
    field.predict(state, g);
    path.push({ neurons: field.close(state), residuals: y.map((value, k) => value - g[k]) });
  }
  const end = path[2 * steps].neurons;
  // The adjoint of every point: μ of all nodes, and their influence so far; in the end what online noise adds to covariances.
  const size = J * p + J;
  const start = new Float64Array(K * size + K * K);
  const answers = new Float64Array(K * J);
  const slopes = new Float64Array(K * J);
  const bends = new Float64Array(K * J);
  /** σ, σ′ and σ″ of all nodes at all points. */
  const look = (neurons: Float64Array): void => {
    for (let k = 0; k < K; k++) {
      for (let i = 0; i < J; i++) {
        let z = 0;
        for (let j = 0; j < d; j++) z += neurons[i * p + 1 + j] * x[k * d + j];
        const at = k * J + i;
        answers[at] = activation.value(z);
        slopes[at] = activation.derivative(z);
        bends[at] = (activation.derivative(z + tiny) - activation.derivative(z - tiny)) / (2 * tiny);
      }
    }
  };
  look(end);
  for (let o = 0; o < K; o++) {
    const base = o * size;
    for (let i = 0; i < J; i++) {
      const c = end[i * p];
      if (trainsOutput) start[base + i * p] = answers[o * J + i];
      for (let j = 0; j < d; j++) start[base + i * p + 1 + j] = c * slopes[o * J + i] * x[o * d + j];
      start[base + J * p + i] = c * answers[o * J + i];
    }
  }
  const spread = average(shares, (o) => varianceOf(weights, (i) => start[o * size + J * p + i]));
  /** q of every point's adjoint, point after point. */
  const q = new Float64Array(K * K);
  const back = (s: number, from: Float64Array, out: Float64Array): void => {
    const { neurons, residuals } = path[2 * steps - Math.round(s / h)];
    look(neurons);
    for (let o = 0; o < K; o++) {
      const base = o * size;
      for (let l = 0; l < K; l++) {
        let sum = 0;
        for (let i = 0; i < J; i++) {
          const at = base + i * p;
          let along = 0;
          for (let j = 0; j < d; j++) along += from[at + 1 + j] * x[l * d + j];
          const own = trainsOutput ? from[at] * answers[l * J + i] : 0;
          sum += weights[i] * (own + neurons[i * p] * slopes[l * J + i] * along);
        }
        q[o * K + l] = sum;
      }
      for (let i = 0; i < J; i++) {
        const at = base + i * p;
        const c = neurons[i * p];
        const own = trainsOutput ? from[at] : 0;
        out[at] = trainsOutput ? -rate * ridge * from[at] : 0;
        for (let j = 1; j < p; j++) out[at + j] = -rate * ridge * from[at + j];
        let influence = 0;
        for (let l = 0; l < K; l++) {
          let along = 0;
          for (let j = 0; j < d; j++) along += from[at + 1 + j] * x[l * d + j];
          const [pull, answer] = [rate * shares[l] * residuals[l], rate * shares[l] * q[o * K + l]];
          const slope = slopes[l * J + i];
          if (trainsOutput) out[at] += pull * slope * along - answer * answers[l * J + i];
          const by = pull * (own * slope + c * bends[l * J + i] * along) - answer * c * slope;
          for (let j = 0; j < d; j++) out[at + 1 + j] += by * x[l * d + j];
          influence -= answer * c * answers[l * J + i];
        }
        out[base + J * p + i] = influence;
      }
    }
    const met = Float64Array.from({ length: K }, (_, o) => average(shares, (l) => residuals[l] * q[o * K + l]));
    const rr = average(shares, (l) => residuals[l] ** 2);
    for (let a = 0; a < K; a++) {
      for (let b = 0; b < K; b++) {
        const both = average(shares, (l) => q[a * K + l] * q[b * K + l]);
        const square =
          fourth === "normal"
            ? rr * both + 2 * met[a] * met[b]
            : average(shares, (l) => residuals[l] ** 2 * q[a * K + l] * q[b * K + l]);
        out[K * size + a * K + b] = rate * rate * (square + noise * both - met[a] * met[b]);
      }
    }
  };
  const last = fixedSteps(back, 0, start, 2 * h, steps);
  const means = Float64Array.from({ length: K }, (_, o) => average(weights, (i) => last[o * size + J * p + i]));
  const [flow, online] = [zeros(K, K), zeros(K, K)];
  for (let a = 0; a < K; a++) {
    const [ours, theirs] = [a * size + J * p, J * p];
    for (let b = 0; b < K; b++) {
      flow.data[a * K + b] = average(
        weights,
        (i) => (last[ours + i] - means[a]) * (last[b * size + theirs + i] - means[b]),
      );
      online.data[a * K + b] = flow.data[a * K + b] + last[K * size + a * K + b];
    }
  }
  const traceOf = ({ data }: Matrix): number => average(shares, (o) => data[o * K + o]);
  return {
    design,
    covariance: { flow, online: fourth === undefined ? undefined : online },
    flow: traceOf(flow),
    online: fourth === undefined ? undefined : traceOf(online),
    spread,
  };
}

/** For second derivatives by central differences of the first: their error is of its square. */
const tiny = 1e-5;

function average(weights: Float64Array, value: (k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < weights.length; k++) sum += weights[k] * value(k);
  return sum;
}

function varianceOf(weights: Float64Array, value: (i: number) => number): number {
  const mean = average(weights, value);
  return average(weights, (i) => (value(i) - mean) ** 2);
}
