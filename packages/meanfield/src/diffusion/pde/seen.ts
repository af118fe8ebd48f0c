/**
 * What players see of a flow, as one vector: mean masses and aggregates of the stages at which something reads them.
 *
 * Best responses depend on a flow through nothing else, so that linear systems need be solved only for this much of it.
 */

import { meanMass } from "./environment.ts";
import type { GridFlow, GridProblem } from "./problem.ts";

export interface SeenLayout {
  /** Length of the vector. */
  readonly size: number;
  /** Where masses and aggregates of each stage, and last of the law at T, begin in it; −1 where nobody reads them. */
  readonly masses: Int32Array;
  readonly aggregates: Int32Array;
}

export function seenLayout({ model, stages, size }: GridProblem): SeenLayout {
  const { running, terminal } = model;
  const masses = new Int32Array(stages.length + 1).fill(-1);
  const aggregates = masses.slice();
  let length = 0;
  for (let s = 0; s <= stages.length; s++) {
    const hamiltonian = model.hamiltonian[s < stages.length ? stages[s].axis : 0] ?? model.hamiltonian[0];
    const sees =
      s === stages.length ? [terminal.sees] : [hamiltonian.sees, ...(stages[s].carries === 0 ? [] : [running.sees])];
    if (sees.some((seen) => seen?.density === true || seen?.nearby === true)) {
      masses[s] = length;
      length += size;
    }
    if (sees.some((seen) => seen?.aggregates === true)) {
      aggregates[s] = length;
      length += model.aggregates.length;
    }
  }
  return { size: length, masses, aggregates };
}

/** The part of a flow, or of a change of one, that is seen. */
export function seenOf({ stages, size }: GridProblem, layout: SeenLayout, flow: GridFlow): Float64Array {
  const out = new Float64Array(layout.size);
  for (let s = 0; s <= stages.length; s++) {
    const [from, begin] = [layout.masses[s], layout.aggregates[s]];
    if (begin >= 0) out.set(flow.aggregates[s], begin);
    if (from < 0) continue;
    const room = out.subarray(from, from + size);
    if (s === stages.length) room.set(flow.mass[s]);
    else meanMass(stages[s], flow.mass[s], flow.mass[s + 1], room);
  }
  return out;
}
