/** Random formulas of x, y and numbers, as they come out of the parser. */

import { constantFrom, letrec, nat, oneof, tuple } from "fast-check";
import type { Arbitrary } from "fast-check";
import { call, name, number } from "./expression.ts";
import type { Expression } from "./expression.ts";

const numbers = nat(40).map((n): Expression => number(n / 8));
const names = constantFrom("x", "y").map((text): Expression => name(text));

function built(unary: readonly string[], binary: readonly string[], ternary: readonly string[]): Arbitrary<Expression> {
  return letrec<{ all: Expression }>((tie) => {
    const part = tie("all");
    return {
      all: oneof(
        { maxDepth: 4, depthSize: "medium" },
        numbers,
        names,
        tuple(constantFrom(...unary), part).map(([operation, a]) => call(operation, a)),
        tuple(constantFrom(...binary), part, part).map(([operation, a, b]) => call(operation, a, b)),
        tuple(constantFrom(...ternary), part, part, part).map(([operation, ...operands]) =>
          call(operation, ...operands),
        ),
      ),
    };
  }).all;
}

const smoothOnes = ["negate", "exp", "sin", "cos", "tanh", "atan", "erf", "log", "sqrt", "sinh", "cosh", "tan"];
const arithmetic = ["+", "-", "*", "/", "^"];
const conditions = ["<", "<=", ">", ">=", "==", "!=", "and", "or"];

/** With conditions and kinks. */
export const anyFormula = built(
  [...smoothOnes, "abs", "sign", "not", "indicator"],
  [...arithmetic, ...conditions, "min", "max"],
  ["if", "normal"],
);

/** Without jumps, so that a derivative means something everywhere but at kinks. */
export const smoothFormula = built([...smoothOnes, "abs"], [...arithmetic, "min", "max"], ["normal"]);
