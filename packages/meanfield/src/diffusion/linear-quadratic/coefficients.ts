import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, transpose, zeros } from "../../numeric/matrix.ts";
import { checkModel } from "./check-model.ts";
import type { LinearQuadraticModel, TimeMatrix } from "./model.ts";

/** The matrices of a model at one time, in place; those that never change are evaluated once. */
export interface Coefficients {
  readonly drift: Matrix;
  readonly commonDrift: Matrix;
  readonly running: Matrix;
  /** Whether `update` ever changes anything. */
  readonly timeDependent: boolean;
  readonly update: (t: number) => void;
}

/** @throws InputError for a model that is none. */
export function coefficients(model: LinearQuadraticModel): Coefficients {
  checkModel(model);
  const drift = zeros(model.drift.rows, model.drift.columns);
  const commonDrift = zeros(model.commonDrift.rows, model.commonDrift.columns);
  const running = zeros(model.running.rows, model.running.columns);
  const parts: readonly (readonly [TimeMatrix, Matrix])[] = [
    [model.drift, drift],
    [model.commonDrift, commonDrift],
    [model.running, running],
  ];
  for (const [source, target] of parts) source.into(0, target);
  const moving = parts.filter(([source]) => source.timeDependent);
  return {
    drift,
    commonDrift,
    running,
    timeDependent: moving.length > 0,
    update: (t) => {
      for (const [source, target] of moving) source.into(t, target);
    },
  };
}

/** Covariance rates of the noises: ΣΣ′, Σ⁰Σ⁰′, Σ⁰Σˢ′ and ΣˢΣˢ′. */
export interface NoiseRates {
  readonly own: Matrix;
  readonly common: Matrix;
  readonly cross: Matrix;
  readonly commonState: Matrix;
}

export function noiseRates(model: LinearQuadraticModel): NoiseRates {
  const { own, common, commonState } = model.noise;
  return {
    own: multiply(own, transpose(own)),
    common: multiply(common, transpose(common)),
    cross: multiply(common, transpose(commonState)),
    commonState: multiply(commonState, transpose(commonState)),
  };
}

/**
 * Typical sizes of x, s and of a cost, from the model's own data.
 *
 * They serve only as the floor of the integrators' absolute tolerances, so that a change of units changes no digit
 * that matters: with one floor for all entries, prices in cents would be solved less well than prices in euros.
 */
export interface Sizes {
  readonly state: Float64Array;
  readonly common: Float64Array;
  /** The same without the means: of what is random in x and s. */
  readonly stateSpread: Float64Array;
  readonly commonSpread: Float64Array;
  readonly cost: number;
}

export function sizes(model: LinearQuadraticModel): Sizes {
  const { layout, horizon, initial, terminal } = model;
  const { state: d, common: e, control: k, offset, size } = layout;
  const rates = noiseRates(model);
  const root = (square: number): number => (square > 0 ? Math.sqrt(square) : 1);
  const stateVariance = Float64Array.from({ length: d }, (_, i) => {
    const rate = rates.own.data[i * d + i] + rates.common.data[i * d + i];
    return initial.covariance.data[i * d + i] + horizon * rate;
  });
  const commonVariance = Float64Array.from({ length: e }, (_, j) => horizon * rates.commonState.data[j * e + j]);
  const state = stateVariance.map((variance, i) => root(initial.mean[i] ** 2 + variance));
  const common = commonVariance.map((variance, j) => root(initial.commonState[j] ** 2 + variance));
  const spreadOf = (variance: Float64Array, size: Float64Array): Float64Array =>
    size.map((value, i) => (variance[i] > 0 ? Math.sqrt(variance[i]) : value));

  const w = Float64Array.of(...state, ...state, ...common, 1);
  let atEnd = 0;
  for (let i = 0; i < w.length; i++) {
    for (let j = 0; j < w.length; j++) atEnd = Math.max(atEnd, Math.abs(terminal.data[i * w.length + j]) * w[i] * w[j]);
  }
  const running = zeros(size, size);
  const drift = zeros(d, size);
  let rate = 0;
  let ownControl = 0;
  let push = 0;
  for (const t of [0, horizon]) {
    model.running.into(t, running);
    model.drift.into(t, drift);
    for (let i = 0; i < w.length; i++) {
      const row = i === w.length - 1 ? offset.one : i;
      for (let j = 0; j < w.length; j++) {
        const column = j === w.length - 1 ? offset.one : j;
        rate = Math.max(rate, Math.abs(running.data[row * size + column]) * w[i] * w[j]);
      }
      for (let a = 0; a < k; a++) {
        const mixed = Math.abs(running.data[row * size + offset.control + a]) * w[i];
        const square = running.data[(offset.control + a) * size + offset.control + a];
        if (square > 0) rate = Math.max(rate, mixed ** 2 / square);
      }
    }
    for (let a = 0; a < k; a++) {
      ownControl = Math.max(ownControl, running.data[(offset.control + a) * size + offset.control + a]);
      for (let i = 0; i < d; i++) push = Math.max(push, Math.abs(drift.data[i * size + offset.control + a]) / state[i]);
    }
  }
  // A cost rate adds up over the horizon, or until the control it provokes has answered.
  const answer = push > 0 && rate > 0 ? Math.sqrt(ownControl / rate) / push : horizon;
  const cost = Math.max(atEnd, rate * Math.min(horizon, answer > 0 ? answer : horizon));
  return {
    state,
    common,
    stateSpread: spreadOf(stateVariance, state),
    commonSpread: spreadOf(commonVariance, common),
    cost: cost > 0 ? cost : 1,
  };
}
