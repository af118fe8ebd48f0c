/**
 * Networks whose first two moments of a neuron follow equations of their own.
 *
 * The field is linear in θ = (c, w), dθ = Gθ dt + noise, with G a function of S = Eθθ′: for the identity, where neurons and
 * data meet in r = E[(Y − g)X] alone; and for the square with one fixed c, where they meet in R = E[(Y − g)XX′].
 */

import { multiply, transpose, zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";
import { integrate } from "../numeric/ode.ts";
import { designOf } from "./data.ts";
import type { Design } from "./data.ts";
import type { Moments } from "./candidate.ts";
import { initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";
import { parametersOf } from "./model.ts";

/** The linear field of a closed system. */
export interface Closure {
  readonly design: Design;
  readonly parameters: number;
  /** α. */
  readonly rate: number;
  /** G at S = Eθθ′, into `out`. */
  readonly field: (second: Matrix, out: Matrix) => void;
  /** Rates of variance that the noise adds, ατ twice for every trained parameter. */
  readonly noise: Float64Array;
  /** Predictions at S. */
  readonly predict: (second: Matrix, out: Float64Array) => void;
}

/** The closed system of a model, or why there is none, as one line. */
export function closureOf(model: NetworkModel): Closure | string {
  const { activation, trainsOutput, data, rate, ridge, temperature } = model;
  const p = parametersOf(model);
  const design = designOf(data, activation);
  if (activation.name !== "identity" && activation.name !== "square")
    return `moments close for the activations identity and square, not for ${activation.name}`;
  if (design === undefined) return "the data have no finite sum for averages";
  const { mean, covariance } = initialMoments(model.initial);
  if (activation.name === "square" && (trainsOutput || covariance.data[0] !== 0)) {
    return "moments close for the square only where every neuron has the same c, which is not trained";
  }
  const trained = (i: number): boolean => i > 0 || trainsOutput;
  const noise = Float64Array.from({ length: p }, (_, i) => (trained(i) ? 2 * rate * temperature : 0));
  const { count, dimension: d, x, y, weights } = design;
  const predictions = new Float64Array(count);
  const decay = (out: Matrix): void => {
    for (let i = 0; i < p; i++) if (trained(i)) out.data[i * p + i] -= rate * ridge;
  };
  if (activation.name === "identity") {
    const predict = (second: Matrix, out: Float64Array): void => {
      for (let k = 0; k < count; k++) {
        let g = 0;
        for (let j = 0; j < d; j++) g += second.data[1 + j] * x[k * d + j];
        out[k] = g;
      }
    };
    return {
      design,
      parameters: p,
      rate,
      noise,
      predict,
      field: (second, out) => {
        predict(second, predictions);
        out.data.fill(0);
        for (let k = 0; k < count; k++) {
          const error = rate * weights[k] * (y[k] - predictions[k]);
          for (let j = 0; j < d; j++) {
            const r = error * x[k * d + j];
            out.data[(1 + j) * p] += r;
            if (trainsOutput) out.data[1 + j] += r;
          }
        }
        decay(out);
      },
    };
  }
  const c = mean[0];
  const predict = (second: Matrix, out: Float64Array): void => {
    for (let k = 0; k < count; k++) {
      let g = 0;
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) g += second.data[(1 + a) * p + 1 + b] * x[k * d + a] * x[k * d + b];
      }
      out[k] = c * g;
    }
  };
  return {
    design,
    parameters: p,
    rate,
    noise,
    predict,
    field: (second, out) => {
      predict(second, predictions);
      out.data.fill(0);
      for (let k = 0; k < count; k++) {
        const error = 2 * c * rate * weights[k] * (y[k] - predictions[k]);
        for (let a = 0; a < d; a++) {
          for (let b = 0; b < d; b++) out.data[(1 + a) * p + 1 + b] += error * x[k * d + a] * x[k * d + b];
        }
      }
      decay(out);
    },
  };
}

/** The moments of a neuron along time. */
export interface MomentFlow {
  readonly at: (t: number) => Moments;
  /** Eθθ′, fresh. */
  readonly secondAt: (t: number) => Matrix;
  readonly mesh: Float64Array;
}

/** Integrates m′ = Gm and S′ = GS + SG′ + noise from the given start to T. Throws RangeError where that fails. */
export function integrateMoments(closure: Closure, start: Moments, horizon: number, relative = 1e-12): MomentFlow {
  const { parameters: p, field, noise } = closure;
  const size = p + p * p;
  const y0 = new Float64Array(size);
  y0.set(start.mean);
  for (let a = 0; a < p; a++) {
    for (let b = 0; b < p; b++) {
      y0[p + a * p + b] = start.covariance.data[a * p + b] + start.mean[a] * start.mean[b];
    }
  }
  const G = zeros(p, p);
  const S = zeros(p, p);
  const GS = zeros(p, p);
  const solution = integrate(
    (_t, y, dy) => {
      S.data.set(y.subarray(p));
      field(S, G);
      multiply(G, S, GS);
      for (let a = 0; a < p; a++) {
        let sum = 0;
        for (let b = 0; b < p; b++) {
          sum += G.data[a * p + b] * y[b];
          dy[p + a * p + b] = GS.data[a * p + b] + GS.data[b * p + a] + (a === b ? noise[a] : 0);
        }
        dy[a] = sum;
      }
    },
    0,
    horizon,
    y0,
    { relative, absolute: 1e-13 },
  );
  if (solution.outcome !== "finished") throw new RangeError(`the moments could not be integrated: ${solution.reason}`);
  const row = new Float64Array(size);
  return {
    mesh: solution.t,
    secondAt: (t) => {
      solution.at(t, row);
      const out = zeros(p, p);
      out.data.set(row.subarray(p));
      return out;
    },
    at: (t) => {
      solution.at(t, row);
      const mean = row.slice(0, p);
      const covariance = zeros(p, p);
      for (let a = 0; a < p; a++) {
        for (let b = 0; b < p; b++) covariance.data[a * p + b] = row[p + a * p + b] - mean[a] * mean[b];
      }
      return { mean, covariance };
    },
  };
}

/**
 * The law of one of N neurons with independent noise, where only the average of w, not its spread, moves the predictions:
 * the identity with one fixed c.
 *
 * w_i − w̄ knows nothing of the predictions, dD = −αλD dt + noise (1 − 1/N), and w̄ follows dw̄ = (b + Aw̄) dt + noise/N.
 */
export function noisyNeurons(
  closure: Closure,
  start: Moments,
  horizon: number,
  players: number,
): { readonly own: (t: number) => Matrix; readonly average: (t: number) => Matrix } {
  const { parameters: p, design, noise, field, rate } = closure;
  const c = start.mean[0];
  // Slopes of the field: of a neuron in itself at given predictions, and of the average in itself.
  const own = zeros(p, p);
  const steady = zeros(p, p);
  steady.data.set(start.covariance.data);
  field(steady, own);
  for (let j = 1; j < p; j++) own.data[j * p] = 0;
  const average = zeros(p, p);
  average.data.set(own.data);
  const { count, dimension: d, x, weights } = design;
  for (let k = 0; k < count; k++) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        average.data[(1 + a) * p + 1 + b] -= rate * c * c * weights[k] * x[k * d + a] * x[k * d + b];
      }
    }
  }
  const covariance = (A: Matrix, share: number): ((t: number) => Matrix) => {
    const transposed = transpose(A);
    const C = zeros(p, p);
    const solution = integrate(
      (_t, y, dy) => {
        C.data.set(y);
        const left = multiply(A, C);
        const right = multiply(C, transposed);
        for (let i = 0; i < p * p; i++) dy[i] = left.data[i] + right.data[i];
        for (let i = 0; i < p; i++) dy[i * p + i] += share * noise[i];
      },
      0,
      horizon,
      start.covariance.data.map((value) => share * value),
    );
    if (solution.outcome !== "finished") {
      throw new RangeError(`the covariances could not be integrated: ${solution.reason}`);
    }
    return (t) => {
      const out = zeros(p, p);
      solution.at(t, out.data);
      return out;
    };
  };
  const apart = covariance(own, 1 - 1 / players);
  const together = covariance(average, 1 / players);
  return {
    average: together,
    own: (t) => {
      const out = apart(t);
      const add = together(t);
      for (let i = 0; i < p * p; i++) out.data[i] += add.data[i];
      return out;
    },
  };
}
