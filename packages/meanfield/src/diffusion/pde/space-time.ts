/**
 * The linear system of a Newton step in all unknowns at once: the changes of values, masses and aggregates of all levels, as
 * one sparse matrix, solved by elimination.
 *
 * The equations are those of `linearised.ts` with nothing eliminated (Y. Achdou, I. Capuzzo-Dolcetta, SIAM J. Numer. Anal. 48
 * (2010) 1136–1162, section 4): each row joins two neighbouring levels and three neighbouring points, so that a dissection in
 * space and time keeps the factors small. A kernel joins all points of a level, and then only time is dissected; aggregates are
 * rows and columns that join all points of a level.
 */

import { RefusalError } from "../../core/index.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";
import { dissect } from "../../numeric/nested-dissection.ts";
import { analyseSparse, factorSparse } from "../../numeric/sparse-lu.ts";
import type { SparseAnalysis } from "../../numeric/sparse-lu.ts";
import { assemble, assemblyOf, multiplySparse } from "../../numeric/sparse.ts";
import type { Assembly } from "../../numeric/sparse.ts";
import { EXIT, FREE } from "./compile.ts";
import { chainRates, fields, meanMass, workshopOf } from "./environment.ts";
import type { Reply } from "./iteration.ts";
import { viscosity } from "./model.ts";
import type { GridFlow, GridProblem, Stage } from "./problem.ts";
import type { Sight } from "./sensitivities.ts";
import { slopesAlong } from "./stage-slopes.ts";
import type { StageSlopes } from "./stage-slopes.ts";

/** What all systems of one grid share. */
export interface SpaceTime {
  readonly assembly: Assembly;
  readonly analysis: SparseAnalysis;
}

export interface SpaceTimeStep {
  /** δ, to be added to the flow. */
  readonly change: GridFlow;
  /** |A x − b| / |b|, in the largest entry. */
  readonly residual: number;
}

/** Residuals that refinement is content with, and beyond which the factors are no use. */
const exact = 1e-13;
const useless = 1e-6;
const mostRefinements = 4;

/** Contributions to the matrix that are not too many; numbers of its factors (8 bytes each); products (some 1e9 a second). */
const mostEntries = 5e6;
const mostNumbers = 5e7;
const mostProducts = 1.2e10;

/**
 * Finds the shape of the systems of a problem; any reply in it will do, or in the same game of another viscosity.
 *
 * @throws RefusalError where they are too large.
 */
export function spaceTimeOf(problem: GridProblem, reply: Reply): SpaceTime {
  const { model, grid, size, stages } = problem;
  const rows = growing();
  const columns = growing();
  emit(problem, reply, (row, column) => {
    if (rows.count() === mostEntries) throw tooLarge(problem, "entries", mostEntries);
    rows.push(row);
    columns.push(column);
  });
  const { places, length } = layoutOf(problem);
  const [r, c] = [rows.taken(), columns.taken()];
  // Every entry has a partner across the diagonal, as dissections want it.
  const assembly = assemblyOf(length, length, joinedPlaces(r, c), joinedPlaces(c, r));
  const [t, x, y] = fields(3, length);
  const second = grid.axes[1]?.points.length ?? 1;
  for (let s = 0; s <= stages.length; s++) {
    const at = places(s);
    for (let k = 0; k < size; k++) {
      t[at.value + k] = s;
      // Masses belong with the values one level earlier: those react to them.
      t[at.mass + k] = s - 1;
      x[at.value + k] = x[at.mass + k] = Math.floor(k / second);
      y[at.value + k] = y[at.mass + k] = k % second;
    }
    // Aggregates see a whole level: they stand at its edge, and go into the first cut through it.
    for (let n = 0; n < model.aggregates.length; n++) {
      t[at.aggregate + n] = s;
      x[at.aggregate + n] = y[at.aggregate + n] = -1;
    }
  }
  const local = !readsNearby(problem);
  const analysis = analyseSparse(assembly.pattern, dissect(assembly.pattern, local ? [t, x, y] : [t]));
  const numbers = analysis.entries + analysis.workspace;
  if (numbers > mostNumbers) throw tooLarge(problem, "numbers in its factors", numbers);
  const products = analysis.fronts.reduce((sum, { pivots, unknowns: { length: n } }) => {
    return sum + pivots * (n * (n - pivots) + (pivots * pivots) / 3);
  }, 0);
  if (products > mostProducts) throw tooLarge(problem, "products to be formed", products);
  return { assembly, analysis };
}

function tooLarge({ grid, stages }: GridProblem, what: string, count: number): RefusalError {
  return new RefusalError(
    `linear = direct: the system of ${grid.size} points and ${stages.length} stages has ${count.toPrecision(2)} ${what} or more, ` +
      "too many to be eliminated; take fewer points and steps, or linear = krylov",
  );
}

/**
 * The step δ from the flow of a reply: δ = r + Φ' δ, r being how far the flow induced is from it.
 *
 * @throws NoConvergenceError where elimination without exchanges across parts loses the solution.
 */
export function spaceTimeStep({ assembly, analysis }: SpaceTime, problem: GridProblem, reply: Reply): SpaceTimeStep {
  const { size, stages, model } = problem;
  const { flow, induced } = reply;
  const { places, length } = layoutOf(problem);
  const known = new Float64Array(length);
  for (let s = 0; s <= stages.length; s++) {
    const { mass, aggregate } = places(s);
    for (let k = 0; k < size; k++) known[mass + k] = induced.mass[s][k] - flow.mass[s][k];
    for (let n = 0; n < model.aggregates.length; n++) {
      known[aggregate + n] = induced.aggregates[s][n] - flow.aggregates[s][n];
    }
  }
  const values = new Float64Array(assembly.place.length);
  const b = new Float64Array(length);
  let count = 0;
  emit(problem, reply, (row, column, value, seen) => {
    values[count++] = value;
    if (seen) b[row] -= value * known[column];
  });
  const matrix = assemble(assembly, values);
  const { solve } = factorSparse(analysis, matrix);
  const x = new Float64Array(length);
  const rest = b.slice();
  const image = new Float64Array(length);
  const scale = largest(b);
  let residual = scale === 0 ? 0 : 1;
  for (let round = 0; round < mostRefinements && residual > exact; round++) {
    solve(rest, image);
    for (let i = 0; i < length; i++) x[i] += image[i];
    multiplySparse(matrix, x, image);
    for (let i = 0; i < length; i++) rest[i] = b[i] - image[i];
    const left = largest(rest) / scale;
    if (!(left < residual)) break;
    residual = left;
  }
  if (!(residual <= useless)) {
    throw new NoConvergenceError(
      `linear = direct: elimination leaves a residual of ${residual}; linear = krylov needs none`,
    );
  }
  const mass = fields(stages.length + 1, size);
  const aggregates = fields(stages.length + 1, model.aggregates.length);
  for (let s = 0; s <= stages.length; s++) {
    const at = places(s);
    for (let k = 0; k < size; k++) mass[s][k] = known[at.mass + k] + x[at.mass + k];
    for (let n = 0; n < model.aggregates.length; n++) {
      aggregates[s][n] = known[at.aggregate + n] + x[at.aggregate + n];
    }
  }
  return { change: { mass, aggregates }, residual };
}

function largest(v: Float64Array): number {
  let most = 0;
  for (const each of v) if (!(Math.abs(each) <= most)) most = Math.abs(each);
  return most;
}

interface Places {
  readonly value: number;
  readonly mass: number;
  readonly aggregate: number;
}

/** Where the unknowns of a level begin. */
function layoutOf({ size, stages, model }: GridProblem): {
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
type Put = (row: number, column: number, value: number, seen: boolean) => void;

/** All entries, in an order that depends on the grid and on what the model sees, but on no number. */
function emit(problem: GridProblem, { flow, response, induced }: Reply, put: Put): void {
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

function readsNearby({ model }: GridProblem): boolean {
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

/** A list of indices that may become long. */
function growing() {
  let room = new Int32Array(1 << 16);
  let count = 0;
  return {
    push: (index: number): void => {
      if (count === room.length) {
        const larger = new Int32Array(2 * count);
        larger.set(room);
        room = larger;
      }
      room[count++] = index;
    },
    count: (): number => count,
    taken: (): Int32Array => room.subarray(0, count),
  };
}

function joinedPlaces(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
