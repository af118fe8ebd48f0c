import type { Information } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import { average, playerNoise } from "./closed-loop.ts";
import { coefficients, sizes } from "./coefficients.ts";
import { invert, multiplyTransposed, requirePositiveDefinite, traceProduct } from "./dense.ts";
import type { ExplodingPart, Explosion } from "./explosion.ts";
import { explosionOf } from "./explosion.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { formUnits, integrateScaled } from "./scaled-ode.ts";

/**
 * Symmetric Nash equilibria: one matrix Riccati equation for P with gradient Y_i = P w_i, w = (x_i, x̄, s, 1).
 *
 * With ν = 1/N the control of player i moves ᾱ by ν α_i, hence x_i by 𝓓_α + ν 𝓓_ᾱ, x̄ by ν(𝓓_α + 𝓓_ᾱ) and s by ν 𝓒_ᾱ
 * (together Bν), and its first-order condition is
 *
 *     (𝓠_α + ν 𝓠_ᾱ) z_i + Bν′ P w_i = 0.
 *
 * Averaged over the players this gives ᾱ = K̄ w̄, then α_i = K w_i, and z_i = Z w_i, dw_i = F w_i dt + noise. Then
 *
 *     feedback   −P′ = F′P + PF + Z′𝓠Z     (the others answer to the states: envelope theorem along the equilibrium),
 *     open loop  −P′ = A′P + PF + 𝓠_w Z    (the others' processes are frozen: A is the drift without controls),
 *
 * with P(T) = 𝓖. That (x_i, x̄, s) is enough of a state in both cases is because the others, each linear in (x_j, x̄, s),
 * enter x̄ and s only through their sum. In the limit ν = 0 the two give one strategy, and P of the first is the
 * quadratic form of the master equation. Carmona, Fouque & Sun, Mean field games and systemic risk (2015), sections
 * 3–5, for the scalar case.
 */
export interface NashSystem {
  readonly size: number;
  readonly timeDependent: boolean;
  /** dP/dt at P given row by row. */
  readonly field: RightHandSide;
  /** P(T). */
  readonly terminal: Float64Array;
  /** Writes K from P(t). */
  readonly gain: (t: number, P: Matrix, out: Matrix) => void;
  /** Writes F, and with it the drift of (x̄, s, 1) in its lower right block, from P(t). */
  readonly flow: (t: number, P: Matrix, out: Matrix) => void;
}

function nashSystem(model: LinearQuadraticModel, players: number, information: Information): NashSystem {
  const { layout, terminal } = model;
  const { state: d, common: e, control: k, offset, size, stateSize: n } = layout;
  const inverse = 1 / players;
  const openLoop = information === "open-loop" && inverse > 0;
  const parts = coefficients(model);
  const noise = playerNoise(model, inverse, n);

  const marginal = zeros(k, size);
  const R = zeros(k, k);
  const meanR = zeros(k, k);
  const meanPart = zeros(k, k);
  const push = zeros(n, k);
  const uncontrolled = zeros(n, n);
  let inverseR = R;
  let inverseMeanR = R;

  const refresh = (t: number): void => {
    const { drift, commonDrift, running } = parts;
    const full = zeros(k, k);
    for (let a = 0; a < k; a++) {
      const own = (offset.control + a) * size;
      const mean = (offset.meanControl + a) * size;
      for (let j = 0; j < size; j++)
        marginal.data[a * size + j] = running.data[own + j] + inverse * running.data[mean + j];
      for (let b = 0; b < k; b++) {
        const direct = marginal.data[a * size + offset.control + b];
        const throughMean = marginal.data[a * size + offset.meanControl + b];
        R.data[a * k + b] = direct;
        meanPart.data[a * k + b] = throughMean;
        meanR.data[a * k + b] = direct + throughMean;
        full.data[a * k + b] = direct + inverse * throughMean;
      }
      for (let i = 0; i < d; i++) {
        const direct = drift.data[i * size + offset.control + a];
        const throughMean = drift.data[i * size + offset.meanControl + a];
        push.data[i * k + a] = direct + inverse * throughMean;
        push.data[(d + i) * k + a] = inverse * (direct + throughMean);
      }
      for (let j = 0; j < e; j++) {
        push.data[(2 * d + j) * k + a] = inverse * commonDrift.data[j * size + offset.meanControl + a];
      }
    }
    requirePositiveDefinite(
      full,
      `at t = ${t} the cost is not strictly convex in a player's own control: no equilibrium`,
    );
    const singular = `at t = ${t} the first-order conditions of the players do not determine the controls`;
    inverseR = invert(R, singular);
    inverseMeanR = invert(meanR, singular);
    if (openLoop) writeUncontrolled();
  };

  const writeUncontrolled = (): void => {
    const { drift, commonDrift } = parts;
    for (let j = 0; j < n; j++) {
      const column = j === n - 1 ? offset.one : j;
      for (let i = 0; i < d; i++) {
        const value = drift.data[i * size + column];
        uncontrolled.data[i * n + j] = value;
        uncontrolled.data[(d + i) * n + j] = j < d ? 0 : value + (j < 2 * d ? drift.data[i * size + j - d] : 0);
      }
      for (let i = 0; i < e; i++) uncontrolled.data[(2 * d + i) * n + j] = commonDrift.data[i * size + column];
    }
  };

  const K = zeros(k, n);
  const meanK = zeros(k, n);
  const G = zeros(k, n);
  const meanG = zeros(k, n);
  const correction = zeros(k, n);
  const Z = zeros(size, n);
  for (let i = 0; i < n - 1; i++) Z.data[i * n + i] = 1;
  Z.data[offset.one * n + n - 1] = 1;
  const meanZ = zeros(size, n);
  const F = zeros(n, n);
  const rowsOfState = zeros(d, n);
  const rowsOfCommon = zeros(e, n);

  let first = true;
  const writeGain = (t: number, P: Matrix): void => {
    if (parts.timeDependent || first) {
      parts.update(t);
      refresh(t);
      first = false;
    }
    multiplyTransposed(push, P, G);
    for (let a = 0; a < k; a++) {
      for (let j = 0; j < n; j++) G.data[a * n + j] += marginal.data[a * size + (j === n - 1 ? offset.one : j)];
    }
    average(G, d, meanG);
    multiply(inverseMeanR, meanG, meanK);
    for (let p = 0; p < meanK.data.length; p++) meanK.data[p] = -meanK.data[p];
    multiply(meanPart, meanK, correction);
    for (let p = 0; p < correction.data.length; p++) correction.data[p] += G.data[p];
    multiply(inverseR, correction, K);
    for (let p = 0; p < K.data.length; p++) K.data[p] = -K.data[p];
  };

  const writeFlow = (): void => {
    Z.data.set(K.data, offset.control * n);
    Z.data.set(meanK.data, offset.meanControl * n);
    F.data.set(multiply(parts.drift, Z, rowsOfState).data, 0);
    F.data.set(multiply(parts.drift, average(Z, d, meanZ), rowsOfState).data, d * n);
    F.data.set(multiply(parts.commonDrift, meanZ, rowsOfCommon).data, 2 * d * n);
  };

  const P = zeros(n, n);
  const PF = zeros(n, n);
  const weighted = zeros(size, n);
  const cost = zeros(n, n);
  const fedBack: RightHandSide = (t, y, dy) => {
    P.data.set(y);
    writeGain(t, P);
    writeFlow();
    multiply(P, F, PF);
    multiply(parts.running, Z, weighted);
    multiplyTransposed(Z, weighted, cost);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) dy[i * n + j] = -(PF.data[i * n + j] + PF.data[j * n + i] + cost.data[i * n + j]);
    }
    dy[n * n - 1] -= traceProduct(noise, P);
  };

  const adjoint = zeros(n, n);
  const frozen: RightHandSide = (t, y, dy) => {
    P.data.set(y);
    writeGain(t, P);
    writeFlow();
    multiply(P, F, PF);
    multiplyTransposed(uncontrolled, P, adjoint);
    multiply(parts.running, Z, weighted);
    const last = (n - 1) * n;
    for (let p = 0; p < last; p++) dy[p] = -(PF.data[p] + adjoint.data[p] + weighted.data[p]);
    // Nothing moves the coordinate 1, so its adjoint is never used and is left at zero.
    dy.fill(0, last);
  };

  const start = terminal.data.slice();
  if (openLoop) start.fill(0, (n - 1) * n);
  return {
    size: n,
    timeDependent: parts.timeDependent,
    field: openLoop ? frozen : fedBack,
    terminal: start,
    gain: (t, at, out) => {
      writeGain(t, at);
      out.data.set(K.data);
    },
    flow: (t, at, out) => {
      writeGain(t, at);
      writeFlow();
      out.data.set(F.data);
    },
  };
}

/** P(t) of a Nash equilibrium on [end of integration, T]. */
export interface NashSolution {
  readonly system: NashSystem;
  readonly at: (t: number, out: Matrix) => void;
  readonly explosion: Explosion | undefined;
  /** Times at which the integrator's steps ended, from T down. */
  readonly mesh: Float64Array;
}

/** Integrates P from T down to `from`. */
export function integrateNash(
  model: LinearQuadraticModel,
  players: number,
  information: Information,
  from = 0,
  relative?: number,
): NashSolution {
  if (model.limitOnly !== undefined && Number.isFinite(players)) {
    throw new RefusalError(`players = ${players}: ${model.limitOnly}`);
  }
  const { horizon, layout } = model;
  const { state: d, stateSize: n } = layout;
  const system = nashSystem(model, players, information);
  const typical = sizes(model);
  const unit = formUnits(Float64Array.of(...typical.state, ...typical.state, ...typical.common, 1), typical.cost);
  const solution = integrateScaled(system.field, horizon, from, system.terminal, unit, relative);
  const largest = (end: Float64Array, firstColumn: number, lastColumn: number): number => {
    let value = 0;
    for (let i = 0; i < d; i++) {
      for (let j = firstColumn; j < lastColumn; j++)
        value = Math.max(value, Math.abs(end[i * n + j]) / unit[i * n + j]);
    }
    return value;
  };
  // The gradient in the player's own state is P_xx (x − x̄) + (P_xx + P_xx̄) x̄ + …: its first part is the deviation's.
  const part = (end: Float64Array): ExplodingPart =>
    10 * largest(end, 0, d) > largest(end, d, n) ? "deviation" : "mean";
  return {
    system,
    at: (t, out) => void solution.at(t, out.data),
    explosion: explosionOf(solution, horizon, unit, part),
    mesh: solution.mesh,
  };
}
