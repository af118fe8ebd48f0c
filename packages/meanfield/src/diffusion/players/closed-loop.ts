import { RefusalError } from "../../core/index.ts";
import { luDecompose } from "../../numeric/lu.ts";
import type { LuDecomposition } from "../../numeric/lu.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { integrate } from "../../numeric/ode.ts";
import type { OdeSolution, RightHandSide } from "../../numeric/ode.ts";
import { coefficientsOf, controlCount, controlOffsets, initialSecondMoment } from "./model.ts";
import type { Coefficients, PlayersModel, PlayersStrategy } from "./model.ts";

/** What the coupled equations of this room share: stacked first-order conditions, substitution of a profile, costs. */

/**
 * The profile that satisfies all players' first-order conditions at once, given each player's adjoint Y^i = Π^i (x, 1).
 *
 * Player i's condition is 𝓠_i[own rows] z + B_i′ Y^i = 0; stacked over players it is one linear system for u. The
 * adjoints lie in one array, Π^i (n × (n + 1), row by row) at i · stride; so the first n rows of a value matrix P_i serve
 * as they are.
 *
 * @throws SingularMatrixError where the stacked matrix is singular: the conditions then have no or many solutions.
 */
export function firstOrderGain(
  model: PlayersModel,
  stride: number,
): (coefficients: Coefficients, adjoints: Float64Array, out: Matrix) => void {
  const n = model.states;
  const width = n + 1;
  const m = controlCount(model);
  const offsets = controlOffsets(model);
  const size = n + m + 1;
  const stacked = zeros(m, m);
  const right = new Float64Array(m);
  const solved = new Float64Array(m);
  const constant = model.running.every((cost) => !cost.timeDependent);
  const player = model.controls.flatMap((k, i) => Array.from({ length: k }, () => i));
  let factored: LuDecomposition | undefined;

  return ({ drift, running }, adjoints, out) => {
    if (factored === undefined || !constant) {
      for (let row = 0; row < m; row++) {
        const cost = running[player[row]].data;
        for (let j = 0; j < m; j++) stacked.data[row * m + j] = cost[(n + row) * size + n + j];
      }
      factored = luDecompose(stacked);
    }
    for (let column = 0; column < width; column++) {
      for (let i = 0; i < offsets.length - 1; i++) {
        const cost = running[i].data;
        const base = i * stride + column;
        for (let row = offsets[i]; row < offsets[i + 1]; row++) {
          let sum = cost[(n + row) * size + (column === n ? n + m : column)];
          for (let b = 0; b < n; b++) sum += drift.data[b * size + n + row] * adjoints[base + b * width];
          right[row] = -sum;
        }
      }
      factored.solve(right, solved);
      for (let row = 0; row < m; row++) out.data[row * width + column] = solved[row];
    }
  };
}

/** Writes the (n + m + 1) × (n + 1) matrix that maps (x, 1) to (x, K (x, 1), 1). */
export function substitution(gain: Matrix, states: number, out: Matrix): void {
  const width = states + 1;
  out.data.fill(0);
  for (let a = 0; a < states; a++) out.data[a * width + a] = 1;
  out.data.set(gain.data, states * width);
  out.data[out.data.length - 1] = 1;
}

/**
 * Integrates from the horizon back to 0.
 *
 * @throws RefusalError naming the time of the explosion where the solution does not reach 0.
 */
export function integrateBackward(f: RightHandSide, horizon: number, end: Float64Array, what: string): OdeSolution {
  const solution = integrate(f, horizon, 0, end);
  if (solution.outcome === "finished") return solution;
  const reached = solution.tEnd;
  if (solution.outcome === "step-limit") throw new RefusalError(`${what}: ${solution.reason}`);
  throw new RefusalError(
    `${what} explodes at t = ${reached.toPrecision(10)}, that is ${(horizon - reached).toPrecision(10)} before the horizon ${horizon}: no solution this far back`,
  );
}

/**
 * E (x, 1)(x, 1)′ under a profile, as a function of time, together with what each player has paid so far.
 *
 * One forward integration of (n + 1)² + N numbers: S′ = F S + S F′ + ΣΣ′ and J_i′ = ½ tr(𝓠_i E z z′).
 */
export function moments(model: PlayersModel, strategy: PlayersStrategy): OdeSolution {
  const n = model.states;
  const width = n + 1;
  const m = controlCount(model);
  const size = n + m + 1;
  const players = model.controls.length;
  const at = coefficientsOf(model);
  const gain = zeros(m, width);
  const substituted = zeros(size, width);
  const closed = zeros(n, width);
  const moment = zeros(width, width);
  const flow = zeros(n, width);
  const spread = zeros(size, width);
  const f: RightHandSide = (t, y, dy) => {
    const { drift, running } = at(t);
    strategy.gain(t, gain);
    substitution(gain, n, substituted);
    multiply(drift, substituted, closed);
    moment.data.set(y.subarray(0, width * width));
    multiply(closed, moment, flow);
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) {
        const noise = a < n && b < n ? model.noiseCovariance.data[a * n + b] : 0;
        dy[a * width + b] = (a < n ? flow.data[a * width + b] : 0) + (b < n ? flow.data[b * width + a] : 0) + noise;
      }
    }
    multiply(substituted, moment, spread);
    for (let i = 0; i < players; i++) {
      const cost = running[i].data;
      let sum = 0;
      // E z z′ = M S M′ row by row, M being the substitution and `spread` M S.
      for (let r = 0; r < size; r++) {
        for (let c = 0; c < size; c++) {
          const weight = cost[r * size + c];
          if (weight === 0) continue;
          let product = 0;
          for (let a = 0; a < width; a++) product += spread.data[r * width + a] * substituted.data[c * width + a];
          sum += weight * product;
        }
      }
      dy[width * width + i] = sum / 2;
    }
  };
  const start = new Float64Array(width * width + players);
  start.set(initialSecondMoment(model).data);
  const solution = integrate(f, 0, model.horizon, start);
  if (solution.outcome !== "finished") throw new RefusalError(`the profile's moments: ${solution.reason}`);
  return solution;
}

/** What each player pays in expectation when this profile is played. */
export function profileCosts(model: PlayersModel, strategy: PlayersStrategy): Float64Array {
  const width = model.states + 1;
  const { end } = moments(model, strategy);
  return Float64Array.from(model.terminal, (cost, i) => {
    let sum = end[width * width + i];
    for (let q = 0; q < width * width; q++) sum += (cost.data[q] * end[q]) / 2;
    return sum;
  });
}
