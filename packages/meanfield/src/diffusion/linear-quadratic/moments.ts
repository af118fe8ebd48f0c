import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import type { LinearStrategy } from "./candidate.ts";
import { closedLoop } from "./closed-loop.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { integrateScaled } from "./scaled-ode.ts";

/** Means and covariances of the whole population under a symmetric linear strategy. */
export interface Moments {
  readonly at: (t: number) => MomentsAtTime;
  /** The same with the mean and the common state that decentralised players compute: y = (x̄, s, m, s∞). */
  readonly extended: (t: number) => {
    readonly mean: Float64Array;
    readonly covariance: Matrix;
    readonly deviation: Matrix;
  };
  /** Ends of the integrator's steps, from 0 up. */
  readonly mesh: Float64Array;
}

export interface MomentsAtTime {
  /** E (x̄, s), d + e. */
  readonly mean: Float64Array;
  /** Covariance of (x̄, s), (d+e)². */
  readonly common: Matrix;
  /** Covariance of x_i − x̄, d²; in the limit that of x_i given the common noise. */
  readonly deviation: Matrix;
  /** Covariance of x_i, d²: by exchangeability x_i − x̄ and x̄ are uncorrelated, so it is the sum of the two above. */
  readonly state: Matrix;
  /** E ᾱ, k. */
  readonly meanControl: Float64Array;
}

/**
 * Integrates the means and covariances from 0 to T.
 *
 * @param players N, or `Infinity` for the limit (means given the common noise)
 */
export function moments(model: LinearQuadraticModel, players: number, strategy: LinearStrategy): Moments {
  const { state: d, common: e, control: k, offset } = model.layout;
  const loop = closedLoop(model, players, strategy);
  const { flow, noise, size, aggregate: g, inverse, unit, spread, initialMean, initialCovariance } = loop;
  const last = size - 1;
  const atCovariance = g;
  const atDeviation = g + g * g;
  const length = g + g * g + d * d;

  // Rows of x̄ have no x in them and D = x − x̄ moves by the x-block alone, so the two parts never mix.
  const field: RightHandSide = (t, y, dy) => {
    loop.update(t);
    for (let i = 0; i < g; i++) {
      let drift = flow.data[(d + i) * size + last];
      for (let j = 0; j < g; j++) drift += flow.data[(d + i) * size + d + j] * y[j];
      dy[i] = drift;
    }
    lyapunov(flow, d, g, y, dy, atCovariance);
    lyapunov(flow, 0, d, y, dy, atDeviation);
    for (let i = 0; i < g; i++) {
      for (let j = 0; j < g; j++) dy[atCovariance + i * g + j] += noise.data[(d + i) * size + d + j];
    }
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        // Cov(x, x) − Cov(x, x̄): the rate of x_i − x̄.
        dy[atDeviation + i * d + j] += noise.data[i * size + j] - noise.data[i * size + d + j];
      }
    }
  };
  const start = new Float64Array(length);
  const units = new Float64Array(length);
  for (let i = 0; i < g; i++) {
    start[i] = initialMean[d + i];
    units[i] = unit[d + i];
    for (let j = 0; j < g; j++) {
      start[atCovariance + i * g + j] = initialCovariance.data[(d + i) * size + d + j];
      units[atCovariance + i * g + j] = spread[d + i] * spread[d + j];
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      start[atDeviation + i * d + j] = (1 - inverse) * model.initial.covariance.data[i * d + j];
      units[atDeviation + i * d + j] = spread[i] * spread[j];
    }
  }
  const solution = integrateScaled(field, 0, model.horizon, start, units);
  if (solution.outcome !== "finished") throw new RangeError(`the moments could not be integrated: ${solution.reason}`);

  const extended = (t: number) => {
    const y = solution.at(t, new Float64Array(length));
    const covariance = zeros(g, g);
    const deviation = zeros(d, d);
    covariance.data.set(y.subarray(atCovariance, atDeviation));
    deviation.data.set(y.subarray(atDeviation));
    return { mean: y.slice(0, g), covariance, deviation };
  };
  const at = (t: number): MomentsAtTime => {
    const { mean, covariance, deviation } = extended(t);
    const f = d + e;
    const common = zeros(f, f);
    for (let i = 0; i < f; i++) for (let j = 0; j < f; j++) common.data[i * f + j] = covariance.data[i * g + j];
    const state = zeros(d, d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) state.data[i * d + j] = deviation.data[i * d + j] + common.data[i * f + j];
    }
    loop.update(t);
    const meanControl = Float64Array.from({ length: k }, (_, a) => {
      const row = (offset.meanControl + a) * size;
      let value = loop.meanLift.data[row + last];
      for (let j = 0; j < g; j++) value += loop.meanLift.data[row + d + j] * mean[j];
      return value;
    });
    return { mean: mean.slice(0, f), common, deviation, state, meanControl };
  };
  return { at, extended, mesh: solution.mesh };
}

/** dy += A C + C A′ for the square block of size g of `flow` at `first`, with C and its derivative stored at `offset`. */
function lyapunov(flow: Matrix, first: number, g: number, y: Float64Array, dy: Float64Array, offset: number): void {
  const { columns, data } = flow;
  for (let i = 0; i < g; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let p = 0; p < g; p++) {
        sum += data[(first + i) * columns + first + p] * y[offset + p * g + j];
        sum += data[(first + j) * columns + first + p] * y[offset + i * g + p];
      }
      dy[offset + i * g + j] = sum;
      dy[offset + j * g + i] = sum;
    }
  }
}
