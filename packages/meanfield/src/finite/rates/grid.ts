/** Controlled rates on points of time, with what is checked before anything is computed. */

import { InputError, evenGrid } from "../../core/index.ts";
import type { Moment, RatesModel } from "./model.ts";

/** `euler`: one stage a step, order one, the discretisation of published runs; `heun`: two stages, order two. */
export const schemes = ["heun", "euler"] as const;
export type Scheme = (typeof schemes)[number];

export interface RatesGrid {
  readonly model: RatesModel;
  readonly scheme: Scheme;
  /** N points from 0 to T. */
  readonly t: Float64Array;
  readonly step: number;
  /** Numbers of states, of moves and of parameters. */
  readonly states: number;
  readonly moves: number;
  readonly parameters: number;
}

/** How far the initial shares may sum from one. */
const sumTolerance = 1e-9;

/** @throws InputError for an initial law that is none, a horizon that is not positive, and moves between states that there are not. */
export function ratesGrid(model: RatesModel, points: number, scheme: Scheme): RatesGrid {
  const { horizon, states, initial, moves, parameters } = model;
  const count = states.grid.length;
  if (!(horizon > 0 && horizon < Infinity)) throw new InputError("horizon", horizon, "a positive number");
  const sum = initial.reduce((total, share) => total + share, 0);
  if (initial.length !== count || !initial.every((share) => share >= 0) || !(Math.abs(sum - 1) <= sumTolerance))
    throw new InputError("initial law", Array.from(initial), `${count} shares of at least 0 that sum to 1`);
  for (const { from, to } of moves) {
    const there = [from, to].every((x) => Number.isInteger(x) && x >= 0 && x < count);
    if (!there || from === to) throw new InputError("moves", [from, to], "between two different states");
  }
  return {
    model,
    scheme,
    t: evenGrid(0, horizon, points),
    step: horizon / (points - 1),
    states: count,
    moves: moves.length,
    parameters: parameters.names.length,
  };
}

/** The row of a path at the i-th point. */
export function row(path: Float64Array, i: number, width: number): Float64Array {
  return path.subarray(i * width, (i + 1) * width);
}

/** What costs and rates see at the i-th point of paths of the law and of γ. */
export function momentAt(
  { t, states, parameters }: RatesGrid,
  mu: Float64Array,
  gamma: Float64Array,
  i: number,
): Moment {
  return { t: t[i], mu: row(mu, i, states), gamma: row(gamma, i, parameters) };
}

/** The law that nobody leaves. */
export function restingFlow({ model, t, states }: RatesGrid): Float64Array {
  const mu = new Float64Array(t.length * states);
  for (let i = 0; i < t.length; i++) mu.set(model.initial, i * states);
  return mu;
}

/** γ(t, μ_t) along a flow. */
export function parametersAlong({ model, t, states, parameters }: RatesGrid, mu: Float64Array): Float64Array {
  const gamma = new Float64Array(t.length * parameters);
  for (let i = 0; i < t.length; i++) model.parameters.at(t[i], row(mu, i, states), row(gamma, i, parameters));
  return gamma;
}
