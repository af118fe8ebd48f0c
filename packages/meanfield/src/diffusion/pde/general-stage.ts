/** A stage of the best response for any convex Hamiltonian: Newton's method with its values and slopes. */

import { FREE } from "./compile.ts";
import { chainRates, populationAt, type Workshop } from "./environment.ts";
import { restOf } from "./legendre.ts";
import { solveValues } from "./lines.ts";
import type { AxisHamiltonian } from "./model.ts";
import type { StageWork } from "./quadratic-stage.ts";

/**
 * Solves stage `s`: sets the value before it, and the drifts. The workshop's `unknown` holds the data of walls and exits.
 *
 * Gives Newton steps (−1 if they fail) and the largest residual.
 */
export function generalStage(
  shop: Workshop,
  s: number,
  work: StageWork,
  mostRounds: number,
): { readonly rounds: number; readonly residual: number } {
  const { problem, lines, room, unknown, residual, up, down } = shop;
  const { axis, length, implicit, carries, time } = problem.stages[s];
  const { later, before, moved, rise, fall } = work;
  const hamiltonian = problem.model.hamiltonian[axis] ?? problem.model.hamiltonian[0];
  const step = implicit * length;
  const kept = 1 + step * carries * problem.model.discount;
  for (let k = 0; k < unknown.length; k++) {
    if (problem.place[k] === FREE) unknown[k] = later[k] + step * moved[k];
  }
  readRest(shop, hamiltonian, axis, time);
  let change = Infinity;
  for (let round = 0; ; round++) {
    const noise = evaluate(shop, hamiltonian, axis, time, step, kept - 1, work);
    let largest = 0;
    for (const each of residual) if (!(Math.abs(each) <= largest)) largest = Math.abs(each);
    if (largest <= noise || (change <= 1e-10 && largest <= 64 * noise)) {
      for (let k = 0; k < unknown.length; k++) {
        const gone = unknown[k] - later[k];
        moved[k] = gone / step;
        before[k] = implicit === 1 ? unknown[k] : later[k] + gone / implicit;
      }
      return { rounds: round, residual: largest };
    }
    if (round === mostRounds || !Number.isFinite(largest)) return { rounds: -1, residual: largest };
    chainRates(lines[axis], rise, fall, up, down);
    solveValues(lines[axis], up, down, step, kept, residual, room);
    let top = 0;
    change = 0;
    for (let k = 0; k < unknown.length; k++) {
      unknown[k] -= residual[k];
      top = Math.max(top, Math.abs(unknown[k]));
      change = Math.max(change, Math.abs(residual[k]));
    }
    change /= top;
  }
}

/** Sets s and H(s) at every point where the difference is split. */
function readRest(shop: Workshop, hamiltonian: AxisHamiltonian, axis: number, t: number): void {
  const { problem, lines, x, y, rest, atRest } = shop;
  const { central } = lines[axis];
  for (let k = 0; k < problem.size; k++) {
    if (central[k] === 1 || problem.place[k] !== FREE) continue;
    const population = populationAt(shop, k);
    rest[k] = restOf(hamiltonian, t, x[k], y[k], population);
    atRest[k] = Number.isFinite(rest[k]) ? hamiltonian.value(t, x[k], y[k], rest[k], population) : 0;
  }
}

/**
 * Sets the residual of the stage's equation at `unknown` and the drifts there; gives what rounding alone may make of the
 * residual.
 */
function evaluate(
  shop: Workshop,
  hamiltonian: AxisHamiltonian,
  axis: number,
  t: number,
  step: number,
  discounted: number,
  { later, shift, rise, fall }: StageWork,
): number {
  const { problem, lines, unknown: v, residual, rest, atRest, source, dataUp, dataDown, x, y } = shop;
  const { next, previous, diffuseUp, diffuseDown, gainUp, gainDown, central } = lines[axis];
  const { value, slope } = hamiltonian;
  const { place } = problem;
  let noise = 0;
  for (let k = 0; k < v.length; k++) {
    residual[k] = 0;
    rise[k] = 0;
    fall[k] = 0;
    if (place[k] !== FREE) continue;
    const population = populationAt(shop, k);
    const here = v[k];
    const forth = v[next[k]] - here;
    const back = here - v[previous[k]];
    const felt = shift === undefined ? 0 : shift[k];
    const above = gainUp[k] * forth + dataUp[k] + felt;
    const below = gainDown[k] * back + dataDown[k];
    let h: number;
    if (central[k] === 1) {
      h = value(t, x[k], y[k], above + below, population);
      rise[k] = -slope(t, x[k], y[k], above + below, population);
    } else {
      const s = rest[k];
      h = Number.isFinite(s) ? atRest[k] : 0;
      if (above < s) {
        h += value(t, x[k], y[k], above, population) - atRest[k];
        rise[k] = -slope(t, x[k], y[k], above, population);
      }
      if (below + felt > s) {
        h += value(t, x[k], y[k], below + felt, population) - atRest[k];
        fall[k] = slope(t, x[k], y[k], below + felt, population);
      }
    }
    const diffusion = diffuseUp[k] * forth - diffuseDown[k] * back;
    residual[k] = here - later[k] + discounted * here + step * (h - diffusion - source[k]);
    const rates = diffuseUp[k] + diffuseDown[k] + Math.abs(rise[k]) * (gainUp[k] + gainDown[k]) + fall[k] * gainDown[k];
    const terms =
      Math.abs(here) * (1 + discounted + step * rates) +
      Math.abs(later[k]) +
      step * (Math.abs(h) + Math.abs(source[k]));
    if (terms > noise) noise = terms;
  }
  return 4 * Number.EPSILON * noise;
}
