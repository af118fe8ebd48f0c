import type { ForwardBackwardCandidate } from "../candidate.ts";
import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import { hasCross } from "./adjoint-pass.ts";
import type { AdjointFit } from "./adjoint-pass.ts";
import { designOf } from "./basis.ts";
import { evaluate, pairWeights } from "./projection.ts";

/**
 * What was fitted as Y^{ij} at any time and states: linear in time between the steps, at the horizon the terminal value.
 *
 * Where all start from one state, at time 0 the fit gives the value there and the fit one step later how it changes.
 *
 * @param finalMean E X_T, for the limit
 */
export function fittedAdjoint(
  model: ForwardBackwardModel,
  players: number,
  fits: readonly AdjointFit[],
  finalMean: number,
): ForwardBackwardCandidate["adjoint"] {
  const { horizon, final } = model;
  const steps = fits.length;
  const limit = players === Infinity;
  const size = limit ? 1 : players;
  const share = limit || model.system === "particle" ? 0 : 1 / players;
  const crossed = hasCross(model, players);

  const at = (n: number, x: Float64Array, i: number, j: number): number => {
    if (n === steps) {
      const m = limit ? finalMean : average(x);
      return (i === j ? final.slopeX(x[i], m) : 0) + share * final.slopeM(x[i], m);
    }
    const { basis, own, cross } = fits[n];
    const design = designOf(basis, x, size);
    if (i === j) {
      const out = new Float64Array(size);
      evaluate(design, own, out);
      return out[i];
    }
    if (!crossed) return 0;
    const width = basis.degree + 1;
    const weights = new Float64Array(width * width);
    pairWeights(design, cross, 0, weights);
    let sum = 0;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        sum += design.own[i * width + a] * weights[a * width + b] * design.own[j * width + b];
      }
    }
    return sum;
  };
  const shaped = (n: number, x: Float64Array, i: number, j: number): number => {
    const value = at(n, x, i, j);
    if (n > 0 || fits[0].basis.own.scale > 0) return value;
    const start = new Float64Array(size).fill(fits[0].basis.own.centre);
    return value + at(1, x, i, j) - at(1, start, i, j);
  };
  return (t, x, i, j) => {
    const position = Math.min(steps, Math.max(0, (t / horizon) * steps));
    const n = Math.min(steps - 1, Math.floor(position));
    const weight = position - n;
    const before = weight < 1 ? (1 - weight) * shaped(n, x, i, j) : 0;
    return weight > 0 ? before + weight * shaped(n + 1, x, i, j) : before;
  };
}

function average(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  return sum / x.length;
}
