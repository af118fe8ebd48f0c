import type { Matrix } from "../../numeric/matrix.ts";
import { multiply, zeros } from "../../numeric/matrix.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import { closedLoop } from "../linear-quadratic/closed-loop.ts";
import { noiseRates } from "../linear-quadratic/coefficients.ts";
import { copyBlock, multiplyTransposed } from "../linear-quadratic/dense.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import type { LinearSystem, Transition } from "./transition.ts";
import { eulerTransition, exactTransitions } from "./transition.ts";

/**
 * The N-player game under a symmetric linear strategy, cut into steps.
 *
 * With x_i = x̄ + D_i the deviations D_i and the aggregate y = (x̄, s[, m, s∞]) are two linear systems that do not feed
 * each other, driven by independent noises: D_i by Σ(dW^i − dW̄), y by Σ dW̄ and dW⁰. Every player's D moves by one and the
 * same transition, so a step costs one affine map per player. The average cost of all players has no mixed term either:
 * it is a form of the second moment of the D_i plus a form of y.
 */
export interface GameSteps {
  /** Number of coordinates of y. */
  readonly aggregate: number;
  readonly times: Float64Array;
  /** Of D_i as if driven by Σ dW^i; its noise is then to be centred over the players. */
  readonly deviation: readonly Transition[];
  readonly common: readonly Transition[];
  /** 𝓖 on D, d², and on (y, 1). */
  readonly terminalDeviation: Matrix;
  readonly terminalCommon: Matrix;
  /** E y(0). */
  readonly start: Float64Array;
}

export type Scheme = "exact-gaussian" | "euler";

/** Yields zeros meanwhile: a front that waits may show that nothing is done yet. */
export function* gameSteps(
  model: LinearQuadraticModel,
  players: number,
  strategy: LinearStrategy,
  steps: number,
  scheme: Scheme,
): Generator<0, GameSteps, void> {
  const { layout, horizon } = model;
  const { state: d, stateSize: w } = layout;
  const loop = closedLoop(model, players, strategy);
  const { size, aggregate: g, lift, meanLift, flow, noise, unit, costUnit, coefficients } = loop;
  const last = size - 1;

  const own: LinearSystem = {
    size: d,
    matrix: zeros(d, d),
    offset: new Float64Array(d),
    rate: noiseRates(model).own,
    form: zeros(d + 1, d + 1),
    unit: unit.slice(0, d),
    costUnit,
  };
  const common: LinearSystem = {
    size: g,
    matrix: zeros(g, g),
    offset: new Float64Array(g),
    rate: copyBlock(noise, d, d, zeros(g, g)),
    form: zeros(g + 1, g + 1),
    unit: unit.slice(d, d + g),
    costUnit,
  };
  const weighted = zeros(lift.rows, size);
  const square = zeros(size, size);
  const update = (t: number): void => {
    loop.update(t);
    // Rows of x̄ have no x in them, so that the x-block of the row of x_i is what moves D.
    copyBlock(flow, 0, 0, own.matrix);
    copyBlock(flow, d, d, common.matrix);
    for (let i = 0; i < g; i++) common.offset[i] = flow.data[(d + i) * size + last];
    multiplyTransposed(lift, multiply(coefficients.running, lift, weighted), square);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) own.form.data[i * (d + 1) + j] = square.data[i * size + j];
    }
    multiplyTransposed(meanLift, multiply(coefficients.running, meanLift, weighted), square);
    copyBlock(square, d, d, common.form);
  };

  const times = Float64Array.from({ length: steps + 1 }, (_, n) => (n === steps ? horizon : (n * horizon) / steps));
  const deviation: Transition[] = [];
  const aggregate: Transition[] = [];
  for (let n = 0; n < steps; n++) {
    if (n % 50 === 0) yield 0;
    if (scheme === "euler") {
      update(times[n]);
      deviation.push(eulerTransition(own, times[n + 1] - times[n]));
      aggregate.push(eulerTransition(common, times[n + 1] - times[n]));
    } else {
      const [first, second] = exactTransitions(update, [own, common], times[n], times[n + 1]);
      deviation.push(first);
      aggregate.push(second);
    }
  }

  // 𝓖 acts on (x, x̄, s, 1): x merges into x̄ for the aggregate; m and s∞, where there are any, cost nothing.
  const terminalCommon = zeros(g + 1, g + 1);
  const place = (p: number): number => (p === w - 1 ? g : p < d ? p : p - d);
  for (let p = 0; p < w; p++) {
    for (let q = 0; q < w; q++) {
      terminalCommon.data[place(p) * (g + 1) + place(q)] += model.terminal.data[p * w + q];
    }
  }
  return {
    aggregate: g,
    times,
    deviation,
    common: aggregate,
    terminalDeviation: copyBlock(model.terminal, 0, 0, zeros(d, d)),
    terminalCommon,
    start: loop.initialMean.slice(d, d + g),
  };
}
