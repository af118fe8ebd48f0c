import type { Information } from "../../core/index.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, transpose, zeros } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "./candidate.ts";
import type { ClosedLoop } from "./closed-loop.ts";
import { average, closedLoop } from "./closed-loop.ts";
import { expectation } from "./cost-to-go.ts";
import { expectedCost } from "./cost.ts";
import { bilinearForm, copyBlock, multiplyTransposed, traceProduct } from "./dense.ts";
import type { LinearQuadraticModel } from "./model.ts";
import { moments } from "./moments.ts";
import type { Regulator } from "./regulator.ts";
import { solveRegulator } from "./regulator.ts";

/**
 * One player's best response while all others keep a strategy, and what it saves: nothing here knows how the strategy
 * was found, and nothing of the equilibrium's Riccati equation is used.
 *
 * Seen by a deviator, ᾱ = ν α + L ξ with L what the others answer. With `feedback` the others answer to the states as
 * they become: L = K(M − ν) on ξ = (x_i, x̄, s, [m, s∞,] 1), where M puts x̄ for x_i. With `open-loop` their processes
 * are frozen: L reads a second copy of ξ that runs as if nobody deviated. Either way the deviator has a regulator
 * problem; in the limit ν = 0 both say that the flow is frozen.
 */
export interface BestResponse {
  /** Expected cost where nobody deviates. */
  readonly profileCost: number;
  /** Least expected cost of a deviator; −Infinity where it has none. */
  readonly bestCost: number;
  /** profileCost − bestCost, computed without that subtraction. */
  readonly gap: number;
  /** Number of columns of the gain: of ξ, or of (x_i, x̄, s) and the undisturbed ξ for `open-loop`. */
  readonly columns: number;
  /** Writes the deviator's optimal gain, k × columns. */
  readonly gain: (t: number, out: Matrix) => void;
}

export function bestResponse(
  model: LinearQuadraticModel,
  players: number,
  strategy: LinearStrategy,
  information: Information = "feedback",
): BestResponse {
  const loop = closedLoop(model, players, strategy);
  const deviator = deviatorProblem(loop, information);
  const { regulator, embedding } = deviator;
  const profileCost = expectedCost(model, players, strategy);
  const columns = embedding.rows;
  if (regulator.explosion !== undefined) {
    return { profileCost, bestCost: -Infinity, gap: Infinity, columns, gain: regulator.gain };
  }
  const form = zeros(columns, columns);
  regulator.value(0, form);
  // Nobody has deviated yet, so the value on the deviator's state is one on ξ.
  const bestCost = expectation(loop, multiply(transpose(embedding), multiply(form, embedding)));
  const gap = expectedGap(model, players, strategy, loop, deviator);
  return { profileCost, bestCost, gap, columns, gain: regulator.gain };
}

/**
 * What one player saves by its best response while all others keep `strategy`, in units of cost and at least 0;
 * Infinity where the deviator's problem has no minimum.
 *
 * Accurate relative to itself, not to the cost: gaps of 1e-9 of the cost keep six digits and more.
 *
 * @param information whether the others answer to the deviation (`feedback`) or have committed (`open-loop`)
 */
export function exploitability(
  model: LinearQuadraticModel,
  players: number,
  strategy: LinearStrategy,
  information: Information = "feedback",
): number {
  const loop = closedLoop(model, players, strategy);
  const deviator = deviatorProblem(loop, information);
  if (deviator.regulator.explosion !== undefined) return Infinity;
  return expectedGap(model, players, strategy, loop, deviator);
}

interface Deviator {
  readonly regulator: Regulator;
  /** T with deviator's state = Tξ as long as nobody deviates. */
  readonly embedding: Matrix;
  /** R(t): the deviator's own cost of control. */
  readonly weight: (t: number) => Matrix;
}

function deviatorProblem(loop: ClosedLoop, information: Information): Deviator {
  const { model, inverse, size: profileSize, lift, flow, coefficients } = loop;
  const { layout, horizon } = model;
  const { state: d, common: e, control: k, offset, size: full, stateSize } = layout;
  const own = 2 * d + e;
  const copy = information === "open-loop" && inverse > 0 ? own : 0;
  const n = copy + profileSize;
  const last = n - 1;

  const embedding = zeros(n, profileSize);
  for (let i = 0; i < own; i++) embedding.data[i * profileSize + i] = 1;
  for (let i = 0; i < profileSize; i++) embedding.data[(copy + i) * profileSize + i] = 1;

  const passive = zeros(full, n);
  for (let i = 0; i < own; i++) passive.data[i * n + i] = 1;
  passive.data[offset.one * n + last] = 1;
  const meanPassive = zeros(full, n);
  const active = zeros(full, k);
  const meanActive = zeros(full, k);
  for (let a = 0; a < k; a++) {
    active.data[(offset.control + a) * k + a] = 1;
    active.data[(offset.meanControl + a) * k + a] = inverse;
    meanActive.data[(offset.control + a) * k + a] = inverse;
    meanActive.data[(offset.meanControl + a) * k + a] = inverse;
  }

  const A = zeros(n, n);
  const B = zeros(n, k);
  const Q = zeros(n, n);
  const S = zeros(k, n);
  const R = zeros(k, k);
  const weighted = zeros(full, n);
  const weightedActive = zeros(full, k);
  const stateRows = zeros(d, n);
  const commonRows = zeros(e, n);
  const update = (t: number): void => {
    loop.update(t);
    const { drift, commonDrift, running } = coefficients;
    for (let a = 0; a < k; a++) {
      const row = (offset.meanControl + a) * n;
      for (let i = 0; i < profileSize; i++) {
        const everybody = lift.data[(offset.meanControl + a) * profileSize + i];
        const oneself = lift.data[(offset.control + a) * profileSize + i];
        passive.data[row + copy + i] = everybody - inverse * oneself;
      }
    }
    // Averaged over all players x becomes x̄ and α becomes ᾱ; the deviator is one of them.
    meanPassive.data.set(passive.data);
    meanPassive.data.copyWithin(0, d * n, 2 * d * n);
    meanPassive.data.copyWithin(offset.control * n, offset.meanControl * n, (offset.meanControl + k) * n);

    A.data.set(multiply(drift, passive, stateRows).data, 0);
    A.data.set(multiply(drift, meanPassive, stateRows).data, d * n);
    A.data.set(multiply(commonDrift, meanPassive, commonRows).data, 2 * d * n);
    for (let i = own; i < last; i++) {
      for (let j = 0; j < profileSize; j++) A.data[i * n + copy + j] = flow.data[(i - copy) * profileSize + j];
    }
    B.data.set(multiply(drift, active).data, 0);
    B.data.set(multiply(drift, meanActive).data, d * k);
    B.data.set(multiply(commonDrift, meanActive).data, 2 * d * k);

    multiply(running, passive, weighted);
    multiplyTransposed(passive, weighted, Q);
    multiplyTransposed(active, weighted, S);
    multiply(running, active, weightedActive);
    multiplyTransposed(active, weightedActive, R);
  };

  const terminal = zeros(n, n);
  const place = (p: number): number => (p === stateSize - 1 ? last : p);
  for (let p = 0; p < stateSize; p++) {
    for (let q = 0; q < stateSize; q++) terminal.data[place(p) * n + place(q)] = model.terminal.data[p * stateSize + q];
  }
  const regulator = solveRegulator({
    horizon,
    A,
    B,
    Q,
    S,
    R,
    terminal,
    noise: multiply(embedding, multiply(loop.noise, transpose(embedding))),
    update,
    // The others' gains change in time even where the model does not.
    timeDependent: true,
    unit: Float64Array.of(...loop.unit.subarray(0, copy), ...loop.unit),
    costUnit: loop.costUnit,
    part: "best response",
    complaint: "the cost is not strictly convex in a deviator's own control",
  });
  return {
    regulator,
    embedding,
    weight: (t) => {
      update(t);
      return R;
    },
  };
}

/**
 * J(K) − J(K*) = E ∫ ½ |(K − K*) ξ|²_R dt along the law of ξ where nobody deviates: completing the square in the
 * deviator's value. With x = x̄ + D the mean, the aggregate's covariance and the deviations' are kept apart, so that the
 * large common part of x and x̄ never cancels.
 */
function expectedGap(
  model: LinearQuadraticModel,
  players: number,
  strategy: LinearStrategy,
  loop: ClosedLoop,
  deviator: Deviator,
): number {
  const { state: d, control: k, offset } = model.layout;
  const { size, aggregate: g, lift } = loop;
  const { regulator, embedding, weight } = deviator;
  const law = moments(model, players, strategy);
  const best = zeros(k, embedding.rows);
  const difference = zeros(k, size);
  const ownPart = zeros(k, d);
  const meanPart = zeros(k, size);
  const aggregatePart = zeros(k, g);

  const rate = (t: number): number => {
    const R = weight(t);
    regulator.gain(t, best);
    multiply(best, embedding, difference);
    for (let p = 0; p < difference.data.length; p++) {
      difference.data[p] = lift.data[offset.control * size + p] - difference.data[p];
    }
    copyBlock(difference, 0, 0, ownPart);
    average(difference, d, meanPart);
    copyBlock(meanPart, 0, d, aggregatePart);
    const { mean, covariance, deviation } = law.extended(t);
    const spread = traceProduct(squareOf(R, ownPart), deviation) + traceProduct(squareOf(R, aggregatePart), covariance);
    const centre = Float64Array.from({ length: k }, (_, a) => {
      let sum = meanPart.data[a * size + size - 1];
      for (let j = 0; j < g; j++) sum += aggregatePart.data[a * g + j] * mean[j];
      return sum;
    });
    return (spread + bilinearForm(R, centre, centre)) / 2;
  };

  // Both meshes resolve what moves: the forward one the initial layer, the backward one the terminal layer.
  const mesh = [...new Set([...law.mesh, ...regulator.mesh])].toSorted((a, b) => a - b);
  const { nodes, weights } = gaussLegendre(5);
  let sum = 0;
  for (let i = 0; i + 1 < mesh.length; i++) {
    const half = (mesh[i + 1] - mesh[i]) / 2;
    const middle = (mesh[i + 1] + mesh[i]) / 2;
    for (let q = 0; q < nodes.length; q++) sum += half * weights[q] * rate(middle + half * nodes[q]);
  }
  return sum;
}

/** L′RL. */
function squareOf(R: Matrix, L: Matrix): Matrix {
  return multiplyTransposed(L, multiply(R, L), zeros(L.columns, L.columns));
}
