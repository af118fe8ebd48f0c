/**
 * The entries of the whole linear system of a Newton step, in values, masses and aggregates of all levels.
 *
 * The equations are those of `linearised.ts` with nothing eliminated: the value's before each stage, the mass's after it, and the
 * definition of each aggregate.
 */

import { EXIT, FREE } from "./compile.ts";
import { chainRates, fields, meanMass, workshopOf } from "./environment.ts";
import type { Reply } from "./iteration.ts";
import { viscosity } from "./model.ts";
import type { GridProblem, Stage } from "./problem.ts";
import type { Sight } from "./sensitivities.ts";
import { slopesAlong } from "./stage-slopes.ts";
import type { StageSlopes } from "./stage-slopes.ts";

/** Where the unknowns of a level begin. */
export interface Places {
  readonly value: number;
  readonly mass: number;
  readonly aggregate: number;
}

/** The order of the unknowns: level by level, first values, then masses, then aggregates. */
export function layoutOf({ size, stages, model }: GridProblem): {
  readonly length: number;
  readonly places: (s: number) => Places;
} {
  const width = 2 * size + model.aggregates.length;
  return {
    length: width * (stages.length + 1),
    places: (s) => ({ value: s * width, mass: s * width + size, aggregate: s * width + 2 * size }),
  };
}

/** Takes an entry; `seen` where it multiplies what players see of the flow assumed. */
export type Put = (row: number, column: number, value: number, seen: boolean) => void;

/** All entries, in an order that depends on the grid and on what the model sees, but on no number. */
export function emitEntries(problem: GridProblem, { flow, response, induced }: Reply, put: Put): void {
  const { stages, size } = problem;
  const { places } = layoutOf(problem);
  const { slopes, terminal } = slopesAlong(problem, flow, response.value);
  const near = readsNearby(problem) ? nearbyTable(problem) : undefined;
  const last = stages.length;
  const first = places(0);
  for (let k = 0; k < size; k++) put(first.mass + k, first.mass + k, 1, false);
  for (const [s, stage] of stages.entries()) {
    emitStage(problem, s, stage, { response, induced, slopes: slopes[s], near, put });
  }
  const end = places(last);
  const row = seenAt(problem, near, put, { before: end, after: end, implicit: 1 });
  for (let k = 0; k < size; k++) {
    put(end.value + k, end.value + k, 1, false);
    for (const { sight, source } of terminal) row(end.value + k, sight, k, -source[k]);
  }
  emitAggregates(problem, { flow, response, induced }, slopes, near, put);
}

interface StageParts extends Pick<Reply, "response" | "induced"> {
  readonly slopes: StageSlopes;
  readonly near: Float64Array | undefined;
  readonly put: Put;
}

function emitStage(problem: GridProblem, s: number, stage: Stage, parts: StageParts): void {
  const { size, model, place } = problem;
  const { response, induced, slopes, near, put } = parts;
  const shop = workshopOf(problem);
  const { axis, length, implicit, carries } = stage;
  const { places } = layoutOf(problem);
  const [before, after] = [places(s), places(s + 1)];
  const { next, previous, gainUp, gainDown, central, open } = shop.lines[axis];
  const { up, down, spare: mean } = shop;
  const [rise, fall] = [response.policy.rise[s], response.policy.fall[s]];
  const step = implicit * length;
  const kept = 1 + step * carries * model.discount;
  chainRates(shop.lines[axis], rise, fall, up, down);
  meanMass(stage, induced.mass[s], induced.mass[s + 1], mean);
  const seen = seenAt(problem, near, put, { before, after, implicit });
  const meanValue = (row: number, k: number, amount: number): void => {
    put(row, before.value + k, implicit * amount, false);
    if (implicit !== 1) put(row, after.value + k, (1 - implicit) * amount, false);
  };
  const meanOfMass = (row: number, k: number, amount: number): void => {
    put(row, after.mass + k, implicit * amount, false);
    if (implicit !== 1) put(row, before.mass + k, (1 - implicit) * amount, false);
  };
  const drift = driftsAt(problem, s, slopes, meanValue, seen, put);
  for (let k = 0; k < size; k++) {
    const row = before.value + k;
    meanValue(row, k, kept + step * (up[k] + down[k]));
    meanValue(row, next[k], -step * up[k]);
    meanValue(row, previous[k], -step * down[k]);
    put(row, after.value + k, -1, false);
    for (const { sight, source } of slopes.sensitivities) seen(row, sight, k, -step * source[k]);
  }
  const nu = viscosity(model);
  for (const { point, inner, innermost, side, spacing, slope } of open) {
    if (slope !== undefined || place[point] !== FREE) continue;
    const row = before.value + point;
    const outward = side === 1 ? step * rise[point] : -step * fall[point];
    const bend = (step * nu + outward * side * spacing) / (spacing * spacing);
    put(row, after.value + point, -bend - (outward * side) / spacing, false);
    put(row, after.value + inner, 2 * bend + (outward * side) / spacing, false);
    put(row, after.value + innermost, -bend, false);
  }
  for (let k = 0; k < size; k++) {
    const row = after.mass + k;
    if (place[k] === EXIT) {
      put(row, row, 1, false);
      continue;
    }
    meanOfMass(row, k, 1 + step * (up[k] + down[k]));
    put(row, before.mass + k, -1, false);
  }
  for (let k = 0; k < size; k++) {
    if (place[k] !== FREE) continue;
    const [above, below] = [after.mass + next[k], after.mass + previous[k]];
    const amount = step * mean[k];
    const [upward, downward, both] = [amount * gainUp[k], amount * gainDown[k], central[k]];
    drift(after.mass + k, k, upward - both * downward, downward - both * upward);
    if (next[k] !== k && place[next[k]] !== EXIT) {
      meanOfMass(above, k, -step * up[k]);
      drift(above, k, -upward, both * upward);
    }
    if (previous[k] !== k && place[previous[k]] !== EXIT) {
      meanOfMass(below, k, -step * down[k]);
      drift(below, k, both * downward, -downward);
    }
  }
}

/** Adds ofRise δrise + ofFall δfall at a point of stage `s` to a row. */
function driftsAt(
  problem: GridProblem,
  s: number,
  { rise, fall, sensitivities }: StageSlopes,
  meanValue: (row: number, k: number, amount: number) => void,
  seen: ReturnType<typeof seenAt>,
  put: Put,
): (row: number, k: number, ofRise: number, ofFall: number) => void {
  const { place, stages } = problem;
  const { next, previous, gainUp, gainDown, central, open } = workshopOf(problem).lines[stages[s].axis];
  const later = layoutOf(problem).places(s + 1).value;
  const loose = new Map(
    open.filter(({ point, slope }) => slope === undefined && place[point] === FREE).map((end) => [end.point, end]),
  );
  const reacting = sensitivities.filter(({ rise: byRise }) => byRise !== undefined);
  return (row, k, ofRise, ofFall) => {
    const above = ofRise * rise[k];
    const below = above * central[k] + ofFall * fall[k];
    meanValue(row, next[k], above * gainUp[k]);
    meanValue(row, k, below * gainDown[k] - above * gainUp[k]);
    meanValue(row, previous[k], -below * gainDown[k]);
    const end = loose.get(k);
    if (end !== undefined) {
      // The slope beyond the end follows the value one step later.
      const { point, inner, innermost, side, spacing } = end;
      const amount = ((side === 1 ? above : below) * side) / spacing;
      put(row, later + point, 2 * amount, false);
      put(row, later + inner, -3 * amount, false);
      put(row, later + innermost, amount, false);
    }
    for (const { sight, rise: byRise, fall: byFall } of reacting) {
      if (byRise !== undefined && byFall !== undefined) seen(row, sight, k, ofRise * byRise[k] + ofFall * byFall[k]);
    }
  };
}

/** Adds `amount` times the change of a sight at a point to a row, for the stage between two levels. */
function seenAt(
  { grid: { weights }, size }: GridProblem,
  near: Float64Array | undefined,
  put: Put,
  { before, after, implicit }: { readonly before: Places; readonly after: Places; readonly implicit: number },
): (row: number, sight: Sight, k: number, amount: number) => void {
  const mass = (row: number, k: number, amount: number): void => {
    put(row, after.mass + k, implicit * amount, true);
    if (implicit !== 1) put(row, before.mass + k, (1 - implicit) * amount, true);
  };
  return (row, sight, k, amount) => {
    if (typeof sight === "number") put(row, before.aggregate + sight, amount, true);
    else if (sight === "density") mass(row, k, amount / weights[k]);
    else if (near !== undefined) for (let j = 0; j < size; j++) mass(row, j, amount * near[k * size + j]);
  };
}

/** z = ∫ (a + b · β) m of every stage, as `readAggregates` takes it, and of the law at T. */
function emitAggregates(
  problem: GridProblem,
  { response, induced }: Reply,
  slopes: readonly StageSlopes[],
  near: Float64Array | undefined,
  put: Put,
): void {
  const { model, stages, levels, size, place, times } = problem;
  const { places } = layoutOf(problem);
  const { x, y, spare: mean } = workshopOf(problem);
  const last = places(stages.length);
  for (const [n, { state, drift: weights }] of model.aggregates.entries()) {
    put(last.aggregate + n, last.aggregate + n, 1, false);
    if (state !== undefined) {
      for (let k = 0; k < size; k++) {
        if (place[k] === FREE) put(last.aggregate + n, last.mass + k, -state(model.horizon, x[k], y[k]), false);
      }
    }
    for (const [s, { step, implicit, time }] of stages.entries()) {
      const [before, after] = [places(s), places(s + 1)];
      const row = before.aggregate + n;
      put(row, row, 1, false);
      for (let k = 0; k < size; k++) {
        if (state === undefined || place[k] !== FREE) continue;
        const amount = -state(time, x[k], y[k]);
        put(row, after.mass + k, implicit * amount, false);
        if (implicit !== 1) put(row, before.mass + k, (1 - implicit) * amount, false);
      }
      for (let of = levels[step]; of < levels[step + 1]; of++) {
        const stage = stages[of];
        const weight = weights?.[stage.axis];
        if (weight === undefined) continue;
        const share = stage.length / (times[step + 1] - times[step]);
        const [from, to] = [places(of), places(of + 1)];
        const theta = stage.implicit;
        const seen = seenAt(problem, near, put, { before: from, after: to, implicit: theta });
        const meanValue = (target: number, k: number, amount: number): void => {
          put(target, from.value + k, theta * amount, false);
          if (theta !== 1) put(target, to.value + k, (1 - theta) * amount, false);
        };
        const drift = driftsAt(problem, of, slopes[of], meanValue, seen, put);
        meanMass(stage, induced.mass[of], induced.mass[of + 1], mean);
        const [rise, fall] = [response.policy.rise[of], response.policy.fall[of]];
        for (let k = 0; k < size; k++) {
          if (place[k] !== FREE) continue;
          const amount = -share * weight(stage.time, x[k], y[k]);
          put(row, to.mass + k, theta * amount * (rise[k] - fall[k]), false);
          if (theta !== 1) put(row, from.mass + k, (1 - theta) * amount * (rise[k] - fall[k]), false);
          drift(row, k, amount * mean[k], -amount * mean[k]);
        }
      }
    }
  }
}

export function readsNearby({ model }: GridProblem): boolean {
  return [...model.hamiltonian, model.running, model.terminal].some(({ sees }) => sees?.nearby === true);
}

/** What each point sees nearby of a unit of mass at each point, row by row. */
function nearbyTable(problem: GridProblem): Float64Array {
  const { size } = problem;
  const { average } = workshopOf(problem);
  const table = new Float64Array(size * size);
  const [unit, image] = fields(2, size);
  for (let j = 0; j < size; j++) {
    unit[j] = 1;
    average?.(unit, image);
    unit[j] = 0;
    for (let k = 0; k < size; k++) table[k * size + j] = image[k];
  }
  return table;
}
