/** A flow of measures: the law of the population at each of a row of times. */

import { checkIncreasing, intervalOf } from "../numeric/knots.ts";
import { sameGrid } from "./grid.ts";
import { marginal } from "./marginal.ts";
import { checkComponent, dimensionOf } from "./measure.ts";
import { covarianceOf, meanOf } from "./moments-of.ts";
import { quantileOf } from "./quantile-of.ts";
import type { Measure } from "./measure.ts";

export interface Flow<M extends Measure = Measure> {
  /** Increasing. */
  readonly times: Float64Array;
  /** One for each time, all of one form: one grid, or one number of particles with the same weights, one dimension. */
  readonly measures: readonly M[];
}

function sameArray(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Why two measures cannot be in one flow; undefined if they can. */
function difference(first: Measure, other: Measure): string | undefined {
  if (first.kind !== other.kind) return `a ${other.kind}, but the first a ${first.kind}`;
  if (dimensionOf(first) !== dimensionOf(other))
    return `of dimension ${dimensionOf(other)}, but the first of ${dimensionOf(first)}`;
  if (first.kind === "density" && other.kind === "density" && !sameGrid(first.grid, other.grid)) {
    return "on another grid than the first";
  }
  if (first.kind === "particles" && other.kind === "particles") {
    if (first.count !== other.count) return `of ${other.count} particles, but the first of ${first.count}`;
    if (!sameArray(first.weights, other.weights)) return "of other weights than the first";
  }
  return undefined;
}

/**
 * The flow that has `measures[k]` at `times[k]`.
 *
 * `times` finite and increasing, at least one. Throws `RangeError` where times and measures do not fit, or measures differ in
 * form. Particle i is the same player at all times.
 */
export function flow<M extends Measure>(times: ArrayLike<number>, measures: readonly M[]): Flow<M> {
  if (times.length === 0) throw new RangeError("flow: times has length 0; allowed is at least 1");
  if (measures.length !== times.length) {
    throw new RangeError(`flow: measures has length ${measures.length}; allowed is that of times, ${times.length}`);
  }
  checkIncreasing("flow", "times", times);
  for (let k = 1; k < measures.length; k++) {
    const reason = difference(measures[0], measures[k]);
    if (reason !== undefined) throw new RangeError(`flow: measures[${k}] is ${reason}; allowed is one form for all`);
  }
  return { times: Float64Array.from(times), measures };
}

function mix(a: Float64Array, b: Float64Array, weight: number): Float64Array {
  return a.map((value, i) => (1 - weight) * value + weight * b[i]);
}

function between(first: Measure, second: Measure, weight: number): Measure {
  if (first.kind === "density" && second.kind === "density") {
    return { ...first, values: mix(first.values, second.values, weight) };
  }
  if (first.kind === "particles" && second.kind === "particles") {
    return { ...first, positions: mix(first.positions, second.positions, weight) };
  }
  if ((first.kind === "gaussian" || first.kind === "moments") && first.kind === second.kind) {
    return {
      ...first,
      mean: mix(first.mean, second.mean, weight),
      covariance: { ...first.covariance, data: mix(first.covariance.data, second.covariance.data, weight) },
    };
  }
  throw new RangeError("flowAt: neighbouring measures differ in form");
}

/**
 * The measure at time t, linear between neighbouring times: in the values of a density, along each particle's path, in mean and
 * covariance of a normal law.
 *
 * Means, and the mass of densities, then move linearly too; at one of the times it is that measure itself. Second order in the
 * time step for a smooth flow. Throws `RangeError` outside the times.
 */
export function flowAt<M extends Measure>(path: Flow<M>, t: number): M;
export function flowAt(path: Flow, t: number): Measure {
  const { times, measures } = path;
  if (times.length === 1) {
    if (t !== times[0]) throw new RangeError(`flowAt: asked at ${t}; allowed is ${times[0]}`);
    return measures[0];
  }
  const k = intervalOf("flowAt", times, t);
  if (t <= times[k]) return measures[k];
  if (t >= times[k + 1]) return measures[k + 1];
  return between(measures[k], measures[k + 1], (t - times[k]) / (times[k + 1] - times[k]));
}

/** The mean of one coordinate at each time; throws `RangeError` for a component the measures do not have. */
export function meanPath(path: Flow, component = 0): Float64Array {
  checkComponent("meanPath", path.measures[0], component);
  return Float64Array.from(path.measures, (measure) => meanOf(measure)[component]);
}

/** The variance of one coordinate at each time; throws `RangeError` for a component the measures do not have. */
export function variancePath(path: Flow, component = 0): Float64Array {
  checkComponent("variancePath", path.measures[0], component);
  return Float64Array.from(path.measures, (measure) => {
    const own = covarianceOf(marginal(measure, component));
    return own.data[0];
  });
}

/**
 * Quantiles of one coordinate at each time: one row of values over the times for each of the `probabilities`.
 *
 * Throws `RangeError` for a component the measures do not have, a probability outside [0, 1], or measures without quantiles.
 */
export function quantileBands(path: Flow, probabilities: readonly number[], component = 0): Float64Array[] {
  checkComponent("quantileBands", path.measures[0], component);
  const bands = probabilities.map(() => new Float64Array(path.times.length));
  path.measures.forEach((measure, k) => {
    const quantile = quantileOf(marginal(measure, component));
    bands.forEach((band, row) => {
      band[k] = quantile(probabilities[row]);
    });
  });
  return bands;
}
