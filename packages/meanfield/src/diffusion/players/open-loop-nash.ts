import { RefusalError } from "../../core/index.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import { firstOrderGain, integrateBackward, profileCosts, substitution } from "./closed-loop.ts";
import { deviatorGame } from "./deviation.ts";
import { feedbackNash } from "./feedback-nash.ts";
import { coefficientsOf, controlCount } from "./model.ts";
import type { PlayersModel, PlayersStrategy } from "./model.ts";

/**
 * Open-loop Nash equilibrium of a linear–quadratic game: players commit to control processes adapted to the noise.
 *
 * J. Engwerda, LQ Dynamic Optimization and Differential Games, Wiley 2005, chapter 7: player i's adjoint is
 * Y^i = Π^i (x, 1) along the equilibrium, with Π^i n × (n + 1) and, F being the closed loop and M the substitution,
 * −Π^i′ = Π^i F + A′Π^i + 𝓠_i[x rows] M. The others' controls do not react to a deviation, which is why F stands on one
 * side only. The gains read off hold along the equilibrium, where they represent the committed processes.
 */
export interface OpenLoopNash {
  /** The committed processes written as u = K(t) (x, 1) along the equilibrium. */
  readonly strategy: PlayersStrategy;
  /** What each player pays in expectation. */
  readonly costs: Float64Array;
  /** Writes Π^i(t), n × (n + 1). */
  readonly adjoint: (t: number, player: number, out: Matrix) => void;
}

/**
 * Solves the game with N n (n + 1) coupled equations.
 *
 * @throws RefusalError where some player's own problem is not convex (its Riccati equation, the others' controls being
 * fixed, explodes) or the coupled equations explode; SingularMatrixError where the first-order conditions do not
 * determine the controls.
 */
export function openLoopNash(model: PlayersModel): OpenLoopNash {
  const n = model.states;
  const width = n + 1;
  const block = n * width;
  const m = controlCount(model);
  const size = n + m + 1;
  const players = model.controls.length;
  requireConvexPlayers(model);

  const at = coefficientsOf(model);
  const firstOrder = firstOrderGain(model, block);
  const gain = zeros(m, width);
  const substituted = zeros(size, width);
  const closed = zeros(n, width);
  const weighted = zeros(size, width);
  const f: RightHandSide = (t, y, dy) => {
    const { drift, running } = at(t);
    firstOrder({ drift, running }, y, gain);
    substitution(gain, n, substituted);
    multiply(drift, substituted, closed);
    for (let i = 0; i < players; i++) {
      multiply(running[i], substituted, weighted);
      const adjoint = i * block;
      for (let a = 0; a < n; a++) {
        for (let b = 0; b < width; b++) {
          let sum = weighted.data[a * width + b];
          for (let c = 0; c < n; c++) {
            sum += y[adjoint + a * width + c] * closed.data[c * width + b];
            sum += drift.data[c * size + a] * y[adjoint + c * width + b];
          }
          dy[adjoint + a * width + b] = -sum;
        }
      }
    }
  };
  const end = new Float64Array(players * block);
  model.terminal.forEach((cost, i) => end.set(cost.data.subarray(0, block), i * block));
  const solution = integrateBackward(f, model.horizon, end, "the system of the players' adjoints");
  const read = new Float64Array(players * block);
  const strategy: PlayersStrategy = { gain: (t, out) => firstOrder(at(t), solution.at(t, read), out) };
  return {
    strategy,
    costs: profileCosts(model, strategy),
    adjoint: (t, player, out) => {
      out.data.set(solution.at(t, read).subarray(player * block, (player + 1) * block));
    },
  };
}

/** With the others' controls fixed each player must face a convex problem, or stationarity is not optimality. */
function requireConvexPlayers(model: PlayersModel): void {
  const idle: PlayersStrategy = { gain: (_t, out) => void out.data.fill(0) };
  for (let i = 0; i < model.controls.length; i++) {
    try {
      feedbackNash(deviatorGame(model, i, idle));
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
      throw new RefusalError(
        `player ${i + 1}'s own problem is not convex, the others' controls being fixed: ${error.message}`,
      );
    }
  }
}
