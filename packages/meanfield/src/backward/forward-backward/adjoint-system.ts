/**
 * Linear–quadratic forward–backward systems by their Riccati equations.
 *
 * Players are exchangeable and each cares for its own state and the average alone, so that
 *
 *     Y^{ii} = p₁x_i + p₂x̄,     Y^{ij} = (r₁x_i + r₂x̄)/N   for j ≠ i;
 *
 * put into Pontryagin's system with α^i = κ₁x_i + κ₂x̄ and dx_i = (F₁x_i + F₂x̄)dt + σdW^i this gives four ordinary differential
 * equations. Particle systems and the limit are those for p₁, p₂ with 1/N = 0; in the limit x̄ is the mean.
 */

import { RefusalError } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { AdjointLoadings, AdjointLoads } from "../candidate.ts";
import type { ForwardBackwardModel, LinearQuadraticGame } from "./model.ts";

/** What players do and where it takes them, given the loads. */
export interface Feedback {
  /** α^i = κ₁x_i + κ₂x̄. */
  readonly control: readonly [own: number, mean: number];
  /** dx_i/dt = F₁x_i + F₂x̄, noise aside. */
  readonly drift: readonly [own: number, mean: number];
}

export function feedback({ A, AMean, B, R, S, SMean }: LinearQuadraticGame, { own, mean }: AdjointLoads): Feedback {
  const [k1, k2] = [-(B * own + S) / R, -(B * mean + SMean) / R];
  return { control: [k1, k2], drift: [A + B * k1, AMean + B * k2] };
}

/**
 * The loads on [0, T] for `players` players, `Infinity` for the limit.
 *
 * @throws RefusalError where the Riccati equations explode before time 0: then there is no equilibrium of this form.
 */
export function solveAdjointSystem(model: ForwardBackwardModel, players: number): AdjointLoadings {
  const { horizon, linear: game } = model;
  if (game === undefined) throw new RefusalError("this forward–backward system is not linear–quadratic");
  const share = shareOf(model, players);
  const solution = integrate(
    (_t, y, dy) => adjointSlopes(game, share, y, feedback(game, loadsOf(y)), dy),
    horizon,
    0,
    finalLoads(game, share),
    { relative: 1e-13, absolute: 1e-15 },
  );
  if (solution.outcome !== "finished") {
    throw new RefusalError(
      `the Riccati equations of this game explode near t = ${solution.tEnd}, before time 0: it has no equilibrium of this form`,
    );
  }
  return { at: (t) => loadsOf(solution.at(t)) };
}

/** 1/N where a player moves the average and knows it, 0 among particles and in the limit. */
export function shareOf({ system }: ForwardBackwardModel, players: number): number {
  return system === "particle" ? 0 : 1 / players;
}

/** The loads at T: own, mean, crossOwn, crossMean. */
export function finalLoads({ G, GMean, GMeanMean }: LinearQuadraticGame, share: number): Float64Array {
  return Float64Array.of(G + share * GMean, GMean + share * GMeanMean, GMean, GMeanMean);
}

export function loadsOf(y: ArrayLike<number>): AdjointLoads {
  return { own: y[0], mean: y[1], crossOwn: y[2], crossMean: y[3] };
}

/** Writes d(loads)/dt of the adjoint of players who follow a given feedback. */
export function adjointSlopes(
  game: LinearQuadraticGame,
  share: number,
  loads: ArrayLike<number>,
  { control, drift }: Feedback,
  out: Float64Array,
): void {
  const { A, AMean, S, SMean, Q, QMean, QMeanMean } = game;
  const { own, mean, crossOwn, crossMean } = loadsOf(loads);
  const [f1, f2] = drift;
  // Σ_k Y^{ik}, the partial derivatives of the running cost in x and in m: loads on x_i and on x̄ each.
  const sum = [own + (1 - share) * crossOwn, mean + (1 - share) * crossMean];
  const slopeX = [S * control[0] + Q, S * control[1] + QMean];
  const slopeM = [SMean * control[0] + QMean, SMean * control[1] + QMeanMean];
  out[0] = -own * f1 - A * own - slopeX[0] - share * (AMean * sum[0] + slopeM[0]);
  out[1] = -own * f2 - mean * (f1 + f2) - A * mean - slopeX[1] - share * (AMean * sum[1] + slopeM[1]);
  out[2] = -crossOwn * f1 - A * crossOwn - AMean * sum[0] - slopeM[0];
  out[3] = -crossOwn * f2 - crossMean * (f1 + f2) - A * crossMean - AMean * sum[1] - slopeM[1];
}

/** E X_t under the loads, in the limit, or E X̄_t for finitely many players. */
export function meanUnder(model: ForwardBackwardModel, loadings: AdjointLoadings): (t: number) => number {
  const { horizon, linear: game, start } = model;
  if (game === undefined) throw new RefusalError("this forward–backward system is not linear–quadratic");
  const solution = integrate(
    (t, y, dy) => {
      const { drift } = feedback(game, loadings.at(t));
      dy[0] = (drift[0] + drift[1]) * y[0];
    },
    0,
    horizon,
    [start.mean],
    { relative: 1e-13, absolute: 1e-15 },
  );
  if (solution.outcome !== "finished") throw new RefusalError(`the mean cannot be followed: ${solution.reason}`);
  return (t) => solution.at(t)[0];
}
