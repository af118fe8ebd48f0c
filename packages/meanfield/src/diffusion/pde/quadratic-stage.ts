/** A stage of the best response where the Hamiltonian says its coefficients: in WebAssembly, the same equation to rounding. */

import { recordAt, recordField } from "../../kernels/index.ts";
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

const [VALUE, LATER, SOURCE] = [2 * recordField.value, 2 * recordField.later, 2 * recordField.source];
const [SCALE, REST, FLOOR] = [2 * recordField.scale, 2 * recordField.rest, 2 * recordField.floor];
const [ADD_UP, ADD_DOWN] = [2 * recordField.addUp, 2 * recordField.addDown];
const [RISE, FALL] = [2 * recordField.rise, 2 * recordField.fall];

/** Records in which something is added to momenta. */
const addedTo = new WeakSet<Float64Array>();

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
  const { problem, lines, room, unknown, source, dataUp, dataDown, bound, x, y } = shop;
  const { axis, length, implicit, carries, time } = problem.stages[s];
  const { order, first, mirrored, records, pairs, places, prepareResponse, respond, residual } = room[axis];
  const { central, open } = lines[axis];
  const { scale, rest, floor, side } = form;
  const whole = implicit * length;
  const [onwards, pace] = [1 / implicit, 1 / whole];
  const anew = readOnce.get(records) !== form;
  const reads = (name: "scale" | "rest" | "floor"): boolean =>
    anew || !(form.fixed === true || (form.constant?.includes(name) ?? false));
  const [readScale, readRest, readFloor] = [reads("scale"), reads("rest"), reads("floor")];
  const read = readScale || readRest || readFloor;
  readOnce.set(records, form);
  const everywhere = bound.length === 0;
  // Momenta have nothing added but where lines are open or a planner shifts them.
  const added = open.length > 0 || shift !== undefined || addedTo.has(records);
  if (open.length > 0 || shift !== undefined) addedTo.add(records);
  else addedTo.delete(records);
  prepareResponse({
    length: whole,
    discounted: whole * carries * problem.model.discount,
    mostRounds,
    rising: side !== "falling",
    falling: side !== "rising",
  });
  let [rounds, worst] = [0, 0];
  // Pair by pair, so that a pair's records are still at hand when they are solved and read.
  for (let pair = 0; pair < pairs; pair++) {
    const [begin, end] = [pair * places, (pair + 1) * places];
    for (let q = begin + first; q < end; q++) {
      const k = order[q];
      const to = recordAt(q);
      if (!everywhere && problem.place[k] !== FREE) {
        // Both ways nothing but the given value: its scale and all that it pays stay 0 from the start.
        records[to + VALUE] = unknown[k];
        records[to + LATER] = unknown[k];
        continue;
      }
      records[to + VALUE] = later[k] + whole * moved[k];
      records[to + LATER] = later[k];
      records[to + SOURCE] = source[k];
      if (read) {
        const population = populationAt(shop, k);
        if (readScale) records[to + SCALE] = scale(time, x[k], y[k], population);
        if (readRest) {
          const still = rest(time, x[k], y[k], population);
          records[to + REST] = (mirrored & q) === 1 ? -still : still;
        }
        if (readFloor) records[to + FLOOR] = floor(time, x[k], y[k], population);
      }
      if (added) {
        const felt = shift === undefined ? 0 : shift[k];
        const above = dataUp[k] + felt;
        const below = dataDown[k] + (central[k] === 1 ? 0 : felt);
        records[to + ADD_UP] = (mirrored & q) === 1 ? -below : above;
        records[to + ADD_DOWN] = (mirrored & q) === 1 ? -above : below;
      }
    }
    const steps = respond(pair);
    worst = Math.max(worst, residual());
    if (steps < 0) return { rounds: -1, residual: worst };
    rounds += steps;
    for (let q = begin + first; q < end; q++) {
      const k = order[q];
      const turned = mirrored & q;
      const from = recordAt(q);
      const mean = records[from + VALUE];
      const gone = mean - later[k];
      moved[k] = gone * pace;
      before[k] = implicit === 1 ? mean : later[k] + gone * onwards;
      rise[k] = records[from + (turned === 1 ? FALL : RISE)];
      fall[k] = records[from + (turned === 1 ? RISE : FALL)];
      // A central difference has one drift, of either sign.
      if (turned === 1 && central[k] === 1) {
        rise[k] = -fall[k];
        fall[k] = 0;
      }
    }
  }
  return { rounds, residual: worst };
}
