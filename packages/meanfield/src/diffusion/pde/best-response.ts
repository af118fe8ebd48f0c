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
  fields,
  look,
  passing,
  populationAt,
  readEnds,
  readExits,
  readSource,
  type Workshop,
  workshopOf,
} from "./environment.ts";
import { generalStage } from "./general-stage.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue, Incentives } from "./problem.ts";
import { quadraticStage } from "./quadratic-stage.ts";

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
  const { unknown, bound } = shop;
  readTerminal(shop, flow, incentives?.terminal, value[stages.length]);
  // How far the stage before went along each axis: where the next one is likely to end.
  const moved = [new Float64Array(size), new Float64Array(size)];
  let worst = 0;
  let rounds = 0;
  for (let s = stages.length - 1; s >= 0; s--) {
    const { axis, implicit } = stages[s];
    const later = value[s + 1];
    const before = value[s];
    look(shop, flow, s);
    readSource(shop, s, incentives?.source[s]);
    readEnds(shop, s, later);
    readExits(shop, s, before);
    for (const k of bound) unknown[k] = implicit * before[k] + (1 - implicit) * later[k];
    const shift = incentives?.shift?.[s];
    const work = { later, before, moved: moved[axis], shift, rise: rise[s], fall: fall[s] };
    const { quadratic } = model.hamiltonian[axis] ?? model.hamiltonian[0];
    const done =
      quadratic === undefined
        ? generalStage(shop, s, work, MOST_ROUNDS)
        : quadraticStage(shop, s, quadratic, work, MOST_ROUNDS);
    if (done.rounds < 0) refuse(problem, s, done.residual);
    worst = Math.max(worst, done.residual);
    rounds += done.rounds;
    readExits(shop, s, before);
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

/** Room for what a stage needs of the one after it: of the answer only the value at time 0 is left at the end. */
export function passingBuffers({ stages, size }: GridProblem): ResponseBuffers {
  const [rise, fall] = fields(2, size);
  return {
    value: { value: passing(stages.length + 1, size) },
    policy: { rise: stages.map(() => rise), fall: stages.map(() => fall) },
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

function refuse({ stages, scheme }: GridProblem, s: number, residual: number): never {
  const advice = scheme === "central" ? "more steps, or the upwind scheme," : "more steps";
  throw new NoConvergenceError(
    `bestResponse: the Hamilton–Jacobi–Bellman equation at t = ${stages[s].time} is not solved, its residual is ${residual} ` +
      `when Newton's method is given up (after at most ${MOST_ROUNDS} steps); ${advice} may help`,
  );
}
