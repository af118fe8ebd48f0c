/**
 * Formulas made shorter: constants folded, zeros and ones dropped.
 *
 * What is left has the same value wherever the formula was finite; `0*f` is 0 even where f is not.
 */

import { call, number, same } from "./expression.ts";
import type { CallExpression, Expression } from "./expression.ts";
import { operations } from "./operations.ts";

export function simplify(expression: Expression): Expression {
  return simplified(expression, new Map());
}

/** As `simplify`, with what is known of parts that occur many times. */
export function simplified(expression: Expression, known: Map<Expression, Expression> = new Map()): Expression {
  if (expression.kind !== "call") return expression;
  const found = known.get(expression);
  if (found !== undefined) return found;
  const operands = expression.operands.map((operand) => simplified(operand, known));
  const result = shortened(
    operands.every((operand, i) => operand === expression.operands[i])
      ? expression
      : call(expression.operation, ...operands),
  );
  known.set(expression, result);
  return result;
}

const isNumber = (expression: Expression, value: number): boolean =>
  expression.kind === "number" && expression.value === value;

function isCall<O extends string>(
  expression: Expression,
  operation: O,
): expression is CallExpression & { readonly operation: O } {
  return expression.kind === "call" && expression.operation === operation;
}

/** One step for an expression whose operands are simple already, and on from there. */
function shortened(expression: CallExpression): Expression {
  const folded = fold(expression);
  if (folded !== undefined) return folded;
  const [a, b, c] = expression.operands;
  switch (expression.operation) {
    case "+":
      return sum(a, b) ?? expression;
    case "-":
      return difference(a, b) ?? expression;
    case "*":
      return product(a, b) ?? expression;
    case "/":
      return quotient(a, b) ?? expression;
    case "^":
      if (isNumber(b, 0)) return number(1);
      return isNumber(b, 1) ? a : expression;
    case "negate":
      return isCall(a, "negate") ? a.operands[0] : expression;
    case "if":
      if (a.kind === "number") return a.value !== 0 ? b : c;
      return same(b, c) ? b : expression;
    case "and":
      return isNumber(a, 0) || isNumber(b, 0) ? number(0) : expression;
    default:
      return expression;
  }
}

/** The number that an operation on numbers is; where it is not finite it stays as it was written. */
function fold({ operation, operands }: CallExpression): Expression | undefined {
  const values = operands.map((operand) => (operand.kind === "number" ? operand.value : undefined));
  if (values.includes(undefined)) return undefined;
  const [a, b, c] = values as number[];
  const value = operations[operation].value(a, b, c);
  return Number.isFinite(value) ? number(value) : undefined;
}

function sum(a: Expression, b: Expression): Expression | undefined {
  if (isNumber(a, 0)) return b;
  if (isNumber(b, 0)) return a;
  if (isCall(b, "negate")) return shortened(call("-", a, b.operands[0]));
  if (isCall(a, "negate")) return shortened(call("-", b, a.operands[0]));
  return undefined;
}

function difference(a: Expression, b: Expression): Expression | undefined {
  if (isNumber(b, 0)) return a;
  if (isNumber(a, 0)) return shortened(call("negate", b));
  if (same(a, b)) return number(0);
  if (isCall(b, "negate")) return shortened(call("+", a, b.operands[0]));
  return undefined;
}

function product(a: Expression, b: Expression): Expression | undefined {
  if (isNumber(a, 0) || isNumber(b, 0)) return number(0);
  if (isNumber(a, 1)) return b;
  if (isNumber(b, 1)) return a;
  if (isNumber(a, -1)) return shortened(call("negate", b));
  // Numbers come first, where they meet each other.
  if (b.kind === "number" && a.kind !== "number") return shortened(call("*", b, a));
  if (isCall(a, "negate")) return shortened(call("negate", shortened(call("*", a.operands[0], b))));
  if (isCall(b, "negate")) return shortened(call("negate", shortened(call("*", a, b.operands[0]))));
  if (isCall(b, "*") && b.operands[0].kind === "number") {
    const [factor, rest] = b.operands;
    if (a.kind !== "number") return shortened(call("*", factor, shortened(call("*", a, rest))));
    const both = fold(call("*", a, factor));
    return both === undefined ? undefined : shortened(call("*", both, rest));
  }
  if (isCall(a, "*") && a.operands[0].kind === "number") {
    const [factor, rest] = a.operands;
    return shortened(call("*", factor, shortened(call("*", rest, b))));
  }
  return undefined;
}

function quotient(a: Expression, b: Expression): Expression | undefined {
  if (isNumber(a, 0)) return number(0);
  if (isNumber(b, 1)) return a;
  if (isCall(a, "negate")) return shortened(call("negate", shortened(call("/", a.operands[0], b))));
  if (b.kind === "number" && isCall(a, "*") && a.operands[0].kind === "number") {
    const [factor, rest] = a.operands;
    const ratio = fold(call("/", factor, b));
    return ratio === undefined ? undefined : shortened(call("*", ratio, rest));
  }
  return undefined;
}
