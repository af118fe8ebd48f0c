/** Formulas as functions of time, place and what a player sees of the others. */

import { compileFormula, derivative, namesIn, simplify, substitute } from "../../formula/index.ts";
import type { Expression, Tape } from "../../formula/index.ts";
import type { HamiltonianSees, Population } from "../pde/model.ts";

/** Central differences may leave no mass, or less than none, where there is nearly nobody; formulas see this much. */
export const leastDensity = 1e-200;

/** (t, x, y, what is seen) → number; y is 0 on a line. */
export type Reader = (t: number, x: number, y: number, population: Population) => number;

/** Names that a formula of a cost reads, in the order of a tape's inputs: those of aggregates last. */
export function inputsOf(aggregates: readonly string[]): readonly string[] {
  return ["t", "x", "y", "m", "nearby", "a", "p", ...aggregates];
}

/** Puts a situation on a tape made for `inputsOf`; control and momentum are set beside. */
export function situate(
  { inputs }: Tape,
  t: number,
  x: number,
  y: number,
  { density, nearby, aggregates }: Population,
): void {
  inputs[0] = t;
  inputs[1] = x;
  inputs[2] = y;
  inputs[3] = density > leastDensity ? density : leastDensity;
  inputs[4] = nearby;
  for (let k = 0; k < aggregates.length; k++) inputs[7 + k] = aggregates[k];
}

/** Where the control and the momentum stand on a tape made for `inputsOf`. */
export const controlAt = 5;
export const momentumAt = 6;

/** A formula of numbers only is the number: callers need not call. */
export function coefficientOf(expression: Expression, aggregates: readonly string[]): Reader | number {
  return expression.kind === "number" ? expression.value : readerOf(expression, aggregates);
}

export function readerOf(expression: Expression, aggregates: readonly string[]): Reader {
  if (expression.kind === "number") {
    const { value } = expression;
    return () => value;
  }
  const tape = compileFormula(expression, inputsOf(aggregates));
  return (t, x, y, population) => {
    situate(tape, t, x, y, population);
    return tape.run();
  };
}

/** A formula of up to three names alone, in the order of the names. */
export function functionOf(
  expression: Expression,
  ...names: readonly string[]
): (first: number, second?: number, third?: number) => number {
  const tape = compileFormula(expression, names);
  return (first, second = 0, third = 0) => {
    tape.inputs[0] = first;
    if (names.length > 1) tape.inputs[1] = second;
    if (names.length > 2) tape.inputs[2] = third;
    return tape.run();
  };
}

/** What formulas read of the population. */
export function seesOf(expressions: readonly Expression[], aggregates: readonly string[]): HamiltonianSees {
  const names = new Set(expressions.flatMap((expression) => [...namesIn(expression)]));
  return {
    density: names.has("m"),
    nearby: names.has("nearby"),
    aggregates: aggregates.some((name) => names.has(name)),
  };
}

/** The formula with its parameters' numbers put in. */
export function bound(expression: Expression, parameters: Readonly<Record<string, number>>): Expression {
  return simplify(substitute(expression, new Map(Object.entries(parameters))));
}

/** ∂f/∂m, 0 where the density is held from below. */
export function densitySlopeOf(expression: Expression, aggregates: readonly string[]): Reader {
  const slope = readerOf(derivative(expression, "m"), aggregates);
  return (t, x, y, population) => (population.density > leastDensity ? slope(t, x, y, population) : 0);
}
