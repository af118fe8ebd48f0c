import { tickSize } from "./frame.ts";
import { axisLabel, richWidth } from "./rich-text.ts";
import type { AxisText } from "./specification.ts";
import { linearLabels, linearTicks, shortNumber } from "./ticks.ts";

/** An axis of cells, all equally wide, between which there is nothing. */
export interface CellAxis {
  /** What the cells stand for, increasing. */
  readonly grid: ArrayLike<number>;
  /** Their names, where numbers say too little. */
  readonly labels?: readonly string[];
  readonly text: AxisText;
}

/** A tick at a place along the axis, cells being one wide, and its label. */
export interface CellTick {
  readonly place: number;
  readonly label: string;
}

export function cellLabel({ text }: CellAxis): string {
  return axisLabel(text);
}

/**
 * Ticks in the middle of cells: all that are named or few, round numbers of many; none that would touch another.
 *
 * @param length of the axis, in pixels
 * @param upright whether labels stand above each other
 */
export function cellTicks({ grid, labels }: CellAxis, length: number, upright: boolean): CellTick[] {
  const cell = length / grid.length;
  const all = Array.from({ length: grid.length }, (_, i): CellTick => {
    return { place: i + 0.5, label: labels?.[i] ?? shortNumber(grid[i], 4) };
  });
  const reach = (label: string): number => (upright ? 13 : richWidth(label, tickSize) + 8);
  if (all.every(({ label }) => reach(label) <= cell)) return all;
  if (labels !== undefined || grid.length < 3) return apart(all, cell, reach);
  const [low, high] = [grid[0], grid[grid.length - 1]];
  const ticks = linearTicks(low, high, Math.min(5, Math.max(2, length / 40)));
  const whole = all.every((_, i) => Number.isInteger(grid[i])) ? ticks.filter(Number.isInteger) : ticks;
  const texts = linearLabels(whole);
  return apart(
    whole.map((tick, i) => ({ place: placeOf(grid, tick), label: texts[i] })),
    cell,
    reach,
  );
}

/** Drops every tick that would touch the one before it. */
function apart(ticks: readonly CellTick[], cell: number, reach: (label: string) => number): CellTick[] {
  let edge = -Infinity;
  return ticks.filter(({ place, label }) => {
    if (place * cell - reach(label) / 2 < edge) return false;
    edge = place * cell + reach(label) / 2;
    return true;
  });
}

/** Between the middles of the cells on either side. */
function placeOf(grid: ArrayLike<number>, value: number): number {
  let i = 0;
  while (i + 2 < grid.length && grid[i + 1] <= value) i++;
  return i + 0.5 + (value - grid[i]) / (grid[i + 1] - grid[i]);
}
