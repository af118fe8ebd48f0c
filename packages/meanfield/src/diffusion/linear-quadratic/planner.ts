import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "./candidate.ts";
import { playerNoise } from "./closed-loop.ts";
import { coefficients, noiseRates, sizes } from "./coefficients.ts";
import { copyBlock, traceProduct } from "./dense.ts";
import type { Explosion } from "./explosion.ts";
import { explosionRefusal } from "./explosion.ts";
import type { LinearQuadraticModel } from "./model.ts";
import type { Regulator, RegulatorProblem } from "./regulator.ts";
import { solveRegulator } from "./regulator.ts";

/**
 * The social planner, who steers all players to the least average cost (mean-field control in the limit).
 *
 * With x_i = x̄ + D_i and α_i = ᾱ + β_i, ΣD_i = Σβ_i = 0, the average cost has no mixed term, so the problem falls into
 * two regulators: one of the deviations (D, β) and one of the mean ((x̄, s, 1), ᾱ), in which x̄ and ᾱ count as state and
 * control of everybody at once. Yong, Linear-quadratic optimal control problems for mean-field SDEs (2013), does this
 * for the limit; it holds for every N with Cov D_i = (1 − 1/N) times that of a single player.
 */
export interface PlannerSolution {
  /** Per player. */
  readonly cost: number;
  readonly strategy: LinearStrategy;
  /** P(t), with per-player cost-to-go the average over players of ½ w_i′Pw_i, w = (x, x̄, s, 1). */
  readonly value: (t: number, out: Matrix) => void;
}

interface PlannerParts {
  readonly deviation: Regulator;
  readonly mean: Regulator;
  readonly explosion: Explosion | undefined;
  readonly timeDependent: boolean;
}

/** Integrates both regulators from T down to `from`. */
export function integratePlanner(
  model: LinearQuadraticModel,
  players: number,
  from = 0,
  relative?: number,
): PlannerParts {
  const deviationProblem = deviationRegulator(model);
  const deviation = solveRegulator(deviationProblem, from, relative);
  const mean = solveRegulator(meanRegulator(model, players), from, relative);
  const found = [deviation.explosion, mean.explosion].filter((explosion) => explosion !== undefined);
  found.sort((a, b) => a.timeToGo - b.timeToGo);
  return { deviation, mean, explosion: found[0], timeDependent: deviationProblem.timeDependent };
}

/**
 * The planner's optimum for N players (`players`) or a continuum (`Infinity`).
 *
 * @param relative tolerance of the integrator, 1e-13 unless told
 * @throws RefusalError where the planner's cost is not convex on the model's horizon.
 */
export function solvePlanner(model: LinearQuadraticModel, players: number, relative?: number): PlannerSolution {
  const { layout, horizon, initial } = model;
  const { state: d, common: e, control: k, stateSize: n } = layout;
  const { deviation, mean, explosion, timeDependent } = integratePlanner(model, players, 0, relative);
  if (explosion !== undefined) throw explosionRefusal(horizon, explosion, timeDependent);

  const size = d + e + 1;
  const inverse = 1 / players;
  const own = zeros(d + 1, d + 1);
  const ownForm = zeros(d, d);
  const common = zeros(size, size);
  const ownGain = zeros(k, d + 1);
  const commonGain = zeros(k, size);

  const start = Float64Array.of(...initial.mean, ...initial.commonState, 1);
  deviation.value(0, own);
  mean.value(0, common);
  copyBlock(own, 0, 0, ownForm);
  let cost = ((1 - inverse) * (traceProduct(ownForm, initial.covariance) + own.data[own.data.length - 1])) / 2;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const covariance = i < d && j < d ? inverse * initial.covariance.data[i * d + j] : 0;
      cost += (common.data[i * size + j] * (start[i] * start[j] + covariance)) / 2;
    }
  }

  const gain = (t: number, out: Matrix): void => {
    deviation.gain(t, ownGain);
    mean.gain(t, commonGain);
    for (let a = 0; a < k; a++) {
      for (let i = 0; i < d; i++) out.data[a * n + i] = ownGain.data[a * (d + 1) + i];
      for (let i = 0; i < size; i++) out.data[a * n + d + i] = commonGain.data[a * size + i];
      for (let i = 0; i < d; i++) out.data[a * n + d + i] -= ownGain.data[a * (d + 1) + i];
    }
  };
  const value = (t: number, out: Matrix): void => {
    deviation.value(t, own);
    mean.value(t, common);
    out.data.fill(0);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) out.data[(d + i) * n + d + j] = common.data[i * size + j];
    }
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        const square = own.data[i * (d + 1) + j];
        out.data[i * n + j] += square;
        out.data[i * n + d + j] -= square;
        out.data[(d + i) * n + j] -= square;
        out.data[(d + i) * n + d + j] += square;
      }
    }
    // The regulator of the deviations counts the noise of one player alone; x_i − x̄ has (1 − ν) of it.
    out.data[n * n - 1] += (1 - inverse) * own.data[own.data.length - 1];
  };
  return { cost, strategy: { source: "empirical", gain }, value };
}

/** The regulator of (D, 1), whose last coordinate only collects the cost of a single player's own noise. */
function deviationRegulator(model: LinearQuadraticModel): RegulatorProblem {
  const { layout, horizon } = model;
  const { state: d, control: k, offset, stateSize: n } = layout;
  const parts = coefficients(model);
  const typical = sizes(model);
  const rates = noiseRates(model);
  const size = d + 1;
  const A = zeros(size, size);
  const B = zeros(size, k);
  const Q = zeros(size, size);
  const S = zeros(k, size);
  const R = zeros(k, k);
  const terminal = zeros(size, size);
  const noise = zeros(size, size);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      terminal.data[i * size + j] = model.terminal.data[i * n + j];
      noise.data[i * size + j] = rates.own.data[i * d + j];
    }
  }
  const update = (t: number): void => {
    parts.update(t);
    const { drift, running } = parts;
    const full = layout.size;
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) {
        A.data[i * size + j] = drift.data[i * full + j];
        Q.data[i * size + j] = running.data[i * full + j];
      }
      for (let a = 0; a < k; a++) {
        B.data[i * k + a] = drift.data[i * full + offset.control + a];
        S.data[a * size + i] = running.data[(offset.control + a) * full + i];
      }
    }
    copyBlock(running, offset.control, offset.control, R);
  };
  return {
    horizon,
    A,
    B,
    Q,
    S,
    R,
    terminal,
    noise,
    update,
    timeDependent: parts.timeDependent,
    unit: Float64Array.of(...typical.state, 1),
    costUnit: typical.cost,
    part: "deviation",
    complaint:
      "the cost is not strictly convex in the controls' deviations from their mean: the planner has no optimum",
  };
}

/** The regulator of (x̄, s, 1): every block that x or x̄ has in the model is merged into one. */
function meanRegulator(model: LinearQuadraticModel, players: number): RegulatorProblem {
  const { layout, horizon } = model;
  const { state: d, common: e, control: k, offset, stateSize: n } = layout;
  const full = layout.size;
  const parts = coefficients(model);
  const typical = sizes(model);
  const size = d + e + 1;
  const A = zeros(size, size);
  const B = zeros(size, k);
  const Q = zeros(size, size);
  const S = zeros(k, size);
  const R = zeros(k, k);
  const terminal = zeros(size, size);
  const noise = zeros(size, size);
  copyBlock(playerNoise(model, 1 / players, n), d, d, noise);
  // Position in (x̄, s, 1), or past it for ᾱ, of each coordinate of z; and of w = (x, x̄, s, 1).
  const place = Int32Array.from({ length: full }, (_, p) => {
    if (p === offset.one) return d + e;
    if (p >= offset.control) return size + ((p - offset.control) % k);
    return p < d ? p : p - d;
  });
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < n; q++) {
      const i = p < d ? p : p - d;
      const j = q < d ? q : q - d;
      terminal.data[i * size + j] += model.terminal.data[p * n + q];
    }
  }
  const update = (t: number): void => {
    parts.update(t);
    const { drift, commonDrift, running } = parts;
    for (const target of [A, B, Q, S, R]) target.data.fill(0);
    for (let q = 0; q < full; q++) {
      const column = place[q];
      const [target, width, j] = column < size ? [A, size, column] : [B, k, column - size];
      for (let i = 0; i < d; i++) target.data[i * width + j] += drift.data[i * full + q];
      for (let i = 0; i < e; i++) target.data[(d + i) * width + j] += commonDrift.data[i * full + q];
      for (let p = 0; p < full; p++) {
        const row = place[p];
        const entry = running.data[p * full + q];
        if (row < size) {
          if (column < size) Q.data[row * size + column] += entry;
        } else if (column < size) S.data[(row - size) * size + column] += entry;
        else R.data[(row - size) * k + column - size] += entry;
      }
    }
  };
  return {
    horizon,
    A,
    B,
    Q,
    S,
    R,
    terminal,
    noise,
    update,
    timeDependent: parts.timeDependent,
    unit: Float64Array.of(...typical.state, ...typical.common, 1),
    costUnit: typical.cost,
    part: "mean",
    complaint: "the cost is not strictly convex in the mean control: the planner has no optimum",
  };
}
