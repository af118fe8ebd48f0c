import { InputError } from "../core/index.ts";
import { drawable, type Omissions, type Scale } from "./omissions.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Which scales the two coordinates stand on. */
export interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/**
 * Pairs two columns into points; one that cannot be drawn becomes a gap (both NaN) and is counted.
 *
 * @throws InputError where the columns differ in length.
 */
export function pointsOf(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  scales: Scales,
  omissions: Omissions,
  field = "y",
): Point[] {
  checkLength(field, y, x);
  return Array.from({ length: x.length }, (_, i) =>
    drawable(x[i], scales.x, omissions) && drawable(y[i], scales.y, omissions)
      ? { x: x[i], y: y[i] }
      : { x: Number.NaN, y: Number.NaN },
  );
}

/** @throws InputError where a column has not the length of the one it belongs to. */
export function checkLength(field: string, column: ArrayLike<number>, reference: ArrayLike<unknown>): void {
  if (column.length !== reference.length) {
    throw new InputError(`${field}.length`, column.length, `that of the points it belongs to, ${reference.length}`);
  }
}

/** Points without the gaps. */
export function solid(points: readonly Point[]): Point[] {
  return points.filter(({ x }) => !Number.isNaN(x));
}

/** Points between two gaps, which a line through its neighbours cannot show. */
export function isolated(points: readonly Point[]): Point[] {
  const gap = (i: number): boolean => points[i] === undefined || Number.isNaN(points[i].x);
  return points.filter((_, i) => !gap(i) && gap(i - 1) && gap(i + 1));
}
