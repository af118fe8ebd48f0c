/** Who leaves, where and when: the masses that arrive at exits of the grid. */

import { EXIT } from "./compile.ts";
import { chainRates, meanMass, workshopOf } from "./environment.ts";
import type { GridFlow, GridPolicy, GridProblem } from "./problem.ts";

/**
 * For each macroscopic step, the mass that arrives in it at the exits of each group; `groupOf` names the group of the exit at
 * (x, y) by its index below `groups`.
 *
 * Together with what is still inside they add up to the mass before, to rounding. `policy` must be the one that moved `flow`.
 */
export function leavingMass(
  problem: GridProblem,
  flow: GridFlow,
  policy: GridPolicy,
  groups: number,
  groupOf: (x: number, y: number) => number,
): Float64Array[] {
  const { stages, place, size, times } = problem;
  const { lines, x, y, up, down, spare } = workshopOf(problem);
  const group = Int32Array.from(place, (kind, k) => (kind === EXIT ? groupOf(x[k], y[k]) : -1));
  const left = Array.from({ length: times.length - 1 }, () => new Float64Array(groups));
  for (const [s, stage] of stages.entries()) {
    const line = lines[stage.axis];
    chainRates(line, policy.rise[s], policy.fall[s], up, down);
    meanMass(stage, flow.mass[s], flow.mass[s + 1], spare);
    const gone = left[stage.step];
    for (let k = 0; k < size; k++) {
      if (spare[k] === 0 || place[k] !== 0) continue;
      const [next, previous] = [group[line.next[k]], group[line.previous[k]]];
      if (next >= 0) gone[next] += stage.length * up[k] * spare[k];
      if (previous >= 0) gone[previous] += stage.length * down[k] * spare[k];
    }
  }
  return left;
}
