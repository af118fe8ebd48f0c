/**
 * The law of the mean under a policy, forward in time from the one mean at the start.
 *
 * The forward operator is the transpose of the backward one on the same mesh, so that expectations of smooth functions have the
 * order of the backward differences although the law begins as one point: E f(m_t) is what the backward equation for f says at m₀.
 */

import type { BandedMatrix } from "../../numeric/banded.ts";
import { gaussLegendreIntegrate } from "../../numeric/quadrature.ts";
import type { FieldCandidate } from "./candidate.ts";
import { implicitMarch } from "./implicit-march.ts";
import { evenInterpolation, stencil, stencilAt } from "./lagrange.ts";
import { centralDifferences } from "./line-differences.ts";
import { sliceTime } from "./mesh.ts";
import { effortAt } from "./model.ts";

export interface LawOfMean {
  readonly mean: (t: number) => number;
  readonly variance: (t: number) => number;
  /** E J of a player, noise included. */
  readonly cost: number;
  /** Density of the mean at T. */
  readonly densityAtEnd: (m: number) => number;
  /** Increasing from 0 to T. */
  readonly times: Float64Array;
  /** Shares of the law at the points of the mesh, at one of `times`. */
  readonly masses: (j: number) => Float64Array;
}

const order = "8";

/** Solves the forward equation to `tolerance` per step. */
export function lawOfMean(candidate: FieldCandidate, tolerance = 1e-11): LawOfMean {
  const { model, adjoint } = candidate;
  const { mesh } = adjoint;
  const m = mesh.points;
  const points = m.length;
  const last = points - 1;
  const { width, first, second } = centralDifferences[order];
  const diffusion = 0.5 * model.commonNoise ** 2;
  const density = m.map(mesh.density);
  const spreading = density.map((d) => diffusion * d * d);
  const bending = m.map((at) => diffusion * mesh.bend(at));
  const row = new Float64Array(points);
  const drift = new Float64Array(points);
  let driftTime = Number.NaN;
  const setDrift = (t: number): void => {
    if (t === driftTime) return;
    driftTime = t;
    adjoint.row(t, row);
    for (let i = 0; i < points; i++) drift[i] = bending[i] + effortAt(model, row[i]) * density[i];
  };
  /** Runs over the entries of the backward operator: `to` gets from `from` (the weight of y[to] in the rate of y[from]). */
  const fill = (t: number, add: (from: number, to: number, weight: number) => void): void => {
    setDrift(t);
    for (let i = 0; i < points; i++) {
      add(i, i, second[0] * spreading[i]);
      for (let j = 1; j <= width; j++) {
        const even = second[j] * spreading[i];
        const odd = first[j] * drift[i];
        // Nothing passes the ends.
        add(i, Math.min(last, i + j), even + odd);
        add(i, Math.max(0, i - j), even - odd);
      }
    }
  };
  const rate = (t: number, q: Float64Array, out: Float64Array): void => {
    out.fill(0);
    fill(t, (from, to, weight) => void (out[to] += weight * q[from]));
  };
  const band = 2 * width + 1;
  const jacobian = (t: number, _q: Float64Array, { data }: BandedMatrix): void => {
    fill(t, (from, to, weight) => void (data[to * band + width + from - to] += weight));
  };

  const start = new Float64Array(points);
  const at = stencilAt(mesh.place(model.start), points);
  start.set(at.weights, at.first);
  const count = mesh.slices + 1;
  const times = Float64Array.from({ length: count }, (_, j) => sliceTime(mesh, mesh.slices - j));
  const means = new Float64Array(count);
  const variances = new Float64Array(count);
  const rates = new Float64Array(count);
  const masses = new Float64Array(count * points);
  implicitMarch({ rate, jacobian, width }, times, start, tolerance, (j, q) => {
    adjoint.row(times[j], row);
    let mean = 0;
    for (let i = 0; i < points; i++) mean += q[i] * m[i];
    for (let i = 0; i < points; i++) {
      variances[j] += q[i] * (m[i] - mean) ** 2;
      const a = effortAt(model, row[i]);
      rates[j] += q[i] * (model.effort.value(a) + m[i] * model.running.value(m[i]));
    }
    means[j] = mean;
    masses.set(q, j * points);
  });
  const ends = masses.subarray((count - 1) * points);
  const { horizon, grading, slices } = mesh;
  /** A function of time by its values at `times`, through the index of the slice in which they are even. */
  const inTime = (values: Float64Array): ((t: number) => number) => {
    const along = evenInterpolation(values, slices, 0);
    return (t) => along(slices * Math.min(1, Math.max(0, 1 - t / horizon)) ** (1 / grading));
  };
  const ratesAlong = evenInterpolation(rates, slices, 0);
  let cost = 0;
  for (let j = 0; j < slices; j++) {
    const step = (x: number): number => (ratesAlong(x) * horizon * grading * (x / slices) ** (grading - 1)) / slices;
    cost += gaussLegendreIntegrate(step, j, j + 1, 5);
  }
  for (let i = 0; i < points; i++) cost += ends[i] * m[i] * model.terminal.value(m[i]);
  const heights = ends.map((mass, i) => mass * density[i]);
  return {
    mean: inTime(means),
    variance: inTime(variances),
    cost,
    densityAtEnd: (x) => {
      if (x < m[0] || x > m[last]) return 0;
      const { first: from, weights } = stencilAt(mesh.place(x), points);
      let sum = 0;
      for (let i = 0; i < stencil; i++) sum += weights[i] * heights[from + i];
      return sum;
    },
    times,
    masses: (j) => masses.subarray(j * points, (j + 1) * points),
  };
}
