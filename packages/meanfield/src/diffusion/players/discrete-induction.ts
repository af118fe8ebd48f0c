import { InputError } from "../../core/index.ts";
import { luDecompose } from "../../numeric/lu.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { substitution } from "./closed-loop.ts";
import { coefficientsOf, controlCount, controlOffsets, initialSecondMoment, requireConvexControls } from "./model.ts";
import type { PlayersModel } from "./model.ts";

/**
 * Feedback Nash equilibrium by backward induction over stage games in discrete time, extrapolated to continuous time.
 *
 * A test oracle that uses no differential equation: time is cut into M steps, x_{k+1} = x_k + Δ(A x + B u + a) + noise,
 * stage costs Δ·running; at each stage the players play the quadratic game of (stage cost + own value of the next
 * state). T. Başar and G. J. Olsder, Dynamic Noncooperative Game Theory, 2nd ed., SIAM 1999, Theorem 6.6. The error is a
 * power series in Δ, so that M, 2M, 4M, … steps and Richardson's extrapolation remove its first terms.
 */
export interface DiscreteInduction {
  /** K(0), m × (n + 1). */
  readonly gain: Matrix;
  /** What each player pays in expectation. */
  readonly costs: Float64Array;
}

/** @param steps M of the coarsest pass @param passes how many passes, each with twice the steps of the last; 3 unless told. */
export function discreteInduction(model: PlayersModel, steps: number, passes = 3): DiscreteInduction {
  if (!(Number.isInteger(steps) && steps >= 1)) throw new InputError("steps", steps, "a whole number from 1");
  if (!(Number.isInteger(passes) && passes >= 1)) throw new InputError("passes", passes, "a whole number from 1");
  requireConvexControls(model);
  const table = Array.from({ length: passes }, (_, p) => induct(model, steps * 2 ** p));
  for (let order = 1; order < passes; order++) {
    for (let p = passes - 1; p >= order; p--) {
      const factor = 2 ** order - 1;
      for (const part of ["gain", "costs"] as const) {
        const fine = table[p][part];
        const coarse = table[p - 1][part];
        fine.forEach((value, q) => (fine[q] = value + (value - coarse[q]) / factor));
      }
    }
  }
  const { gain, costs } = table[passes - 1];
  const found = zeros(controlCount(model), model.states + 1);
  found.data.set(gain);
  return { gain: found, costs };
}

function induct(model: PlayersModel, steps: number): { readonly gain: Float64Array; readonly costs: Float64Array } {
  const n = model.states;
  const width = n + 1;
  const m = controlCount(model);
  const size = n + m + 1;
  const offsets = controlOffsets(model);
  const players = model.controls.length;
  const step = model.horizon / steps;
  const at = coefficientsOf(model);
  const values = model.terminal.map((cost) => ({ ...cost, data: cost.data.slice() }));
  const stage = zeros(m, m);
  const right = zeros(m, width);
  const gain = zeros(m, width);
  const substituted = zeros(size, width);
  const next = zeros(width, size);
  const closed = zeros(width, width);
  const carried = zeros(width, size);
  const onState = zeros(width, width);
  const weighted = zeros(size, width);

  for (let k = steps - 1; k >= 0; k--) {
    const { drift, running } = at(k * step);
    // (x, 1) at the next stage as a linear function of z.
    next.data.fill(0);
    for (let a = 0; a < n; a++) {
      for (let c = 0; c < size; c++) next.data[a * size + c] = step * drift.data[a * size + c];
      next.data[a * size + a] += 1;
    }
    next.data[width * size - 1] = 1;
    for (let i = 0; i < players; i++) {
      multiply(values[i], next, carried);
      for (let row = offsets[i]; row < offsets[i + 1]; row++) {
        for (let c = 0; c < size; c++) {
          let sum = step * running[i].data[(n + row) * size + c];
          for (let a = 0; a < width; a++) sum += next.data[a * size + n + row] * carried.data[a * size + c];
          if (c < n) right.data[row * width + c] = -sum;
          else if (c < n + m) stage.data[row * m + c - n] = sum;
          else right.data[row * width + n] = -sum;
        }
      }
    }
    gain.data.set(luDecompose(stage).solveMatrix(right).data);
    substitution(gain, n, substituted);
    multiply(next, substituted, closed);
    for (let i = 0; i < players; i++) {
      let noise = 0;
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) noise += model.noiseCovariance.data[a * n + b] * values[i].data[a * width + b];
      }
      multiply(values[i], closed, onState);
      multiply(running[i], substituted, weighted);
      for (let a = 0; a < width; a++) {
        for (let b = 0; b < width; b++) {
          let sum = 0;
          for (let c = 0; c < width; c++) sum += closed.data[c * width + a] * onState.data[c * width + b];
          for (let c = 0; c < size; c++) sum += step * substituted.data[c * width + a] * weighted.data[c * width + b];
          values[i].data[a * width + b] = sum;
        }
      }
      values[i].data[width * width - 1] += step * noise;
    }
  }
  const moment = initialSecondMoment(model);
  const costs = Float64Array.from(values, (value) =>
    value.data.reduce((sum, entry, q) => sum + (entry * moment.data[q]) / 2, 0),
  );
  return { gain: gain.data, costs };
}
