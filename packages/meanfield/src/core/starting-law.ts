/** The law at the start as a person gives it: a formula of a player's place, up to a factor. */

import { FormulaError, compileFormula, parseFormula } from "../formula/index.ts";
import type { Tape } from "../formula/index.ts";
import { InputError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/**
 * Reads a formula of these names, one input of the tape each.
 *
 * @throws InputError for `initial`, with the column of what is no formula of them.
 */
export function startingFormula(text: string, names: readonly string[]): Tape {
  try {
    return compileFormula(parseFormula(text, { names, suggest: nearest }), names);
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    throw new InputError("initial", text, `a formula of ${names.join(", ")}: ${error.message}`);
  }
}

/** An axis of states that stand for numbers. */
export interface StartingAxis {
  readonly name: string;
  readonly grid: Float64Array;
}

/**
 * A law on finitely many states, numbered row by row: in a formula each axis has its name, and `i` is the number of a state,
 * from 0, unless an axis is called so.
 *
 * @param closed states where nobody can be
 * @returns shares that sum to one
 * @throws InputError for what is no formula, and where it is negative, not finite, or zero in all states.
 */
export function startingShares(
  text: string,
  axes: readonly StartingAxis[],
  closed: (s: number) => boolean = () => false,
): Float64Array {
  const own = axes.map(({ name }) => name);
  const names = own.includes("i") ? own : [...own, "i"];
  const tape = startingFormula(text, names);
  const states = axes.reduce((product, { grid }) => product * grid.length, 1);
  const shares = new Float64Array(states);
  for (let s = 0; s < states; s++) {
    if (closed(s)) continue;
    for (let k = axes.length - 1, rest = s; k >= 0; k--) {
      const { grid } = axes[k];
      tape.inputs[k] = grid[rest % grid.length];
      rest = Math.floor(rest / grid.length);
    }
    if (names.length > axes.length) tape.inputs[axes.length] = s;
    const share = tape.run();
    if (!(share >= 0 && Number.isFinite(share)))
      throw new InputError("initial", text, `finite and at least 0 everywhere: it is ${share} ${placed(tape, own)}`);
    shares[s] = share;
  }
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (!(total > 0 && Number.isFinite(total)))
    throw new InputError("initial", text, `above 0 in some state, and finite in sum: the sum is ${total}`);
  return shares.map((share) => share / total);
}

/** `at x = 3, y = 1`: where a tape stands. */
export function placed({ inputs }: Tape, names: readonly string[]): string {
  return `at ${names.map((name, k) => `${name} = ${Number(inputs[k].toPrecision(6))}`).join(", ")}`;
}
