/**
 * Linear systems by ordinary differential equations, one unknown per player.
 *
 * Y^i is linear in the martingales φ^j = φ(W^j): with k_i(t) the load of Y^i on φ^1, and y(t) the constant,
 *
 *     −k_i′ = a k_i + b s 1{i=1} k_1 + (c/N) Σ_l k_l,      k(T) = own·e_1 + mean/N,
 *     −y′   = (a + c) y + h + b 1{φ Gaussian} k_1,         y(T) = constant,
 *
 * where ∂φ/∂w is sφ for log-normal φ and 1 for Gaussian. Players being exchangeable, the load of Y^1 on φ^j is k_j too, and Z^{1j}
 * is that load times ∂φ/∂w. Nothing is assumed of the shape of k: that its later entries agree is for tests to see.
 */

import { RefusalError } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { OdeSolution } from "../../numeric/ode.ts";
import type { LinearSolution, Loadings } from "../candidate.ts";
import { martingaleOf } from "../model.ts";
import type { LinearSystem } from "../model.ts";

/** The most players that get an unknown each; the loads on all players but the first are one unknown beyond. */
export const MOST_UNKNOWNS = 1000;

export interface PlayersSolution extends LinearSolution {
  /** k_1 … k_N at a time, or k_1, k_2 where there are more than `MOST_UNKNOWNS` players; in the limit k_1 and the mean's. */
  readonly loads: (t: number) => Float64Array;
  readonly unknowns: number;
}

/**
 * The system of `players` players, or the limit for `Infinity`, on [0, horizon].
 *
 * In the limit k has two entries: the load on a player's own φ, and the load on Eφ that replaces the average.
 *
 * @throws RefusalError where the solution leaves the range of double precision.
 */
export function solvePlayersSystem(horizon: number, system: LinearSystem, players: number): PlayersSolution {
  return players === Infinity ? limitSystem(horizon, system) : finiteSystem(horizon, system, players);
}

function finiteSystem(horizon: number, system: LinearSystem, players: number): PlayersSolution {
  const { a, b, c, h, terminal } = system;
  const { s } = martingaleOf(system);
  const rows = Math.min(players, players > MOST_UNKNOWNS ? 2 : MOST_UNKNOWNS);
  // What the last row stands for.
  const weight = players - rows + 1;
  const start = new Float64Array(rows + 1).fill(terminal.mean / players, 0, rows);
  start[0] += terminal.own;
  start[rows] = terminal.constant;
  const gaussian = system.noise.kind === "gaussian";
  const solution = backward(horizon, start, (_t, k, slope) => {
    let sum = (weight - 1) * (rows > 1 ? k[rows - 1] : 0);
    for (let i = 0; i < rows; i++) sum += k[i];
    const average = sum / players;
    for (let i = 0; i < rows; i++) slope[i] = -(a * k[i] + c * average);
    if (gaussian) slope[rows] = -((a + c) * k[rows] + h + b * k[0]);
    else {
      slope[0] -= b * s * k[0];
      slope[rows] = -((a + c) * k[rows] + h);
    }
  });
  const at = (t: number): Loadings => {
    const k = solution.at(t);
    const others = rows > 1 ? k[1] : 0;
    return { own: k[0] - others, mean: players * others, constant: k[rows] };
  };
  return { at, loads: (t) => solution.at(t).slice(0, rows), unknowns: rows + 1 };
}

/** The same equations with 1/N = 0: the mean of φ takes the place of the average over the players. */
function limitSystem(horizon: number, system: LinearSystem): PlayersSolution {
  const { a, b, c, h, terminal } = system;
  const { s } = martingaleOf(system);
  const gaussian = system.noise.kind === "gaussian";
  const start = Float64Array.of(terminal.own, terminal.mean, terminal.constant);
  const solution = backward(horizon, start, (_t, y, slope) => {
    const [own, mean, constant] = y as unknown as readonly [number, number, number];
    slope[0] = -(a + (gaussian ? 0 : b * s)) * own;
    slope[1] = -(a * mean + c * (own + mean));
    slope[2] = -((a + c) * constant + h + (gaussian ? b * own : 0));
  });
  const at = (t: number): Loadings => {
    const y = solution.at(t);
    return { own: y[0], mean: y[1], constant: y[2] };
  };
  return { at, loads: (t) => solution.at(t).slice(0, 2), unknowns: 3 };
}

function backward(
  horizon: number,
  start: Float64Array,
  slope: (t: number, y: Float64Array, dy: Float64Array) => void,
): OdeSolution {
  // Loads on others are of order 1/N, and errors of their squares are asked for.
  const solution = integrate(slope, horizon, 0, start, { relative: 1e-13, absolute: 1e-17 });
  if (solution.outcome !== "finished") {
    throw new RefusalError(`the linear system cannot be carried back to time 0: ${solution.reason}`);
  }
  return solution;
}
