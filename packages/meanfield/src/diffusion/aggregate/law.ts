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

/** Times at which the law is kept; they gather at T, where prices have thresholds, and at 0, where the law is one point. */
const panels = 96;

/** t/T for even shares u of the panels, and back. */
function timeOf(u: number): number {
  return u === 1 ? 1 : u * u * (3 - 2 * u);
}

function shareOf(s: number): number {
  const inside = Math.min(1, Math.max(0, s));
  return 0.5 - Math.sin(Math.asin(1 - 2 * inside) / 3);
}

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
  // The weight of y[to] in the backward rate of y[from] is that of mass `from` in the forward rate of `to`. Nothing passes the ends.
  const rate = (t: number, q: Float64Array, out: Float64Array): void => {
    setDrift(t);
    out.fill(0);
    for (let i = 0; i < points; i++) {
      const spread = spreading[i] * q[i];
      const drifted = drift[i] * q[i];
      out[i] += second[0] * spread;
      for (let j = 1; j <= width; j++) {
        out[i + j < points ? i + j : last] += second[j] * spread + first[j] * drifted;
        out[i > j ? i - j : 0] += second[j] * spread - first[j] * drifted;
      }
    }
  };
  const band = 2 * width + 1;
  const jacobian = (t: number, _q: Float64Array, { data }: BandedMatrix): void => {
    setDrift(t);
    for (let i = 0; i < points; i++) {
      data[i * band + width] += second[0] * spreading[i];
      for (let j = 1; j <= width; j++) {
        const up = i + j < points ? i + j : last;
        const down = i > j ? i - j : 0;
        data[up * band + width + i - up] += second[j] * spreading[i] + first[j] * drift[i];
        data[down * band + width + i - down] += second[j] * spreading[i] - first[j] * drift[i];
      }
    }
  };

  const start = new Float64Array(points);
  const at = stencilAt(mesh.place(model.start), points);
  start.set(at.weights, at.first);
  const count = panels + 1;
  const times = Float64Array.from({ length: count }, (_, j) => model.horizon * timeOf(j / panels));
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
  const { horizon } = model;
  const inTime = (values: Float64Array): ((t: number) => number) => {
    const along = evenInterpolation(values, 0, 1);
    return (t) => along(shareOf(t / horizon));
  };
  const ratesAlong = evenInterpolation(rates, 0, 1);
  let cost = 0;
  for (let j = 0; j < panels; j++) {
    // dt = 6u(1 − u) T du.
    const rateAt = (u: number): number => 6 * u * (1 - u) * horizon * ratesAlong(u);
    cost += gaussLegendreIntegrate(rateAt, j / panels, (j + 1) / panels, 5);
  }
  for (let i = 0; i < points; i++) cost += ends[i] * m[i] * model.terminal.value(m[i]);
  const heights = ends.map((mass, i) => mass * density[i]);
  const varianceIn = inTime(variances);
  return {
    mean: inTime(means),
    // At 0 interpolation leaves a rounding error of either sign.
    variance: (t) => Math.max(0, varianceIn(t)),
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
