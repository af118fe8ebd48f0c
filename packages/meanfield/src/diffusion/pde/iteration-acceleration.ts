/** Updates of a flow, and of what else is assumed with it, towards what comes of them: damped, or accelerated. */

import { andersonAcceleration } from "../../numeric/anderson.ts";
import { joined, parted } from "./iteration-flows.ts";
import type { GridFlow, GridProblem } from "./problem.ts";
import { seenLayout } from "./seen.ts";

export interface UpdateSettings {
  /** In (0, 1]. */
  readonly damping: number;
  /** How many earlier updates are combined. */
  readonly memory: number;
}

/** What to assume next. */
export interface Update {
  readonly flow: GridFlow;
  readonly others: readonly Float64Array[];
}

/** The way from what is assumed, and what comes of it, to what to assume next. */
export type Updates = (
  flow: GridFlow,
  induced: GridFlow,
  others?: readonly Float64Array[],
  called?: readonly Float64Array[],
) => Update;

/** Updates of one iteration, from start to end. */
export function updatesOf(problem: GridProblem, { damping, memory }: UpdateSettings): Updates {
  const { next, restart } = andersonAcceleration({ depth: memory, damping });
  // Where nothing reads densities, masses below 0 on the way harm nobody.
  const densityMatters = seenLayout(problem).masses.some((from) => from >= 0);
  return (flow, induced, others = [], called = []) => {
    const assumed = [...flow.mass, ...flow.aggregates, ...others];
    const image = [...induced.mass, ...induced.aggregates, ...called];
    const [levels, both] = [flow.mass.length, flow.mass.length + flow.aggregates.length];
    const shaped = (arrays: readonly Float64Array[]): Update => ({
      flow: { mass: arrays.slice(0, levels), aggregates: arrays.slice(levels, both) },
      others: arrays.slice(both),
    });
    if (memory > 0) {
      const combined = parted(next(joined(assumed), joined(image)), assumed);
      // Central differences leave some masses below 0 themselves.
      const allowed = 2 * Math.min(0, leastOf(flow.mass), leastOf(induced.mass));
      if (!densityMatters || leastOf(combined.slice(0, levels)) >= allowed) return shaped(combined);
      // The past led to masses that nobody can have: it is of no use.
      restart();
    }
    return shaped(
      assumed.map((values, s) =>
        // At the end itself, so that a whole step is the image to the last bit.
        damping === 1 ? image[s] : values.map((value, i) => value + damping * (image[s][i] - value)),
      ),
    );
  };
}

function leastOf(arrays: readonly Float64Array[]): number {
  return arrays.reduce((least, values) => values.reduce((low, value) => Math.min(low, value), least), Infinity);
}
