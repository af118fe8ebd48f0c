/** What formulas are made of: operators, functions and constants, with their values, derivatives and reach. */

import { erf } from "../numeric/error-function.ts";
import { call, number } from "./expression.ts";
import type { Expression } from "./expression.ts";

export interface Operation {
  /** What its operands are called, for messages. */
  readonly operands: readonly string[];
  /** Operands that are not there are NaN. */
  readonly value: (a: number, b: number, c: number) => number;
  /** The derivative, given the operands and theirs; 0 almost everywhere where left out. */
  readonly derivative?: (operands: readonly Expression[], slopes: readonly Expression[]) => Expression;
  /** How it is written where it is no function: its sign, and how strongly it binds. */
  readonly sign?: { readonly text: string; readonly strength: number };
}

/** How strongly operators bind, weakest first; prefixes and powers as mathematics has them: −x² = −(x²), 2^−x. */
export const strengths = {
  or: 1,
  and: 2,
  not: 3,
  compare: 4,
  sum: 5,
  product: 6,
  negate: 7,
  power: 8,
  atom: 9,
} as const;

const one = number(1);
const times = (a: Expression, b: Expression): Expression => call("*", a, b);
const over = (a: Expression, b: Expression): Expression => call("/", a, b);
const minus = (a: Expression, b: Expression): Expression => call("-", a, b);
const squared = (a: Expression): Expression => call("^", a, number(2));
const negated = (a: Expression): Expression => call("negate", a);

/** A function of one number by its value and its slope. */
function smooth(value: (a: number) => number, slope: (a: Expression) => Expression): Operation {
  return {
    operands: ["x"],
    value,
    derivative: ([a], [da]) => times(slope(a), da),
  };
}

function comparison(text: string, value: (a: number, b: number) => boolean): Operation {
  return {
    operands: ["left", "right"],
    value: (a, b) => (value(a, b) ? 1 : 0),
    sign: { text, strength: strengths.compare },
  };
}

const truth = (value: boolean): number => (value ? 1 : 0);

function normalDensity(x: number, mean: number, deviation: number): number {
  const away = (x - mean) / deviation;
  return Math.exp(-0.5 * away * away) / (deviation * Math.sqrt(2 * Math.PI));
}

export const operations: Readonly<Record<string, Operation>> = {
  "+": {
    operands: ["left", "right"],
    value: (a, b) => a + b,
    derivative: (_operands, [da, db]) => call("+", da, db),
    sign: { text: "+", strength: strengths.sum },
  },
  "-": {
    operands: ["left", "right"],
    value: (a, b) => a - b,
    derivative: (_operands, [da, db]) => minus(da, db),
    sign: { text: "-", strength: strengths.sum },
  },
  "*": {
    operands: ["left", "right"],
    value: (a, b) => a * b,
    derivative: ([a, b], [da, db]) => call("+", times(da, b), times(a, db)),
    sign: { text: "*", strength: strengths.product },
  },
  "/": {
    operands: ["left", "right"],
    value: (a, b) => a / b,
    derivative: ([a, b], [da, db]) => minus(over(da, b), over(times(a, db), squared(b))),
    sign: { text: "/", strength: strengths.product },
  },
  "^": {
    operands: ["base", "exponent"],
    value: (a, b) => a ** b,
    derivative: ([a, b], [da, db]) => {
      const byBase = (): Expression => times(times(b, call("^", a, minus(b, one))), da);
      if (db.kind === "number" && db.value === 0) return byBase();
      const byExponent = times(times(call("^", a, b), call("log", a)), db);
      return da.kind === "number" && da.value === 0 ? byExponent : call("+", byBase(), byExponent);
    },
    sign: { text: "^", strength: strengths.power },
  },
  negate: {
    operands: ["x"],
    value: (a) => -a,
    derivative: (_operands, [da]) => negated(da),
    sign: { text: "-", strength: strengths.negate },
  },
  "<": comparison("<", (a, b) => a < b),
  "<=": comparison("<=", (a, b) => a <= b),
  ">": comparison(">", (a, b) => a > b),
  ">=": comparison(">=", (a, b) => a >= b),
  "==": comparison("==", (a, b) => a === b),
  "!=": comparison("!=", (a, b) => a !== b),
  and: {
    operands: ["left", "right"],
    value: (a, b) => truth(a !== 0 && b !== 0),
    sign: { text: "and", strength: strengths.and },
  },
  or: {
    operands: ["left", "right"],
    value: (a, b) => truth(a !== 0 || b !== 0),
    sign: { text: "or", strength: strengths.or },
  },
  not: {
    operands: ["condition"],
    value: (a) => truth(a === 0),
    sign: { text: "not", strength: strengths.not },
  },
  exp: smooth(Math.exp, (a) => call("exp", a)),
  log: smooth(Math.log, (a) => over(one, a)),
  sqrt: smooth(Math.sqrt, (a) => over(number(0.5), call("sqrt", a))),
  sin: smooth(Math.sin, (a) => call("cos", a)),
  cos: smooth(Math.cos, (a) => negated(call("sin", a))),
  tan: smooth(Math.tan, (a) => over(one, squared(call("cos", a)))),
  atan: smooth(Math.atan, (a) => over(one, call("+", one, squared(a)))),
  sinh: smooth(Math.sinh, (a) => call("cosh", a)),
  cosh: smooth(Math.cosh, (a) => call("sinh", a)),
  tanh: smooth(Math.tanh, (a) => minus(one, squared(call("tanh", a)))),
  erf: smooth(erf, (a) => times(number(2 / Math.sqrt(Math.PI)), call("exp", negated(squared(a))))),
  abs: smooth(Math.abs, (a) => call("sign", a)),
  sign: { operands: ["x"], value: Math.sign },
  min: {
    operands: ["a", "b"],
    value: (a, b) => Math.min(a, b),
    derivative: ([a, b], [da, db]) => call("if", call("<=", a, b), da, db),
  },
  max: {
    operands: ["a", "b"],
    value: (a, b) => Math.max(a, b),
    derivative: ([a, b], [da, db]) => call("if", call(">=", a, b), da, db),
  },
  normal: {
    operands: ["x", "mean", "deviation"],
    value: normalDensity,
    derivative: ([x, mean, deviation], [dx, dMean, dDeviation]) => {
      const away = over(minus(x, mean), deviation);
      const here = call("normal", x, mean, deviation);
      const moved = times(away, minus(dMean, dx));
      const widened = times(minus(squared(away), one), dDeviation);
      return times(over(here, deviation), call("+", moved, widened));
    },
  },
  indicator: { operands: ["condition"], value: (a) => truth(a !== 0) },
  if: {
    operands: ["condition", "then", "else"],
    value: (a, b, c) => (a !== 0 ? b : c),
    derivative: ([condition], [, da, db]) => call("if", condition, da, db),
  },
};

/** Other names of functions. */
export const synonyms: ReadonlyMap<string, string> = new Map([["ln", "log"]]);

/** Functions that take two operands or more, from the left: min(a, b, c) = min(min(a, b), c). */
export const gathering: ReadonlySet<string> = new Set(["min", "max"]);

/** Names with a fixed value. */
export const constants: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** Operations that are written as functions. */
export const functionNames: readonly string[] = [
  ...Object.entries(operations).flatMap(([name, { sign }]) => (sign === undefined ? [name] : [])),
  ...synonyms.keys(),
];

/** Names that cannot be given to anything else. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...functionNames,
  ...Object.keys(constants),
  "and",
  "or",
  "not",
  "in",
  "diff",
  "at",
]);
