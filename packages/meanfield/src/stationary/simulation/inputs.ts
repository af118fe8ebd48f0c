/** What simulators check of what they are given. */

import { InputError } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { Draws, PopulationSettings, RolloutSettings } from "./environment.ts";

/** Agents are numbered by 32 bits, steps by 31. */
const mostAgents = 2 ** 32 - 1;
const mostSteps = 2 ** 31 - 1;

/** Rounding of a sum of some thousand probabilities, mixed over and over, stays far below this. */
export const sumTolerance = 1e-9;

export function checkCount(field: string, value: number, least = 1, most = mostAgents): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new InputError(field, value, `a whole number in [${least}, ${most}]`);
}

export function checkPopulation({ players, steps, repeats }: PopulationSettings): void {
  checkCount("players", players);
  checkCount("steps", steps, 0, mostSteps);
  checkCount("repeats", repeats);
  checkCount("players · repeats", players * repeats);
}

export function checkRollout({ count, horizon }: RolloutSettings): void {
  checkCount("count", count);
  checkCount("horizon", horizon, 1, mostSteps);
}

/** The keys of the stream; InputError where seed or stream is not a whole number from 0 to 2^53 − 1. */
export function keysOf({ seed, stream }: Draws): Uint32Array {
  checkCount("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  checkCount("stream", stream, 0, Number.MAX_SAFE_INTEGER);
  return randomStream(seed, stream).keys;
}

/** Rows of `width` probabilities: finite, not negative, with the sum one. */
export function checkLaws(field: string, laws: Float64Array, width: number): void {
  for (let start = 0; start < laws.length; start += width) {
    let sum = 0;
    for (let i = start; i < start + width; i++) {
      if (!(laws[i] >= 0)) throw new InputError(`${field}[${i}]`, laws[i], "a probability");
      sum += laws[i];
    }
    if (!(Math.abs(sum - 1) <= sumTolerance)) {
      const where = laws.length === width ? field : `${field}[${start}, …, ${start + width - 1}]`;
      throw new InputError(`the sum of ${where}`, sum, "1");
    }
  }
}

export function checkLength(field: string, array: ArrayLike<unknown>, length: number): void {
  if (array.length !== length) throw new InputError(`${field}.length`, array.length, String(length));
}
