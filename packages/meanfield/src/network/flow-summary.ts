import { evenGrid } from "../core/index.ts";
import type { FlowCoordinate, FlowSummary, NamedArray } from "../core/index.ts";
import { neuronsAt } from "./candidate.ts";
import type { NetworkCandidate } from "./candidate.ts";
import type { NetworkModel } from "./model.ts";

/** As many coordinates are drawn at most. */
const mostCoordinates = 3;

/** The law of the trained parameters along time; undefined where only moments of a law that is not normal are known. */
export function flowOf({ horizon, trainsOutput }: NetworkModel, candidate: NetworkCandidate): FlowSummary | undefined {
  const { law, mesh } = candidate;
  if (law.kind === "gibbs" || (law.kind === "moments" && !law.gaussian)) return undefined;
  // Where neurons would have to be followed anew, the ends of intervals say enough.
  const t = law.kind === "particles" ? mesh : evenGrid(0, horizon, 101);
  const first = trainsOutput ? 0 : 1;
  const p = neuronsAt(law, 0).theta.length / neuronsAt(law, 0).weights.length;
  const shown = Array.from({ length: Math.min(mostCoordinates, p - first) }, (_, i) => first + i);
  const columns = shown.map(() => ({
    mean: new Float64Array(t.length),
    deviation: new Float64Array(t.length),
    quantiles: Array.from({ length: probabilities.length }, () => new Float64Array(t.length)),
  }));
  t.forEach((time, k) => {
    const { theta, weights } = neuronsAt(law, time);
    shown.forEach((a, column) => {
      let [mean, square] = [0, 0];
      for (let i = 0; i < weights.length; i++) {
        mean += weights[i] * theta[i * p + a];
        square += weights[i] * theta[i * p + a] ** 2;
      }
      columns[column].mean[k] = mean;
      columns[column].deviation[k] = Math.sqrt(Math.max(0, square - mean * mean));
      if (law.kind !== "particles") return;
      const values = Float64Array.from({ length: weights.length }, (_, i) => theta[i * p + a]);
      quantilesOf(values, weights).forEach((value, q) => void (columns[column].quantiles[q][k] = value));
    });
  });
  return {
    t,
    coordinates: columns.map(({ mean, deviation, quantiles: [q5, q25, q75, q95] }, i): FlowCoordinate => {
      const axis =
        shown[i] === 0
          ? { title: "Output weight", symbol: "c" }
          : { title: "Input weight", symbol: p === 2 ? "w" : `w_${shown[i]}` };
      return { mean, deviation, axis, ...(law.kind === "particles" ? { quantiles: [q5, q25, q75, q95] } : {}) };
    }),
  };
}

const probabilities = [0.05, 0.25, 0.75, 0.95] as const;

/** Where the cumulated weights pass the probabilities. */
function quantilesOf(values: Float64Array, weights: Float64Array): number[] {
  const order = Array.from(values.keys()).toSorted((i, j) => values[i] - values[j]);
  const out: number[] = [];
  let mass = 0;
  for (const i of order) {
    mass += weights[i];
    while (out.length < probabilities.length && mass >= probabilities[out.length]) out.push(values[i]);
  }
  while (out.length < probabilities.length) out.push(values[order[order.length - 1]]);
  return out;
}

/** The law at the last time as points with weights, and the predictions on the mesh. */
export function arraysOf({ law, mesh, design, assumed, trained }: NetworkCandidate): Record<string, NamedArray> {
  const { theta, weights } = neuronsAt(law, mesh[mesh.length - 1]);
  const p = theta.length / weights.length;
  const known = law.kind === "moments" ? {} : neuronArrays(theta, weights, p);
  const moments =
    law.kind === "moments"
      ? {
          final_mean: flat(law.at(mesh[mesh.length - 1]).mean),
          final_covariance: square(law.at(mesh[mesh.length - 1]).covariance),
        }
      : {};
  if (design === undefined) return { ...known, ...moments };
  const predictions = new Float64Array(mesh.length * design.count);
  mesh.forEach((t, i) => assumed(t, predictions.subarray(i * design.count, (i + 1) * design.count)));
  return {
    ...known,
    ...moments,
    prediction_t: flat(mesh),
    [trained === true ? "prediction_seen" : "prediction_assumed"]: {
      shape: [mesh.length, design.count],
      data: predictions,
    },
  };
}

function neuronArrays(theta: Float64Array, weights: Float64Array, p: number): Record<string, NamedArray> {
  return { neurons: { shape: [weights.length, p], data: theta }, neuron_weights: flat(weights) };
}

function flat(data: Float64Array): NamedArray {
  return { shape: [data.length], data };
}

function square({ rows, columns, data }: { rows: number; columns: number; data: Float64Array }): NamedArray {
  return { shape: [rows, columns], data };
}
