/**
 * The lines of a grid along one axis: rates of diffusion, reach of drifts, and tridiagonal systems on all lines at once.
 *
 * Players at a point jump to the next one at the rate `up` and to the previous one at the rate `down`. Values solve
 * (1 + ρ − τG) f = b, masses its transpose; kernels/grid-sweeps.ts eliminates both without a subtraction. So with rates ≥ 0
 * masses stay ≥ 0 to the last bit, on circles as on intervals, however long the step.
 */

import { type GridSweeps, gridSweeps, recordAt, recordField } from "../../kernels/index.ts";
import type { Axis, Grid } from "../../measure/grid.ts";
import { FREE, WALL } from "./compile.ts";
import { type DiffusionModel, type End, viscosity } from "./model.ts";
import type { Scheme } from "./problem.ts";

/** A point of an open end, with the two points inside of it and the slope that its value goes on with. */
export interface OpenPoint {
  readonly point: number;
  readonly inner: number;
  readonly innermost: number;
  /** 1 at the high end, −1 at the low end. */
  readonly side: 1 | -1;
  /** Distance to `inner`. */
  readonly spacing: number;
  readonly slope: ((t: number, other: number) => number) | undefined;
  /** The coordinate along the other axis. */
  readonly other: number;
}

export interface Lines {
  readonly axis: 0 | 1;
  /** Points on a line, and how far apart they lie in an array. */
  readonly count: number;
  readonly stride: number;
  /** Lines, and how far apart they begin. */
  readonly lines: number;
  readonly between: number;
  readonly periodic: boolean;
  /** Index of the next and the previous point of the line; the point itself where there is none. */
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** Rates of diffusion to the next and the previous point; 0 into walls and out of exits. */
  readonly diffuseUp: Float64Array;
  readonly diffuseDown: Float64Array;
  /**
   * Momenta are p⁺ = gainUp (u_next − u) and p⁻ = gainDown (u − u_previous), `upwind` each for itself and `central` their sum;
   * a drift β ≥ 0 jumps up at the rate β gainUp, and so on. Towards walls and out of reflecting ends both are 0: u_x = 0.
   */
  readonly gainUp: Float64Array;
  readonly gainDown: Float64Array;
  /** 1 where the difference is central, so that momenta are p⁺ + p⁻; 0 where it is split upwind. */
  readonly central: Uint8Array;
  readonly open: readonly OpenPoint[];
}

/** The lines of the grid along each axis; `place` as in `GridProblem`. */
export function linesOf(model: DiffusionModel, grid: Grid, place: Uint8Array, scheme: Scheme): readonly Lines[] {
  return grid.axes.map((_, k) => axisLines(model, grid, place, scheme, k));
}

function axisLines(model: DiffusionModel, grid: Grid, place: Uint8Array, scheme: Scheme, which: number): Lines {
  const nu = viscosity(model);
  const plane = grid.axes.length === 2;
  const axis: Axis = which === 0 ? grid.axes[0] : (grid.axes[1] ?? grid.axes[0]);
  const count = axis.points.length;
  const lines = grid.size / count;
  const stride = which === 0 && plane ? lines : 1;
  const between = which === 0 ? 1 : count;
  const others = plane ? (which === 0 ? grid.axes[1] : grid.axes[0])?.points : undefined;
  const next = new Int32Array(grid.size);
  const previous = new Int32Array(grid.size);
  const fields = Array.from({ length: 4 }, () => new Float64Array(grid.size));
  const [diffuseUp, diffuseDown, gainUp, gainDown] = fields;
  const central = new Uint8Array(grid.size).fill(scheme === "central" ? 1 : 0);
  const open: OpenPoint[] = [];
  const { ends } = model.space[which] ?? model.space[0];
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < count; i++) {
      const k = i * stride + line * between;
      const up = neighbour(axis, i, 1);
      const down = neighbour(axis, i, -1);
      next[k] = up === i ? k : up * stride + line * between;
      previous[k] = down === i ? k : down * stride + line * between;
      if (place[k] !== FREE) continue;
      const weight = axis.weights[i];
      const width = (to: number): number => distance(axis, i, to);
      if (next[k] !== k && place[next[k]] !== WALL) {
        diffuseUp[k] = nu / (width(up) * weight);
        gainUp[k] = scheme === "upwind" ? 1 / width(up) : 0.5 / weight;
      }
      if (previous[k] !== k && place[previous[k]] !== WALL) {
        diffuseDown[k] = nu / (width(down) * weight);
        gainDown[k] = scheme === "upwind" ? 1 / width(down) : 0.5 / weight;
      }
      const end = ends === "periodic" ? undefined : i === 0 ? ends[0] : i === count - 1 ? ends[1] : undefined;
      if (end === undefined || end.kind === "absorbing") continue;
      const side = i === 0 ? -1 : 1;
      const inner = side === 1 ? previous[k] : next[k];
      const innermost = k - 2 * side * stride;
      if (end.kind === "open" && place[inner] !== WALL && place[innermost] !== WALL) {
        open.push(
          openPoint(end, { point: k, inner, innermost, side, spacing: width(i - side), other: others?.[line] ?? 0 }),
        );
        gainUp[k] = 0;
        gainDown[k] = 0;
        // Where the slope is told, diffusion returns what it would push out; where the bend is, only drifts return.
        const told = end.slope !== undefined;
        if (!told) {
          diffuseUp[k] = 0;
          diffuseDown[k] = 0;
        }
        if (told && scheme === "central") continue;
        central[k] = 0;
        if (side === 1) gainDown[k] = 1 / width(i - 1);
        else gainUp[k] = 1 / width(1);
      } else if (scheme === "central") {
        // Mirrored at the end: the slope is 0 there.
        gainUp[k] = 0;
        gainDown[k] = 0;
      }
    }
  }
  const { periodic } = axis;
  const shape = { axis: which === 0 ? (0 as const) : (1 as const), count, stride, lines, between, periodic };
  return { ...shape, next, previous, diffuseUp, diffuseDown, gainUp, gainDown, central, open };
}

function openPoint(end: End & { readonly kind: "open" }, at: Omit<OpenPoint, "slope">): OpenPoint {
  return { ...at, slope: end.slope };
}

function neighbour({ points, periodic }: Axis, i: number, side: 1 | -1): number {
  const j = i + side;
  if (j >= 0 && j < points.length) return j;
  if (!periodic) return i;
  return j < 0 ? points.length - 1 : 0;
}

function distance({ points, low, high, spacing }: Axis, i: number, j: number): number {
  if (spacing !== undefined) return spacing;
  const across = Math.abs(points[i] - points[j]);
  // Neighbours around the join are those that are not neighbours in the array.
  return Math.abs(i - j) === 1 ? across : high - low - across;
}

/** The kernels' room for the lines of each axis. */
export type LineRoom = readonly GridSweeps[];

/** Writes the rates of drifts on the lines of one axis into their room, and `values` beside them, for the solves after. */
export function fillRoom(
  { axis, diffuseUp, diffuseDown, gainUp, gainDown, central }: Lines,
  rise: Float64Array,
  fall: Float64Array,
  values: Float64Array,
  room: LineRoom,
): void {
  const { order, first, mirrored, up, down, given } = room[axis];
  for (let q = first; q < order.length; q++) {
    const k = order[q];
    const both = central[k];
    const upward = diffuseUp[k] + (rise[k] - both * fall[k]) * gainUp[k];
    const downward = diffuseDown[k] + (fall[k] - both * rise[k]) * gainDown[k];
    const turned = (mirrored & q) === 1;
    up[q] = turned ? downward : upward;
    down[q] = turned ? upward : downward;
    given[q] = values[k];
  }
}

/** Writes the rates of drifts on the lines of one axis, in the order of their room. */
export function ratesInRoom(
  lines: Lines,
  rise: Float64Array,
  fall: Float64Array,
  room: LineRoom,
  into: { readonly up: Float64Array; readonly down: Float64Array },
): void {
  const { up, down } = room[lines.axis];
  fillRoom(lines, rise, fall, rise, room);
  into.up.set(up);
  into.down.set(down);
}

/** Room for the lines of each axis, with what never changes in the records of its best responses. */
export function lineRoom(lines: readonly Lines[], place: Uint8Array): LineRoom {
  return lines.map((line) => {
    const room = gridSweeps(line);
    const { order, records, first, mirrored } = room;
    const { diffuseUp, diffuseDown, gainUp, gainDown } = line;
    for (let q = first; q < order.length; q++) {
      const k = order[q];
      const turned = (mirrored & q) === 1;
      const fixed = {
        diffuseUp: turned ? diffuseDown[k] : diffuseUp[k],
        diffuseDown: turned ? diffuseUp[k] : diffuseDown[k],
        gainUp: turned ? gainDown[k] : gainUp[k],
        gainDown: turned ? gainUp[k] : gainDown[k],
        central: line.central[k],
        free: place[k] === FREE ? 1 : 0,
      };
      for (const name of fixedFields) records[recordAt(q) + 2 * recordField[name]] = fixed[name];
    }
    return room;
  });
}

const fixedFields = ["diffuseUp", "diffuseDown", "gainUp", "gainDown", "central", "free"] as const;

/**
 * Solves kept f + step (up (f − f_next) + down (f − f_previous)) = b on all lines; `f` holds b on entry.
 *
 * `up` and `down` are rates, one per point, of either sign as long as no pivot vanishes; `kept` ≥ 1.
 */
export function solveValues(
  at: Lines,
  up: Float64Array,
  down: Float64Array,
  step: number,
  kept: number,
  f: Float64Array,
  room: LineRoom,
): void {
  room[at.axis].values(up, down, step, kept, f);
}
