/** What a person asks of any network, read off the law of its neurons. */

import { evenGrid, listed, scalar, series } from "../core/index.ts";
import type { Axis, Quantities, Quantity } from "../core/index.ts";
import { lossOf, neuronsAt, predict, predictAll } from "./candidate.ts";
import type { NetworkCandidate, Neurons } from "./candidate.ts";

/** Where series are drawn; for a stationary law as long as it was trained towards. */
export function timeGrid({ model }: NetworkCandidate): Float64Array {
  return evenGrid(0, Number.isFinite(model.horizon) ? model.horizon : model.learning.time, 101);
}

/** A number of the law along time. */
export function alongTime(candidate: NetworkCandidate, of: (neurons: Neurons, t: number) => number): Quantity {
  return series(timeGrid(candidate), (t) => of(neuronsAt(candidate.law, t), t));
}

/** E θ_a θ_b. */
export function productMoment({ theta, weights }: Neurons, a: number, b: number): number {
  const p = theta.length / weights.length;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * theta[i * p + a] * theta[i * p + b];
  return sum;
}

/** E θ_a. */
export function meanOf({ theta, weights }: Neurons, a: number): number {
  const p = theta.length / weights.length;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i] * theta[i * p + a];
  return sum;
}

/** ½E(Y − g_t)², with what the chance of finitely many noisy neurons adds; undefined where the data have no finite sum. */
export function lossNow(candidate: NetworkCandidate, t: number): number {
  const { design, law, model, trained, assumed } = candidate;
  if (design === undefined) return Number.NaN;
  if (trained === true) {
    // As it was seen while training.
    const seen = new Float64Array(design.count);
    assumed(t, seen);
    return lossOf(design, seen);
  }
  let loss = lossOf(design, predictAll(model.activation, neuronsAt(law, t), design));
  if (law.kind !== "moments" || law.fluctuation === undefined) return loss;
  // The average of w is random: E(Y − g)² has the variance of g beside the square of its mean; c is one for all.
  const { mean } = law.at(t);
  const { data, rows: p } = law.fluctuation(t);
  for (let k = 0; k < design.count; k++) {
    const x = design.x.subarray(k * design.dimension);
    for (let a = 1; a < p; a++) {
      for (let b = 1; b < p; b++) {
        loss += 0.5 * design.weights[k] * mean[0] ** 2 * data[a * p + b] * x[a - 1] * x[b - 1];
      }
    }
  }
  return loss;
}

/** The law at the last time that is known. */
export function latestNeurons({ law, mesh }: NetworkCandidate): Neurons {
  return neuronsAt(law, mesh[mesh.length - 1]);
}

/** The loss along time and at its end; nothing where the data have no finite sum, and so no loss that is known. */
export function losses(candidate: NetworkCandidate): Quantities {
  const { design, law, mesh } = candidate;
  if (design === undefined) return {};
  return {
    ...(law.kind === "gibbs" ? {} : { loss: () => series(timeGrid(candidate), (t) => lossNow(candidate, t)) }),
    final_loss: () => scalar(lossNow(candidate, mesh[mesh.length - 1])),
  };
}

/** The axis of inputs: the line for one number, else the points of the data by number from 1. */
export function inputAxis({ model, design }: NetworkCandidate): {
  readonly axis: Axis;
  readonly input: (coordinate: number) => Float64Array;
} {
  const d = model.data.dimension;
  if (d === 1) {
    const known = model.data.kind === "points" ? model.data.x : undefined;
    const grid = known === undefined ? evenGrid(-3, 3, 61) : Float64Array.from(new Set(known)).toSorted();
    return { axis: { name: "x", grid }, input: (x) => Float64Array.of(x) };
  }
  const count = design?.count ?? 0;
  return {
    axis: { name: "point", grid: Float64Array.from({ length: count }, (_, k) => k + 1), kind: "discrete" },
    input: (k) => design?.x.slice((k - 1) * d, k * d) ?? new Float64Array(d),
  };
}

/** g_t(x), or g(x) of a stationary law; of a training run at its end. */
export function predictions(candidate: NetworkCandidate): Quantity {
  const { model, law, trained } = candidate;
  const { axis, input } = inputAxis(candidate);
  if (trained === true) {
    return { axes: [axis], at: (x) => predict(model.activation, latestNeurons(candidate), input(x)) };
  }
  if (law.kind === "gibbs") {
    return { axes: [axis], at: (x) => predict(model.activation, neuronsAt(law, 0), input(x)) };
  }
  return {
    axes: [{ name: "t", grid: timeGrid(candidate) }, axis],
    at: (t, x) => predict(model.activation, neuronsAt(law, t), input(x)),
  };
}

/** One number for each of the entries of a matrix, along time. */
export function matrixAlongTime(
  candidate: NetworkCandidate,
  size: number,
  of: (neurons: Neurons, i: number, j: number) => number,
): Quantity {
  const entries = listed(
    "i",
    Array.from({ length: size }, (_, i) => i + 1),
    Array.from({ length: size }, (_, i) => i + 1),
  ).axes[0];
  return {
    axes: [{ name: "t", grid: timeGrid(candidate) }, entries, { ...entries, name: "j" }],
    at: (t, i, j) => of(neuronsAt(candidate.law, t), i - 1, j - 1),
  };
}
