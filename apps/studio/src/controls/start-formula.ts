/** A start that was drawn by hand, as a formula: bells over a line, a list over states. */
import type { FieldAxis } from "../engine/protocol.ts";
import { densityFormula } from "../own/drawn-density.ts";

/** Bells over a line: enough for three or four humps, few enough for a link. */
const bells = 25;
/** A bell of deviation one spacing has fallen below 1e-4 after so many. */
const reach = 5;

/** Heights of what is there, as shares of a little more than the most, so that a hand changes it instead of starting from nothing. */
export function startHeights(values: Float64Array, cells: boolean): readonly number[] {
  const most = values.reduce((largest, value) => Math.max(largest, value), 1e-300) * 1.1;
  if (cells) return Array.from(values, (value) => Math.max(0, value) / most);
  return Array.from(
    { length: bells },
    (_, i) => Math.max(0, values[Math.round((i * (values.length - 1)) / (bells - 1))]) / most,
  );
}

/** @param inside that nobody starts near the ends of the line */
export function startFormula(heights: readonly number[], { kind, grid }: FieldAxis, inside: boolean): string {
  if (kind === "discrete") return `at(i, ${heights.map((height) => Number(height.toPrecision(3))).join(", ")})`;
  const last = heights.length - 1;
  const kept = inside ? heights.map((height, i) => (i < reach || i > last - reach ? 0 : height)) : heights;
  return densityFormula(kept, grid[0], grid[grid.length - 1]);
}

/** People heaped up around a place of a plane. */
export interface Heap {
  readonly at: readonly [number, number];
  readonly radius: number;
}

/** Heaps of one start: more would be no formula that is read. */
export const mostHeaps = 30;

/** The sum of heaps, each a round bell with that deviation. */
export function planeFormula(heaps: readonly Heap[], x: string, y: string): string {
  const short = (value: number): string => String(Number(value.toPrecision(3)));
  return heaps
    .map(
      ({ at: [u, v], radius }) =>
        `normal(${x}, ${short(u)}, ${short(radius)})*normal(${y}, ${short(v)}, ${short(radius)})`,
    )
    .join(" + ");
}
