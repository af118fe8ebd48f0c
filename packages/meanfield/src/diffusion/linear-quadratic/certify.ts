import type { Certificate, Question } from "../../core/index.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { LinearQuadraticCandidate } from "./candidate.ts";
import type { ClosedLoop } from "./closed-loop.ts";
import { average, closedLoop } from "./closed-loop.ts";
import type { MatrixPath } from "./cost-to-go.ts";
import { costToGo } from "./cost-to-go.ts";
import { multiplyTransposed, traceProduct } from "./dense.ts";
import { exploitability } from "./deviation.ts";
import { hasCommonNoise } from "./model.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { moments } from "./moments.ts";
import type { Moments } from "./moments.ts";
import { formUnits, integrateScaled } from "./scaled-ode.ts";

/**
 * The certificate of a candidate of the family, whoever made it.
 *
 * - exploitability: what one player saves by its best response (in the information structure of the question);
 *   `null` for the planner, whose players would deviate if they were asked.
 * - consistency: sup over t of the largest |assumed − induced| entry of E(x̄, s).
 * - residual: the largest of relative defects. First, of the first-order conditions at (t, w), relative to their
 *   own terms. Then, where the candidate carries a value, of its differential equation, averaged over short panels
 *   so that nothing is differentiated numerically, relative to the largest derivative (or to the typical cost per
 *   horizon, if that is larger), and of its terminal condition, relative to the typical cost. Without a value, or for
 *   the planner, the gradient comes from the cost of the strategy itself, so that the first defect is that of one step of
 *   policy improvement; a planner's value is compared with that cost. `null` for a decentralised strategy of N players,
 *   which satisfies the equations of the limit only. In the limit without common noise such a strategy is judged along
 *   the one path of (x̄, s) that occurs, for all x.
 *
 * `exactError` is left to who knows a closed form.
 */
export function certifyLinearQuadratic(
  model: LinearQuadraticModel,
  question: Question,
  candidate: LinearQuadraticCandidate,
): Certificate {
  const { players, concept, information } = question;
  const { strategy } = candidate;
  return {
    exploitability: concept === "planner" ? null : exploitability(model, players, strategy, information),
    consistency: consistency(model, players, candidate),
    residual: residual(model, question, candidate),
    exactError: null,
  };
}

function consistency(model: LinearQuadraticModel, players: number, candidate: LinearQuadraticCandidate): number {
  const induced = moments(model, players, candidate.strategy);
  const assumed = new Float64Array(model.layout.state + model.layout.common);
  let largest = 0;
  for (let i = 0; i <= 200; i++) {
    const t = (model.horizon * i) / 200;
    candidate.assumedMean(t, assumed);
    const { mean } = induced.at(t);
    for (let j = 0; j < assumed.length; j++) largest = Math.max(largest, Math.abs(assumed[j] - mean[j]));
  }
  return largest;
}

function residual(model: LinearQuadraticModel, question: Question, candidate: LinearQuadraticCandidate): number | null {
  const { players, concept, information } = question;
  const { strategy, value } = candidate;
  if (strategy.source === "decentralised" && Number.isFinite(players)) return null;
  const loop = closedLoop(model, players, strategy);
  const own = costToGo(loop);
  if (concept === "planner") {
    const conditions = plannerDefect(loop, own);
    return value === undefined ? conditions : Math.max(conditions, plannerValueDefect(loop, own, value));
  }
  const openLoop = information === "open-loop" && Number.isFinite(players);
  const rate = openLoop ? adjointRate(loop) : valueRate(loop);
  const gradient = openLoop ? adjoint(loop, rate) : own;
  if (value === undefined) {
    const onPath = strategy.source === "decentralised" && !hasCommonNoise(model);
    return conditionDefect(loop, gradient, onPath ? moments(model, players, strategy) : undefined);
  }
  // The candidate's value on the mesh of an integration of our own, which resolves its layers.
  const claimed: MatrixPath = { at: value, mesh: gradient.mesh };
  const rows = openLoop ? loop.size - 1 : loop.size;
  return Math.max(
    conditionDefect(loop, claimed),
    equationDefect(loop, claimed, rate, rows),
    terminalDefect(loop, claimed, rows),
  );
}

/** Writes −P′ as the equation has it. */
type Rate = (t: number, P: Matrix, out: Matrix) => void;

/** F′P + PF + Z′𝓠Z, with the cost of the noise in the last entry. */
function valueRate(loop: ClosedLoop): Rate {
  const { size: n, lift, flow, noise, coefficients } = loop;
  const weighted = zeros(lift.rows, n);
  const left = zeros(n, n);
  const source = zeros(n, n);
  return (t, P, out) => {
    loop.update(t);
    multiply(P, flow, out);
    multiplyTransposed(flow, P, left);
    multiplyTransposed(lift, multiply(coefficients.running, lift, weighted), source);
    for (let p = 0; p < out.data.length; p++) out.data[p] += left.data[p] + source.data[p];
    out.data[n * n - 1] += traceProduct(noise, P);
  };
}

/** A′P + PF + 𝓠_w Z without its last row, A the drift of w when nobody acts. */
function adjointRate(loop: ClosedLoop): Rate {
  const { model, size: n, lift, flow, coefficients } = loop;
  const { state: d, common: e, size: full } = model.layout;
  const still = zeros(full, n);
  for (let i = 0; i < n - 1; i++) still.data[i * n + i] = 1;
  still.data[(full - 1) * n + n - 1] = 1;
  const meanStill = average(still, d, zeros(full, n));
  const A = zeros(n, n);
  const left = zeros(n, n);
  const weighted = zeros(full, n);
  return (t, P, out) => {
    loop.update(t);
    A.data.set(multiply(coefficients.drift, still).data, 0);
    A.data.set(multiply(coefficients.drift, meanStill).data, d * n);
    if (e > 0) A.data.set(multiply(coefficients.commonDrift, meanStill).data, 2 * d * n);
    multiply(P, flow, out);
    multiplyTransposed(A, P, left);
    multiply(coefficients.running, lift, weighted);
    for (let p = 0; p < (n - 1) * n; p++) out.data[p] += left.data[p] + weighted.data[p];
    out.data.fill(0, (n - 1) * n);
  };
}

/** The adjoint matrix of a strategy, for candidates that bring none. */
function adjoint(loop: ClosedLoop, rate: Rate): MatrixPath {
  const { model, size: n, unit, costUnit } = loop;
  const P = zeros(n, n);
  const out = zeros(n, n);
  const start = model.terminal.data.slice();
  start.fill(0, (n - 1) * n);
  const field = (t: number, y: Float64Array, dy: Float64Array): void => {
    P.data.set(y);
    rate(t, P, out);
    for (let p = 0; p < dy.length; p++) dy[p] = -out.data[p];
  };
  const solution = integrateScaled(field, model.horizon, 0, start, formUnits(unit, costUnit));
  if (solution.outcome !== "finished") throw new RangeError(`the adjoint could not be integrated: ${solution.reason}`);
  return { at: (t, target) => void solution.at(t, target.data), mesh: solution.mesh };
}

function equationDefect(loop: ClosedLoop, claimed: MatrixPath, rate: Rate, rows: number): number {
  const { model, size: n, unit, costUnit } = loop;
  const { horizon } = model;
  const units = formUnits(unit, costUnit);
  const { nodes, weights } = gaussLegendre(6);
  const P = zeros(n, n);
  const slope = zeros(n, n);
  const left = zeros(n, n);
  const right = zeros(n, n);
  const mean = new Float64Array(n * n);
  let scale = 1 / horizon;
  let largest = 0;
  const mesh = claimed.mesh.toReversed();
  claimed.at(mesh[0], left);
  for (let panel = 0; panel + 1 < mesh.length; panel++) {
    const start = mesh[panel];
    const end = mesh[panel + 1];
    mean.fill(0);
    for (let q = 0; q < nodes.length; q++) {
      const t = (start + end) / 2 + ((end - start) / 2) * nodes[q];
      claimed.at(t, P);
      rate(t, P, slope);
      for (let p = 0; p < mean.length; p++) mean[p] += (weights[q] / 2) * slope.data[p];
    }
    claimed.at(end, right);
    for (let p = 0; p < rows * n; p++) {
      const defect = (right.data[p] - left.data[p]) / (end - start) + mean[p];
      largest = Math.max(largest, Math.abs(defect) / units[p]);
      scale = Math.max(scale, Math.abs(mean[p]) / units[p]);
    }
    left.data.set(right.data);
  }
  return largest / scale;
}

/** Largest entry of P(T) − 𝓖 among the first rows, in units of the typical cost, which is no smaller than that of 𝓖. */
function terminalDefect(loop: ClosedLoop, claimed: MatrixPath, rows: number): number {
  const { model, size: n, unit, costUnit } = loop;
  const units = formUnits(unit, costUnit);
  const P = zeros(n, n);
  claimed.at(model.horizon, P);
  let largest = 0;
  for (let p = 0; p < rows * n; p++) {
    largest = Math.max(largest, Math.abs(P.data[p] - model.terminal.data[p]) / units[p]);
  }
  return largest;
}

/**
 * Largest distance over time, T included, between the value that a planner claims and the cost of its strategy.
 *
 * The average over players of w_i′Pw_i knows only the part of P on deviations and the one on the mean, so that these two
 * are compared, in units of the typical cost or of the largest entry.
 */
function plannerValueDefect(loop: ClosedLoop, own: MatrixPath, value: MatrixPath["at"]): number {
  const { model, size: n, unit, costUnit } = loop;
  const d = model.layout.state;
  const units = formUnits(unit, costUnit);
  const P = zeros(n, n);
  const read = (at: MatrixPath["at"], t: number): Matrix => {
    at(t, P);
    const merged = onMean(P, d);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) merged.data[i * n + j] = P.data[i * n + j];
    return merged;
  };
  let largest = 0;
  let scale = 1;
  for (const t of own.mesh) {
    const claimed = read(value, t);
    const actual = read(own.at, t);
    for (let p = 0; p < n * n; p++) {
      largest = Math.max(largest, Math.abs(claimed.data[p] - actual.data[p]) / units[p]);
      scale = Math.max(scale, Math.abs(actual.data[p]) / units[p]);
    }
  }
  return largest / scale;
}

/** M′PM, M putting x̄ for x: the form on the mean, with zeros in the rows and columns of x. */
function onMean(P: Matrix, d: number): Matrix {
  const n = P.rows;
  const merged = average(P, d, zeros(n, n));
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < n; j++) {
      merged.data[(d + i) * n + j] += merged.data[i * n + j];
      merged.data[i * n + j] = 0;
    }
  }
  return merged;
}

/**
 * sup |(𝓠_α + ν𝓠_ᾱ)Z + Bν′P| over t, row by row relative to the largest of its terms; for every (x, x̄, s), or along the
 * given law's mean (x̄, s) only.
 */
function conditionDefect(loop: ClosedLoop, gradient: MatrixPath, law?: Moments): number {
  const { model, inverse, size: n, lift, coefficients } = loop;
  const { state: d, control: k, offset, size: full } = model.layout;
  const own = zeros(full, k);
  const mean = zeros(full, k);
  for (let a = 0; a < k; a++) {
    own.data[(offset.control + a) * k + a] = 1;
    own.data[(offset.meanControl + a) * k + a] = inverse;
    mean.data[(offset.control + a) * k + a] = inverse;
    mean.data[(offset.meanControl + a) * k + a] = inverse;
  }
  const B = zeros(n, k);
  const P = zeros(n, n);
  return largestDefect(loop, gradient.mesh, (t) => {
    loop.update(t);
    B.data.set(multiply(coefficients.drift, own).data, 0);
    B.data.set(multiply(coefficients.drift, mean).data, d * k);
    B.data.set(multiply(coefficients.commonDrift, mean).data, 2 * d * k);
    gradient.at(t, P);
    const direct = multiplyTransposed(own, multiply(coefficients.running, lift), zeros(k, n));
    const later = multiplyTransposed(B, P, zeros(k, n));
    if (law !== undefined) for (const part of [direct, later]) along(law.at(t).mean, d, part);
    return [direct, later];
  });
}

/** Puts the mean (x̄, s) into a form on (x, x̄, s, 1): its columns for x̄ and s go into that for 1. */
function along(mean: Float64Array, d: number, form: Matrix): void {
  const n = form.columns;
  for (let row = 0; row < form.data.length; row += n) {
    for (let j = 0; j < mean.length; j++) {
      form.data[row + n - 1] += form.data[row + d + j] * mean[j];
      form.data[row + d + j] = 0;
    }
  }
}

/** The same for the planner: its conditions on deviations from the mean and on the mean, stacked. */
function plannerDefect(loop: ClosedLoop, gradient: MatrixPath): number {
  const { model, size: n, lift, meanLift, coefficients } = loop;
  const { state: d, control: k, offset, size: full } = model.layout;
  const own = zeros(full, k);
  const everybody = zeros(full, k);
  for (let a = 0; a < k; a++) {
    own.data[(offset.control + a) * k + a] = 1;
    everybody.data[(offset.control + a) * k + a] = 1;
    everybody.data[(offset.meanControl + a) * k + a] = 1;
  }
  const P = zeros(n, n);
  const B = zeros(n, k);
  /** Columns of x only: the derivative in the direction of one player's deviation. */
  const stack = (deviation: Matrix, mean: Matrix): Matrix => {
    const out = zeros(2 * k, n);
    out.data.set(mean.data, k * n);
    for (let a = 0; a < k; a++) for (let j = 0; j < d; j++) out.data[a * n + j] = deviation.data[a * n + j];
    return out;
  };
  return largestDefect(loop, gradient.mesh, (t) => {
    loop.update(t);
    gradient.at(t, P);
    const direct = stack(
      multiplyTransposed(own, multiply(coefficients.running, lift), zeros(k, n)),
      multiplyTransposed(everybody, multiply(coefficients.running, meanLift), zeros(k, n)),
    );
    B.data.fill(0);
    B.data.set(multiply(coefficients.drift, own).data, 0);
    const deviation = multiplyTransposed(B, P, zeros(k, n));
    const merged = onMean(P, d);
    B.data.fill(0);
    B.data.set(multiply(coefficients.drift, everybody).data, d * k);
    B.data.set(multiply(coefficients.commonDrift, everybody).data, 2 * d * k);
    return [direct, stack(deviation, multiplyTransposed(B, merged, zeros(k, n)))];
  });
}

/**
 * A millionth of the control that would move the state by its own size within the horizon counts as no control at all:
 * where nobody acts, the condition is zero against zero, and round-off over round-off says nothing.
 */
const NOTHING = 1e-6;

/**
 * Row by row relative to the terms of all rows of the same control: the planner has two a control, and where its mean is
 * at rest the one on the mean is zero against zero.
 */
function largestDefect(loop: ClosedLoop, times: Float64Array, terms: (t: number) => readonly [Matrix, Matrix]): number {
  const { size: n, unit, model, coefficients } = loop;
  const { control: k, offset, size: full } = model.layout;
  let largest = 0;
  for (const t of times) {
    const [first, second] = terms(t);
    for (let a = 0; a < k; a++) {
      let defect = 0;
      const weight = coefficients.running.data[(offset.control + a) * (full + 1)];
      let scale = NOTHING * (weight / model.horizon) * Math.max(...unit);
      for (let row = a; row < first.rows; row += k) {
        for (let j = 0; j < n; j++) {
          const p = row * n + j;
          defect = Math.max(defect, Math.abs(first.data[p] + second.data[p]) * unit[j]);
          scale = Math.max(scale, (Math.abs(first.data[p]) + Math.abs(second.data[p])) * unit[j]);
        }
      }
      if (scale > 0) largest = Math.max(largest, defect / scale);
    }
  }
  return largest;
}
