/** The flow that a candidate's predictions induce, neuron by neuron. */

import type { Question } from "../core/index.ts";
import { covarianceRoot } from "../measure/index.ts";
import { gaussHermite } from "../numeric/gauss-rules.ts";
import { integrate } from "../numeric/ode.ts";
import { randomStream } from "../numeric/random.ts";
import { neuronsAt, predictAll } from "./candidate.ts";
import type { NetworkCandidate, Neurons } from "./candidate.ts";
import { product } from "./cubature.ts";
import { fixedSteps } from "./fixed-steps.ts";
import type { Cubature } from "./cubature.ts";
import type { Design } from "./data.ts";
import { drawNeurons, initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";

const looks = 8;
const precise = { method: "dormand-prince-5", relative: 1e-10, absolute: 1e-11 } as const;
/** For many neurons, whose errors average out in what they predict. */
const usual = { method: "dormand-prince-5", relative: 1e-8, absolute: 1e-9 } as const;

/** Largest distance over a few times and the points of the data between the predictions assumed and induced. */
export function inducedGap(model: NetworkModel, question: Question, candidate: NetworkCandidate): number | null {
  const { design, law, assumed } = candidate;
  if (design === undefined) return null;
  const times = Array.from({ length: looks }, (_, i) => (model.horizon * (i + 1)) / looks);
  const expected = new Float64Array(design.count);
  const gap = (t: number, found: Float64Array): number => {
    assumed(t, expected);
    return found.reduce((worst, g, k) => Math.max(worst, Math.abs(g - expected[k])), 0);
  };
  if (law.kind === "density" && model.activation.name !== "identity") {
    // Only linear neurons can be followed one by one through noise: what is left to compare is the density itself.
    return Math.max(...times.map((t) => gap(t, predictAll(model.activation, neuronsAt(law, t), design))));
  }
  const follow =
    law.kind !== "particles" ? movedMoments(model, design, candidate) : movedNeurons(model, question, candidate);
  return times.reduce((worst, t) => Math.max(worst, gap(t, follow(t))), 0);
}

/** Neurons from their law before training, each in the assumed field. */
function movedNeurons(
  model: NetworkModel,
  question: Question,
  candidate: NetworkCandidate,
): (t: number) => Float64Array {
  const { design, assumed } = candidate;
  if (design === undefined) return () => new Float64Array(0);
  const neurons = startingNeurons(model, question, candidate);
  const { weights } = neurons;
  const p = neurons.theta.length / weights.length;
  const d = p - 1;
  const { activation, trainsOutput, rate, ridge } = model;
  const errors = new Float64Array(design.count);
  let [now, theta] = [0, neurons.theta];
  const field = (s: number, y: Float64Array, dy: Float64Array): void => {
    assumed(s, errors);
    for (let k = 0; k < design.count; k++) errors[k] = rate * design.weights[k] * (design.y[k] - errors[k]);
    for (let i = 0; i < y.length; i += p) {
      for (let a = 0; a < p; a++) dy[i + a] = a === 0 && !trainsOutput ? 0 : -rate * ridge * y[i + a];
      for (let k = 0; k < design.count; k++) {
        const at = k * d;
        let z = 0;
        for (let j = 0; j < d; j++) z += y[i + 1 + j] * design.x[at + j];
        const pull = errors[k] * y[i] * activation.derivative(z);
        for (let j = 0; j < d; j++) dy[i + 1 + j] += pull * design.x[at + j];
        if (trainsOutput) dy[i] += errors[k] * activation.value(z);
      }
    }
  };
  const equal = activation.kinked === true && weights.length > 1000;
  return (t) => {
    if (equal) {
      // Neither the solver's steps nor its nodes.
      const steps = Math.ceil((t - now) / Math.min(model.horizon / 300, 0.025 / rate));
      theta = fixedSteps(field, now, theta, (t - now) / steps, steps);
      now = t;
      return predictAll(activation, { theta, weights }, design);
    }
    const solution = integrate(field, now, t, theta, weights.length > 1000 ? usual : precise);
    if (solution.outcome !== "finished") throw new RangeError(`neurons could not be followed: ${solution.reason}`);
    [now, theta] = [t, solution.end];
    return predictAll(activation, { theta, weights }, design);
  };
}

/** The law before training as points: those of finitely many neurons, or nodes that no solver uses. */
function startingNeurons(model: NetworkModel, { players }: Question, { law }: NetworkCandidate): Neurons {
  if (Number.isFinite(players)) return neuronsAt(law, 0);
  const { initial } = model;
  if (initial.kind === "points") {
    const count = initial.points.length / initial.parameters;
    return { theta: initial.points, weights: new Float64Array(count).fill(1 / count) };
  }
  const { mean, covariance } = initialMoments(initial);
  const p = mean.length;
  const root = covarianceRoot("initial law", covariance);
  const directions = Array.from({ length: p }, (_, j) => j).filter((j) =>
    Array.from({ length: p }, (_, i) => root.data[i * p + j]).some((entry) => entry !== 0),
  );
  const rule = ruleFor(directions.length);
  if (rule === undefined) {
    const theta = drawNeurons(initial, sampled, randomStream(otherSeed, 0));
    return { theta, weights: new Float64Array(sampled).fill(1 / sampled) };
  }
  const count = rule.weights.length;
  const theta = new Float64Array(count * p);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < p; a++) {
      let value = mean[a];
      directions.forEach((j, k) => {
        value += root.data[a * p + j] * rule.points[i * directions.length + k];
      });
      theta[i * p + a] = value;
    }
  }
  return { theta, weights: rule.weights };
}

/** Beyond three directions the law is sampled, and the distance is then that of a sample. */
const sampled = 4096;
const otherSeed = 0x5eed;

/** Trapezoidal nodes between those of the solver in one and two directions, Gauss–Hermite in three. */
function ruleFor(directions: number): Cubature | undefined {
  if (directions === 0) return { points: new Float64Array(0), weights: Float64Array.of(1) };
  if (directions === 3) {
    const { nodes, weights } = gaussHermite(16);
    return product(3, nodes, weights);
  }
  if (directions > 3) return undefined;
  const h = directions === 1 ? 0.055 : 0.15;
  const half = Math.round(7.9 / h);
  const nodes = Float64Array.from({ length: 2 * half }, (_, i) => (i - half + 0.5) * h);
  const weights = nodes.map((x) => (h * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return product(
    directions,
    nodes,
    weights.map((weight) => weight / total),
  );
}

/** Eθ and Eθθ′ under the assumed field, which is linear where moments close; predictions are linear in Eθθ′. */
function movedMoments(model: NetworkModel, design: Design, candidate: NetworkCandidate): (t: number) => Float64Array {
  const { assumed, law } = candidate;
  const { activation, trainsOutput, rate, ridge, temperature } = model;
  const start = law.kind === "moments" ? law.at(0) : initialMoments(model.initial);
  const p = start.mean.length;
  const d = p - 1;
  const errors = new Float64Array(design.count);
  const G = new Float64Array(p * p);
  const square = activation.name === "square";
  const y0 = Float64Array.from(
    start.covariance.data,
    (value, i) => value + start.mean[Math.floor(i / p)] * start.mean[i % p],
  );
  const solution = integrate(
    (t, y, dy) => {
      assumed(t, errors);
      G.fill(0);
      for (let k = 0; k < design.count; k++) {
        const error = rate * design.weights[k] * (design.y[k] - errors[k]);
        for (let a = 0; a < d; a++) {
          const xa = design.x[k * d + a];
          if (square) {
            for (let b = 0; b < d; b++) G[(1 + a) * p + 1 + b] += 2 * error * start.mean[0] * xa * design.x[k * d + b];
          } else {
            G[(1 + a) * p] += error * xa;
            if (trainsOutput) G[1 + a] += error * xa;
          }
        }
      }
      for (let a = trainsOutput ? 0 : 1; a < p; a++) G[a * p + a] -= rate * ridge;
      for (let a = 0; a < p; a++) {
        for (let b = 0; b < p; b++) {
          let sum = a === b && (a > 0 || trainsOutput) ? 2 * rate * temperature : 0;
          for (let e = 0; e < p; e++) sum += G[a * p + e] * y[e * p + b] + y[a * p + e] * G[b * p + e];
          dy[a * p + b] = sum;
        }
      }
    },
    0,
    model.horizon,
    y0,
    precise,
  );
  if (solution.outcome !== "finished") throw new RangeError(`moments could not be followed: ${solution.reason}`);
  return (t) => {
    const S = solution.at(t);
    return Float64Array.from({ length: design.count }, (_, k) => {
      let g = 0;
      for (let a = 0; a < d; a++) {
        const xa = design.x[k * d + a];
        if (!square) g += S[1 + a] * xa;
        else for (let b = 0; b < d; b++) g += start.mean[0] * S[(1 + a) * p + 1 + b] * xa * design.x[k * d + b];
      }
      return g;
    });
  };
}
