/**
 * Feedback Nash equilibrium of N symmetric players with one state coordinate each, through the value of player 1 as a
 * polynomial in its own state and in the sum of the others'.
 *
 * R. Carmona, F. Delarue, "Probabilistic Theory of Mean Field Games with Applications I", Springer 2018, chapter 2
 * (N-player linear–quadratic games by the HJB system). By symmetry V¹ = ½ u′P(t)u with u = (x₁, S, s, 1), S = Σ_{j≠1} x_j:
 * all first-order conditions of the stage are solved together, and the HJB equation is expanded coefficient by coefficient.
 * The players' squares Σ_{j≠1} x_j² do not enter, since costs see the others only through averages.
 */

import { integrate } from "../../numeric/ode.ts";
import type { ScalarGame, ScalarGains, StateCost } from "./scalar-game.ts";

/** Rows and columns of P. */
const OWN = 0;
const OTHERS = 1;
const COMMON = 2;
const ONE = 3;
const SIZE = 4;

export interface FeedbackEquilibrium {
  readonly gains: ScalarGains;
  /** Expected cost of a player, from the value function. */
  readonly cost: number;
}

/**
 * Solves the ten coefficients backwards; `players` is finite and at least 2.
 *
 * Throws RangeError where the equations explode before time 0; the message says when.
 */
export function symmetricFeedback(game: ScalarGame, players: number): FeedbackEquilibrium {
  const N = players;
  const { horizon, impact, noise, initial } = game;
  const own = new Float64Array(SIZE);
  const mean = new Float64Array(SIZE);

  /** Coefficients of α₁ = own·u and ᾱ = mean·u from the stage game at time t. */
  const stage = (t: number, P: Float64Array): { deviation: number } => {
    const w = game.weight(t);
    // R = w(b + λs + (h/N) x_i) + ∂_iV^i + (κ/N) ∂_sV^i on (x_i, x̄, s, 1), with S = N x̄ − x_i.
    const onMoved = (row: number): [number, number, number, number] => [
      P[row * SIZE + OWN] - P[row * SIZE + OTHERS],
      N * P[row * SIZE + OTHERS],
      P[row * SIZE + COMMON],
      P[row * SIZE + ONE],
    ];
    const slope = onMoved(OWN);
    const price = onMoved(COMMON);
    const R = slope.map((value, i) => value + (impact / N) * price[i]);
    R[0] += (w * game.stateMeanControl) / N;
    R[2] += w * game.controlCommon;
    R[3] += w * game.controlLinear(t);
    const steepOwn = w * (game.control + game.controlMeanControl / N);
    const steepMean = steepOwn + w * game.controlMeanControl;
    const meanGain = -(R[0] + R[1]) / steepMean;
    mean.set([meanGain / N, meanGain / N, -R[2] / steepMean, -R[3] / steepMean]);
    // α_i − ᾱ is the response to x_i − x̄ alone.
    const deviation = -R[0] / steepOwn;
    for (let i = 0; i < SIZE; i++) own[i] = mean[i];
    own[OWN] += deviation * (1 - 1 / N);
    own[OTHERS] -= deviation / N;
    return { deviation };
  };

  const averages: readonly (readonly number[])[] = [
    [1, 0, 0, 0],
    [1 / N, 1 / N, 0, 0],
    [0, 0, 1, 0],
    [0, 0, 0, 1],
  ];
  const [stateRow, meanRow, commonRow, oneRow] = averages as [number[], number[], number[], number[]];

  /** Adds weight · f · g, as the symmetric matrix of a form ½ u′Mu, to `out`. */
  const addProduct = (out: Float64Array, weight: number, f: ArrayLike<number>, g: ArrayLike<number>): void => {
    for (let i = 0; i < SIZE; i++) {
      for (let j = 0; j < SIZE; j++) out[i * SIZE + j] += weight * (f[i] * g[j] + f[j] * g[i]);
    }
  };
  const addState = (out: Float64Array, weight: number, cost: StateCost): void => {
    addProduct(out, 0.5 * weight * (cost.xx ?? 0), stateRow, stateRow);
    addProduct(out, weight * (cost.xm ?? 0), stateRow, meanRow);
    addProduct(out, 0.5 * weight * (cost.mm ?? 0), meanRow, meanRow);
    addProduct(out, weight * (cost.x ?? 0), stateRow, oneRow);
    addProduct(out, weight * (cost.m ?? 0), meanRow, oneRow);
    addProduct(out, weight * (cost.one ?? 0), oneRow, oneRow);
  };

  const others = new Float64Array(SIZE);
  const form = new Float64Array(SIZE * SIZE);
  const rhs = (t: number, P: Float64Array, dP: Float64Array): void => {
    stage(t, P);
    form.fill(0);
    for (let i = 0; i < SIZE; i++) others[i] = N * mean[i] - own[i];
    addProduct(form, 1, P.subarray(OWN * SIZE, OWN * SIZE + SIZE), own);
    addProduct(form, 1, P.subarray(OTHERS * SIZE, OTHERS * SIZE + SIZE), others);
    addProduct(form, impact, P.subarray(COMMON * SIZE, COMMON * SIZE + SIZE), mean);
    const w = game.weight(t);
    addProduct(form, 0.5 * w * game.control, own, own);
    addProduct(form, w * game.controlMeanControl, own, mean);
    addProduct(form, w * game.controlLinear(t), own, oneRow);
    addProduct(form, w * game.controlCommon, own, commonRow);
    addProduct(form, w * game.stateMeanControl, stateRow, mean);
    addState(form, w, game.running);
    const ownCurvature = P[OWN * SIZE + OWN];
    const othersCurvature = P[OTHERS * SIZE + OTHERS];
    const mixed = P[OWN * SIZE + OTHERS];
    const diffusion =
      noise.own ** 2 * (ownCurvature + (N - 1) * othersCurvature) +
      noise.common ** 2 * (ownCurvature + 2 * (N - 1) * mixed + (N - 1) ** 2 * othersCurvature) +
      noise.commonState ** 2 * P[COMMON * SIZE + COMMON];
    form[ONE * SIZE + ONE] += diffusion;
    for (let i = 0; i < dP.length; i++) dP[i] = -form[i];
  };

  const terminal = new Float64Array(SIZE * SIZE);
  addState(terminal, 1, game.terminal);
  const solution = integrate(rhs, horizon, 0, terminal, { relative: 1e-13, absolute: 1e-14 });
  if (solution.outcome !== "finished") {
    throw new RangeError(`the feedback equilibrium explodes at t = ${solution.tEnd}: ${solution.reason}`);
  }

  const gain = (read: (deviation: number) => number) => (t: number) => read(stage(t, solution.at(t)).deviation);
  const P = solution.end;
  const u = [initial.mean, (N - 1) * initial.mean, initial.commonState, 1];
  let twice = initial.variance * (P[OWN * SIZE + OWN] + (N - 1) * P[OTHERS * SIZE + OTHERS]);
  for (let i = 0; i < SIZE; i++) for (let j = 0; j < SIZE; j++) twice += P[i * SIZE + j] * u[i] * u[j];
  return {
    gains: {
      deviation: gain((deviation) => deviation),
      mean: gain(() => N * mean[OWN]),
      common: gain(() => mean[COMMON]),
      constant: gain(() => mean[ONE]),
    },
    cost: 0.5 * twice,
  };
}
