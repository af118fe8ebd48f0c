import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { identity, multiply, multiplyVector, zeros } from "../../numeric/matrix.ts";
import { symmetricEigen } from "../../numeric/symmetric-eigen.ts";
import type { LinearStrategy } from "./candidate.ts";
import type { ClosedLoop } from "./closed-loop.ts";
import { closedLoop } from "./closed-loop.ts";
import { copyBlock } from "./dense.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { integrateScaled } from "./scaled-ode.ts";

/**
 * The limit's conditional mean and common state y = (m, s) along the common noise, dy = (F y + f) dt + Σʸ dW⁰.
 *
 * The noise is additive, so y − Σʸ W⁰ solves an ordinary differential equation for every continuous path of W⁰; no
 * stochastic integral is needed.
 *
 * @param noise writes W⁰(t), one number per common Brownian motion; continuous, W⁰(0) = 0
 * @returns writes (m, s) at t, d + e numbers
 */
export function conditionalMeanAlong(
  model: LinearQuadraticModel,
  strategy: LinearStrategy,
  noise: (t: number, out: Float64Array) => void,
): (t: number, out: Float64Array) => void {
  const mean = meanSystem(model, strategy);
  const { size: g, push, unit } = mean;
  const driven = new Float64Array(g);
  const shift = (t: number, u: Float64Array, out: Float64Array): void => {
    noise(t, mean.noiseValue);
    multiplyVector(push, mean.noiseValue, out);
    for (let i = 0; i < g; i++) out[i] += u[i];
  };
  const solution = integrateScaled(
    (t, u, du) => {
      mean.update(t);
      shift(t, u, driven);
      multiplyVector(mean.matrix, driven, du);
      for (let i = 0; i < g; i++) du[i] += mean.offset[i];
    },
    0,
    model.horizon,
    mean.start,
    unit,
  );
  if (solution.outcome !== "finished") throw new RangeError(`the mean could not be integrated: ${solution.reason}`);
  const u = new Float64Array(g);
  return (t, out) => shift(t, solution.at(t, u), out);
}

/**
 * The same along straight lines between given values of W⁰, exactly: the transitions of `conditionalMean` from corner to
 * corner, and from the last corner to t.
 *
 * @param times increasing, from 0, the last at least T; @param values W⁰ at these times, one row per common Brownian motion
 */
export function conditionalMeanOn(
  model: LinearQuadraticModel,
  strategy: LinearStrategy,
  times: Float64Array,
  values: readonly Float64Array[],
): (t: number, out: Float64Array) => void {
  const mean = meanSystem(model, strategy);
  const { size: g, push } = mean;
  const noises = push.columns;
  if (values.length !== noises || values.some(({ length }) => length !== times.length)) {
    throw new RangeError(`values must be ${noises} rows of ${times.length} numbers`);
  }
  if (times[0] !== 0 || !(times[times.length - 1] >= model.horizon)) {
    throw new RangeError(`times must start at 0 and reach T = ${model.horizon}`);
  }
  const advance = (from: Float64Array, k: number, end: number): Float64Array => {
    const share = (end - times[k]) / (times[k + 1] - times[k]);
    const step = transition(mean, times[k], end);
    const increment = Float64Array.from(values, (row) => share * (row[k + 1] - row[k]));
    const next = multiplyVector(step.matrix, from);
    const kick = multiplyVector(step.gain, increment);
    for (let i = 0; i < g; i++) next[i] += step.offset[i] + kick[i];
    return next;
  };
  const corners = [mean.start];
  for (let k = 0; times[k + 1] <= model.horizon; k++) corners.push(advance(corners[k], k, times[k + 1]));
  return (t, out) => {
    if (!(t >= 0 && t <= model.horizon)) throw new RangeError(`t must lie in [0, ${model.horizon}], got ${t}`);
    let [low, high] = [0, corners.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= t) low = middle;
      else high = middle;
    }
    out.set(times[low] === t ? corners[low] : advance(corners[low], low, t));
  };
}

export interface ConditionalMean {
  readonly times: Float64Array;
  /** Number of common Brownian motions. */
  readonly noises: number;
  /**
   * E[(m, s) at each time | the increments of W⁰ between the times], times × (d + e) row by row: what one can say of the
   * path when W⁰ is known only on the grid. Equal to following the straight lines between the grid's points.
   *
   * @param increments (times − 1) × noises, row by row
   */
  readonly along: (increments: Float64Array) => Float64Array;
  /** A path with the exact joint law of W⁰'s increments and (m, s) on the grid; `normal` draws standard normals. */
  readonly simulate: (normal: () => number) => { readonly increments: Float64Array; readonly path: Float64Array };
}

/**
 * Transitions of (m, s) between the given times, computed once for any number of paths.
 *
 * With X(r) the transition from r to the end of an interval of length h, y moves by X y + ∫ X f dr + ∫ X Σʸ dW⁰; given
 * the increment ΔW⁰ the last term is normal with mean Γ ΔW⁰, Γ the average of XΣʸ, and with the covariance
 * ∫ (XΣʸ − Γ)(XΣʸ − Γ)′ dr, of order h³.
 *
 * @param times increasing, from 0, at most T
 */
export function conditionalMean(
  model: LinearQuadraticModel,
  strategy: LinearStrategy,
  times: Float64Array,
): ConditionalMean {
  if (times.length < 2 || times[0] !== 0 || !(times[times.length - 1] <= model.horizon)) {
    throw new RangeError(`times must start at 0 and end by T = ${model.horizon}, with at least two of them`);
  }
  const mean = meanSystem(model, strategy);
  const { size: g, push } = mean;
  const noises = push.columns;
  const transitions = Array.from({ length: times.length - 1 }, (_, k) => transition(mean, times[k], times[k + 1]));

  const follow = (increments: Float64Array, remainder: (() => number) | undefined): Float64Array => {
    if (increments.length !== transitions.length * noises) {
      throw new RangeError(`increments must hold ${transitions.length * noises} numbers, got ${increments.length}`);
    }
    const path = new Float64Array(times.length * g);
    path.set(mean.start);
    for (const [k, { matrix, offset, gain, root }] of transitions.entries()) {
      const next = path.subarray((k + 1) * g, (k + 2) * g);
      multiplyVector(matrix, path.subarray(k * g, (k + 1) * g), next);
      const kick = multiplyVector(gain, increments.subarray(k * noises, (k + 1) * noises));
      for (let i = 0; i < g; i++) next[i] += offset[i] + kick[i];
      if (remainder === undefined) continue;
      for (let j = 0; j < g; j++) {
        const draw = remainder();
        for (let i = 0; i < g; i++) next[i] += root.data[i * g + j] * draw;
      }
    }
    return path;
  };
  return {
    times,
    noises,
    along: (increments) => follow(increments, undefined),
    simulate: (normal) => {
      const increments = new Float64Array(transitions.length * noises);
      for (let k = 0; k < transitions.length; k++) {
        const root = Math.sqrt(times[k + 1] - times[k]);
        for (let j = 0; j < noises; j++) increments[k * noises + j] = root * normal();
      }
      return { increments, path: follow(increments, normal) };
    },
  };
}

interface MeanSystem {
  readonly size: number;
  /** F and f at the time of the last update. */
  readonly matrix: Matrix;
  readonly offset: Float64Array;
  /** Σʸ. */
  readonly push: Matrix;
  readonly start: Float64Array;
  readonly unit: Float64Array;
  readonly noiseValue: Float64Array;
  readonly update: (t: number) => void;
}

function meanSystem(model: LinearQuadraticModel, strategy: LinearStrategy): MeanSystem {
  const { state: d, common: e } = model.layout;
  const loop: ClosedLoop = closedLoop(model, Infinity, strategy);
  const g = d + e;
  const matrix = zeros(g, g);
  const offset = new Float64Array(g);
  const push = zeros(g, model.noise.common.columns);
  push.data.set(model.noise.common.data);
  push.data.set(model.noise.commonState.data, model.noise.common.data.length);
  return {
    size: g,
    matrix,
    offset,
    push,
    start: loop.initialMean.slice(d, d + g),
    unit: loop.unit.slice(d, d + g),
    noiseValue: new Float64Array(push.columns),
    update: (t) => {
      loop.update(t);
      copyBlock(loop.flow, d, d, matrix);
      for (let i = 0; i < g; i++) offset[i] = loop.flow.data[(d + i) * loop.size + loop.size - 1];
    },
  };
}

interface Transition {
  readonly matrix: Matrix;
  readonly offset: Float64Array;
  /** Γ. */
  readonly gain: Matrix;
  /** A root of the covariance that ΔW⁰ leaves open. */
  readonly root: Matrix;
}

function transition(mean: MeanSystem, start: number, end: number): Transition {
  const { size: g, matrix: F, offset: f, push, unit } = mean;
  const r = push.columns;
  const h = end - start;
  if (!(h > 0)) throw new RangeError(`times must increase, but ${start} is followed by ${end}`);
  const X = zeros(g, g);
  const XF = zeros(g, g);
  const units = Float64Array.from({ length: g * g }, (_, p) => unit[Math.floor(p / g)] / unit[p % g]);
  const solution = integrateScaled(
    (t, y, dy) => {
      mean.update(t);
      X.data.set(y);
      multiply(X, F, XF);
      for (let p = 0; p < dy.length; p++) dy[p] = -XF.data[p];
    },
    end,
    start,
    identity(g).data,
    units,
  );
  if (solution.outcome !== "finished") throw new RangeError(`the mean could not be integrated: ${solution.reason}`);

  const { nodes, weights } = gaussLegendre(6);
  const gain = zeros(g, r);
  const offset = new Float64Array(g);
  const samples: { readonly weight: number; readonly kick: Matrix }[] = [];
  for (let i = 0; i + 1 < solution.mesh.length; i++) {
    const half = (solution.mesh[i] - solution.mesh[i + 1]) / 2;
    const middle = (solution.mesh[i] + solution.mesh[i + 1]) / 2;
    for (let q = 0; q < nodes.length; q++) {
      const t = middle + half * nodes[q];
      const weight = half * weights[q];
      solution.at(t, X.data);
      mean.update(t);
      const drift = multiplyVector(X, f);
      for (let j = 0; j < g; j++) offset[j] += weight * drift[j];
      const kick = multiply(X, push);
      for (let p = 0; p < kick.data.length; p++) gain.data[p] += (weight / h) * kick.data[p];
      samples.push({ weight, kick });
    }
  }
  const covariance = zeros(g, g);
  for (const { weight, kick } of samples) {
    for (let i = 0; i < g; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let p = 0; p < r; p++) {
          const left = kick.data[i * r + p] - gain.data[i * r + p];
          sum += left * (kick.data[j * r + p] - gain.data[j * r + p]);
        }
        covariance.data[i * g + j] += weight * sum;
      }
    }
  }
  for (let i = 0; i < g; i++) for (let j = 0; j < i; j++) covariance.data[j * g + i] = covariance.data[i * g + j];
  const { values, vectors } = symmetricEigen(covariance);
  const root = zeros(g, g);
  for (let i = 0; i < g; i++) {
    for (let j = 0; j < g; j++) root.data[i * g + j] = vectors.data[i * g + j] * Math.sqrt(Math.max(0, values[j]));
  }
  const matrix = zeros(g, g);
  matrix.data.set(solution.end);
  return { matrix, offset, gain, root };
}
