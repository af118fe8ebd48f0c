import { RefusalError } from "../../core/index.ts";
import { multiply, transpose, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import type { TimeMatrix } from "../linear-quadratic/model.ts";
import { moments, profileCosts } from "./closed-loop.ts";
import { feedbackNash } from "./feedback-nash.ts";
import { coefficientsOf, controlCount, controlOffsets } from "./model.ts";
import type { PlayersModel, PlayersStrategy } from "./model.ts";

/** One player's best response in the full game, and what a profile leaves on the table. */

/** The one-player game that `player` faces when the others keep their strategies of this profile. */
export function deviatorGame(model: PlayersModel, player: number, strategy: PlayersStrategy): PlayersModel {
  const n = model.states;
  const m = controlCount(model);
  const offsets = controlOffsets(model);
  const k = model.controls[player];
  const size = n + m + 1;
  const own = n + k + 1;
  const gain = zeros(m, n + 1);

  /** z = (x, u, 1) from (x, u_player, 1), the others' rows being their gains. */
  const substitute = (t: number, out: Matrix): void => {
    strategy.gain(t, gain);
    out.data.fill(0);
    for (let a = 0; a < n; a++) out.data[a * own + a] = 1;
    for (let row = 0; row < m; row++) {
      const mine = row - offsets[player];
      if (mine >= 0 && mine < k) out.data[(n + row) * own + n + mine] = 1;
      else {
        for (let a = 0; a < n; a++) out.data[(n + row) * own + a] = gain.data[row * (n + 1) + a];
        out.data[(n + row) * own + own - 1] = gain.data[row * (n + 1) + n];
      }
    }
    out.data[size * own - 1] = 1;
  };
  const substituted = zeros(size, own);
  const fullDrift = zeros(n, size);
  const fullCost = zeros(size, size);
  const half = zeros(size, own);
  const drift: TimeMatrix = {
    rows: n,
    columns: own,
    timeDependent: true,
    into: (t, out) => {
      substitute(t, substituted);
      model.drift.into(t, fullDrift);
      multiply(fullDrift, substituted, out);
    },
  };
  const running: TimeMatrix = {
    rows: own,
    columns: own,
    timeDependent: true,
    into: (t, out) => {
      substitute(t, substituted);
      model.running[player].into(t, fullCost);
      multiply(fullCost, substituted, half);
      multiply(transpose(substituted), half, out);
    },
  };
  return { ...model, controls: [k], drift, running: [running], terminal: [model.terminal[player]] };
}

/** The least `player` can pay against the others of this profile, and the gain (k × (n + 1)) with which it does. */
export function bestResponse(
  model: PlayersModel,
  player: number,
  strategy: PlayersStrategy,
): { readonly cost: number; readonly strategy: PlayersStrategy } {
  try {
    const solved = feedbackNash(deviatorGame(model, player, strategy));
    return { cost: solved.costs[0], strategy: solved.strategy };
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    throw new RefusalError(`player ${player + 1} has no best response to this profile: ${error.message}`);
  }
}

export interface Exploitability {
  /** What each player gains by its best response, in units of cost. */
  readonly gains: Float64Array;
  /** The largest of them. */
  readonly largest: number;
  /** What each player pays under the profile. */
  readonly profileCosts: Float64Array;
}

/**
 * What each player would gain by deviating alone, seeing the whole state.
 *
 * Not the difference of two costs, which loses all digits near an equilibrium, but its completed square,
 * E ∫ ½ |u_i − u_i*|²_{R_i} dt along the profile, where u_i* is the best response's feedback; it cannot be negative.
 *
 * @throws RefusalError where some player has no best response.
 */
export function exploitability(model: PlayersModel, strategy: PlayersStrategy): Exploitability {
  const n = model.states;
  const width = n + 1;
  const m = controlCount(model);
  const size = n + m + 1;
  const offsets = controlOffsets(model);
  const at = coefficientsOf(model);
  const path = moments(model, strategy);
  const gain = zeros(m, width);
  const responses = model.controls.map((_, i) => bestResponse(model, i, strategy).strategy);
  const gains = new Float64Array(model.controls.length);
  // Panels: the steps of the moments' integration, over each of which everything is a polynomial to its tolerance.
  const rule = gaussLegendre(8);
  const state = new Float64Array(width * width + model.controls.length);
  for (let step = 0; step + 1 < path.t.length; step++) {
    const from = path.t[step];
    const length = path.t[step + 1] - from;
    for (let q = 0; q < rule.nodes.length; q++) {
      const t = from + ((1 + rule.nodes[q]) * length) / 2;
      const weight = (rule.weights[q] * length) / 2;
      path.at(t, state);
      strategy.gain(t, gain);
      const { running } = at(t);
      for (let i = 0; i < gains.length; i++) {
        const k = model.controls[i];
        const best = zeros(k, width);
        responses[i].gain(t, best);
        for (let q = 0; q < best.data.length; q++) best.data[q] = gain.data[offsets[i] * width + q] - best.data[q];
        gains[i] += (weight * weightedSquare(best, running[i], n + offsets[i], size, state)) / 2;
      }
    }
  }
  return { gains, largest: Math.max(...gains), profileCosts: profileCosts(model, strategy) };
}

/** tr(R D S D′) for D = `difference`, R the block of `cost` at `at`, S the second moment at the head of `state`. */
function weightedSquare(difference: Matrix, cost: Matrix, at: number, size: number, state: Float64Array): number {
  const { rows, columns, data } = difference;
  let sum = 0;
  for (let a = 0; a < rows; a++) {
    for (let b = 0; b < rows; b++) {
      const weight = cost.data[(at + a) * size + at + b];
      if (weight === 0) continue;
      for (let p = 0; p < columns; p++) {
        for (let q = 0; q < columns; q++) {
          sum += weight * data[a * columns + p] * state[p * columns + q] * data[b * columns + q];
        }
      }
    }
  }
  return sum;
}
