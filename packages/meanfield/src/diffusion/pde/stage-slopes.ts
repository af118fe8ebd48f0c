/** How the cost of a stage, and what players do in it, react to their momenta and to what they see of the population. */

import { FREE } from "./compile.ts";
import { fields, look, populationAt, workshopOf } from "./environment.ts";
import type { Workshop } from "./environment.ts";
import { momentaBuffers, readMomenta } from "./momenta.ts";
import type { Momenta } from "./momenta.ts";
import type { GridFlow, GridProblem, GridValue } from "./problem.ts";
import { curvatureOf, reactionOf, runningSlope, sightDerivative, sightsOf } from "./sensitivities.ts";
import type { OfPlace, Sight } from "./sensitivities.ts";

/** One sight of one stage. */
export interface Sensitivity {
  readonly sight: Sight;
  /** Of s F − Ĥ (at T of g). */
  readonly source: Float64Array;
  /** Of the drifts; undefined where H does not see it. */
  readonly rise: Float64Array | undefined;
  readonly fall: Float64Array | undefined;
}

export interface StageSlopes {
  /** Change of `rise` with p⁺, and of `fall` with p⁻. */
  readonly rise: Float64Array;
  readonly fall: Float64Array;
  readonly sensitivities: readonly Sensitivity[];
}

/** Slopes of a stage; after `look` and `readMomenta`. They are written into arrays of zeros that `make` gives. */
export function stageSlopes(
  shop: Workshop,
  s: number,
  momenta: Momenta,
  make: (count: number) => Float64Array[] = (count) => fields(count, shop.problem.size),
): StageSlopes {
  const { problem, lines, x, y } = shop;
  const { stages, size, model, place } = problem;
  const { axis, time, carries } = stages[s];
  const hamiltonian = model.hamiltonian[axis] ?? model.hamiltonian[0];
  const { central } = lines[axis];
  const { above, below, rest, rises, falls } = momenta;
  const curvature = curvatureOf(hamiltonian);
  const [rise, fall] = make(2);
  for (let k = 0; k < size; k++) {
    if (rises[k] === 1) rise[k] = -curvature(time, x[k], y[k], above[k], populationAt(shop, k));
    if (falls[k] === 1) fall[k] = curvature(time, x[k], y[k], below[k], populationAt(shop, k));
  }
  const count = model.aggregates.length;
  const byH = sightsOf(hamiltonian.sees, count);
  const byF = carries === 0 ? [] : sightsOf(model.running.sees, count);
  const sensitivities = [...new Set([...byH, ...byF])].map((sight): Sensitivity => {
    const [source] = make(1);
    if (byF.includes(sight)) {
      const slope = runningSlope(model.running, sight, count);
      for (let k = 0; k < size; k++) {
        if (place[k] === FREE) source[k] = carries * slope(time, x[k], y[k], populationAt(shop, k));
      }
    }
    if (!byH.includes(sight)) return { sight, source, rise: undefined, fall: undefined };
    const [riseBy, fallBy] = make(2);
    const reaction = reactionOf(hamiltonian, count, sight);
    for (let k = 0; k < size; k++) {
      if (place[k] !== FREE) continue;
      const { ofValue, ofSlope } = reaction(time, x[k], y[k], populationAt(shop, k));
      if (rises[k] === 1) riseBy[k] = -ofSlope(above[k]);
      if (falls[k] === 1) fallBy[k] = ofSlope(below[k]);
      // Ĥ = H at p⁺ and at p⁻ where players move by them, less H at rest where that is counted twice, or never.
      let h = 0;
      if (rises[k] === 1) h += ofValue(above[k]);
      if (falls[k] === 1) h += ofValue(below[k]);
      const atRest = 1 - rises[k] - falls[k];
      // At rest H_p = 0: that the place of rest moves with the population changes nothing.
      if (central[k] !== 1 && atRest !== 0 && Number.isFinite(rest[k])) h += atRest * ofValue(rest[k]);
      source[k] -= h;
    }
    return { sight, source, rise: riseBy, fall: fallBy };
  });
  return { rise, fall, sensitivities };
}

/** The slopes of all stages about a flow and a value, and those of g. */
export function slopesAlong(
  problem: GridProblem,
  flow: GridFlow,
  value: GridValue,
): { readonly slopes: readonly StageSlopes[]; readonly terminal: readonly Sensitivity[] } {
  const shop = workshopOf(problem);
  const momenta = momentaBuffers(problem);
  const slopes = problem.stages.map((_, s) => {
    look(shop, flow, s);
    readMomenta(shop, s, value, undefined, momenta);
    return stageSlopes(shop, s, momenta);
  });
  return { slopes, terminal: terminalSensitivities(shop, flow) };
}

/** Of g, in what is seen of the law at T. */
export function terminalSensitivities(shop: Workshop, flow: GridFlow): Sensitivity[] {
  const { problem, x, y } = shop;
  const { stages, size, model, place } = problem;
  const { value, sees } = model.terminal;
  const derivative = sightDerivative(model.aggregates.length);
  const atEnd: OfPlace = (_t, px, py, seen) => value(px, py, seen);
  look(shop, flow, stages.length);
  return sightsOf(sees, model.aggregates.length).map((sight) => {
    const source = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      if (place[k] !== FREE) continue;
      source[k] = derivative(atEnd, model.horizon, x[k], y[k], populationAt(shop, k), sight);
    }
    return { sight, source, rise: undefined, fall: undefined };
  });
}
