/**
 * The decoupling field of a game with a price on the mean: one viscous equation backwards in time.
 *
 *     y_t + ½σ₀² y_mm + (c₁′)⁻¹(−y) y_m + τ(m) = 0,   y(T, m) = h(m).
 *
 * Method of lines: central differences in m, an extrapolated linearly implicit method of order 8 in time. With c₁ = k α²/2 and τ = 0 this is
 * Burgers' equation, E. Hopf, "The partial differential equation u_t + uu_x = μu_xx", Comm. Pure Appl. Math. 3 (1950) 201–230.
 */

import type { BandedMatrix } from "../../numeric/banded.ts";
import { fieldOf } from "./field.ts";
import type { Field } from "./field.ts";
import { implicitMarch } from "./implicit-march.ts";
import { centralDifferences } from "./line-differences.ts";
import type { DifferenceOrder } from "./line-differences.ts";
import { sliceTime } from "./mesh.ts";
import type { FieldMesh } from "./mesh.ts";
import type { AggregateModel, Charges } from "./model.ts";

export interface ViscousSolution {
  readonly field: Field;
  /** Time steps taken. */
  readonly steps: number;
}

/**
 * Solves on one mesh.
 *
 * Beyond the ends y goes on as an affine function, whose slope w obeys w_t = (c₁′)⁻¹′(−y) w² − τ′(m), what the equation says where
 * y_mm = 0: exact where prices are affine out there, so for thresholds (flat) and for linear prices alike.
 *
 * @throws NoConvergenceError where the equation blows up.
 */
export function solveViscous(
  model: AggregateModel,
  { running, terminal }: Charges,
  mesh: FieldMesh,
  order: DifferenceOrder,
  tolerance: number,
): ViscousSolution {
  const { slices, horizon } = mesh;
  const m = mesh.points;
  const points = m.length;
  const last = points - 1;
  const { width, first, second } = centralDifferences[order];
  const { inverse, inverseSlope } = model.effort;
  const diffusion = 0.5 * model.commonNoise ** 2;
  const price = m.map(running.value);
  const density = m.map(mesh.density);
  // y_mm = ξ′² y_ξξ + ξ″ y_ξ.
  const spreading = density.map((d) => diffusion * d * d);
  const bending = m.map((at) => diffusion * mesh.bend(at));
  const ends = [m[0], m[last]].map(running.slope);
  const beyond = Float64Array.from({ length: width + 1 }, (_, j) => mesh.pointAt(last + j) - m[last]);
  const before = Float64Array.from({ length: width + 1 }, (_, j) => mesh.pointAt(-j) - m[0]);
  /** y with its continuation on both sides. */
  const wide = new Float64Array(points + 2 * width);
  const slopes = new Float64Array(points);
  const unused = new Float64Array(points + 2);

  // State: the slope at the lower end, y at all points, the slope at the upper end; time runs backwards from T.
  const rate = (_s: number, y: Float64Array, out: Float64Array): void => {
    const left = y[0];
    const right = y[points + 1];
    for (let i = 0; i < points; i++) wide[width + i] = y[i + 1];
    for (let j = 1; j <= width; j++) {
      wide[width - j] = y[1] + before[j] * left;
      wide[width + last + j] = y[points] + beyond[j] * right;
    }
    for (let i = 0; i < points; i++) {
      const value = y[i + 1];
      const centre = i + width;
      let slope = 0;
      let bend = second[0] * value;
      for (let j = 1; j <= width; j++) {
        const up = wide[centre + j];
        const down = wide[centre - j];
        slope += first[j] * (up - down);
        bend += second[j] * (up + down);
      }
      slopes[i] = slope;
      out[i + 1] = spreading[i] * bend + (bending[i] + inverse(-value) * density[i]) * slope + price[i];
    }
    out[0] = ends[0] - inverseSlope(-y[1]) * left * left;
    out[points + 1] = ends[1] - inverseSlope(-y[points]) * right * right;
  };
  const band = 2 * width + 1;
  const jacobian = (s: number, y: Float64Array, { data }: BandedMatrix): void => {
    rate(s, y, unused);
    for (let i = 0; i < points; i++) {
      const value = y[i + 1];
      const drift = bending[i] + inverse(-value) * density[i];
      // Row i + 1; its diagonal stands at `row + width`.
      const row = (i + 1) * band + width;
      data[row] += spreading[i] * second[0] - inverseSlope(-value) * density[i] * slopes[i];
      for (let j = 1; j <= width; j++) {
        const up = spreading[i] * second[j] + drift * first[j];
        const down = spreading[i] * second[j] - drift * first[j];
        if (i + j < points) data[row + j] += up;
        else {
          data[row + last - i] += up;
          data[row + points - i] += up * beyond[i + j - last];
        }
        if (i - j >= 0) data[row - j] += down;
        else {
          data[row - i] += down;
          data[row - i - 1] += down * before[j - i];
        }
      }
    }
    // Of the bend of (c₁′)⁻¹ nothing is kept: it would change the slopes' own rates in the second order.
    data[width] = -2 * inverseSlope(-y[1]) * y[0];
    data[(points + 1) * band + width] = -2 * inverseSlope(-y[points]) * y[points + 1];
  };

  const start = new Float64Array(points + 2);
  start.set(m.map(terminal.value), 1);
  start[0] = terminal.slope(m[0]);
  start[points + 1] = terminal.slope(m[last]);
  const times = Float64Array.from({ length: slices + 1 }, (_, j) => horizon - sliceTime(mesh, j));
  const values = new Float64Array(points * (slices + 1));
  const steps = implicitMarch({ rate, jacobian, width }, times, start, tolerance, (j, y) =>
    values.set(y.subarray(1, points + 1), j * points),
  );
  return { field: fieldOf(mesh, values), steps };
}
