/** What happens at one time: the Hamiltonian of all states, best controls, the drift of the law, and their slopes. */

import type { Moment, RatesModel, Slopes } from "./model.ts";

/** H_x(u, μ) = f(x) + Σ_y min_a {ℓ(a) + q(a) (u_y − u_x)}, into `out`. */
export function hamiltonian(
  { states, moves, running }: RatesModel,
  at: Moment,
  u: Float64Array,
  out: Float64Array,
): void {
  for (let x = 0; x < states.grid.length; x++) out[x] = running.value(x, at);
  for (const { from, to, control, rate, cost } of moves) {
    const delta = u[to] - u[from];
    const a = control.value(delta, at);
    out[from] += cost.value(a, at) + rate.value(a, at) * delta;
  }
}

/**
 * Adds Σ_x weights[x] times the slopes of H_x: those by u to `slopesOfU`, by γ and μ to `into`.
 *
 * Controls are held: they are minimisers, whose own change changes H to second order only.
 */
export function pullHamiltonian(
  { states, moves, running }: RatesModel,
  at: Moment,
  u: Float64Array,
  weights: Float64Array,
  slopesOfU: Float64Array,
  into: Slopes,
): void {
  for (let x = 0; x < states.grid.length; x++) running.pull?.(x, at, weights[x], into);
  for (const { from, to, control, rate, cost } of moves) {
    const weight = weights[from];
    const delta = u[to] - u[from];
    const a = control.value(delta, at);
    cost.pull(a, at, weight, into);
    rate.pull(a, at, weight * delta, into);
    const flow = weight * rate.value(a, at);
    slopesOfU[to] += flow;
    slopesOfU[from] -= flow;
  }
}

/** Room for what a planner adds. */
export interface Margin {
  readonly slopes: Slopes;
  readonly unused: Float64Array;
}

export function emptyMargin({ states, parameters }: RatesModel): Margin {
  const count = states.grid.length;
  return {
    slopes: { gamma: new Float64Array(parameters.names.length), mu: new Float64Array(count) },
    unused: new Float64Array(count),
  };
}

/**
 * Adds to H_x what a player in x does to all others, Σ_y μ_y ∂H_y ⁄ ∂μ_x at held controls, γ's dependence on μ included: then
 * u is what one more player in x costs everybody.
 *
 * R. Carmona, F. Delarue, "Probabilistic theory of mean field games with applications I", Springer 2018, chapter 6.
 */
export function addMargin(
  model: RatesModel,
  at: Moment,
  u: Float64Array,
  { slopes, unused }: Margin,
  out: Float64Array,
): void {
  slopes.gamma.fill(0);
  slopes.mu.fill(0);
  pullHamiltonian(model, at, u, at.mu, unused, slopes);
  model.parameters.pull?.(at.t, at.mu, slopes.gamma, slopes.mu);
  for (let x = 0; x < out.length; x++) out[x] += slopes.mu[x];
}

/** The same for the cost at the end. */
export function addTerminalMargin(model: RatesModel, at: Moment, { slopes }: Margin, out: Float64Array): void {
  slopes.gamma.fill(0);
  slopes.mu.fill(0);
  for (let x = 0; x < out.length; x++) model.terminal.pull?.(x, at, at.mu[x], slopes);
  model.parameters.pull?.(at.t, at.mu, slopes.gamma, slopes.mu);
  for (let x = 0; x < out.length; x++) out[x] += slopes.mu[x];
}

/** The best controls against values u, one a move. */
export function replies({ moves }: RatesModel, at: Moment, u: Float64Array, out: Float64Array): void {
  for (let m = 0; m < moves.length; m++) {
    const { from, to, control } = moves[m];
    out[m] = control.value(u[to] - u[from], at);
  }
}

/** Adds Σ_m weights[m] times the slopes of the best controls. */
export function pullReplies(
  { moves }: RatesModel,
  at: Moment,
  u: Float64Array,
  weights: Float64Array,
  slopesOfU: Float64Array,
  into: Slopes,
): void {
  for (let m = 0; m < moves.length; m++) {
    const { from, to, control } = moves[m];
    const slope = control.pull(u[to] - u[from], at, weights[m], into);
    slopesOfU[to] += slope;
    slopesOfU[from] -= slope;
  }
}

/** μ̇ under controls, into `out`. */
export function drift({ moves }: RatesModel, at: Moment, controls: Float64Array, out: Float64Array): void {
  out.fill(0);
  for (let m = 0; m < moves.length; m++) {
    const { from, to, rate } = moves[m];
    const flow = at.mu[from] * rate.value(controls[m], at);
    out[from] -= flow;
    out[to] += flow;
  }
}

/** Adds Σ_x weights[x] times the slopes of μ̇_x: those by controls to `slopesOfControls`. */
export function pullDrift(
  { moves }: RatesModel,
  at: Moment,
  controls: Float64Array,
  weights: Float64Array,
  slopesOfControls: Float64Array,
  into: Slopes,
): void {
  for (let m = 0; m < moves.length; m++) {
    const { from, to, rate } = moves[m];
    const weight = weights[to] - weights[from];
    into.mu[from] += weight * rate.value(controls[m], at);
    slopesOfControls[m] += rate.pull(controls[m], at, weight * at.mu[from], into);
  }
}

/** What the population pays per time under controls: Σ_x μ_x {f(x) + Σ_y ℓ(a_xy)}. */
export function costRate({ states, moves, running }: RatesModel, at: Moment, controls: Float64Array): number {
  let sum = 0;
  for (let x = 0; x < states.grid.length; x++) sum += at.mu[x] * running.value(x, at);
  for (let m = 0; m < moves.length; m++) sum += at.mu[moves[m].from] * moves[m].cost.value(controls[m], at);
  return sum;
}
