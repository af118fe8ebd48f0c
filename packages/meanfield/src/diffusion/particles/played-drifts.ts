/** The drifts of an answer, tabled for every step of a simulation: straight in time, and straight between free points of the grid. */

import { RefusalError } from "../../core/index.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { GridPolicy, GridProblem } from "../pde/problem.ts";
import { gridCell } from "./grid-cell.ts";

export interface PlayedDrifts {
  readonly problem: GridProblem;
  /** The drift along an axis in the step that begins at times[n]. */
  readonly read: (axis: number, n: number, x: number, y: number) => number;
}

/** @throws RefusalError for answers of games on another space or with a shorter horizon than the model's. */
export function requireFitting(model: DiffusionModel, theirs: DiffusionModel): void {
  const same =
    theirs.space.length === model.space.length &&
    theirs.space.every(({ low, high, ends }, k) => {
      const axis = model.space[k];
      if (axis === undefined) return false;
      return axis.low === low && axis.high === high && (ends === "periodic") === (axis.ends === "periodic");
    });
  if (!same) throw new RefusalError("the strategy is for a game on another space");
  if (theirs.horizon !== model.horizon) {
    throw new RefusalError(
      `the strategy is for the horizon T = ${theirs.horizon}, this game's is T = ${model.horizon}`,
    );
  }
}

/** The drifts of a policy on a grid in the steps between these times. */
export function tabled(problem: GridProblem, { rise, fall }: GridPolicy, times: Float64Array): PlayedDrifts {
  const { grid, stages, size, place } = problem;
  const free = Uint8Array.from(place, (kind) => (kind === 0 ? 1 : 0));
  const tables = grid.axes.map((_, axis) => {
    const own = stages.flatMap((stage, s) => (stage.axis === axis ? [s] : []));
    const at = Float64Array.from(own, (s) => stages[s].time);
    return Array.from({ length: times.length - 1 }, (_unused, n) => {
      // Before the first and after the last stage their drifts stay: lines through them could leave what controls give.
      const t = Math.min(at[at.length - 1], Math.max(at[0], times[n]));
      const table = new Float64Array(size);
      let [low, high] = [0, at.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (at[middle] <= t) low = middle;
        else high = middle;
      }
      const next = Math.min(low + 1, at.length - 1);
      const share = next === low ? 0 : (t - at[low]) / (at[next] - at[low]);
      const [a, b] = [own[low], own[next]];
      for (let k = 0; k < size; k++) {
        table[k] = (1 - share) * (rise[a][k] - fall[a][k]) + share * (rise[b][k] - fall[b][k]);
      }
      return table;
    });
  });
  const [first, second] = grid.axes;
  const columns = second?.points.length ?? 1;
  const [along, across] = [gridCell(first), gridCell(second ?? first)];
  const read = (axis: number, n: number, x: number, y: number): number => {
    const table = tables[axis][n];
    along.look(x);
    if (second === undefined) {
      const low = (1 - along.share) * free[along.below];
      const high = along.share * free[along.above];
      const total = low + high;
      // Nobody who is still there stands between two points that both are not free, but for rounding.
      return total === 0 ? 0 : (low * table[along.below] + high * table[along.above]) / total;
    }
    across.look(y);
    let [sum, total] = [0, 0];
    for (let i = 0; i < 2; i++) {
      const row = (i === 0 ? along.below : along.above) * columns;
      const w = i === 0 ? 1 - along.share : along.share;
      for (let j = 0; j < 2; j++) {
        const k = row + (j === 0 ? across.below : across.above);
        const weight = w * (j === 0 ? 1 - across.share : across.share) * free[k];
        sum += weight * table[k];
        total += weight;
      }
    }
    return total === 0 ? 0 : sum / total;
  };
  return { problem, read };
}
