/**
 * Slopes through an equilibrium, by the implicit function theorem.
 *
 * At μ* = G(μ*; γ(μ*)) a function with slopes g by μ* has by the path γ the slopes J_γᵀ w, where w = J_μᵀ w + g: an iteration
 * of reverse sweeps that converges where Picard's does, with the same damping, and remembers none of its iterates. S. Bai,
 * J. Z. Kolter, V. Koltun, "Deep equilibrium models", NeurIPS 2019.
 */

import { NoConvergenceError } from "../../numeric/roots.ts";
import { parametersAlong, row } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";
import { pullSweep } from "./pull.ts";
import { sweep } from "./sweep.ts";

export interface ImplicitSettings {
  /** Share of the way that each update goes, in (0, 1]; 1 unless told. */
  readonly damping?: number;
  /** Largest change of w at which to stop, relative to the largest of g; 1e-12 unless told. */
  readonly tolerance?: number;
}

const mostIterations = 1000;

/**
 * Slopes by γ(t_i), at i·(number of parameters) + k, of what has the slopes `weights` by the equilibrium flow `mu`; γ's own
 * dependence on the law is counted, as one shifts the path γ(t, μ) by a path that is added.
 *
 * @throws NoConvergenceError where the iteration does not settle.
 */
export function pullEquilibrium(
  grid: RatesGrid,
  mu: Float64Array,
  weights: Float64Array,
  { damping = 1, tolerance = 1e-12 }: ImplicitSettings = {},
): Float64Array {
  const gamma = parametersAlong(grid, mu);
  const swept = sweep(grid, mu, gamma, false);
  const accepted = tolerance * largest(weights);
  const w = weights.slice();
  for (let k = 0; k < mostIterations; k++) {
    const slopes = pullSweep(grid, mu, gamma, swept, { mu: w });
    pullParameters(grid, mu, slopes.gamma, slopes.mu);
    let change = 0;
    for (let i = 0; i < w.length; i++) {
      const step = slopes.mu[i] + weights[i] - w[i];
      change = Math.max(change, Math.abs(step));
      w[i] += damping * step;
    }
    if (change <= accepted) return pullSweep(grid, mu, gamma, swept, { mu: w }).gamma;
  }
  throw new NoConvergenceError(`pullEquilibrium: no solution within ${mostIterations} reverse sweeps`);
}

/** Adds Γ_μᵀ w, γ = Γ(t, μ), at every point. */
function pullParameters(
  { model, t, states, parameters }: RatesGrid,
  mu: Float64Array,
  weights: Float64Array,
  into: Float64Array,
): void {
  for (let i = 0; i < t.length; i++)
    model.parameters.pull?.(t[i], row(mu, i, states), row(weights, i, parameters), row(into, i, states));
}

function largest(values: Float64Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
