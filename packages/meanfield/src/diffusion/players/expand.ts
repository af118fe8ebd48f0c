import { InputError, RefusalError } from "../../core/index.ts";
import { matrix, multiply, transpose, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import type { Layout, LinearQuadraticModel, TimeMatrix } from "../linear-quadratic/model.ts";
import type { PlayersModel, PlayersStrategy } from "./model.ts";

/**
 * The N-player game of a symmetric model written out in full: state (x_1, …, x_N, s), controls (α_1, …, α_N).
 *
 * @throws InputError for fewer than one player or N = Infinity; RefusalError where the model makes sense only in the
 * limit.
 */
export function expandPlayers(model: LinearQuadraticModel, players: number): PlayersModel {
  return expand(model, players, undefined).game;
}

/** A strategy of the symmetric family as a profile of the expanded game; x̄ is the empirical mean of the players. */
export function expandStrategy(
  model: LinearQuadraticModel,
  players: number,
  strategy: LinearStrategy,
): PlayersStrategy {
  const { state: d, common: e, control: k } = model.layout;
  const n = players * d + e;
  const small = zeros(k, model.layout.stateSize);
  return {
    gain: (t, out) => {
      strategy.gain(t, small);
      out.data.fill(0);
      for (let i = 0; i < players; i++) writePlayerRow(model.layout, players, i, small, out, n + 1, players * d);
    },
  };
}

/**
 * N players who each compute the limit's conditional mean for themselves instead of looking at the others.
 *
 * The expanded state gains the computed mean and common state, (x_1, …, x_N, s, m̂, ŝ), which follow the limit's
 * equations under `strategy` and feel the common noise only; the profile reads (x_i, m̂, ŝ, 1). A deviator of this game
 * sees all of it.
 */
export function expandDecentralised(
  model: LinearQuadraticModel,
  players: number,
  strategy: LinearStrategy,
): { readonly game: PlayersModel; readonly strategy: PlayersStrategy } {
  const { state: d, common: e, control: k } = model.layout;
  const { game } = expand(model, players, strategy);
  const small = zeros(k, model.layout.stateSize);
  const computed = players * d + e;
  return {
    game,
    strategy: {
      gain: (t, out) => {
        strategy.gain(t, small);
        out.data.fill(0);
        const width = out.columns;
        for (let i = 0; i < players; i++) {
          for (let a = 0; a < k; a++) {
            const row = (i * k + a) * width;
            const from = a * small.columns;
            for (let b = 0; b < d; b++) out.data[row + i * d + b] = small.data[from + b];
            for (let b = 0; b < d + e; b++) out.data[row + computed + b] = small.data[from + d + b];
            out.data[row + width - 1] = small.data[from + 2 * d + e];
          }
        }
      },
    },
  };
}

/** Row i of the expanded gain, from the gain on (x_i, x̄, s, 1). */
function writePlayerRow(
  layout: Layout,
  players: number,
  i: number,
  small: Matrix,
  out: Matrix,
  width: number,
  common: number,
): void {
  const { state: d, common: e, control: k } = layout;
  for (let a = 0; a < k; a++) {
    const row = (i * k + a) * width;
    const from = a * small.columns;
    for (let b = 0; b < d; b++) {
      const share = small.data[from + d + b] / players;
      for (let j = 0; j < players; j++) out.data[row + j * d + b] = share;
      out.data[row + i * d + b] += small.data[from + b];
    }
    for (let b = 0; b < e; b++) out.data[row + common + b] = small.data[from + 2 * d + b];
    out.data[row + width - 1] = small.data[from + 2 * d + e];
  }
}

function expand(
  model: LinearQuadraticModel,
  players: number,
  computedBy: LinearStrategy | undefined,
): { readonly game: PlayersModel } {
  if (!(Number.isInteger(players) && players >= 1)) throw new InputError("players", players, "a whole number from 1");
  if (model.limitOnly !== undefined) throw new RefusalError(model.limitOnly);
  const { layout, horizon, noise } = model;
  const { state: d, common: e, control: k } = layout;
  const extra = computedBy === undefined ? 0 : d + e;
  const n = players * d + e + extra;
  const m = players * k;
  const size = n + m + 1;

  /** z_i as a linear function of (x, u, 1). */
  const selection = (i: number): Matrix => {
    const out = zeros(layout.size, size);
    const put = (row: number, column: number, value: number): void => void (out.data[row * size + column] += value);
    for (let a = 0; a < d; a++) {
      put(a, i * d + a, 1);
      for (let j = 0; j < players; j++) put(d + a, j * d + a, 1 / players);
    }
    for (let a = 0; a < e; a++) put(layout.offset.common + a, players * d + a, 1);
    for (let a = 0; a < k; a++) {
      put(layout.offset.control + a, n + i * k + a, 1);
      for (let j = 0; j < players; j++) put(layout.offset.meanControl + a, n + j * k + a, 1 / players);
    }
    put(layout.offset.one, size - 1, 1);
    return out;
  };
  const selections = Array.from({ length: players }, (_, i) => selection(i));

  const ownDrift = zeros(d, layout.size);
  const commonDrift = e === 0 ? undefined : zeros(e, layout.size);
  const block = zeros(d, size);
  const commonBlock = e === 0 ? undefined : zeros(e, size);
  const gain = zeros(k, layout.stateSize);
  const drift: TimeMatrix = {
    rows: n,
    columns: size,
    timeDependent: model.drift.timeDependent || (e > 0 && model.commonDrift.timeDependent) || extra > 0,
    into: (t, out) => {
      out.data.fill(0);
      model.drift.into(t, ownDrift);
      for (let i = 0; i < players; i++) {
        multiply(ownDrift, selections[i], block);
        out.data.set(block.data, i * d * size);
      }
      if (commonDrift !== undefined && commonBlock !== undefined) {
        model.commonDrift.into(t, commonDrift);
        multiply(commonDrift, selections[0], commonBlock);
        out.data.set(commonBlock.data, players * d * size);
      }
      if (computedBy === undefined) return;
      computedBy.gain(t, gain);
      const first = players * d + e;
      for (let row = 0; row < d + e; row++) {
        const source = row < d ? ownDrift : (commonDrift as Matrix);
        writeComputedRow(
          layout,
          source,
          row < d ? row : row - d,
          gain,
          out.data.subarray((first + row) * size, (first + row + 1) * size),
          first,
          size,
        );
      }
    },
  };

  const runningOne = zeros(layout.size, layout.size);
  const half = zeros(layout.size, size);
  const transposed = selections.map(transpose);
  const running = selections.map((chosen, i): TimeMatrix => ({
    rows: size,
    columns: size,
    timeDependent: model.running.timeDependent,
    into: (t, out) => {
      model.running.into(t, runningOne);
      multiply(runningOne, chosen, half);
      multiply(transposed[i], half, out);
    },
  }));
  const terminal = selections.map((chosen) => {
    const rows: number[] = [];
    for (let a = 0; a < 2 * d + e; a++) rows.push(a);
    rows.push(layout.offset.one);
    const small = zeros(layout.stateSize, n + 1);
    rows.forEach((row, r) => {
      for (let c = 0; c < n; c++) small.data[r * (n + 1) + c] = chosen.data[row * size + c];
      small.data[r * (n + 1) + n] = chosen.data[row * size + size - 1];
    });
    return multiply(transpose(small), multiply(model.terminal, small));
  });

  const covariance = zeros(n, n);
  const mean = new Float64Array(n);
  for (let i = 0; i < players; i++) {
    for (let a = 0; a < d; a++) {
      mean[i * d + a] = model.initial.mean[a];
      for (let b = 0; b < d; b++) {
        covariance.data[(i * d + a) * n + i * d + b] = model.initial.covariance.data[a * d + b];
      }
    }
  }
  for (let a = 0; a < e; a++) mean[players * d + a] = model.initial.commonState[a];
  if (extra > 0) {
    for (let a = 0; a < d; a++) mean[players * d + e + a] = model.initial.mean[a];
    for (let a = 0; a < e; a++) mean[players * d + e + d + a] = model.initial.commonState[a];
  }

  return {
    game: {
      controls: Array.from({ length: players }, () => k),
      states: n,
      horizon,
      drift,
      running,
      terminal,
      noiseCovariance: expandNoise(layout, players, noise, extra > 0),
      initial: { mean, covariance },
    },
  };
}

/** One row of the limit's mean equation: x and x̄ both read the computed mean, α and ᾱ both its expected control. */
function writeComputedRow(
  layout: Layout,
  source: Matrix,
  row: number,
  gain: Matrix,
  out: Float64Array,
  first: number,
  size: number,
): void {
  const { state: d, common: e, control: k, offset } = layout;
  const at = (column: number): number => source.data[row * layout.size + column];
  for (let b = 0; b < d; b++) out[first + b] += at(b) + at(offset.mean + b);
  for (let b = 0; b < e; b++) out[first + d + b] += at(offset.common + b);
  out[size - 1] += at(offset.one);
  for (let a = 0; a < k; a++) {
    const factor = at(offset.control + a) + at(offset.meanControl + a);
    const from = a * gain.columns;
    for (let b = 0; b < d; b++) out[first + b] += factor * (gain.data[from + b] + gain.data[from + d + b]);
    for (let b = 0; b < e; b++) out[first + d + b] += factor * gain.data[from + 2 * d + b];
    out[size - 1] += factor * gain.data[from + 2 * d + e];
  }
}

/** Σ Σ′ of the expanded state: own noise in each player, common noise in all, in s and in what is computed from it. */
function expandNoise(layout: Layout, players: number, noise: LinearQuadraticModel["noise"], computed: boolean): Matrix {
  const { state: d, common: e } = layout;
  const own = noise.own.data.length / d;
  const common = noise.common.data.length / d;
  const n = players * d + e + (computed ? d + e : 0);
  const width = players * own + common;
  if (width === 0) return zeros(n, n);
  const all = matrix(n, width);
  const copy = (from: Matrix, rows: number, columns: number, row: number, column: number): void => {
    for (let a = 0; a < rows; a++) {
      for (let b = 0; b < columns; b++) all.data[(row + a) * width + column + b] = from.data[a * columns + b];
    }
  };
  for (let i = 0; i < players; i++) {
    copy(noise.own, d, own, i * d, i * own);
    copy(noise.common, d, common, i * d, players * own);
  }
  copy(noise.commonState, e, common, players * d, players * own);
  if (computed) {
    copy(noise.common, d, common, players * d + e, players * own);
    copy(noise.commonState, e, common, players * d + e + d, players * own);
  }
  return multiply(all, transpose(all));
}
