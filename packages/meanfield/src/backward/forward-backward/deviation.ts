/**
 * What one player of a linear–quadratic game gains by leaving a linear profile, all others keeping their control processes.
 *
 * With ξ the change of states that a change δ of player i's control makes — ξ_o of every other player, ξ̄ = ξ_i/N + (1 − 1/N)ξ_o —
 *
 *     dξ_i = (Aξ_i + Āξ̄ + Bδ)dt,     dξ_o = (Aξ_o + Āξ̄)dt,
 *
 * the change of cost is quadratic in (ξ, δ) with coefficients linear in the undisturbed (X^i, X̄): a regulator on the four numbers
 * (ξ_i, ξ_o, X^i, X̄), solved by its own Riccati equation (B. D. O. Anderson, J. B. Moore, "Optimal Control", Prentice Hall 1990,
 * section 3.2). Its least value is minus the gain. In the limit 1/N = 0, and X̄ is the mean.
 */

import { RefusalError } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import type { AdjointLoadings } from "../candidate.ts";
import { feedback } from "./adjoint-system.ts";
import type { Feedback } from "./adjoint-system.ts";
import type { ForwardBackwardModel, LinearQuadraticGame } from "./model.ts";

/** The gain in expected cost; infinite where the player's own problem has no minimum. */
export function openLoopGain(model: ForwardBackwardModel, players: number, profile: AdjointLoadings): number {
  const { horizon, linear: game, start, volatility } = model;
  if (game === undefined) throw new RefusalError("this forward–backward system is not linear–quadratic");
  const share = 1 / players;
  // Upper triangle of P by rows, then the integral of the noise's part.
  const final = quadratic(
    share,
    game.G,
    game.GMean,
    game.GMeanMean,
    [game.G, game.GMean],
    [game.GMean, game.GMeanMean],
  );
  const first = pack(final);
  const rate = noise(share, volatility * volatility);
  const solution = integrate(
    (t, y, dy) => {
      const P = unpack(y);
      const now = feedback(game, profile.at(t));
      const M = motion(game, share, now);
      const { Q, l } = running(game, share, now);
      const gain = [0, 1, 2, 3].map((i) => game.B * P[i][0] + l[i]);
      const change = P.map((row, i) =>
        row.map((_, j) => {
          let sum = Q[i][j] - (gain[i] * gain[j]) / game.R;
          for (let k = 0; k < 4; k++) sum += P[i][k] * M[k][j] + M[k][i] * P[k][j];
          return -sum;
        }),
      );
      pack(change).forEach((value, k) => (dy[k] = value));
      dy[10] = -0.5 * inner(P, rate);
    },
    horizon,
    0,
    [...first, 0],
    { relative: 1e-12, absolute: 1e-14 },
  );
  if (solution.outcome !== "finished") return Infinity;
  const P = unpack(solution.end);
  const moments = noise(share, start.variance);
  for (const i of [2, 3]) for (const j of [2, 3]) moments[i][j] += start.mean * start.mean;
  return -(0.5 * inner(P, moments) + solution.end[10]);
}

/** dz/dt = Mz + (B, 0, 0, 0)δ. */
function motion({ A, AMean }: LinearQuadraticGame, share: number, { drift: [f1, f2] }: Feedback): number[][] {
  return [
    [A + AMean * share, AMean * (1 - share), 0, 0],
    [AMean * share, A + AMean * (1 - share), 0, 0],
    [0, 0, f1, f2],
    [0, 0, 0, f1 + f2],
  ];
}

/** The running cost's change as ½z′Qz + δ l·z + ½Rδ². */
function running(game: LinearQuadraticGame, share: number, { control: [k1, k2] }: Feedback) {
  const { R, S, SMean, Q, QMean, QMeanMean } = game;
  const slopeX = [S * k1 + Q, S * k2 + QMean];
  const slopeM = [SMean * k1 + QMean, SMean * k2 + QMeanMean];
  return {
    Q: quadratic(share, Q, QMean, QMeanMean, slopeX, slopeM),
    l: [S + SMean * share, SMean * (1 - share), R * k1 + S, R * k2 + SMean],
  };
}

/** ½q ξ_i² + q̄ ξ_i ξ̄ + ½q̃ ξ̄² + (slopeX·s) ξ_i + (slopeM·s) ξ̄ with s = (X^i, X̄), as ½z′(·)z. */
function quadratic(
  share: number,
  q: number,
  qMean: number,
  qMeanMean: number,
  slopeX: readonly number[],
  slopeM: readonly number[],
): number[][] {
  const rest = 1 - share;
  const out = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  out[0][0] = q + 2 * qMean * share + qMeanMean * share * share;
  out[0][1] = qMean * rest + qMeanMean * share * rest;
  out[1][1] = qMeanMean * rest * rest;
  for (const k of [0, 1]) {
    out[0][2 + k] = slopeX[k] + share * slopeM[k];
    out[1][2 + k] = rest * slopeM[k];
  }
  for (let i = 0; i < 4; i++) for (let j = 0; j < i; j++) out[i][j] = out[j][i];
  return out;
}

/** A variance of each player's own, seen in X^i and in the average. */
function noise(share: number, variance: number): number[][] {
  const out = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  out[2][2] = variance;
  out[2][3] = variance * share;
  out[3][2] = variance * share;
  out[3][3] = variance * share;
  return out;
}

function inner(P: readonly (readonly number[])[], rate: readonly (readonly number[])[]): number {
  return P.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * rate[i][j], 0), 0);
}

function pack(P: readonly (readonly number[])[]): number[] {
  return P.flatMap((row, i) => row.slice(i));
}

function unpack(y: Float64Array): number[][] {
  const out = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  let k = 0;
  for (let i = 0; i < 4; i++) {
    for (let j = i; j < 4; j++) {
      out[i][j] = y[k];
      out[j][i] = y[k++];
    }
  }
  return out;
}
