/**
 * One sweep of Picard's iteration, μ ↦ G(μ; γ): values backward against a flow, best controls, and the flow that these induce.
 *
 * With `euler` u_i = u_{i+1} + Δt H(γ_i, u_{i+1}, μ_i) and μ'_{i+1} = μ'_i + Δt μ'_i Q(a_i): the discretisation of published
 * runs. `heun` takes two stages a step, at both of its ends. Controls a_i = a*(γ_i, u_i, μ_i) answer the flow that was given,
 * not the one under way, so that what moves the population is a policy that can be judged.
 *
 * γ is a path of its own here even where it depends on the law: then what a caller sweeps is μ ↦ G(μ; γ(μ)).
 */

import type { RatesGrid } from "./grid.ts";
import { momentAt, parametersAlong, row } from "./grid.ts";
import type { Moment } from "./model.ts";
import { addMargin, addTerminalMargin, drift, emptyMargin, hamiltonian, replies } from "./stage.ts";

export interface Sweep {
  /** u_x(t_i), at i·|X| + x; for a planner what one more player there costs everybody. */
  readonly u: Float64Array;
  /** a_m(t_i), at i·|moves| + m. */
  readonly controls: Float64Array;
  /** μ'_x(t_i). */
  readonly mu: Float64Array;
}

/** G(μ; γ); for a planner (`social`) with what players do to each other in the values. */
export function sweep(grid: RatesGrid, mu: Float64Array, gamma: Float64Array, social: boolean): Sweep {
  const u = valuesAgainst(grid, mu, gamma, social);
  const controls = controlsAgainst(grid, u, mu, gamma);
  return { u, controls, mu: flowOf(grid, controls, gamma) };
}

/** Backward from g. */
export function valuesAgainst(grid: RatesGrid, mu: Float64Array, gamma: Float64Array, social: boolean): Float64Array {
  const { model, scheme, step, states, t } = grid;
  const u = new Float64Array(t.length * states);
  const margin = emptyMargin(model);
  const last = t.length - 1;
  const stage = (at: Moment, values: Float64Array, out: Float64Array): void => {
    hamiltonian(model, at, values, out);
    if (social) addMargin(model, at, values, margin, out);
  };
  const [first, second, guess] = [0, 1, 2].map(() => new Float64Array(states));
  let later = momentAt(grid, mu, gamma, last);
  const end = row(u, last, states);
  for (let x = 0; x < states; x++) end[x] = model.terminal.value(x, later);
  if (social) addTerminalMargin(model, later, margin, end);
  for (let i = last - 1; i >= 0; i--) {
    const at = momentAt(grid, mu, gamma, i);
    const [now, next] = [row(u, i, states), row(u, i + 1, states)];
    if (scheme === "euler") {
      stage(at, next, first);
      for (let x = 0; x < states; x++) now[x] = next[x] + step * first[x];
    } else {
      stage(later, next, first);
      for (let x = 0; x < states; x++) guess[x] = next[x] + step * first[x];
      stage(at, guess, second);
      for (let x = 0; x < states; x++) now[x] = next[x] + (step / 2) * (first[x] + second[x]);
    }
    later = at;
  }
  return u;
}

/** The best controls at every point. */
export function controlsAgainst(grid: RatesGrid, u: Float64Array, mu: Float64Array, gamma: Float64Array): Float64Array {
  const { model, states, moves, t } = grid;
  const controls = new Float64Array(t.length * moves);
  for (let i = 0; i < t.length; i++)
    replies(model, momentAt(grid, mu, gamma, i), row(u, i, states), row(controls, i, moves));
  return controls;
}

/** Forward from μ_0. */
export function flowOf(grid: RatesGrid, controls: Float64Array, gamma: Float64Array): Float64Array {
  const { model, scheme, step, states, moves, t } = grid;
  const mu = new Float64Array(t.length * states);
  mu.set(model.initial);
  const [first, second, guess] = [0, 1, 2].map(() => new Float64Array(states));
  for (let i = 0; i + 1 < t.length; i++) {
    const at = momentAt(grid, mu, gamma, i);
    const next = momentAt(grid, mu, gamma, i + 1);
    drift(model, at, row(controls, i, moves), first);
    if (scheme === "euler") {
      for (let x = 0; x < states; x++) next.mu[x] = at.mu[x] + step * first[x];
      continue;
    }
    for (let x = 0; x < states; x++) guess[x] = at.mu[x] + step * first[x];
    drift(model, { ...next, mu: guess }, row(controls, i + 1, moves), second);
    for (let x = 0; x < states; x++) next.mu[x] = at.mu[x] + (step / 2) * (first[x] + second[x]);
  }
  return mu;
}

/** γ is taken to have settled where the flow moves by no more. */
const settled = 1e-14;
const mostRounds = 100;

/** The flow of a policy, with γ along that very flow where it depends on the law: found from the one given. */
export function inducedFlow(grid: RatesGrid, controls: Float64Array, assumed: Float64Array): Float64Array {
  let flow = flowOf(grid, controls, parametersAlong(grid, assumed));
  if (grid.model.parameters.pull === undefined) return flow;
  for (let round = 0; round < mostRounds; round++) {
    const next = flowOf(grid, controls, parametersAlong(grid, flow));
    const moved = next.some((share, i) => Math.abs(share - flow[i]) > settled);
    flow = next;
    if (!moved) break;
  }
  return flow;
}
