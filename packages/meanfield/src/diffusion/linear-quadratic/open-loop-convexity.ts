import { zeros } from "../../numeric/matrix.ts";
import { coefficients, sizes } from "./coefficients.ts";
import { copyBlock } from "./dense.ts";
import type { Explosion } from "./explosion.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { solveRegulator } from "./regulator.ts";

/**
 * Where one player's problem against frozen processes of the others stops being convex, if it does.
 *
 * The open-loop adjoint equation only says that no small change helps; it can have a solution on horizons on which the
 * player's cost is not convex and the solution no minimum. The cost is strictly convex exactly where the regulator with
 * state (x_i, x̄, s) and the one control α_i, ᾱ moving by α_i/N, has a solution.
 */
export function openLoopExplosion(model: LinearQuadraticModel, players: number, from = 0): Explosion | undefined {
  const { layout, horizon } = model;
  const { state: d, common: e, control: k, offset, size: full } = layout;
  const inverse = 1 / players;
  const parts = coefficients(model);
  const typical = sizes(model);
  // Convexity has nothing to do with linear terms: the coordinate 1 is left out.
  const n = 2 * d + e;
  const A = zeros(n, n);
  const B = zeros(n, k);
  const Q = zeros(n, n);
  const S = zeros(k, n);
  const R = zeros(k, k);
  const terminal = copyBlock(model.terminal, 0, 0, zeros(n, n));
  const update = (t: number): void => {
    parts.update(t);
    const { drift, commonDrift, running } = parts;
    copyBlock(running, 0, 0, Q);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < n; j++) {
        const value = drift.data[i * full + j];
        A.data[i * n + j] = value;
        A.data[(d + i) * n + j] = j < d ? 0 : value + (j < 2 * d ? drift.data[i * full + j - d] : 0);
      }
      for (let a = 0; a < k; a++) {
        const direct = drift.data[i * full + offset.control + a];
        const throughMean = drift.data[i * full + offset.meanControl + a];
        B.data[i * k + a] = direct + inverse * throughMean;
        B.data[(d + i) * k + a] = inverse * (direct + throughMean);
      }
    }
    for (let i = 0; i < e; i++) {
      for (let j = 0; j < n; j++) A.data[(2 * d + i) * n + j] = commonDrift.data[i * full + j];
      for (let a = 0; a < k; a++) {
        B.data[(2 * d + i) * k + a] = inverse * commonDrift.data[i * full + offset.meanControl + a];
      }
    }
    const entry = (p: number, q: number): number => running.data[p * full + q];
    for (let a = 0; a < k; a++) {
      const own = offset.control + a;
      const mean = offset.meanControl + a;
      for (let j = 0; j < n; j++) S.data[a * n + j] = entry(own, j) + inverse * entry(mean, j);
      for (let b = 0; b < k; b++) {
        const mixed = entry(own, offset.meanControl + b) + entry(mean, offset.control + b);
        R.data[a * k + b] =
          entry(own, offset.control + b) + inverse * mixed + inverse ** 2 * entry(mean, offset.meanControl + b);
      }
    }
  };
  return solveRegulator(
    {
      horizon,
      A,
      B,
      Q,
      S,
      R,
      terminal,
      update,
      timeDependent: parts.timeDependent,
      unit: Float64Array.of(...typical.state, ...typical.state, ...typical.common),
      costUnit: typical.cost,
      part: "best response",
      complaint: "the cost is not strictly convex in a player's own control: no equilibrium",
    },
    from,
    1e-10,
  ).explosion;
}
