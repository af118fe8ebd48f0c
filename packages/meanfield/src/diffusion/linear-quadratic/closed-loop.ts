import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "./candidate.ts";
import type { Coefficients } from "./coefficients.ts";
import { coefficients, noiseRates, sizes } from "./coefficients.ts";
import type { LinearQuadraticModel } from "./model.ts";

/**
 * The linear system that a symmetric strategy makes of the game, seen from one player.
 *
 * The state is ξ = (x_i, x̄, s, 1), or ξ = (x_i, x̄, s, m, s∞, 1) where N players follow a decentralised strategy: m and
 * s∞ are the conditional mean and the common state that each computes for the limit, driven by the common noise alone.
 * Everything is read off z = Z ξ, so this file knows nothing of how a strategy was found.
 */
export interface ClosedLoop {
  readonly model: LinearQuadraticModel;
  /** ν = 1/N. */
  readonly inverse: number;
  readonly size: number;
  /** d + e, or 2(d + e) with the computed mean: the number of coordinates between x_i and 1. */
  readonly aggregate: number;
  /** Z: z_i = Z ξ_i, size of z × size. */
  readonly lift: Matrix;
  /** Z̄: the average of all z_i, from the same ξ. */
  readonly meanLift: Matrix;
  /** F: dξ = F ξ dt + noise. */
  readonly flow: Matrix;
  /** Covariance rate of the noise of ξ. */
  readonly noise: Matrix;
  /** E ξ(0) and its covariance. */
  readonly initialMean: Float64Array;
  readonly initialCovariance: Matrix;
  /** Typical sizes of the coordinates of ξ, and of what is random in them. */
  readonly unit: Float64Array;
  readonly spread: Float64Array;
  readonly costUnit: number;
  readonly coefficients: Coefficients;
  /** Brings Z, Z̄ and F to time t. */
  readonly update: (t: number) => void;
}

export function closedLoop(model: LinearQuadraticModel, players: number, strategy: LinearStrategy): ClosedLoop {
  const { layout, initial } = model;
  const { state: d, common: e, control: k, offset, size: full, stateSize: n } = layout;
  const inverse = 1 / players;
  const computed = strategy.source === "decentralised" && inverse > 0;
  const aggregate = computed ? 2 * (d + e) : d + e;
  const size = d + aggregate + 1;
  const one = size - 1;
  const parts = coefficients(model);

  const gain = zeros(k, n);
  const lift = zeros(full, size);
  const meanLift = zeros(full, size);
  const limitLift = zeros(full, size);
  for (let i = 0; i < 2 * d + e; i++) lift.data[i * size + i] = 1;
  lift.data[offset.one * size + one] = 1;
  // What each player puts in place of (x̄, s): the actual ones, or those computed for the limit.
  const seen = computed ? 2 * d + e : d;
  if (computed) {
    for (let i = 0; i < d; i++) {
      limitLift.data[i * size + seen + i] = 1;
      limitLift.data[(offset.mean + i) * size + seen + i] = 1;
    }
    for (let j = 0; j < e; j++) limitLift.data[(offset.common + j) * size + seen + d + j] = 1;
    limitLift.data[offset.one * size + one] = 1;
  }

  const flow = zeros(size, size);
  const rowsOfState = zeros(d, size);
  const rowsOfCommon = zeros(e, size);
  const setRows = (first: number, rows: Matrix): void => flow.data.set(rows.data, first * size);

  const update = (t: number): void => {
    parts.update(t);
    strategy.gain(t, gain);
    for (let a = 0; a < k; a++) {
      const row = (offset.control + a) * size;
      lift.data.fill(0, row, row + size);
      for (let i = 0; i < d; i++) lift.data[row + i] = gain.data[a * n + i];
      for (let i = 0; i < d + e; i++) lift.data[row + seen + i] += gain.data[a * n + d + i];
      lift.data[row + one] = gain.data[a * n + n - 1];
      const meanRow = (offset.meanControl + a) * size;
      for (let i = 0; i < size; i++) lift.data[meanRow + i] = lift.data[row + i];
      for (let i = 0; i < d; i++) {
        lift.data[meanRow + d + i] += lift.data[meanRow + i];
        lift.data[meanRow + i] = 0;
      }
    }
    average(lift, d, meanLift);
    setRows(0, multiply(parts.drift, lift, rowsOfState));
    setRows(d, multiply(parts.drift, meanLift, rowsOfState));
    setRows(2 * d, multiply(parts.commonDrift, meanLift, rowsOfCommon));
    if (computed) {
      for (let a = 0; a < k; a++) {
        for (const first of [offset.control, offset.meanControl]) {
          const row = (first + a) * size;
          limitLift.data.fill(0, row, row + size);
          for (let i = 0; i < d + e; i++) limitLift.data[row + seen + i] = gain.data[a * n + d + i];
          for (let i = 0; i < d; i++) limitLift.data[row + seen + i] += gain.data[a * n + i];
          limitLift.data[row + one] = gain.data[a * n + n - 1];
        }
      }
      setRows(seen, multiply(parts.drift, limitLift, rowsOfState));
      setRows(seen + d, multiply(parts.commonDrift, limitLift, rowsOfCommon));
    }
  };

  const initialMean = new Float64Array(size);
  const initialCovariance = zeros(size, size);
  for (const first of computed ? [0, d, seen] : [0, d]) initialMean.set(initial.mean, first);
  for (const first of computed ? [2 * d, seen + d] : [2 * d]) initialMean.set(initial.commonState, first);
  initialMean[one] = 1;
  addBlock(initialCovariance, 0, 0, initial.covariance, 1);
  for (const [row, column] of [
    [0, d],
    [d, 0],
    [d, d],
  ] as const) {
    addBlock(initialCovariance, row, column, initial.covariance, inverse);
  }

  const typical = sizes(model);
  const unit = new Float64Array(size).fill(1);
  const spread = new Float64Array(size).fill(1);
  for (const first of computed ? [0, d, seen] : [0, d]) {
    unit.set(typical.state, first);
    spread.set(typical.stateSpread, first);
  }
  for (const first of computed ? [2 * d, seen + d] : [2 * d]) {
    unit.set(typical.common, first);
    spread.set(typical.commonSpread, first);
  }

  return {
    model,
    inverse,
    size,
    aggregate,
    lift,
    meanLift,
    flow,
    noise: playerNoise(model, inverse, size, computed ? seen : undefined),
    initialMean,
    initialCovariance,
    unit,
    spread,
    costUnit: typical.cost,
    coefficients: parts,
    update,
  };
}

/** The columns of x added into those of x̄, and zeros left in their place: what a row becomes when averaged over players. */
export function average(rows: Matrix, d: number, out: Matrix): Matrix {
  const { columns } = rows;
  out.data.set(rows.data);
  for (let i = 0; i < rows.rows; i++) {
    for (let j = 0; j < d; j++) {
      out.data[i * columns + d + j] += out.data[i * columns + j];
      out.data[i * columns + j] = 0;
    }
  }
  return out;
}

/**
 * Covariance rate of the noise of (x_i, x̄, s, …, 1), with a copy of the limit's mean at `copy` where there is one.
 *
 * The common noise moves x_i, x̄ and m alike; a player's own noise moves x̄ by ν of itself, all players' own noises
 * together by variance ν ΣΣ′.
 */
export function playerNoise(model: LinearQuadraticModel, inverse: number, size: number, copy?: number): Matrix {
  const { state: d } = model.layout;
  const rates = noiseRates(model);
  const out = zeros(size, size);
  const states = copy === undefined ? [0, d] : [0, d, copy];
  const commons = copy === undefined ? [2 * d] : [2 * d, copy + d];
  for (const a of states) {
    for (const b of states) addBlock(out, a, b, rates.common, 1);
    for (const s of commons) {
      addBlock(out, a, s, rates.cross, 1);
      addBlock(out, s, a, rates.cross, 1, true);
    }
  }
  for (const s of commons) for (const r of commons) addBlock(out, s, r, rates.commonState, 1);
  addBlock(out, 0, 0, rates.own, 1);
  for (const [row, column] of [
    [0, d],
    [d, 0],
    [d, d],
  ] as const)
    addBlock(out, row, column, rates.own, inverse);
  return out;
}

function addBlock(into: Matrix, row: number, column: number, block: Matrix, weight: number, flipped = false): void {
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.columns; j++) {
      const [r, c] = flipped ? [j, i] : [i, j];
      into.data[(row + r) * into.columns + column + c] += weight * block.data[i * block.columns + j];
    }
  }
}
