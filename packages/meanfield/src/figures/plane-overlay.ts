/** What is drawn over a field on the plane: walls, exits, level lines, and the lines along which people drift. */

import { contour, line, type Markish } from "@observablehq/plot";
import type { Axis } from "./axis.ts";
import { stretch } from "./frame.ts";
import { paper } from "./palette.ts";
import { streamlines, type Point } from "./streamlines.ts";

/** What stands at a point of the plane. */
export type Place = (x: number, y: number) => "free" | "wall" | "exit";

/** A rectangle in pixels, and what its edges are. */
export interface Pane {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly across: Axis;
  readonly up: Axis;
}

/** The drift's components, laid out as the field. */
export type DriftField = readonly [x: ArrayLike<number>, y: ArrayLike<number>];

export const exitColour = "#E69F00";
export const wallColour = "#aab0b8";

/**
 * A field that goes on into walls: what has no value takes the mean of its neighbours' that have one, again and again; so that
 * colours, level lines and drifts reach up to walls. All of it stays as it is where nothing has a value.
 */
export function filled(rows: number, columns: number, value: ArrayLike<number>, from = 0): Float64Array {
  const field = Float64Array.from({ length: rows * columns }, (_, k) => value[from + k]);
  for (;;) {
    const before = field.slice();
    let changed = false;
    for (let k = 0; k < field.length; k++) {
      if (Number.isFinite(before[k])) continue;
      const j = k % columns;
      const near = [k >= columns ? k - columns : k, k + columns, j > 0 ? k - 1 : k, j < columns - 1 ? k + 1 : k]
        .map((other) => before[other])
        .filter(Number.isFinite);
      if (near.length === 0) continue;
      field[k] = near.reduce((sum, each) => sum + each, 0) / near.length;
      changed = true;
    }
    if (!changed) return field;
  }
}

/** Plot's coordinates of a pane: its pixels in units of the plot's whole inside. */
export interface Inside {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Level lines of a field. */
export function levelLines(
  pane: Pane,
  inside: Inside,
  levels: readonly number[],
  sample: (x: number, y: number) => number,
): Markish {
  return contour({
    ...overPane(pane, inside, sample),
    thresholds: [...levels],
    pixelSize: 2,
    stroke: paper,
    strokeWidth: 0.8,
    strokeOpacity: 0.75,
  });
}

/** Walls as plain shapes. */
export function walls(pane: Pane, inside: Inside, place: Place): Markish {
  const { left, right, top, bottom, across, up } = pane;
  const [width, height] = [(across.high - across.low) / (right - left), (up.high - up.low) / (bottom - top)];
  // The part of a pixel that is wall, so that round walls look round.
  const parts = [-0.375, -0.125, 0.125, 0.375];
  const covered = (x: number, y: number): number => {
    let count = 0;
    for (const i of parts) for (const j of parts) if (place(x + i * width, y + j * height) === "wall") count++;
    return count / parts.length ** 2;
  };
  return contour({
    ...overPane(pane, inside, covered),
    thresholds: [0.5],
    pixelSize: 1,
    fill: wallColour,
    stroke: "none",
  });
}

function overPane(pane: Pane, inside: Inside, value: (x: number, y: number) => number) {
  const { left, right, top, bottom, across, up } = pane;
  const x = (pixel: number): number => (pixel - inside.left) / (inside.right - inside.left);
  const y = (pixel: number): number => (inside.bottom - pixel) / (inside.bottom - inside.top);
  const [x1, x2, y1, y2] = [x(left), x(right), y(bottom), y(top)];
  return {
    x1,
    x2,
    y1,
    y2,
    value: (a: number, b: number): number =>
      value(
        across.low + ((a - x1) / (x2 - x1)) * (across.high - across.low),
        up.low + ((b - y1) / (y2 - y1)) * (up.high - up.low),
      ),
  };
}

/** Exits in the outer wall, as strokes along the frame. */
export function exits({ left, right, top, bottom, across, up }: Pane, place: Place): Markish[] {
  const count = 480;
  const strokes: Markish[] = [];
  for (const upright of [true, false]) {
    const [from, to] = upright ? [up.low, up.high] : [across.low, across.high];
    for (const far of [false, true]) {
      const fixed = upright ? (far ? across.high : across.low) : far ? up.high : up.low;
      const open = (share: number): boolean => {
        const other = from + share * (to - from);
        return (upright ? place(fixed, other) : place(other, fixed)) === "exit";
      };
      let begun: number | undefined;
      for (let i = 0; i <= count + 1; i++) {
        const here = i <= count && open(i / count);
        if (here && begun === undefined) begun = i;
        if (here || begun === undefined) continue;
        const [a, b] = [begun / count, (i - 1) / count];
        const style = { stroke: exitColour, strokeWidth: 5 };
        if (upright) {
          const edge = far ? right + 1.5 : left - 1.5;
          strokes.push(stretch(edge, bottom - a * (bottom - top), edge, bottom - b * (bottom - top), style));
        } else {
          const edge = far ? top - 1.5 : bottom + 1.5;
          strokes.push(stretch(left + a * (right - left), edge, left + b * (right - left), edge, style));
        }
        begun = undefined;
      }
    }
  }
  return strokes;
}

/** Lines along a drift, with a head each; nothing through walls. */
export function driftLines(
  pane: Pane,
  drift: (x: number, y: number) => readonly [number, number],
  place: Place,
  slowest: number,
): Markish[] {
  const { left, right, top, bottom, across, up } = pane;
  const [width, height] = [right - left, bottom - top];
  const lines = streamlines({
    width,
    height,
    distance: 11,
    step: 3,
    shortest: 18,
    slowest,
    // Pixels from the left and from the bottom.
    drift: (px, py) => {
      const x = across.low + (px / width) * (across.high - across.low);
      const y = up.low + (py / height) * (up.high - up.low);
      if (place(x, y) === "wall") return undefined;
      const [dx, dy] = drift(x, y);
      return [dx, dy];
    },
  });
  const points = lines.flatMap((path, id) => path.map(([x, y]) => ({ id, x: left + x, y: bottom - y })));
  const heads = lines.flatMap((path, id) => head(path).map(([x, y]) => ({ id, x: left + x, y: bottom - y })));
  const at = {
    x: { value: "x", scale: null },
    y: { value: "y", scale: null },
    z: "id",
    stroke: paper,
    strokeOpacity: 0.6,
  } as const;
  return [
    line(points, { ...at, strokeWidth: 0.75 }),
    line(heads, { ...at, strokeOpacity: 0.9, strokeWidth: 1, strokeLinejoin: "miter" }),
  ];
}

/** A chevron in the middle of a path. */
function head(path: readonly Point[]): Point[] {
  const middle = Math.floor(0.6 * (path.length - 1));
  const [tip, before] = [path[middle + 1] ?? path[middle], path[middle]];
  const angle = Math.atan2(tip[1] - before[1], tip[0] - before[0]);
  const wing = (turn: number): Point => [tip[0] - 3.4 * Math.cos(angle + turn), tip[1] - 3.4 * Math.sin(angle + turn)];
  return [wing(0.5), tip, wing(-0.5)];
}
