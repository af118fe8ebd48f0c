import { zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { timeCollocation, transcribe } from "../linear-quadratic/time-collocation.ts";
import type { TimeCollocation } from "../linear-quadratic/time-collocation.ts";
import { staticQuadraticGame } from "./best-response.ts";
import type { StaticQuadraticGame } from "./best-response.ts";
import { coefficientsOf, controlCount, controlOffsets } from "./model.ts";
import type { PlayersModel } from "./model.ts";

/**
 * An open-loop differential game as a static quadratic game: controls become polynomials in time.
 *
 * Controls are given by their values at Gauss nodes, states follow by collocation, costs by Gauss quadrature; stacking
 * ∂J_i/∂u_i = 0 over players is one linear system. Neither adjoints nor values occur, so this checks the equations of
 * open-loop-nash.ts from outside; and best-response dynamics over whole control paths become dynamics in R^n.
 * The noise is switched off and the initial state is its mean: in a linear–quadratic game open-loop controls split into a
 * deterministic part, which this is, and a part linear in the noise with the same gains.
 *
 * J. T. Betts, Practical Methods for Optimal Control Using Nonlinear Programming, 3rd ed., SIAM 2020, chapter 4.
 */
export interface TranscribedGame {
  /** Player i's entries are its control's values, node by node. */
  readonly game: StaticQuadraticGame;
  readonly time: TimeCollocation;
  /** All players' controls at t under a profile of the static game, m numbers. */
  readonly controls: (profile: Float64Array, t: number, out: Float64Array) => Float64Array;
}

/** @param nodes Gauss nodes in time; 28 unless told, which resolves the reference games to rounding. */
export function transcribeGame(model: PlayersModel, nodes = 28): TranscribedGame {
  const n = model.states;
  const m = controlCount(model);
  const size = n + m + 1;
  const width = n + 1;
  const offsets = controlOffsets(model);
  const players = model.controls.length;
  const time = timeCollocation(model.horizon, nodes);
  const drift = zeros(n, size);
  // The constant 1 is a state that does not move.
  const system = transcribe(time, width, m, (t, out) => {
    model.drift.into(t, drift);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < n; b++) out.data[a * (width + m) + b] = drift.data[a * size + b];
      out.data[a * (width + m) + n] = drift.data[a * size + size - 1];
      for (let b = 0; b < m; b++) out.data[a * (width + m) + width + b] = drift.data[a * size + n + b];
    }
  });

  const sizes = model.controls.map((k) => k * nodes);
  const unknowns = m * nodes;
  /** Column of control `row` at node j: player by player, then node by node. */
  const column = (j: number, row: number): number => {
    const i = playerOf[row];
    return offsets[i] * nodes + j * model.controls[i] + row - offsets[i];
  };
  const playerOf = model.controls.flatMap((k, i) => Array.from({ length: k }, () => i));

  // z at all nodes, and (x, 1) at the horizon, as a constant plus a linear function of the unknowns.
  const start = Float64Array.from({ length: width }, (_, a) => (a < n ? model.initial.mean[a] : 1));
  const value = (free: Matrix, row: number): number =>
    start.reduce((sum, x, a) => sum + x * free.data[row * width + a], 0);
  const linear = zeros(nodes * size, unknowns);
  const constant = new Float64Array(nodes * size);
  for (let j = 0; j < nodes; j++) {
    for (let a = 0; a <= n; a++) {
      const row = j * size + (a < n ? a : n + m);
      constant[row] = value(system.free, j * width + a);
      copyControls(system.controlled, j * width + a, linear, row);
    }
    for (let r = 0; r < m; r++) linear.data[(j * size + n + r) * unknowns + column(j, r)] = 1;
  }
  const linearEnd = zeros(width, unknowns);
  const constantEnd = new Float64Array(width);
  for (let a = 0; a < width; a++) {
    constantEnd[a] = value(system.freeEnd, a);
    copyControls(system.controlledEnd, a, linearEnd, a);
  }

  const at = coefficientsOf(model);
  const costs = Array.from({ length: players }, (_, i) => {
    const out = { hessian: zeros(unknowns, unknowns), linear: new Float64Array(unknowns), constant: 0 };
    for (let j = 0; j < nodes; j++) {
      const cost = at(time.nodes[j]).running[i];
      out.constant += addSquare(cost, time.weights[j], linear, constant, j * size, out);
    }
    out.constant += addSquare(model.terminal[i], 1, linearEnd, constantEnd, 0, out);
    return out;
  });

  return {
    game: staticQuadraticGame(sizes, costs),
    time,
    controls: (profile, t, out) => {
      const basis = time.basis(t, new Float64Array(nodes));
      for (let r = 0; r < m; r++) out[r] = basis.reduce((sum, weight, j) => sum + weight * profile[column(j, r)], 0);
      return out;
    },
  };

  function copyControls(from: Matrix, source: number, to: Matrix, target: number): void {
    for (let j = 0; j < nodes; j++) {
      for (let r = 0; r < m; r++) {
        to.data[target * unknowns + column(j, r)] = from.data[source * unknowns + j * m + r];
      }
    }
  }
}

/**
 * Adds weight · ½ z′Qz with z = constant + linear u (rows from `first`) to a quadratic function; returns its constant.
 */
function addSquare(
  cost: Matrix,
  weight: number,
  linear: Matrix,
  constant: Float64Array,
  first: number,
  into: { readonly hessian: Matrix; readonly linear: Float64Array },
): number {
  const n = linear.columns;
  const weighted = new Float64Array(n);
  let result = 0;
  for (let r = 0; r < cost.rows; r++) {
    weighted.fill(0);
    let weightedConstant = 0;
    for (let c = 0; c < cost.rows; c++) {
      const factor = weight * cost.data[r * cost.rows + c];
      if (factor === 0) continue;
      weightedConstant += factor * constant[first + c];
      for (let q = 0; q < n; q++) weighted[q] += factor * linear.data[(first + c) * n + q];
    }
    result += (constant[first + r] * weightedConstant) / 2;
    for (let q = 0; q < n; q++) {
      const own = linear.data[(first + r) * n + q];
      if (own === 0) continue;
      into.linear[q] += own * weightedConstant;
      for (let p = 0; p < n; p++) into.hessian.data[q * n + p] += own * weighted[p];
    }
  }
  return result;
}
