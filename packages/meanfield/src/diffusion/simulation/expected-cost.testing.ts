/** The mean of what a simulation estimates, from its own steps and without a random number. */
import type { Matrix } from "../../numeric/matrix.ts";
import { add, multiply, transpose, zeros } from "../../numeric/matrix.ts";
import { traceProduct } from "../linear-quadratic/dense.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import type { Scheme } from "./game-steps.ts";
import { gameSteps } from "./game-steps.ts";
import type { Transition } from "./transition.ts";

export function expectedCostOfSteps(
  model: LinearQuadraticModel,
  players: number,
  strategy: LinearStrategy,
  steps: number,
  scheme: Scheme,
): number {
  const work = gameSteps(model, players, strategy, steps, scheme);
  let made = work.next();
  while (made.done !== true) made = work.next();
  const game = made.value;
  const d = model.layout.state;
  const g = game.aggregate;
  const share = 1 - 1 / players;
  // Second moments of (D, 1) with 1/(1 − ν) of the mass of D, and of (y, 1).
  let own = zeros(d + 1, d + 1);
  let common = zeros(g + 1, g + 1);
  own.data[own.data.length - 1] = 1;
  for (let i = 0; i <= g; i++) {
    for (let j = 0; j <= g; j++) {
      common.data[i * (g + 1) + j] = (i === g ? 1 : game.start[i]) * (j === g ? 1 : game.start[j]);
      const spread = i < d && j < d ? model.initial.covariance.data[i * d + j] : 0;
      common.data[i * (g + 1) + j] += spread / players;
      if (i < d && j < d) own.data[i * (d + 1) + j] = spread;
    }
  }
  let sum = 0;
  for (let n = 0; n < steps; n++) {
    sum += share * traceProduct(game.deviation[n].form, own) + traceProduct(game.common[n].form, common);
    own = after(game.deviation[n], own);
    common = after(game.common[n], common);
  }
  let terminal = traceProduct(game.terminalCommon, common);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) terminal += share * game.terminalDeviation.data[i * d + j] * own.data[i * (d + 1) + j];
  }
  return (sum + terminal) / 2;
}

function after({ matrix, offset, root }: Transition, moment: Matrix): Matrix {
  const n = matrix.rows;
  const full = zeros(n + 1, n + 1);
  const noise = zeros(n + 1, n + 1);
  const covariance = multiply(root, transpose(root));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      full.data[i * (n + 1) + j] = matrix.data[i * n + j];
      noise.data[i * (n + 1) + j] = covariance.data[i * n + j];
    }
    full.data[i * (n + 1) + n] = offset[i];
  }
  full.data[n * (n + 1) + n] = 1;
  return add(multiply(full, multiply(moment, transpose(full))), noise);
}
