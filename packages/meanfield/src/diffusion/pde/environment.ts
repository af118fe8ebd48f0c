/**
 * What players see of the population at each stage, and what it makes of the game there: running costs, data of the ends, and
 * the aggregates that a flow of masses and a policy give.
 */

import type { Grid } from "../../measure/grid.ts";
import { EXIT, FREE } from "./compile.ts";
import { lineRoom, type LineRoom, type Lines, linesOf } from "./lines.ts";
import type { Population } from "./model.ts";
import { viscosity } from "./model.ts";
import type { GridFlow, GridPolicy, GridProblem, Stage } from "./problem.ts";

/** Geometry and buffers of one problem, made once; everything that sweeps over its stages writes in them. */
export interface Workshop {
  readonly problem: GridProblem;
  readonly lines: readonly Lines[];
  readonly room: LineRoom;
  /** The points that are walls or exits. */
  readonly bound: Int32Array;
  /** Coordinates of each point; y is 0 on a line. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Of every stage level, as costs of exits are read. */
  readonly levelTimes: Float64Array;
  /** The population of the stage that was looked at last. */
  readonly density: Float64Array;
  readonly nearby: Float64Array;
  /** Reads the population at a point: the same object every time. */
  readonly population: { density: number; nearby: number; aggregates: Float64Array };
  /** Running cost of the stage times what it carries, with what open ends add. */
  readonly source: Float64Array;
  /** What is added to p⁺ and p⁻ at the stage: 0 but for the slopes of open ends. */
  readonly dataUp: Float64Array;
  readonly dataDown: Float64Array;
  /** Rates of the stage. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  /** More of the same size: the unknown, its residual, rest momenta and H at rest, and two to spare. */
  readonly unknown: Float64Array;
  readonly residual: Float64Array;
  readonly rest: Float64Array;
  readonly atRest: Float64Array;
  readonly spare: Float64Array;
  /** (K * m) from masses, where the model has a kernel. */
  readonly average: ((mass: Float64Array, into: Float64Array) => void) | undefined;
}

const workshops = new WeakMap<GridProblem, Workshop>();

/** The workshop of a problem. */
export function workshopOf(problem: GridProblem): Workshop {
  const known = workshops.get(problem);
  if (known !== undefined) return known;
  const { model, grid, size, stages, times, place, scheme } = problem;
  const [x, y] = grid.axes;
  const columns = y === undefined ? 1 : y.points.length;
  const levelTimes = new Float64Array(stages.length + 1).fill(model.horizon);
  for (const [s, { step }] of stages.entries()) {
    const inside = scheme === "central" && s !== problem.levels[step];
    levelTimes[s] = inside ? 0.5 * (times[step] + times[step + 1]) : times[step];
  }
  const field = () => new Float64Array(size);
  const lines = linesOf(model, grid, place, scheme);
  const made: Workshop = {
    problem,
    lines,
    room: lineRoom(lines, place),
    bound: Int32Array.from(place.keys()).filter((k) => place[k] !== FREE),
    x: field().map((_, k) => x.points[Math.floor(k / columns)]),
    y: field().map((_, k) => (y === undefined ? 0 : y.points[k % columns])),
    levelTimes,
    density: field(),
    nearby: field(),
    population: { density: 0, nearby: 0, aggregates: new Float64Array(model.aggregates.length) },
    source: field(),
    dataUp: field(),
    dataDown: field(),
    up: field(),
    down: field(),
    unknown: field(),
    residual: field(),
    rest: field(),
    atRest: field(),
    spare: field(),
    average: averaging(problem),
  };
  workshops.set(problem, made);
  return made;
}

/** Sets density and nearby density to those of stage `s`, or of the law at T for s = number of stages. */
export function look(shop: Workshop, flow: GridFlow, s: number): void {
  const { problem, density, nearby, population } = shop;
  const { stages, size } = problem;
  const { weights } = problem.grid;
  const mean = density;
  if (s === stages.length) mean.set(flow.mass[s]);
  else {
    const { implicit } = stages[s];
    const before = flow.mass[s];
    const after = flow.mass[s + 1];
    if (implicit === 1) mean.set(after);
    else for (let k = 0; k < size; k++) mean[k] = implicit * after[k] + (1 - implicit) * before[k];
  }
  shop.average?.(mean, nearby);
  for (let k = 0; k < size; k++) density[k] = mean[k] / weights[k];
  population.aggregates.set(flow.aggregates[s]);
}

/** What a player at point k sees in the stage looked at. */
export function populationAt({ population, density, nearby }: Workshop, k: number): Population {
  population.density = density[k];
  population.nearby = nearby[k];
  return population;
}

/** Sets `source` to the running cost that stage `s` carries, `beside` added to it; after `look`. */
export function readSource(shop: Workshop, s: number, beside: Float64Array | undefined): void {
  const { problem, source, x, y } = shop;
  const { carries, time } = problem.stages[s];
  source.fill(0);
  if (carries === 0) return;
  const { value } = problem.model.running;
  for (let k = 0; k < source.length; k++) {
    if (problem.place[k] !== FREE) continue;
    source[k] = carries * (value(time, x[k], y[k], populationAt(shop, k)) + (beside === undefined ? 0 : beside[k]));
  }
}

/**
 * Sets the data of momenta, and adds to `source` what open ends diffuse; `later` is the value after the stage.
 *
 * Where an end's slope is not told, slope and bend are those of `later`: values of the stage depend on it through them too.
 */
export function readEnds(shop: Workshop, s: number, later: Float64Array): void {
  const { problem, lines, source, dataUp, dataDown } = shop;
  const { axis, time } = problem.stages[s];
  const at = lines[axis];
  dataUp.fill(0);
  dataDown.fill(0);
  const nu = viscosity(problem.model);
  for (const { point, inner, innermost, side, spacing, slope, other } of at.open) {
    let outward: number;
    if (slope === undefined) {
      const bend = (later[point] - 2 * later[inner] + later[innermost]) / (spacing * spacing);
      outward = side * ((later[point] - later[inner]) / spacing + spacing * bend);
      source[point] += nu * bend;
    } else {
      outward = slope(time, other);
      source[point] += (side * 2 * nu * outward) / spacing;
    }
    if (side === 1) dataUp[point] = outward;
    else dataDown[point] = outward;
  }
}

/** Writes what a player pays who leaves at the time of level `s` into the points of exits, and 0 into walls. */
export function readExits(shop: Workshop, s: number, value: Float64Array): void {
  const { problem, levelTimes, x, y } = shop;
  const { model, grid, place } = problem;
  const t = levelTimes[s];
  const [first, second] = grid.axes;
  const columns = second === undefined ? 1 : second.points.length;
  for (const k of shop.bound) {
    value[k] = 0;
    if (place[k] !== EXIT) continue;
    if (model.place?.(x[k], y[k]) === "exit") value[k] = model.exitCost?.(t, x[k], y[k]) ?? 0;
    else {
      const i = Math.floor(k / columns);
      value[k] =
        endCost(shop, 0, i, first.points.length, t, y[k]) ?? endCost(shop, 1, k % columns, columns, t, x[k]) ?? 0;
    }
  }
}

function endCost(shop: Workshop, axis: number, i: number, count: number, t: number, other: number): number | undefined {
  const ends = shop.problem.model.space[axis]?.ends;
  if (ends === undefined || ends === "periodic") return undefined;
  const end = i === 0 ? ends[0] : i === count - 1 ? ends[1] : undefined;
  return end?.kind === "absorbing" ? (end.cost?.(t, other) ?? 0) : undefined;
}

/** Rates of jumps up and down on the lines, from drifts. */
export function chainRates(
  { diffuseUp, diffuseDown, gainUp, gainDown, central }: Lines,
  rise: Float64Array,
  fall: Float64Array,
  up: Float64Array,
  down: Float64Array,
): void {
  for (let k = 0; k < up.length; k++) {
    const both = central[k];
    up[k] = diffuseUp[k] + (rise[k] - both * fall[k]) * gainUp[k];
    down[k] = diffuseDown[k] + (fall[k] - both * rise[k]) * gainDown[k];
  }
}

/**
 * The aggregates of every stage and of the law at T, into `into`; linear in `mass` and, apart from `state` weights, in the drifts.
 *
 * Z of a stage takes `state` over its own mean masses m̄ and each axis' drift over the stages of the same step along that axis.
 */
export function readAggregates(
  problem: GridProblem,
  mass: readonly Float64Array[],
  policy: GridPolicy,
  into: readonly Float64Array[],
): void {
  const { model, stages, levels } = problem;
  if (model.aggregates.length === 0) return;
  const shop = workshopOf(problem);
  const { x, y, spare } = shop;
  const last = stages.length;
  for (const [n, { state }] of model.aggregates.entries()) {
    into[last][n] = 0;
    if (state !== undefined) into[last][n] = weighed(problem, mass[last], (k) => state(model.horizon, x[k], y[k]));
  }
  for (let step = 0; step + 1 < levels.length; step++) {
    const from = levels[step];
    const to = levels[step + 1];
    for (let s = from; s < to; s++) into[s].fill(0);
    for (let s = from; s < to; s++) {
      const { time, axis, length } = stages[s];
      meanMass(stages[s], mass[s], mass[s + 1], spare);
      const rise = policy.rise[s];
      const fall = policy.fall[s];
      const share = length / (problem.times[step + 1] - problem.times[step]);
      for (const [n, { state, drift }] of model.aggregates.entries()) {
        if (state !== undefined) into[s][n] += weighed(problem, spare, (k) => state(time, x[k], y[k]));
        const weight = drift?.[axis];
        if (weight === undefined) continue;
        const moved = share * weighed(problem, spare, (k) => weight(time, x[k], y[k]) * (rise[k] - fall[k]));
        for (let each = from; each < to; each++) into[each][n] += moved;
      }
    }
  }
}

/** θ π⁺ + (1 − θ) π⁻. */
export function meanMass({ implicit }: Stage, before: Float64Array, after: Float64Array, into: Float64Array): void {
  if (implicit === 1) into.set(after);
  else for (let k = 0; k < into.length; k++) into[k] = implicit * after[k] + (1 - implicit) * before[k];
}

function weighed({ place }: GridProblem, mass: Float64Array, weight: (k: number) => number): number {
  let sum = 0;
  for (let k = 0; k < mass.length; k++) if (place[k] === FREE) sum += mass[k] * weight(k);
  return sum;
}

/** Arrays for a flow or for one field of every stage: parts of one block, which costs less to make and to give back. */
export function fields(count: number, size: number): Float64Array[] {
  const block = new Float64Array(count * size);
  return Array.from({ length: count }, (_, s) => block.subarray(s * size, (s + 1) * size));
}

/** The same in turn: where every stage is read only by the next one, two arrays are as good as one for each. */
export function passing(count: number, size: number): Float64Array[] {
  const [even, odd] = fields(2, size);
  return Array.from({ length: count }, (_, s) => (s % 2 === 0 ? even : odd));
}

function averaging({ model, grid }: GridProblem): Workshop["average"] {
  if (model.nearby === undefined) return undefined;
  const [first, second] = kernelTables(grid, model.nearby);
  const rows = grid.axes[0].points.length;
  const columns = grid.size / rows;
  if (second === undefined) return (mass, into) => multiply(first, rows, 1, mass, into);
  const between = new Float64Array(grid.size);
  const across = transposed(second, columns);
  return (mass, into) => {
    multiply(first, rows, columns, mass, between);
    for (let i = 0; i < rows; i++) {
      const row = into.subarray(i * columns, (i + 1) * columns).fill(0);
      for (let j = 0; j < columns; j++) {
        const amount = between[i * columns + j];
        for (let to = 0; to < columns; to++) row[to] += amount * across[j * columns + to];
      }
    }
  };
}

/** K(x_i, x_j) for each axis, row by row. */
function kernelTables(grid: Grid, nearby: readonly ((x: number, other: number) => number)[]): Float64Array[] {
  return grid.axes.map(({ points }, k) => {
    const table = new Float64Array(points.length ** 2);
    for (let i = 0; i < points.length; i++) {
      for (let j = 0; j < points.length; j++) table[i * points.length + j] = nearby[k](points[i], points[j]);
    }
    return table;
  });
}

/** into = table · from, a square table and `columns` columns. */
function multiply(table: Float64Array, rows: number, columns: number, from: Float64Array, into: Float64Array): void {
  into.fill(0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      const amount = table[i * rows + j];
      for (let c = 0; c < columns; c++) into[i * columns + c] += amount * from[j * columns + c];
    }
  }
}

function transposed(table: Float64Array, n: number): Float64Array {
  return table.map((_, k) => table[(k % n) * n + Math.floor(k / n)]);
}
