/** Floor plans as rows of characters, the first at the top: what a brush does to them, and where they come from. */
import type { Answer } from "../engine/protocol.ts";
import { nearestIndex } from "../panels/choose.ts";

/** What can be put into a place. */
export const brushes = [
  { sign: "#", word: "wall" },
  { sign: ".", word: "free" },
  { sign: "o", word: "people" },
  { sign: "E", word: "exit" },
] as const;

export type Sign = (typeof brushes)[number]["sign"];

/** Most rows and columns that are drawn by hand. */
export const mostPlaces = 40;

/** Whether a value is rows of equal length of the signs of plans. */
export function isPlan(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= mostPlaces &&
    value.every(
      (row) => typeof row === "string" && row.length === String(value[0]).length && /^[#.oE ]{1,40}$/.test(row),
    )
  );
}

export function wordOf(sign: string): string {
  return brushes.find((brush) => brush.sign === sign)?.word ?? "free";
}

/** A place by its row from the top and its column. */
export type Place = readonly [row: number, column: number];

/** The plan with a sign in all places on the straight way from one to another, so that a quick hand leaves no gaps. */
export function painted(plan: readonly string[], [r0, c0]: Place, [r1, c1]: Place, sign: Sign): readonly string[] {
  const rows = plan.map((row) => Array.from(row));
  const steps = Math.max(Math.abs(r1 - r0), Math.abs(c1 - c0), 1);
  for (let k = 0; k <= steps; k++) {
    const [r, c] = [Math.round(r0 + ((r1 - r0) * k) / steps), Math.round(c0 + ((c1 - c0) * k) / steps)];
    if (rows[r]?.[c] !== undefined) rows[r][c] = sign;
  }
  return rows.map((row) => row.join(""));
}

/** The plan with other numbers of rows and columns: each place is as that which was in its middle. */
export function resized(plan: readonly string[], rows: number, columns: number): readonly string[] {
  const [height, width] = [plan.length, plan[0].length];
  return Array.from({ length: rows }, (_, r) =>
    Array.from(
      { length: columns },
      (__, c) => plan[Math.floor(((r + 0.5) / rows) * height)][Math.floor(((c + 0.5) / columns) * width)],
    ).join(""),
  );
}

/** Walls [x, y] of a square, x to the right and y upwards, as a plan. */
export function planOfCells(cells: readonly (readonly [number, number])[], side: number): readonly string[] {
  const walls = new Set(cells.map(([x, y]) => `${x} ${y}`));
  return Array.from({ length: side }, (_, r) =>
    Array.from({ length: side }, (__, x) => (walls.has(`${x} ${side - 1 - r}`) ? "#" : ".")).join(""),
  );
}

export function cellsOfPlan(plan: readonly string[]): readonly (readonly [number, number])[] {
  return plan.flatMap((row, r) =>
    Array.from(row).flatMap((sign, x) => (sign === "#" ? [[x, plan.length - 1 - r] as const] : [])),
  );
}

/** Places along each side of a plan that is taken from a picture. */
const usualSide = 16;

/** The room of an answer, as far as so many places can show it; undefined where it has none. */
export function planOfAnswer({ scenery, fields }: Answer): readonly string[] | undefined {
  if (scenery === undefined) return undefined;
  const { x, y, points, walls, exits } = scenery;
  const density = fields["density"];
  const [across, up] = ["x", "y"].map((name) => density?.axes.find((axis) => axis.name === name)?.grid);
  const peopled = (u: number, v: number): number =>
    density === undefined || across === undefined || up === undefined
      ? 0
      : density.value[nearestIndex(across, u) * up.length + nearestIndex(up, v)];
  const middle = ([from, to]: readonly [number, number], k: number): number =>
    from + ((k + 0.5) / usualSide) * (to - from);
  const places = Array.from({ length: usualSide }, (_, r) =>
    Array.from({ length: usualSide }, (__, c) => [middle(x, c), middle(y, usualSide - 1 - r)] as const),
  );
  const most = Math.max(
    ...places
      .flat()
      .map(([u, v]) => peopled(u, v))
      .filter(Number.isFinite),
    1e-300,
  );
  const half = (x[1] - x[0]) / usualSide / 2;
  const isExit = (u: number, v: number): boolean =>
    exits.some(({ from, to }) => {
      const near = (at: number, a: number, b: number): boolean =>
        at + half > Math.min(a, b) && at - half < Math.max(a, b);
      const upright = from[0] === to[0];
      return upright
        ? Math.abs(u - from[0]) <= half * 1.001 && near(v, from[1] + half * 1e-3, to[1] - half * 1e-3)
        : Math.abs(v - from[1]) <= half * 1.001 && near(u, from[0] + half * 1e-3, to[0] - half * 1e-3);
    });
  return places.map((row) =>
    row
      .map(([u, v]): Sign => {
        const part = ([from, to]: readonly [number, number], at: number): number =>
          Math.floor(((at - from) / (to - from)) * points);
        if (walls[part(x, u) * points + part(y, v)] === 1) return "#";
        if (isExit(u, v)) return "E";
        return peopled(u, v) > 0.05 * most ? "o" : ".";
      })
      .join(""),
  );
}
