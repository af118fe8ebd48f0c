import { RefusalError } from "../../core/index.ts";
import { luDecompose } from "../../numeric/lu.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";
import type { OdeSolution, RightHandSide } from "../../numeric/ode.ts";
import { coefficients } from "./coefficients.ts";
import type { Coefficients } from "./coefficients.ts";
import { requirePositiveDefinite } from "./dense.ts";
import type { LinearQuadraticModel } from "./model.ts";

/** What one player of the limit does about its own state: the part of its best response that no flow changes. */

/** P backward in time, d × d, from the player's own Riccati equation. */
export function ownRiccati(model: LinearQuadraticModel): OdeSolution {
  const { state: d, stateSize, size } = model.layout;
  const { control: k, offset } = model.layout;
  const parts = coefficients(model);
  const { drift, running } = parts;
  for (const t of [0, model.horizon / 2, model.horizon]) {
    parts.update(t);
    requirePositiveDefinite(
      controlBlock(model, running),
      `at t = ${t} the cost is not strictly convex in a player's own control: no best response`,
    );
  }
  const f: RightHandSide = (t, y, dy) => {
    parts.update(t);
    const K = ownGain(model, parts, y);
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) {
        let sum = running.data[a * size + b];
        for (let c = 0; c < d; c++) {
          sum += drift.data[c * size + a] * y[c * d + b] + y[a * d + c] * drift.data[c * size + b];
        }
        for (let r = 0; r < k; r++) {
          // (L + B′P)′ K, which equals −(L + B′P)′R⁻¹(L + B′P).
          let slope = running.data[(offset.control + r) * size + a];
          for (let c = 0; c < d; c++) slope += drift.data[c * size + offset.control + r] * y[c * d + a];
          sum += slope * K.data[r * d + b];
        }
        dy[a * d + b] = -sum;
      }
    }
  };
  const end = new Float64Array(d * d);
  for (let a = 0; a < d; a++) for (let b = 0; b < d; b++) end[a * d + b] = model.terminal.data[a * stateSize + b];
  const solution = integrate(f, model.horizon, 0, end, { relative: 1e-13, absolute: 1e-14 });
  if (solution.outcome !== "finished") {
    throw new RefusalError(
      `a single player's own Riccati equation explodes at t = ${solution.tEnd.toPrecision(10)}: it has no best response on the horizon ${model.horizon}`,
    );
  }
  return solution;
}

/** K = −R⁻¹(L + B′P), k × d. */
export function ownGain(
  model: LinearQuadraticModel,
  { drift, running }: Pick<Coefficients, "drift" | "running">,
  P: Float64Array,
): Matrix {
  const { state: d, control: k, offset, size } = model.layout;
  const R = controlBlock(model, running);
  const right = zeros(k, d);
  for (let r = 0; r < k; r++) {
    for (let a = 0; a < d; a++) {
      let sum = running.data[(offset.control + r) * size + a];
      for (let c = 0; c < d; c++) sum += drift.data[c * size + offset.control + r] * P[c * d + a];
      right.data[r * d + a] = -sum;
    }
  }
  return luDecompose(R).solveMatrix(right);
}

/** R, k × k. */
export function controlBlock(model: LinearQuadraticModel, running: Matrix): Matrix {
  const { control: k, offset, size } = model.layout;
  const R = zeros(k, k);
  for (let r = 0; r < k; r++) {
    for (let c = 0; c < k; c++) R.data[r * k + c] = running.data[(offset.control + r) * size + offset.control + c];
  }
  return R;
}
