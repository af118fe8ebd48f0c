/**
 * The Fokker–Planck equation on the grid: masses moved by the chain that a policy makes, the exact adjoint of its evaluation.
 *
 * `upwind` keeps masses ≥ 0 to the last bit; `central` may push some below 0 where they are small and drifts strong: they are
 * left so, and `least` tells.
 */

import { fields, readAggregates, workshopOf } from "./environment.ts";
import { fillRoom } from "./lines.ts";
import type { GridFlow, GridPolicy, GridProblem } from "./problem.ts";

export interface Transported extends GridFlow {
  /** The least mass of any point at any level. */
  readonly least: number;
}

/** The flow from the initial masses under `policy`, with its aggregates; written into `into` where given. */
export function transportMass(problem: GridProblem, policy: GridPolicy, into?: GridFlow): Transported {
  const flow = into ?? emptyFlow(problem);
  const { mass, aggregates } = flow;
  const least = moveMass(problem, policy, problem.initialMass, mass);
  readAggregates(problem, mass, policy, aggregates);
  return { mass, aggregates, least };
}

/** A flow of zeros. */
export function emptyFlow({ stages, size, model }: GridProblem): GridFlow {
  return {
    mass: fields(stages.length + 1, size),
    aggregates: fields(stages.length + 1, model.aggregates.length),
  };
}

/** Moves any masses, of either sign, by the chain of `policy` through all stages into `mass`; gives the least of all. */
export function moveMass(
  problem: GridProblem,
  policy: GridPolicy,
  start: Float64Array,
  mass: readonly Float64Array[],
): number {
  const shop = workshopOf(problem);
  const { stages } = problem;
  mass[0].set(start);
  let least = Infinity;
  for (const amount of start) if (amount < least) least = amount;
  for (const [s, { axis, length, implicit }] of stages.entries()) {
    const before = mass[s];
    const after = mass[s + 1];
    const { order, first, given, solveMasses } = shop.room[axis];
    fillRoom(shop.lines[axis], policy.rise[s], policy.fall[s], before, shop.room);
    solveMasses(implicit * length);
    const onwards = 1 / implicit;
    for (let q = first; q < order.length; q++) {
      const k = order[q];
      const amount = implicit === 1 ? given[q] : before[k] + (given[q] - before[k]) * onwards;
      after[k] = amount;
      if (amount < least) least = amount;
    }
    for (const k of shop.bound) after[k] = 0;
  }
  return least;
}
