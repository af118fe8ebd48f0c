import type { Matrix } from "../../numeric/matrix.ts";
import { identity, zeros } from "../../numeric/matrix.ts";
import { NotPositiveDefiniteError, choleskyDecompose } from "../../numeric/cholesky.ts";
import { gaussian, kullbackLeiblerGaussian } from "../../measure/index.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import type { ClosedLoop } from "../linear-quadratic/closed-loop.ts";
import { closedLoop } from "../linear-quadratic/closed-loop.ts";
import { noiseRates } from "../linear-quadratic/coefficients.ts";
import { copyBlock, traceProduct } from "../linear-quadratic/dense.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { secondMoments } from "./second-moments.ts";
import type { MomentSystem } from "./second-moments.ts";

/**
 * The N-player game beside N copies of the limit's player, driven by the same noises and started at the same states:
 * synchronous coupling (A.-S. Sznitman, Topics in propagation of chaos, 1991, chapter I).
 *
 * With e = X^{i,N} − X^i, E = X^i − m, y = (x̄, s) and p = y^N − y^∞ everything is linear, and e itself has no noise:
 *
 *     de = A_N(e − p_x) + (A_N − A_∞)E + [A^y_N p + (A^y_N − A^y_∞)y^∞ + f_N − f_∞]_x,
 *     dE = A_∞E + Σ dW^i,   dp = A^y_N p + (A^y_N − A^y_∞)y^∞ + f_N − f_∞ + Σ dW̄,   dy^∞ = A^y_∞ y^∞ + f_∞ + dW⁰-part.
 *
 * Differences are the unknowns and have units of their own, so that errors of order 1/N keep their digits.
 */
export interface Coupling {
  /** E |X^{i,N}_T − X^i_T|². */
  readonly terminal: number;
  /** E ∫₀ᵀ |X^{i,N}_t − X^i_t|² dt. */
  readonly path: number;
}

/** @param finite what the N players follow, seeing x̄ and s; @param infinite what the limit's players follow */
export function coupling(
  model: LinearQuadraticModel,
  players: number,
  finite: LinearStrategy,
  infinite: LinearStrategy,
): Coupling {
  const { state: d, common } = model.layout;
  const g = d + common;
  const pair = loops(model, players, finite, infinite);
  const { own } = noiseRates(model);
  const n = 2 * d + 2 * g + 1;
  const [atE, atP, atY] = [d, 2 * d, 2 * d + g];
  const system = emptySystem(
    n,
    pair.units([
      ["difference", d],
      ["state", d],
      ["difference", g],
      ["state", g],
    ]),
  );

  const nu = 1 / players;
  const blocks = [
    [atE, atE, 1],
    [atE, atP, nu],
    [atP, atE, nu],
    [atP, atP, nu],
  ] as const;
  for (const [row, column, weight] of blocks) {
    addBlock(system.rate, row, column, own, weight);
    addBlock(system.start, row, column, model.initial.covariance, weight);
  }
  addBlock(system.rate, atY, atY, pair.commonRate, 1);
  setPoint(system.start, atY, pair.start);

  const update = (t: number): void => {
    pair.update(t);
    const { ownFinite, ownLimit, finite: F, limit: L } = pair;
    const { matrix } = system;
    matrix.data.fill(0);
    addBlock(matrix, 0, 0, ownFinite, 1);
    addBlock(matrix, 0, atE, ownFinite, 1);
    addBlock(matrix, 0, atE, ownLimit, -1);
    addBlock(matrix, 0, atP, ownFinite, -1);
    addBlock(matrix, atE, atE, ownLimit, 1);
    // The x-rows of the aggregates' difference move e as well as p.
    for (const [first, rows] of [
      [0, d],
      [atP, g],
    ] as const) {
      addBlock(matrix, first, atP, F.matrix, 1, rows);
      addBlock(matrix, first, atY, F.matrix, 1, rows);
      addBlock(matrix, first, atY, L.matrix, -1, rows);
      addColumn(matrix, first, F.offset, 1, rows);
      addColumn(matrix, first, L.offset, -1, rows);
    }
    addBlock(matrix, atY, atY, L.matrix, 1);
    addColumn(matrix, atY, L.offset, 1, g);
  };
  const { end, integral } = secondMoments(update, [system], model.horizon, d);
  return { terminal: traceProduct(copyBlock(end[0], 0, 0, zeros(d, d)), identity(d)), path: integral };
}

/** Laws of k players at T in the N-player game and in the limit, given the common noise. */
export interface ConditionalLaws {
  /** Covariance of (X^1, …, X^k) given the common noise, (kd)². */
  readonly finite: (k: number) => Matrix;
  /** Of one player in the limit, d². */
  readonly limit: Matrix;
  /** E cc′ of the difference c of the two conditional means, d². */
  readonly shift: Matrix;
}

export function conditionalLaws(
  model: LinearQuadraticModel,
  players: number,
  finite: LinearStrategy,
  infinite: LinearStrategy,
): ConditionalLaws {
  const { state: d, common } = model.layout;
  const { covariance } = model.initial;
  const g = d + common;
  const nu = 1 / players;
  const pair = loops(model, players, finite, infinite);
  const { own } = noiseRates(model);

  // D and E as of a single player; x̄ given W⁰; and (c, y^∞, 1) with c the difference of the conditional means.
  const ownFinite = emptySystem(d, pair.units([["state", d]]).subarray(0, d));
  const ownLimit = emptySystem(d, ownFinite.unit);
  const mean = emptySystem(g, pair.units([["difference", g]]).subarray(0, g));
  const shift = emptySystem(
    2 * g + 1,
    pair.units([
      ["difference", g],
      ["state", g],
    ]),
  );
  for (const system of [ownFinite, ownLimit]) {
    addBlock(system.rate, 0, 0, own, 1);
    addBlock(system.start, 0, 0, covariance, 1);
  }
  addBlock(mean.rate, 0, 0, own, nu);
  addBlock(mean.start, 0, 0, covariance, nu);
  addBlock(shift.rate, g, g, pair.commonRate, 1);
  setPoint(shift.start, g, pair.start);
  const update = (t: number): void => {
    pair.update(t);
    const { finite: F, limit: L } = pair;
    ownFinite.matrix.data.set(pair.ownFinite.data);
    ownLimit.matrix.data.set(pair.ownLimit.data);
    mean.matrix.data.set(F.matrix.data);
    shift.matrix.data.fill(0);
    addBlock(shift.matrix, 0, 0, F.matrix, 1);
    addBlock(shift.matrix, 0, g, F.matrix, 1);
    addBlock(shift.matrix, 0, g, L.matrix, -1);
    addColumn(shift.matrix, 0, F.offset, 1, g);
    addColumn(shift.matrix, 0, L.offset, -1, g);
    addBlock(shift.matrix, g, g, L.matrix, 1);
    addColumn(shift.matrix, g, L.offset, 1, g);
  };
  const { end } = secondMoments(update, [ownFinite, ownLimit, mean, shift], model.horizon);
  const [spread, limit, ofMean, ofShift] = end;
  return {
    finite: (k) => {
      const out = zeros(k * d, k * d);
      for (let a = 0; a < k; a++) {
        for (let b = 0; b < k; b++) {
          addBlock(out, a * d, b * d, copyBlock(ofMean, 0, 0, zeros(d, d)), 1);
          addBlock(out, a * d, b * d, spread, (a === b ? 1 : 0) - nu);
        }
      }
      return out;
    },
    limit,
    shift: copyBlock(ofShift, 0, 0, zeros(d, d)),
  };
}

/**
 * Relative entropy of the law of (X^1, …, X^k)_T and the common noise in the N-player game with respect to the limit,
 * in which players are independent given the common noise: the mean over it of the entropy between Gaussian laws.
 *
 * Of order (k/N)² where the game is smooth: D. Lacker, Hierarchies, entropy, and quantitative propagation of chaos for
 * mean field diffusions (2023). Undefined where a single player's law in the limit has no density.
 */
export function marginalEntropy({ finite, limit, shift }: ConditionalLaws, k: number): number | undefined {
  const d = limit.rows;
  const product = zeros(k * d, k * d);
  for (let a = 0; a < k; a++) addBlock(product, a * d, a * d, limit, 1);
  const centre = new Float64Array(k * d);
  try {
    const ofMeans = choleskyDecompose(limit);
    let sum = 0;
    for (let i = 0; i < d; i++) {
      const column = Float64Array.from({ length: d }, (_, j) => shift.data[j * d + i]);
      sum += ofMeans.solve(column)[i];
    }
    return kullbackLeiblerGaussian(gaussian(centre, finite(k)), gaussian(centre, product)) + (k * sum) / 2;
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) return undefined;
    throw error;
  }
}

/** The linear systems of the N players and of the limit, side by side. */
export interface LoopPair {
  /** What moves x_i − x̄. */
  readonly ownFinite: Matrix;
  readonly ownLimit: Matrix;
  /** What moves y = (x̄, s). */
  readonly finite: { readonly matrix: Matrix; readonly offset: Float64Array };
  readonly limit: { readonly matrix: Matrix; readonly offset: Float64Array };
  /** Covariance rate of the common noise in y. */
  readonly commonRate: Matrix;
  /** y(0) in the limit. */
  readonly start: Float64Array;
  /** Units of blocks of coordinates and of a last constant 1; differences are smaller by 1/√N. */
  readonly units: (blocks: readonly (readonly ["state" | "difference", number])[]) => Float64Array;
  readonly update: (t: number) => void;
}

export function loops(
  model: LinearQuadraticModel,
  players: number,
  finite: LinearStrategy,
  infinite: LinearStrategy,
): LoopPair {
  if (finite.source !== "empirical") throw new RangeError("a coupling needs players who see the empirical mean");
  const { state: d, common } = model.layout;
  const g = d + common;
  const inFinite = closedLoop(model, players, finite);
  const inLimit = closedLoop(model, Infinity, infinite);
  const aggregate = () => ({ matrix: zeros(g, g), offset: new Float64Array(g) });
  const pair = { ownFinite: zeros(d, d), ownLimit: zeros(d, d), finite: aggregate(), limit: aggregate() };
  const read = ({ flow, size }: ClosedLoop, own: Matrix, into: ReturnType<typeof aggregate>): void => {
    copyBlock(flow, 0, 0, own);
    copyBlock(flow, d, d, into.matrix);
    for (let i = 0; i < g; i++) into.offset[i] = flow.data[(d + i) * size + size - 1];
  };
  return {
    ...pair,
    commonRate: copyBlock(inLimit.noise, d, d, zeros(g, g)),
    start: inLimit.initialMean.slice(d, d + g),
    units: (blocks) => {
      const small = 1 / Math.sqrt(players);
      const parts = blocks.map(([kind, length]) =>
        inLimit.unit.slice(d, d + length).map((value) => (kind === "state" ? value : value * small)),
      );
      return Float64Array.of(...parts.flatMap((part) => [...part]), 1);
    },
    update: (t) => {
      inFinite.update(t);
      inLimit.update(t);
      read(inFinite, pair.ownFinite, pair.finite);
      read(inLimit, pair.ownLimit, pair.limit);
    },
  };
}

function emptySystem(size: number, unit: Float64Array): MomentSystem {
  return { size, matrix: zeros(size, size), rate: zeros(size, size), start: zeros(size, size), unit };
}

/** Adds the first `rows` rows of a weighted block. */
export function addBlock(
  into: Matrix,
  row: number,
  column: number,
  block: Matrix,
  weight: number,
  rows = block.rows,
): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < block.columns; j++) {
      into.data[(row + i) * into.columns + column + j] += weight * block.data[i * block.columns + j];
    }
  }
}

/** Adds a vector to the last column. */
function addColumn(into: Matrix, row: number, vector: Float64Array, weight: number, rows: number): void {
  for (let i = 0; i < rows; i++) into.data[(row + i + 1) * into.columns - 1] += weight * vector[i];
}

/** E ζζ′ of a known point at `at`, with a 1 behind. */
function setPoint(into: Matrix, at: number, point: Float64Array): void {
  const values = Float64Array.of(...point, 1);
  for (let i = 0; i < values.length; i++) {
    for (let j = 0; j < values.length; j++) into.data[(at + i) * into.columns + at + j] += values[i] * values[j];
  }
}
