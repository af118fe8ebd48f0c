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
  const { horizon, linear: game, system } = model;
  if (game === undefined) throw new RefusalError("this forward–backward system is not linear–quadratic");
  const share = system === "particle" ? 0 : 1 / players;
  const { A, AMean, S, SMean, Q, QMean, QMeanMean, G, GMean, GMeanMean } = game;
  const start = [G + share * GMean, GMean + share * GMeanMean, GMean, GMeanMean];
  const solution = integrate(
    (_t, y, dy) => {
      const [own, mean, crossOwn, crossMean] = y as unknown as readonly [number, number, number, number];
      const { control, drift } = feedback(game, { own, mean, crossOwn, crossMean });
      const [f1, f2] = drift;
      // Σ_k Y^{ik}, the partial derivatives of the running cost in x and in m: loads on x_i and on x̄ each.
      const sum = [own + (1 - share) * crossOwn, mean + (1 - share) * crossMean];
      const slopeX = [S * control[0] + Q, S * control[1] + QMean];
      const slopeM = [SMean * control[0] + QMean, SMean * control[1] + QMeanMean];
      dy[0] = -own * f1 - A * own - slopeX[0] - share * (AMean * sum[0] + slopeM[0]);
      dy[1] = -own * f2 - mean * (f1 + f2) - A * mean - slopeX[1] - share * (AMean * sum[1] + slopeM[1]);
      dy[2] = -crossOwn * f1 - A * crossOwn - AMean * sum[0] - slopeM[0];
      dy[3] = -crossOwn * f2 - crossMean * (f1 + f2) - A * crossMean - AMean * sum[1] - slopeM[1];
    },
    horizon,
    0,
    start,
    { relative: 1e-13, absolute: 1e-15 },
  );
  if (solution.outcome !== "finished") {
    throw new RefusalError(
      `the Riccati equations of this game explode near t = ${solution.tEnd}, before time 0: it has no equilibrium of this form`,
    );
  }
  return {
    at: (t) => {
      const y = solution.at(t);
      return { own: y[0], mean: y[1], crossOwn: y[2], crossMean: y[3] };
    },
  };
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
