/** Structured states and actions: numbering of the points of a product of axes, row by row. */

import { InputError } from "../core/index.ts";
import type { FiniteAxis, Population } from "./model.ts";

/** An axis of the whole numbers from `first` on. */
export function wholeAxis(name: string, count: number, first = 0): FiniteAxis {
  return { name, grid: Float64Array.from({ length: count }, (_, i) => first + i) };
}

/** An axis of named things. */
export function namedAxis(name: string, labels: readonly string[]): FiniteAxis {
  return { ...wholeAxis(name, labels.length), labels };
}

/** How many points the axes have together. */
export function sizeOf(axes: readonly FiniteAxis[]): number {
  return axes.reduce((size, { grid }) => size * grid.length, 1);
}

/** The number of a point given by its places on the axes. */
export function indexOf(axes: readonly FiniteAxis[], places: readonly number[]): number {
  return axes.reduce((index, { grid }, i) => index * grid.length + places[i], 0);
}

/** The places on the axes of a point given by its number. */
export function placesOf(axes: readonly FiniteAxis[], index: number): number[] {
  const places: number[] = [];
  let rest = index;
  for (const { grid } of axes.toReversed()) {
    places.unshift(rest % grid.length);
    rest = Math.floor(rest / grid.length);
  }
  return places;
}

/** A point in words: `x = 3, y = 0`, or `infected`. */
export function nameOf(axes: readonly FiniteAxis[], index: number): string {
  const places = placesOf(axes, index);
  return axes.map(({ name, grid, labels }, i) => labels?.[places[i]] ?? `${name} = ${grid[places[i]]}`).join(", ");
}

/** `players at t = 3, state x = 2, action move = 1`. */
export function placeOf({ name, states, actions }: Population, t: number, s: number, a?: number): string {
  const action = a === undefined ? "" : `, action ${nameOf(actions, a)}`;
  return `${name} at t = ${t}, state ${nameOf(states, s)}${action}`;
}

/** The same share everywhere. */
export function uniformLaw(states: number): Float64Array {
  return new Float64Array(states).fill(1 / states);
}

/**
 * A law that a person gave: shares that sum to one up to rounding of printed digits, rescaled.
 *
 * @throws InputError naming the parameter.
 */
export function givenLaw(field: string, shares: ArrayLike<number>, states: number): Float64Array {
  const law = Float64Array.from(shares);
  const sum = law.reduce((total, share) => total + share, 0);
  if (law.length !== states || !law.every((share) => share >= 0) || !(Math.abs(sum - 1) <= 1e-6))
    throw new InputError(field, Array.from(shares), `${states} shares of at least 0 that sum to 1`);
  return law.map((share) => share / sum);
}
