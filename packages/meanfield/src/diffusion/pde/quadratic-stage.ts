/** A stage of the best response where the Hamiltonian says its coefficients: in WebAssembly, the same equation to rounding. */

import { recordField } from "../../kernels/index.ts";
import { FREE } from "./compile.ts";
import { populationAt, type Workshop } from "./environment.ts";
import type { QuadraticForm } from "./model.ts";

/** What a stage needs beside its workshop. */
export interface StageWork {
  readonly later: Float64Array;
  /** Becomes the value before the stage. */
  readonly before: Float64Array;
  /** How far the stage after it along the axis went, per unit of θτ, where the iteration begins; becomes how far this one goes. */
  readonly moved: Float64Array;
  readonly shift: Float64Array | undefined;
  readonly rise: Float64Array;
  readonly fall: Float64Array;
}

/** The form whose coefficients stand in the records. */
const readOnce = new WeakMap<Float64Array, QuadraticForm>();

/**
 * Solves stage `s`: sets the value before it, and the drifts. The workshop's `unknown` holds the data of walls and exits.
 *
 * Gives Newton steps (−1 if they fail) and the largest residual.
 */
export function quadraticStage(
  shop: Workshop,
  s: number,
  form: QuadraticForm,
  { later, before, moved, shift, rise, fall }: StageWork,
  mostRounds: number,
): { readonly rounds: number; readonly residual: number } {
  const { problem, lines, room, unknown, source, dataUp, dataDown, x, y } = shop;
  const { axis, length, implicit, carries, time } = problem.stages[s];
  const { order, records, at, step, respond } = room[axis];
  const { central } = lines[axis];
  const { scale, rest, floor, side } = form;
  const whole = implicit * length;
  const read = form.fixed !== true || readOnce.get(records) !== form;
  readOnce.set(records, form);
  for (let q = 0; q < order.length; q++) {
    const k = order[q];
    let to = at[q];
    if (problem.place[k] !== FREE) {
      // Both ways nothing but the given value: its scale and all that it pays stay 0 from the start.
      records[to] = unknown[k];
      records[to + step] = unknown[k];
      continue;
    }
    const felt = shift === undefined ? 0 : shift[k];
    records[to] = later[k] + whole * moved[k];
    records[(to += step)] = later[k];
    records[(to += step)] = source[k];
    if (read) {
      const population = populationAt(shop, k);
      records[to + step] = scale(time, x[k], y[k], population);
      records[to + 2 * step] = rest(time, x[k], y[k], population);
      records[to + 3 * step] = floor(time, x[k], y[k], population);
    }
    records[(to += 4 * step)] = dataUp[k] + felt;
    records[(to += step)] = dataDown[k] + (central[k] === 1 ? 0 : felt);
  }
  const result = respond({
    length: whole,
    discounted: whole * carries * problem.model.discount,
    mostRounds,
    rising: side !== "falling",
    falling: side !== "rising",
  });
  const risen = recordField.rise * step;
  const fallen = recordField.fall * step;
  const [onwards, pace] = [1 / implicit, 1 / whole];
  for (let q = 0; q < order.length; q++) {
    const k = order[q];
    const from = at[q];
    const mean = records[from];
    const gone = mean - later[k];
    moved[k] = gone * pace;
    before[k] = implicit === 1 ? mean : later[k] + gone * onwards;
    rise[k] = records[from + risen];
    fall[k] = records[from + fallen];
  }
  return result;
}
