/** What lies over a field of the plane: walls, exits, and arrows along which people go. */
import type { Answer, Field, FieldAxis, PlaneGround, SceneryGround } from "../engine/protocol.ts";
import { flatIndex, nearestIndex } from "./choose.ts";

export interface Arrow {
  /** Where it starts. */
  readonly x: number;
  readonly y: number;
  /** As a share of the longest. */
  readonly dx: number;
  readonly dy: number;
}

/** The plane of cells that a field lies over, whose name ends as the population's fields do. */
export function planeUnder(answer: Answer, field: Field): PlaneGround | undefined {
  return answer.planes.find(
    ({ suffix, axes }) =>
      /^(flow|density|law|value|policy)/.test(field.name) &&
      field.name.endsWith(suffix) &&
      axes.every((name) => field.axes.some((axis) => axis.name === name)),
  );
}

type IndexOf = (axis: FieldAxis) => number;

/** The number of the state at column i and row j, on the floors that a person chose. */
export function stateAt(field: Field, { axes }: PlaneGround, i: number, j: number, chosen: IndexOf): number {
  const [x, y] = axes.slice(-2);
  return axes.reduce((state, name) => {
    const axis = field.axes.find((one) => one.name === name);
    if (axis === undefined) return state;
    return state * axis.grid.length + (name === x ? i : name === y ? j : chosen(axis));
  }, 0);
}

/** Arrows are drawn at no more places than this along the longer side. */
const mostArrows = 22;
/** Where less than this part of the most is, hardly anybody goes. */
const hardly = 1e-4;

interface Plane {
  readonly x: FieldAxis;
  readonly y: FieldAxis;
}

/** Mean moves of a policy at a time, from cells where somebody is. */
export function cellArrows(
  field: Field,
  ground: PlaneGround,
  { x, y }: Plane,
  t: number,
  chosen: IndexOf,
  people: (state: number) => number,
): readonly Arrow[] {
  if (t >= ground.steps) return [];
  const size = ground.closed.length;
  let most = 0;
  for (let s = 0; s < size; s++) most = Math.max(most, people(s));
  const every = Math.max(1, Math.ceil(Math.max(x.grid.length, y.grid.length) / mostArrows));
  const arrows: Arrow[] = [];
  for (let i = every >> 1; i < x.grid.length; i += every) {
    for (let j = every >> 1; j < y.grid.length; j += every) {
      const s = stateAt(field, ground, i, j, chosen);
      if (ground.closed[s] === 1 || !(people(s) > hardly * most)) continue;
      const at = 2 * (t * size + s);
      arrows.push({ x: x.grid[i], y: y.grid[j], dx: ground.moves[at], dy: ground.moves[at + 1] });
    }
  }
  return arrows;
}

/** The drift of an answer that tells its components over a plane without cells, at places where it is known. */
export function driftArrows(
  fields: Answer["fields"],
  { x, y }: Plane,
  time: number,
  wall: (x: number, y: number) => boolean,
): readonly Arrow[] {
  const [across, up] = [fields["control_x"], fields["control_y"]];
  if (across === undefined || up === undefined) return [];
  const over = (field: Field): readonly (FieldAxis | undefined)[] =>
    ["t", x.name, y.name].map((name) => field.axes.find((axis) => axis.name === name));
  const [t, u, v] = over(across);
  if (u === undefined || v === undefined) return [];
  const n = t === undefined ? 0 : nearestIndex(t.grid, time);
  const index = (i: number, j: number): number =>
    flatIndex(across, (axis) => (axis === u ? i : axis === v ? j : axis === t ? n : 0));
  const every = Math.max(1, Math.ceil(Math.max(u.grid.length, v.grid.length) / mostArrows));
  const found: Arrow[] = [];
  let longest = 0;
  for (let i = every >> 1; i < u.grid.length; i += every) {
    for (let j = every >> 1; j < v.grid.length; j += every) {
      const [dx, dy] = [across.value[index(i, j)], up.value[index(i, j)]];
      if (!Number.isFinite(dx + dy) || wall(u.grid[i], v.grid[j])) continue;
      longest = Math.max(longest, Math.hypot(dx, dy));
      found.push({ x: u.grid[i], y: v.grid[j], dx, dy });
    }
  }
  return longest > 0 ? found.map((one) => ({ ...one, dx: one.dx / longest, dy: one.dy / longest })) : [];
}

/**
 * A field that goes on into walls: what has no value takes the mean of its neighbours' that have one, again and again, so that
 * colours reach up to walls, which are drawn over it. All of it stays as it is where nothing has a value.
 */
export function filled(columns: number, rows: number, value: (i: number, j: number) => number): Float64Array {
  const field = Float64Array.from({ length: columns * rows }, (_, k) => value(Math.floor(k / rows), k % rows));
  for (;;) {
    const before = field.slice();
    let changed = false;
    for (let k = 0; k < field.length; k++) {
      if (Number.isFinite(before[k])) continue;
      const j = k % rows;
      const near = [k - rows, k + rows, j > 0 ? k - 1 : k, j < rows - 1 ? k + 1 : k]
        .map((other) => before[other])
        .filter(Number.isFinite);
      if (near.length === 0) continue;
      field[k] = near.reduce((sum, each) => sum + each, 0) / near.length;
      changed = true;
    }
    if (!changed) return field;
  }
}

/** Whether a point of the plane is wall. */
export function wallIn(scenery: SceneryGround | undefined): (x: number, y: number) => boolean {
  if (scenery === undefined) return () => false;
  const part = ([from, to]: readonly [number, number], at: number): number =>
    Math.min(scenery.points - 1, Math.max(0, Math.floor(((at - from) / (to - from)) * scenery.points)));
  return (x, y) => scenery.walls[part(scenery.x, x) * scenery.points + part(scenery.y, y)] === 1;
}
