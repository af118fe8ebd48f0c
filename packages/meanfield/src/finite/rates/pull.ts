/**
 * The reverse of a sweep: for weights on the flow μ' = G(μ; γ) and on its values, the slopes of the weighted sum by μ and γ.
 *
 * All that gradients through an equilibrium need, by the implicit function theorem, are these products with the transposed
 * Jacobian of one sweep: A. Griewank, A. Walther, "Evaluating derivatives", SIAM 2008, chapters 3 and 15. It goes the same way
 * back, at the cost of about as much, and keeps nothing but the paths of the sweep.
 */

import { momentAt, row } from "./grid.ts";
import type { RatesGrid } from "./grid.ts";
import type { Slopes } from "./model.ts";
import { drift, hamiltonian, pullDrift, pullHamiltonian, pullReplies } from "./stage.ts";
import type { Sweep } from "./sweep.ts";

/** Weights on what a sweep gives. */
export interface SweepWeights {
  readonly mu?: Float64Array;
  readonly u?: Float64Array;
}

/**
 * J_μᵀ w and J_γᵀ w at (μ, γ), as paths like μ and γ; for equilibria, not for a planner, whose sweep has slopes in it already.
 *
 * @param swept what `sweep` gave for the same μ and γ
 */
export function pullSweep(
  grid: RatesGrid,
  mu: Float64Array,
  gamma: Float64Array,
  swept: Sweep,
  weights: SweepWeights,
): Slopes {
  const into: Slopes = { mu: new Float64Array(mu.length), gamma: new Float64Array(gamma.length) };
  const slopesOfControls = pullFlow(grid, swept, gamma, weights.mu ?? new Float64Array(mu.length), into);
  const slopesOfU = weights.u?.slice() ?? new Float64Array(mu.length);
  const { model, states, moves, t } = grid;
  for (let i = 0; i < t.length; i++)
    pullReplies(
      model,
      momentAt(grid, mu, gamma, i),
      row(swept.u, i, states),
      row(slopesOfControls, i, moves),
      row(slopesOfU, i, states),
      slopesAt(grid, into, i),
    );
  pullValues(grid, mu, gamma, swept.u, slopesOfU, into);
  return into;
}

function slopesAt({ states, parameters }: RatesGrid, { mu, gamma }: Slopes, i: number): Slopes {
  return { mu: row(mu, i, states), gamma: row(gamma, i, parameters) };
}

/** From the end of the flow back to its start: slopes by controls, those by γ into `into`. */
function pullFlow(
  grid: RatesGrid,
  { mu, controls }: Sweep,
  gamma: Float64Array,
  weights: Float64Array,
  into: Slopes,
): Float64Array {
  const { model, scheme, step, states, moves, t } = grid;
  const slopesOfControls = new Float64Array(controls.length);
  const weight = row(weights, t.length - 1, states).slice();
  const [first, guess, scaled, atGuess] = [0, 1, 2, 3].map(() => new Float64Array(states));
  const here = (i: number): Slopes => ({ mu: weight, gamma: row(into.gamma, i, grid.parameters) });
  for (let i = t.length - 2; i >= 0; i--) {
    const at = momentAt(grid, mu, gamma, i);
    const [now, next] = [row(controls, i, moves), row(controls, i + 1, moves)];
    if (scheme === "euler") {
      for (let x = 0; x < states; x++) scaled[x] = step * weight[x];
    } else {
      drift(model, at, now, first);
      for (let x = 0; x < states; x++) {
        guess[x] = at.mu[x] + step * first[x];
        scaled[x] = (step / 2) * weight[x];
      }
      atGuess.fill(0);
      const later = { ...momentAt(grid, mu, gamma, i + 1), mu: guess };
      const slopes = { mu: atGuess, gamma: row(into.gamma, i + 1, grid.parameters) };
      pullDrift(model, later, next, scaled, row(slopesOfControls, i + 1, moves), slopes);
      for (let x = 0; x < states; x++) {
        weight[x] += atGuess[x];
        scaled[x] += step * atGuess[x];
      }
    }
    pullDrift(model, at, now, scaled, row(slopesOfControls, i, moves), here(i));
    for (let x = 0; x < states; x++) weight[x] += weights[i * states + x];
  }
  return slopesOfControls;
}

/** From the start of the values on to their end. */
function pullValues(
  grid: RatesGrid,
  mu: Float64Array,
  gamma: Float64Array,
  u: Float64Array,
  weights: Float64Array,
  into: Slopes,
): void {
  const { model, scheme, step, states, t } = grid;
  const [first, guess, scaled, atGuess] = [0, 1, 2, 3].map(() => new Float64Array(states));
  const last = t.length - 1;
  for (let i = 0; i < last; i++) {
    const weight = row(weights, i, states);
    const nextWeight = row(weights, i + 1, states);
    const at = momentAt(grid, mu, gamma, i);
    const next = row(u, i + 1, states);
    if (scheme === "euler") {
      for (let x = 0; x < states; x++) scaled[x] = step * weight[x];
      pullHamiltonian(model, at, next, scaled, nextWeight, slopesAt(grid, into, i));
    } else {
      const later = momentAt(grid, mu, gamma, i + 1);
      hamiltonian(model, later, next, first);
      for (let x = 0; x < states; x++) {
        guess[x] = next[x] + step * first[x];
        scaled[x] = (step / 2) * weight[x];
      }
      atGuess.fill(0);
      pullHamiltonian(model, at, guess, scaled, atGuess, slopesAt(grid, into, i));
      for (let x = 0; x < states; x++) {
        nextWeight[x] += atGuess[x];
        scaled[x] += step * atGuess[x];
      }
      pullHamiltonian(model, later, next, scaled, nextWeight, slopesAt(grid, into, i + 1));
    }
    for (let x = 0; x < states; x++) nextWeight[x] += weight[x];
  }
  const end = momentAt(grid, mu, gamma, last);
  for (let x = 0; x < states; x++)
    model.terminal.pull?.(x, end, weights[last * states + x], slopesAt(grid, into, last));
}
