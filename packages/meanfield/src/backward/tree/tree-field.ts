/** Trees as functions of time and states: between times linear, between places cubic in the limit and linear for several players. */

import type { DecouplingField } from "../candidate.ts";
import type { LatticeLevel } from "./lattice.ts";
import type { LimitTree } from "./limit-tree.ts";
import type { PlayersTree } from "./players-tree.ts";
import { stridesOf } from "./players-tree.ts";

/** A function of the states at the n-th time. */
type AtLevel = (n: number, x: Float64Array) => number;

/** The field of the limit. */
export function limitField({ levels, values, exposures }: LimitTree): DecouplingField {
  const read =
    (rows: readonly Float64Array[]): AtLevel =>
    (n, x) =>
      cubic(levels[n], rows[n], x[0]);
  // Cubics need four places: before there are as many, the first level that has them gives the shape.
  const first = Math.min(
    levels.findIndex(({ x }) => x.length >= 4),
    exposures.length - 1,
  );
  const y = inTime(levels, values.length, Math.max(0, first), read(values));
  const z = inTime(levels, exposures.length, Math.max(0, first), read(exposures));
  return {
    values: (t, x, out) => (out[0] = y(t, x)),
    diagonal: (t, x, out) => (out[0] = z(t, x)),
    z: (t, x) => z(t, x),
  };
}

/** The field of several players. */
export function playersField({ players, levels, values, own, cross }: PlayersTree): DecouplingField {
  const strides = levels.map((level) => stridesOf(level, players));
  const read =
    (rows: readonly Float64Array[]): AtLevel =>
    (n, x) =>
      multilinear(levels[n], strides[n], rows[n], x);
  const shape = Math.min(1, own.length - 1);
  const y = inTime(levels, values.length, 1, read(values));
  const z = inTime(levels, own.length, shape, read(own));
  const z2 = players > 1 ? inTime(levels, cross.length, shape, read(cross)) : () => 0;
  const state = new Float64Array(players);
  /** States as the first player would see them if it were player i. */
  const seenBy = (x: Float64Array, i: number): Float64Array => {
    state.set(x);
    state[0] = x[i];
    state[i] = x[0];
    return state;
  };
  return {
    values: (t, x, out) => {
      for (let i = 0; i < players; i++) out[i] = y(t, seenBy(x, i));
    },
    diagonal: (t, x, out) => {
      for (let i = 0; i < players; i++) out[i] = z(t, seenBy(x, i));
    },
    z: (t, x, i, j) => {
      if (i === j) return z(t, seenBy(x, i));
      const seen = seenBy(x, i);
      // Of the others the one in question stands second.
      const place = j === 0 ? i : j;
      const other = seen[place];
      seen[place] = seen[1];
      seen[1] = other;
      return z2(t, seen);
    },
  };
}

/**
 * Linear in time between the `rows` levels; constant after the last.
 *
 * A level before `shape` has too few places: it gives its value in the middle, and the level `shape` how that changes with x.
 */
function inTime(
  levels: readonly LatticeLevel[],
  rows: number,
  shape: number,
  read: AtLevel,
): (t: number, x: Float64Array) => number {
  const step = levels.length > 1 ? levels[1].t : 1;
  const at = (n: number, x: Float64Array): number => {
    if (n >= shape) return read(n, x);
    const middle = new Float64Array(x.length).fill(levels[n].x[levels[n].x.length >> 1]);
    return read(shape, x) + read(n, middle) - read(shape, middle);
  };
  return (t, x) => {
    const position = Math.min(rows - 1, Math.max(0, t / step));
    const n = Math.min(Math.floor(position), Math.max(0, rows - 2));
    const weight = position - n;
    const before = weight < 1 ? (1 - weight) * at(n, x) : 0;
    return weight > 0 ? before + weight * at(n + 1, x) : before;
  };
}

/** The cubic through the four nearest places, or the polynomial through all where there are fewer. */
function cubic({ x, gap }: LatticeLevel, row: Float64Array, at: number): number {
  const size = Math.min(4, x.length);
  const position = (at - x[0]) / gap;
  const first = Math.min(x.length - size, Math.max(0, Math.floor(position) - 1));
  const u = position - first;
  let sum = 0;
  for (let i = 0; i < size; i++) {
    let weight = 1;
    for (let j = 0; j < size; j++) if (j !== i) weight *= (u - j) / (i - j);
    sum += weight * row[first + i];
  }
  return sum;
}

/** Linear in every coordinate between neighbouring places, and on beyond the last. */
function multilinear({ x, gap }: LatticeLevel, strides: Float64Array, row: Float64Array, at: Float64Array): number {
  const corner = (player: number, node: number): number => {
    if (player === at.length) return row[node];
    if (x.length === 1) return corner(player + 1, node);
    const position = (at[player] - x[0]) / gap;
    const first = Math.min(x.length - 2, Math.max(0, Math.floor(position)));
    const weight = position - first;
    const start = node + first * strides[player];
    const low = weight === 1 ? 0 : (1 - weight) * corner(player + 1, start);
    return weight === 0 ? low : low + weight * corner(player + 1, start + strides[player]);
  };
  return corner(0, 0);
}
