/**
 * The Hamilton–Jacobi–Bellman equation on the grid, backwards: the value of the best response to a flow, and the response.
 *
 * Each stage is an implicit step v + θτ (−ν D²v + r'v + Ĥ(D⁺v, D⁻v) − F) = u⁺, u⁻ = u⁺ + (v − u⁺)/θ, with Engquist and Osher's
 * Ĥ(p⁺, p⁻) = H(min(p⁺, s)) + H(max(p⁻, s)) − H(s), s being where H is least (B. Engquist, S. Osher, Math. Comp. 36 (1981)
 * 321–351; for H = p²/2 that of Achdou and Capuzzo-Dolcetta), or H of the central difference. It is solved by Newton's method,
 * which for the convex and monotone Ĥ is Howard's policy iteration: its iterates fall to the solution from wherever they start.
 */

import { NoConvergenceError } from "../../numeric/roots.ts";
import { FREE } from "./compile.ts";
import {
  chainRates,
  fields,
  look,
  populationAt,
  readEnds,
  readExits,
  readSource,
  type Workshop,
  workshopOf,
} from "./environment.ts";
import { restOf } from "./legendre.ts";
import { solveValues } from "./lines.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue, Incentives } from "./problem.ts";

export interface BestResponse {
  readonly value: GridValue;
  readonly policy: GridPolicy;
  /** The largest residual of any stage's equation (in units of u; for `upwind` u errs in a stage by no more). */
  readonly residual: number;
  /** Newton steps of all stages together. */
  readonly rounds: number;
}

/** Where to write; arrays as in `GridValue` and `GridPolicy`. */
export interface ResponseBuffers {
  readonly value: GridValue;
  readonly policy: GridPolicy;
}

/** Newton steps of one stage before it is given up. */
const MOST_ROUNDS = 50;

/**
 * The best response to `flow`, with what a planner adds where `incentives` are given; written into `into` where given.
 *
 * Throws `NoConvergenceError` where the equation of a stage is not solved to rounding.
 */
export function bestResponse(
  problem: GridProblem,
  flow: GridFlow,
  incentives?: Incentives,
  into?: ResponseBuffers,
): BestResponse {
  const { stages, size, model } = problem;
  const { value: values, policy } = into ?? responseBuffers(problem);
  const { value } = values;
  const { rise, fall } = policy;
  const shop = workshopOf(problem);
  const { lines, unknown, residual, up, down, room } = shop;
  readTerminal(shop, flow, incentives?.terminal, value[stages.length]);
  // How far the stage before went along each axis: where the next one is likely to end.
  const moved = [new Float64Array(size), new Float64Array(size)];
  let worst = 0;
  let rounds = 0;
  for (let s = stages.length - 1; s >= 0; s--) {
    const { axis, length, implicit, carries, time } = stages[s];
    const at = lines[axis];
    const hamiltonian = model.hamiltonian[axis] ?? model.hamiltonian[0];
    const step = implicit * length;
    const later = value[s + 1];
    const before = value[s];
    const shift = incentives?.shift?.[s];
    look(shop, flow, s);
    readSource(shop, s, incentives?.source[s]);
    readEnds(shop, s, later);
    readRest(shop, hamiltonian, axis, time);
    readExits(shop, s, before);
    const kept = 1 + step * carries * model.discount;
    for (let k = 0; k < size; k++) {
      unknown[k] =
        problem.place[k] === FREE ? later[k] + step * moved[axis][k] : implicit * before[k] + (1 - implicit) * later[k];
    }
    let change = Infinity;
    for (let round = 0; ; round++) {
      const noise = evaluate(shop, hamiltonian, axis, time, step, kept - 1, later, shift, rise[s], fall[s]);
      let largest = 0;
      for (let k = 0; k < size; k++) {
        const size = Math.abs(residual[k]);
        if (!(size <= largest)) largest = size;
      }
      if (largest <= noise || (change <= 1e-10 && largest <= 64 * noise)) {
        worst = Math.max(worst, largest);
        rounds += round;
        break;
      }
      if (round === MOST_ROUNDS || !Number.isFinite(largest)) refuse(problem, s, largest, round);
      chainRates(at, rise[s], fall[s], up, down);
      solveValues(at, up, down, step, kept, residual, room);
      let top = 0;
      change = 0;
      for (let k = 0; k < size; k++) {
        unknown[k] -= residual[k];
        top = Math.max(top, Math.abs(unknown[k]));
        change = Math.max(change, Math.abs(residual[k]));
      }
      change /= top;
    }
    for (let k = 0; k < size; k++) {
      const gone = unknown[k] - later[k];
      moved[axis][k] = gone / step;
      if (problem.place[k] === FREE) before[k] = later[k] + gone / implicit;
    }
  }
  return { value: values, policy, residual: worst, rounds };
}

/** Room for a value and a policy. */
export function responseBuffers({ stages, size }: GridProblem): ResponseBuffers {
  return {
    value: { value: fields(stages.length + 1, size) },
    policy: { rise: fields(stages.length, size), fall: fields(stages.length, size) },
  };
}

/** u(T, ·): terminal costs, and those of leaving. */
export function readTerminal(
  shop: Workshop,
  flow: GridFlow,
  beside: Float64Array | undefined,
  into: Float64Array,
): void {
  const { problem, x, y } = shop;
  const last = problem.stages.length;
  look(shop, flow, last);
  for (let k = 0; k < problem.size; k++) {
    into[k] = 0;
    if (problem.place[k] !== FREE) continue;
    into[k] = problem.model.terminal.value(x[k], y[k], populationAt(shop, k)) + (beside === undefined ? 0 : beside[k]);
  }
  readExits(shop, last, into);
}

type Hamiltonian = GridProblem["model"]["hamiltonian"][0];

/** Sets s and H(s) at every point where the difference is split. */
function readRest(shop: Workshop, hamiltonian: Hamiltonian, axis: number, t: number): void {
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
  hamiltonian: Hamiltonian,
  axis: number,
  t: number,
  step: number,
  discounted: number,
  later: Float64Array,
  shift: Float64Array | undefined,
  rise: Float64Array,
  fall: Float64Array,
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

function refuse({ stages, scheme }: GridProblem, s: number, residual: number, rounds: number): never {
  const advice = scheme === "central" ? "more steps, or the upwind scheme," : "more steps";
  throw new NoConvergenceError(
    `bestResponse: the Hamilton–Jacobi–Bellman equation at t = ${stages[s].time} is solved only to ${residual} after ` +
      `${rounds} Newton steps; ${advice} may help`,
  );
}
