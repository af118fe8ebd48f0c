/**
 * Errors of forward–backward propagation of chaos: N players and their copies in the limit, on the same starts and noises.
 *
 * With δ = (X^i − X̄) − (X − m), Δ = X − m and χ = X̄ − E X̄, of which the first and the last are of order 1/√N,
 *
 *     dδ = (Fᴺ₁δ + (Fᴺ₁ − F₁)Δ)dt − σdW̄,     dΔ = F₁Δdt + σdW^i,     dχ = (Fᴺ₁ + Fᴺ₂)χdt + σdW̄,
 *
 * and X^{i,N} − X^i = δ + χ + E X̄ − m: no difference of two numbers of order one is left.
 */

import { RefusalError, once } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { AdjointLoadings } from "../candidate.ts";
import { feedback } from "./adjoint-system.ts";
import type { ForwardBackwardModel } from "./model.ts";

export interface ForwardBackwardErrors {
  /** E|X^{i,N}_T − X^i_T|². */
  readonly finalX: number;
  /** E|Y^{i,N}_T − Y^i_T|². */
  readonly finalY: number;
  /** ∫E|X^{i,N} − X^i|²dt. */
  readonly pathX: number;
  /** ∫E|Y^{i,N} − Y^i|²dt. */
  readonly pathY: number;
  /** E|Y^{i,N}_t − Y^i_t|². */
  readonly y: (t: number) => number;
  /** E|X^{i,N}_t − X^i_t|². */
  readonly x: (t: number) => number;
  /** E∫Σ_{j≠i}|Z^{ij}|²dt, Z^{ij} = σp₂/N. */
  readonly crossZ: () => number;
  /** E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt. */
  readonly z: () => number;
}

/** @param players finite */
export function forwardBackwardErrors(
  model: ForwardBackwardModel,
  players: number,
  finite: AdjointLoadings,
  limit: AdjointLoadings,
): ForwardBackwardErrors {
  const { horizon, linear: game, start, volatility } = model;
  if (game === undefined) throw new RefusalError("this forward–backward system is not linear–quadratic");
  const rate = (volatility * volatility) / players;
  const v = start.variance;
  // δδ, δΔ, δχ, ΔΔ, Δχ, χχ, m, E X̄ − m, and the integrals.
  const covariance = [v / players, -v / players, -v / players, v, v / players, v / players];
  const solution = integrate(
    (t, y, dy) => {
      const ours = feedback(game, finite.at(t)).drift;
      const theirs = feedback(game, limit.at(t)).drift;
      const gap = ours[0] - theirs[0];
      const [f, g, h] = [ours[0], theirs[0], ours[0] + ours[1]];
      const [dd, dD, dx, DD, Dx, xx, m, shift] = y;
      dy[0] = 2 * (f * dd + gap * dD) + rate;
      dy[1] = (f + g) * dD + gap * DD - rate;
      dy[2] = (f + h) * dx + gap * Dx - rate;
      dy[3] = 2 * g * DD + rate * players;
      dy[4] = (g + h) * Dx + rate;
      dy[5] = 2 * h * xx + rate;
      dy[6] = (theirs[0] + theirs[1]) * m;
      dy[7] = h * shift + (h - theirs[0] - theirs[1]) * m;
      dy[8] = errorX(y);
      dy[9] = errorY(t, y);
      dy[10] = costZ(t, true);
      dy[11] = costZ(t, false);
    },
    0,
    horizon,
    [...covariance, start.mean, 0, 0, 0, 0, 0],
    { relative: 1e-12, absolute: 1e-20 },
  );
  function errorX(y: Float64Array): number {
    return y[0] + 2 * y[2] + y[5] + y[7] * y[7];
  }
  function errorY(t: number, y: Float64Array): number {
    const [p, q] = [finite.at(t), limit.at(t)];
    const [a, b, c] = [p.own, p.own - q.own, p.own + p.mean];
    const shift = c * y[7] + (c - q.own - q.mean) * y[6];
    return (
      a * a * y[0] + b * b * y[3] + c * c * y[5] + 2 * (a * b * y[1] + a * c * y[2] + b * c * y[4]) + shift * shift
    );
  }
  function costZ(t: number, cross: boolean): number {
    const [p, q] = [finite.at(t), limit.at(t)];
    const others = (volatility * volatility * p.mean * p.mean * (players - 1)) / players ** 2;
    return cross ? others : others + (volatility * (p.own + p.mean / players - q.own)) ** 2;
  }
  if (solution.outcome !== "finished") throw new RefusalError(`the coupling cannot be followed: ${solution.reason}`);
  const { end } = solution;
  return {
    finalX: errorX(end),
    finalY: errorY(horizon, end),
    pathX: end[8],
    pathY: end[9],
    x: (t) => errorX(solution.at(t)),
    y: (t) => errorY(t, solution.at(t)),
    crossZ: once(() => end[10]),
    z: once(() => end[11]),
  };
}
