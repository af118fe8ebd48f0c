import { multiply, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import { firstOrderGain, integrateBackward, substitution } from "./closed-loop.ts";
import { coefficientsOf, controlCount, initialSecondMoment, requireConvexControls } from "./model.ts";
import type { PlayersModel, PlayersStrategy } from "./model.ts";

/**
 * Feedback Nash equilibrium of a linear–quadratic game by the coupled Riccati equations of all players' full values.
 *
 * T. Başar and G. J. Olsder, Dynamic Noncooperative Game Theory, 2nd ed., SIAM 1999, section 6.5 (Corollary 6.5): with
 * V_i = ½ (x, 1)′P_i(x, 1), u = K (x, 1) from all first-order conditions together and F the closed loop,
 * −P_i′ = F′P_i + P_i F + M′𝓠_i M (+ tr ΣΣ′P_i in the last entry), where M maps (x, 1) to z. Solved as N matrices of
 * (n + 1)² entries without any assumption of symmetry between players.
 */
export interface FeedbackNash {
  readonly strategy: PlayersStrategy;
  /** What each player pays in expectation. */
  readonly costs: Float64Array;
  /** Writes P_i(t), (n + 1)², of V_i(t, x) = ½ (x, 1)′P_i(x, 1). */
  readonly value: (t: number, player: number, out: Matrix) => void;
}

/**
 * Solves the game with N (n + 1)² coupled equations: seconds at N = 12 with one or two coordinates a player.
 *
 * With one player it is the linear–quadratic regulator.
 *
 * @throws RefusalError where some player's cost is not convex in its own control or the equations explode before
 * reaching time 0; SingularMatrixError where the players'
 * first-order conditions do not determine the controls.
 */
export function feedbackNash(model: PlayersModel): FeedbackNash {
  requireConvexControls(model);
  const n = model.states;
  const width = n + 1;
  const block = width * width;
  const m = controlCount(model);
  const players = model.controls.length;
  const at = coefficientsOf(model);
  const firstOrder = firstOrderGain(model, block);
  const gain = zeros(m, width);
  const substituted = zeros(n + m + 1, width);
  const closed = zeros(n, width);
  const weighted = zeros(n + m + 1, width);

  const f: RightHandSide = (t, y, dy) => {
    const { drift, running } = at(t);
    firstOrder({ drift, running }, y, gain);
    substitution(gain, n, substituted);
    multiply(drift, substituted, closed);
    for (let i = 0; i < players; i++) {
      multiply(running[i], substituted, weighted);
      const P = i * block;
      for (let a = 0; a < width; a++) {
        for (let b = a; b < width; b++) {
          let sum = 0;
          for (let c = 0; c < n; c++) {
            sum +=
              y[P + a * width + c] * closed.data[c * width + b] + y[P + b * width + c] * closed.data[c * width + a];
          }
          // M′𝓠M: M is the identity on x and 1, and the gain on u.
          sum += weighted.data[(a < n ? a : n + m) * width + b];
          for (let r = 0; r < m; r++) sum += gain.data[r * width + a] * weighted.data[(n + r) * width + b];
          dy[P + a * width + b] = -sum;
          dy[P + b * width + a] = -sum;
        }
      }
      let noise = 0;
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < n; b++) noise += model.noiseCovariance.data[a * n + b] * y[P + a * width + b];
      }
      dy[P + block - 1] -= noise;
    }
  };

  const end = new Float64Array(players * block);
  model.terminal.forEach((cost, i) => end.set(cost.data, i * block));
  const what = players === 1 ? "the Riccati equation" : "the coupled Riccati system of the players' values";
  const solution = integrateBackward(f, model.horizon, end, what);

  const read = new Float64Array(players * block);
  const moment = initialSecondMoment(model);
  const costs = Float64Array.from({ length: players }, (_, i) => {
    let sum = 0;
    for (let q = 0; q < block; q++) sum += (solution.end[i * block + q] * moment.data[q]) / 2;
    return sum;
  });
  return {
    costs,
    strategy: {
      gain: (t, out) => firstOrder(at(t), solution.at(t, read), out),
    },
    value: (t, player, out) => {
      out.data.set(solution.at(t, read).subarray(player * block, (player + 1) * block));
    },
  };
}
