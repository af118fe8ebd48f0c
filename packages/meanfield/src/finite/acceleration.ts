/**
 * Acceleration of y ← y + αA(y) by what the last few iterates told of its slope: of all combinations of them, the one whose
 * advantages would be least, to first order, is taken further.
 *
 * D. G. Anderson, J. ACM 12 (1965) 547–560. Least is meant in the norm Σ μ_t(s) π_t(a|s) A², which only sees what is played:
 * the exponents of other actions fall for ever, and have no fixed point.
 */

import { luDecompose } from "../numeric/lu.ts";
import { zeros } from "../numeric/matrix.ts";
import { emptyProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import type { Field } from "./flow.ts";
import type { Profile } from "./model.ts";

/** The last iterates; the newest is overwritten by the next once all places are taken. */
export interface Acceleration {
  readonly totals: readonly Profile[];
  readonly advantages: readonly Profile[];
  /** How many are known, from place 0 on. */
  known: number;
  /** Where the next goes. */
  place: number;
}

/** More numbers than this are not kept several times over. */
const mostNumbers = 1e6;

export function startAcceleration(game: CompiledGame, depth: number): Acceleration {
  const size = game.populations.reduce((sum, { states, actions }) => sum + game.times * states * actions, 0);
  const tables = (): Profile[] => Array.from({ length: size > mostNumbers ? 0 : depth }, () => emptyProfile(game));
  return { totals: tables(), advantages: tables(), known: 0, place: 0 };
}

/** Keeps an iterate for later. */
export function keep(acceleration: Acceleration, total: Profile, advantage: Profile): void {
  const { totals, advantages, place } = acceleration;
  if (totals.length === 0) return;
  total.forEach((table, p) => totals[place][p].set(table));
  advantage.forEach((table, p) => advantages[place][p].set(table));
  acceleration.known = Math.min(totals.length, acceleration.known + 1);
  acceleration.place = (place + 1) % totals.length;
}

export function forget(acceleration: Acceleration): void {
  acceleration.known = 0;
  acceleration.place = 0;
}

/** What the differences to known iterates are multiplied with. */
export function mixture({ advantages, known }: Acceleration, { parts }: Field, advantage: Profile): Float64Array {
  if (known === 0) return new Float64Array();
  // Of A and of its differences to known ones: their products, which are symmetric.
  const width = known + 1;
  const products = new Float64Array(width * width);
  const row = new Float64Array(width);
  parts.forEach(({ pairs }, p) => {
    const now = advantage[p];
    for (let i = 0; i < pairs.length; i++) {
      const share = pairs[i];
      if (share === 0) continue;
      row[known] = now[i];
      for (let j = 0; j < known; j++) row[j] = now[i] - advantages[j][p][i];
      for (let j = 0; j < width; j++) for (let k = 0; k <= j; k++) products[j * width + k] += share * row[j] * row[k];
    }
  });
  const gram = zeros(known, known);
  const right = new Float64Array(known);
  let largest = 0;
  for (let j = 0; j < known; j++) largest = Math.max(largest, products[j * width + j]);
  // Smaller ones would underflow below.
  if (!(largest > 1e-290 && largest < Infinity)) return new Float64Array();
  for (let j = 0; j < known; j++) {
    right[j] = products[known * width + j];
    for (let k = 0; k < known; k++) gram.data[j * known + k] = products[Math.max(j, k) * width + Math.min(j, k)];
    // Differences that hardly differ tell nothing.
    gram.data[j * known + j] += 1e-12 * (largest + products[j * width + j]);
  }
  return luDecompose(gram).solve(right);
}
