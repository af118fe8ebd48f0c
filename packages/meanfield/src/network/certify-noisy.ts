import type { MomentLaw } from "./candidate.ts";
import { designOf } from "./data.ts";
import { initialMoments } from "./initial.ts";
import type { NetworkModel } from "./model.ts";
import { integrate } from "../numeric/ode.ts";

/**
 * Largest distance between the covariance of a neuron among N that a candidate gives and that of the exchangeable linear
 * system, Var w_i and Cov(w_i, w_j) of which follow two matrix equations; the solver takes averages and deviations apart.
 */
export function certifyNoisyNeurons(model: NetworkModel, players: number, law: MomentLaw): number {
  const { rate, ridge, temperature, horizon } = model;
  const design = designOf(model.data, model.activation);
  if (design === undefined) return Number.NaN;
  const { dimension: d, count, x, weights } = design;
  const { mean, covariance } = initialMoments(model.initial);
  const p = d + 1;
  const K = new Float64Array(d * d);
  for (let k = 0; k < count; k++) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) K[a * d + b] += mean[0] ** 2 * weights[k] * x[k * d + a] * x[k * d + b];
    }
  }
  const n = d * d;
  const start = new Float64Array(2 * n);
  for (let a = 0; a < d; a++) {
    for (let b = 0; b < d; b++) start[a * d + b] = covariance.data[(1 + a) * p + 1 + b];
  }
  const solution = integrate(
    (_t, y, dy) => {
      for (let a = 0; a < d; a++) {
        for (let b = 0; b < d; b++) {
          let pull = 0;
          for (let e = 0; e < d; e++) {
            // Cov(w̄, w_j) = Var/N + (1 − 1/N) Cov, on either side.
            const left = y[e * d + b] / players + (1 - 1 / players) * y[n + e * d + b];
            const right = y[a * d + e] / players + (1 - 1 / players) * y[n + a * d + e];
            pull += K[a * d + e] * left + K[b * d + e] * right;
          }
          const i = a * d + b;
          dy[i] = -rate * (pull + 2 * ridge * y[i]) + (a === b ? 2 * rate * temperature : 0);
          dy[n + i] = -rate * (pull + 2 * ridge * y[n + i]);
        }
      }
    },
    0,
    horizon,
    start,
    { method: "dormand-prince-5", relative: 1e-11, absolute: 1e-13 },
  );
  let worst = 0;
  for (let s = 0; s <= 8; s++) {
    const t = (horizon * s) / 8;
    const ours = solution.at(t);
    const theirs = law.at(t).covariance.data;
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        worst = Math.max(worst, Math.abs(ours[a * d + b] - theirs[(1 + a) * p + 1 + b]));
      }
    }
  }
  return worst;
}
