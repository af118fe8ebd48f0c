import { InputError, RefusalError } from "../../core/index.ts";
import { choleskyDecompose, NotPositiveDefiniteError } from "../../numeric/cholesky.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { TimeMatrix } from "../linear-quadratic/model.ts";

/**
 * Linear–quadratic differential games between N players who need not resemble each other.
 *
 * All coordinates are stacked: x ∈ Rⁿ is the state of the whole game, u = (u_1, …, u_N) ∈ Rᵐ all controls, and
 * everything linear or quadratic acts on z = (x, u, 1) (at the horizon on (x, 1)), as in the symmetric family:
 *
 *     dx = 𝓓(t) z dt + Σ dW,     J_i = E ∫₀ᵀ ½ z′ 𝓠_i(t) z dt + E ½ (x, 1)′ 𝓖_i (x, 1).
 *
 * No symmetry is used anywhere in this room, so that it can check the symmetric engine.
 */
export interface PlayersModel {
  /** How many coordinates each player's control has, k_1, …, k_N. */
  readonly controls: readonly number[];
  /** n */
  readonly states: number;
  /** T > 0. */
  readonly horizon: number;
  /** 𝓓, n × (n + m + 1). */
  readonly drift: TimeMatrix;
  /** 𝓠_1, …, 𝓠_N, each (n + m + 1)², symmetric; costs are minimised. */
  readonly running: readonly TimeMatrix[];
  /** 𝓖_1, …, 𝓖_N on (x, 1), each (n + 1)², symmetric. */
  readonly terminal: readonly Matrix[];
  /** Σ Σ′, n × n. */
  readonly noiseCovariance: Matrix;
  readonly initial: {
    /** E x(0), n. */
    readonly mean: Float64Array;
    /** Cov x(0), n × n. */
    readonly covariance: Matrix;
  };
}

/** A profile of strategies linear in the whole state: u = K(t) (x, 1). */
export interface PlayersStrategy {
  /** Writes K(t), m × (n + 1), for t in [0, T]. */
  readonly gain: (t: number, out: Matrix) => void;
}

/** m, the number of control coordinates of all players together. */
export function controlCount(model: PlayersModel): number {
  return model.controls.reduce((sum, k) => sum + k, 0);
}

/** Where each player's control starts in u; one entry more than players, the last being m. */
export function controlOffsets(model: Pick<PlayersModel, "controls">): readonly number[] {
  const offsets = [0];
  for (const k of model.controls) offsets.push(offsets[offsets.length - 1] + k);
  return offsets;
}

/** The coefficients at one time, rewritten in place by `coefficientsOf`. */
export interface Coefficients {
  readonly drift: Matrix;
  readonly running: readonly Matrix[];
}

/** A function that brings one set of buffers to time t, evaluating what is constant only once. */
export function coefficientsOf(model: PlayersModel): (t: number) => Coefficients {
  const size = model.states + controlCount(model) + 1;
  const drift = zeros(model.states, size);
  const running = model.running.map(() => zeros(size, size));
  model.drift.into(0, drift);
  model.running.forEach((cost, i) => cost.into(0, running[i]));
  const coefficients = { drift, running };
  return (t) => {
    if (model.drift.timeDependent) model.drift.into(t, drift);
    for (let i = 0; i < running.length; i++) {
      if (model.running[i].timeDependent) model.running[i].into(t, running[i]);
    }
    return coefficients;
  };
}

/** E (x, 1)(x, 1)′ at time 0, (n + 1)². */
export function initialSecondMoment(model: PlayersModel): Matrix {
  const n = model.states;
  const { mean, covariance } = model.initial;
  const out = zeros(n + 1, n + 1);
  const x = (a: number): number => (a === n ? 1 : mean[a]);
  for (let a = 0; a <= n; a++) {
    for (let b = 0; b <= n; b++) {
      out.data[a * (n + 1) + b] = x(a) * x(b) + (a < n && b < n ? covariance.data[a * n + b] : 0);
    }
  }
  return out;
}

/** A constant, or a function of time. */
export type InTime<T> = T | ((t: number) => T);
type Rows = readonly (readonly number[])[];

/** A game as it is written down: dx = (A x + Σ_j B_j u_j + a) dt + Σ dW and the players' costs. */
export interface PlayersDeclaration {
  readonly horizon: number;
  /** A, n × n. */
  readonly A: InTime<Rows>;
  /** B_1, …, B_N, each n × k_i. */
  readonly B: readonly InTime<Rows>[];
  /** a, n; zero unless given. */
  readonly a?: InTime<readonly number[]>;
  readonly costs: readonly PlayerCost[];
  /** Σ, n rows; none unless given. */
  readonly noise?: Rows;
  readonly initial: { readonly mean: readonly number[]; readonly covariance?: Rows };
}

/**
 * One player's cost: E ∫ ½x′Qx + u′Lx + ½u′Ru + q·x + l·u + c dt + E ½x′Gx + g·x; what is left out is zero.
 *
 * u stacks the controls of all players: L is m × n, R is m × m, l has m entries.
 */
export interface PlayerCost {
  readonly Q?: InTime<Rows>;
  readonly L?: InTime<Rows>;
  readonly R: InTime<Rows>;
  readonly q?: InTime<readonly number[]>;
  readonly l?: InTime<readonly number[]>;
  readonly c?: InTime<number>;
  readonly G?: Rows;
  readonly g?: readonly number[];
}

/**
 * The game with these matrices.
 *
 * @throws InputError where a shape is off, a quadratic term is not symmetric, an entry is not finite, or a player's own
 * block of R is not positive definite (at 0, T/2 and T where it depends on time).
 */
export function playersModel(declaration: PlayersDeclaration): PlayersModel {
  const { horizon, A, B, a, costs, noise, initial } = declaration;
  if (!(horizon > 0 && Number.isFinite(horizon))) throw new InputError("horizon", horizon, "a positive number");
  if (B.length < 1) throw new InputError("B", B.length, "one matrix a player, at least one");
  if (costs.length !== B.length) throw new InputError("costs", costs.length, `one a player, ${B.length}`);
  const n = initial.mean.length;
  if (n < 1) throw new InputError("initial.mean", n, "at least one number");
  const controls = B.map((matrix, i) => {
    const columns = valueAt(matrix, 0)[0]?.length ?? 0;
    if (columns < 1) throw new InputError(`B[${i}]`, columns, "a matrix with at least one column");
    return columns;
  });
  const offsets = controlOffsets({ controls });
  const m = offsets[B.length];
  const size = n + m + 1;

  const drift = blocks(n, size, [
    { name: "A", value: A, row: 0, column: 0, rows: n, columns: n },
    ...B.map((value, i): Block => ({
      name: `B[${i}]`,
      value,
      row: 0,
      column: n + offsets[i],
      rows: n,
      columns: controls[i],
    })),
    ...(a === undefined ? [] : [columnBlock("a", a, 0, n + m, n)]),
  ]);
  const running = costs.map((cost, i) => {
    const parts: Block[] = [
      { name: `costs[${i}].R`, value: cost.R, row: n, column: n, rows: m, columns: m, symmetric: true },
    ];
    if (cost.Q !== undefined) {
      parts.push({ name: `costs[${i}].Q`, value: cost.Q, row: 0, column: 0, rows: n, columns: n, symmetric: true });
    }
    if (cost.L !== undefined) {
      parts.push({ name: `costs[${i}].L`, value: cost.L, row: n, column: 0, rows: m, columns: n, mirrored: true });
    }
    if (cost.q !== undefined) parts.push({ ...columnBlock(`costs[${i}].q`, cost.q, 0, n + m, n), mirrored: true });
    if (cost.l !== undefined) parts.push({ ...columnBlock(`costs[${i}].l`, cost.l, n, n + m, m), mirrored: true });
    if (cost.c !== undefined) {
      const { c } = cost;
      const twice: InTime<Rows> = typeof c === "function" ? (t) => [[2 * c(t)]] : [[2 * c]];
      parts.push({ name: `costs[${i}].c`, value: twice, row: n + m, column: n + m, rows: 1, columns: 1 });
    }
    return blocks(size, size, parts);
  });
  const terminal = costs.map((cost, i) => {
    const parts: Block[] = [];
    if (cost.G !== undefined) {
      parts.push({ name: `costs[${i}].G`, value: cost.G, row: 0, column: 0, rows: n, columns: n, symmetric: true });
    }
    if (cost.g !== undefined) parts.push({ ...columnBlock(`costs[${i}].g`, cost.g, 0, n, n), mirrored: true });
    const out = zeros(n + 1, n + 1);
    blocks(n + 1, n + 1, parts).into(0, out);
    return out;
  });

  const noiseCovariance = zeros(n, n);
  if (noise !== undefined) {
    checkShape("noise", noise, n, noise[0]?.length ?? 0);
    for (let p = 0; p < n; p++) {
      for (let r = 0; r < n; r++) {
        noiseCovariance.data[p * n + r] = noise[p].reduce((sum, value, b) => sum + value * noise[r][b], 0);
      }
    }
  }
  const covariance = zeros(n, n);
  if (initial.covariance !== undefined) {
    const block: Block = {
      name: "initial.covariance",
      value: initial.covariance,
      row: 0,
      column: 0,
      rows: n,
      columns: n,
      symmetric: true,
    };
    blocks(n, n, [block]).into(0, covariance);
  }
  checkShape("initial.mean", [initial.mean], 1, n);
  const mean = Float64Array.from(initial.mean);
  const model: PlayersModel = {
    controls,
    states: n,
    horizon,
    drift,
    running,
    terminal,
    noiseCovariance,
    initial: { mean, covariance },
  };
  for (const t of [0, horizon / 2, horizon]) {
    const found = playerWithoutConvexity(model, t);
    if (found === undefined) continue;
    const what = `positive definite at t = ${t}, or the player could gain without bound`;
    throw new InputError(`costs[${found}].R (the player's own block)`, "not positive definite", what);
  }
  return model;
}

/** The first player whose cost is not strictly convex in its own control at time t; undefined where all are. */
function playerWithoutConvexity(model: PlayersModel, t: number): number | undefined {
  const { running } = coefficientsOf(model)(t);
  const offsets = controlOffsets(model);
  const size = model.states + offsets[model.controls.length] + 1;
  const found = model.controls.findIndex((k, i) => {
    const own = zeros(k, k);
    for (let a = 0; a < k; a++) {
      const row = (model.states + offsets[i] + a) * size + model.states + offsets[i];
      for (let b = 0; b < k; b++) own.data[a * k + b] = running[i].data[row + b];
    }
    try {
      choleskyDecompose(own);
      return false;
    } catch (error) {
      if (!(error instanceof NotPositiveDefiniteError)) throw error;
      return true;
    }
  });
  return found < 0 ? undefined : found;
}

/**
 * Makes sure, at 0, T/2 and T, that first-order conditions in the controls are those of least and not of greatest cost.
 *
 * @throws RefusalError naming the player.
 */
export function requireConvexControls(model: PlayersModel): void {
  for (const t of [0, model.horizon / 2, model.horizon]) {
    const found = playerWithoutConvexity(model, t);
    if (found === undefined) continue;
    const whose = model.controls.length === 1 ? "the cost" : `player ${found + 1}'s cost`;
    throw new RefusalError(`at t = ${t} ${whose} is not strictly convex in its own control: no optimum`);
  }
}

/** A piece of a stacked matrix; `mirrored` writes its transpose across the diagonal as well. */
interface Block {
  readonly name: string;
  readonly value: InTime<Rows>;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
  readonly symmetric?: boolean;
  readonly mirrored?: boolean;
}

function columnBlock(name: string, value: InTime<readonly number[]>, row: number, column: number, rows: number): Block {
  const stand = (list: readonly number[]): Rows => list.map((entry) => [entry]);
  const rowsInTime: InTime<Rows> = typeof value === "function" ? (t) => stand(value(t)) : stand(value);
  return { name, value: rowsInTime, row, column, rows, columns: 1 };
}

function blocks(rows: number, columns: number, parts: readonly Block[]): TimeMatrix {
  const write = (t: number, out: Matrix): void => {
    out.data.fill(0);
    for (const part of parts) {
      const value = valueAt(part.value, t);
      checkShape(part.name, value, part.rows, part.columns);
      for (let i = 0; i < part.rows; i++) {
        for (let j = 0; j < part.columns; j++) {
          if (part.symmetric === true && !(Math.abs(value[i][j] - value[j][i]) <= 1e-12 * Math.abs(value[i][j]))) {
            throw new InputError(`${part.name}[${i}][${j}]`, value[i][j], `equal to [${j}][${i}] = ${value[j][i]}`);
          }
          out.data[(part.row + i) * columns + part.column + j] = value[i][j];
          if (part.mirrored === true) out.data[(part.column + j) * columns + part.row + i] = value[i][j];
        }
      }
    }
  };
  write(0, zeros(rows, columns));
  return { rows, columns, timeDependent: parts.some((part) => typeof part.value === "function"), into: write };
}

function valueAt<T>(value: InTime<T>, t: number): T {
  return typeof value === "function" ? (value as (t: number) => T)(t) : value;
}

function checkShape(name: string, value: Rows, rows: number, columns: number): void {
  if (value.length !== rows) throw new InputError(name, value.length, `a matrix of ${rows} rows`);
  value.forEach((row, i) => {
    if (row.length !== columns) throw new InputError(`${name}[${i}]`, row.length, `a row of ${columns} numbers`);
    row.forEach((entry, j) => {
      if (!Number.isFinite(entry)) throw new InputError(`${name}[${i}][${j}]`, entry, "a finite number");
    });
  });
}
