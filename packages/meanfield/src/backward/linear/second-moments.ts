/** Mean square errors between linear solutions on the same Brownian motions, from their loads. */

import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import type { LinearSolution } from "../candidate.ts";
import { martingaleOf } from "../model.ts";
import type { LinearSystem } from "../model.ts";

/** How the system of N players differs from the limit, player by player, both driven by the same W^i. */
export interface LinearErrors {
  /** E|Y^{i,N}_t − Y^i_t|². */
  readonly y: (t: number) => number;
  /** (E Y^{i,N}_t − E Y^i_t)²: the part of it that is no noise. */
  readonly bias: (t: number) => number;
  /** E|Z^{ii}_t − Z^i_t|². */
  readonly diagonal: (t: number) => number;
  /** Σ_{j≠i} E|Z^{ij}_t|². */
  readonly cross: (t: number) => number;
  /** (1/T) ∫ E|Y^{i,N}_t − Y^i_t|² dt. */
  readonly yPath: () => number;
  /** ∫ E(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²) dt. */
  readonly z: () => number;
  /** ∫ E|Z^{ii} − Z^i|² dt. */
  readonly zOwn: () => number;
  /** ∫ Σ_{j≠i} E|Z^{ij}|² dt. */
  readonly zCross: () => number;
}

/**
 * The load of Y^{i,N} − Y^i on φ^i is ΔA + B/N and on every other φ^j it is B/N, with A and B the loads `own` and `mean`.
 *
 * @param players finite
 */
export function linearErrors(
  horizon: number,
  system: LinearSystem,
  players: number,
  finite: LinearSolution,
  limit: LinearSolution,
): LinearErrors {
  const { mean, variance, squaredSlope } = martingaleOf(system);
  const loads = (t: number): { readonly own: number; readonly others: number; readonly shift: number } => {
    const ours = finite.at(t);
    const theirs = limit.at(t);
    const other = ours.mean / players;
    return {
      own: (ours.own - theirs.own + other) ** 2,
      others: (players - 1) * other * other,
      shift: ((ours.own + ours.mean - theirs.own - theirs.mean) * mean + ours.constant - theirs.constant) ** 2,
    };
  };
  const y = (t: number): number => {
    const { own, others, shift } = loads(t);
    return variance(t) * (own + others) + shift;
  };
  // Errors of many players are small, so that only their own size may say when an integral is good, down to squares of rounding.
  const scale = Math.max(
    ...[0, 0.5 * horizon, horizon].map((t) => {
      const { own, mean: crowd, constant } = finite.at(t);
      return (Math.abs(own) + Math.abs(crowd) + Math.abs(constant)) ** 2 * Math.max(variance(t), squaredSlope(t));
    }),
  );
  const integral = (f: (t: number) => number): number =>
    integrateAdaptive(f, 0, horizon, { absolute: Math.max(Number.MIN_VALUE, 1e-24 * scale * horizon) }).value;
  const diagonal = (t: number): number => squaredSlope(t) * loads(t).own;
  const cross = (t: number): number => squaredSlope(t) * loads(t).others;
  return {
    y,
    bias: (t) => loads(t).shift,
    diagonal,
    cross,
    yPath: () => integral(y) / horizon,
    z: () => integral((t) => diagonal(t) + cross(t)),
    zOwn: () => integral(diagonal),
    zCross: () => integral(cross),
  };
}
