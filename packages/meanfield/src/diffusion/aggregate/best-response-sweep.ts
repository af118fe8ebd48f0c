/**
 * The best response to a drift of the mean, by a semi-Lagrangian sweep that is weakly of second order in time.
 *
 * Y(t, m) = E[Y(t + Δ, m′)] + ½Δ (τ(m) + E τ(m′)) with m′ by the method of Heun and W⁰ by the three-point rule of Gauss and Hermite:
 * P. E. Kloeden, E. Platen, "Numerical Solution of Stochastic Differential Equations", Springer 1992, 15.1; M. Falcone, R. Ferretti,
 * "Semi-Lagrangian Approximation Schemes for Linear and Hamilton–Jacobi Equations", SIAM 2014.
 */

import { cubicSpline } from "../../numeric/cubic-spline.ts";
import { sliceTime } from "./mesh.ts";
import type { FieldMesh } from "./mesh.ts";
import { effortAt, gainOfEffort } from "./model.ts";
import type { AggregateModel, Charges } from "./model.ts";

export interface BestResponse {
  /** Y, slice by slice as in a `Field`. */
  readonly values: Float64Array;
  /** What one player gains by it against all who play (c₁′)⁻¹(−y) from m₀ on. */
  readonly gain: number;
}

const nodes = [-Math.sqrt(3), 0, Math.sqrt(3)] as const;
const weights = [1 / 6, 2 / 3, 1 / 6] as const;

/** All play (c₁′)⁻¹(−y), y by its values on the mesh. */
export function respond(
  model: AggregateModel,
  { running, terminal }: Charges,
  mesh: FieldMesh,
  y: Float64Array,
): BestResponse {
  const { points, slices } = mesh;
  const count = points.length;
  const values = new Float64Array(y.length);
  values.set(points.map(terminal.value));
  const gains = new Float64Array(count);
  const saved = (played: number, best: number): number => {
    const a = effortAt(model, played);
    return model.effort.value(a) + a * best + gainOfEffort(model, best);
  };
  for (let j = 1; j <= slices; j++) {
    const later = values.subarray((j - 1) * count, j * count);
    const step = sliceTime(mesh, j - 1) - sliceTime(mesh, j);
    const shake = model.commonNoise * Math.sqrt(step);
    const price = continued(points, later);
    const played = continued(points, y.subarray((j - 1) * count, j * count));
    const gainLater = continued(points, gains);
    for (let i = 0; i < count; i++) {
      const m = points[i];
      const here = y[j * count + i];
      const drift = effortAt(model, here);
      let value = 0.5 * step * running.value(m);
      let gain = 0;
      for (let q = 0; q < nodes.length; q++) {
        const predicted = m + step * drift + shake * nodes[q];
        const next = m + 0.5 * step * (drift + effortAt(model, played(predicted))) + shake * nodes[q];
        const best = price(next);
        value += weights[q] * (best + 0.5 * step * running.value(next));
        gain += weights[q] * (gainLater(next) + 0.5 * step * saved(played(next), best));
      }
      values[j * count + i] = value;
      gains[i] = gain + 0.5 * step * saved(here, value);
    }
  }
  return { values, gain: continued(points, gains)(model.start) };
}

/** The cubic spline, going on with its slopes at the ends. */
function continued(points: Float64Array, values: Float64Array): (m: number) => number {
  const spline = cubicSpline(points, values);
  const low = points[0];
  const high = points[points.length - 1];
  const [slopeLow, slopeHigh] = [spline.derivative(low), spline.derivative(high)];
  const [valueLow, valueHigh] = [values[0], values[values.length - 1]];
  return (m) => {
    if (m < low) return valueLow + (m - low) * slopeLow;
    if (m > high) return valueHigh + (m - high) * slopeHigh;
    return spline(m);
  };
}
