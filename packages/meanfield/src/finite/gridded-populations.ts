/** What games of several populations on one square grid declare alike. */

import { InputError } from "../core/index.ts";
import { givenLaw } from "./space.ts";

export const populationNames = ["first", "second", "third", "fourth"] as const;

/** A law over the grid as rows of shares, y from row to row and x along them. */
export type GridLaw = readonly (readonly number[])[];

/** Each population in a corner of its own. */
export function cornerLaws(players: number, size: number): number[][][] {
  const last = size - 1;
  const three = [
    [0, 0],
    [last, 0],
    [0, last],
    [last, last],
  ];
  const four = [
    [0, 0],
    [0, last],
    [last, last],
    [last, 0],
  ];
  return (players === 4 ? four : three).slice(0, players).map(([x, y]) => {
    const law = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
    law[y][x] = 1;
    return law;
  });
}

/**
 * Laws at x·size + y.
 *
 * @throws InputError for other shapes and for shares that are no law.
 */
export function initialOf(laws: readonly GridLaw[], players: number, size: number): Float64Array[] {
  if (laws.length !== players || laws.some((law) => law.length !== size || law.some((row) => row.length !== size)))
    throw new InputError("init_distrib", laws, `${players} laws of ${size} rows of ${size} shares`);
  return laws.map((law) =>
    givenLaw(
      "init_distrib",
      Array.from({ length: size * size }, (_, s) => law[s % size][Math.floor(s / size)]),
      size * size,
    ),
  );
}

/**
 * Densities that OpenSpiel's games of several populations take for those at t = 0: initial laws are written population by
 * population and row by row, but read cell by cell, x slowest and populations fastest.
 */
export function oncePublished(laws: readonly Float64Array[], size: number): Float64Array[] {
  const written = laws.flatMap((law) => Array.from(law, (_, i) => law[(i % size) * size + Math.floor(i / size)]));
  return laws.map((law, q) => law.map((_, s) => written[q + laws.length * s]));
}
