/** Formulas as text that reads back as the same formula, with no more parentheses than needed. */

import type { Expression } from "./expression.ts";
import { operations, strengths } from "./operations.ts";

/** Constants stand as their digits; a number below 0 reads back as the negation of its size. */
export function printFormula(expression: Expression): string {
  if (expression.kind === "number") return String(expression.value);
  if (expression.kind === "name") return expression.name;
  const { operation, operands } = expression;
  const { sign } = operations[operation];
  if (sign === undefined) return `${operation}(${operands.map(printFormula).join(", ")})`;
  const { text, strength } = sign;
  if (operands.length === 1) {
    return operation === "not"
      ? `not ${atLeast(operands[0], strengths.compare)}`
      : `-${atLeast(operands[0], strength + 1)}`;
  }
  const isPower = strength === strengths.power;
  const isComparison = strength === strengths.compare;
  const left = atLeast(operands[0], isPower || isComparison ? strength + 1 : strength);
  const right = atLeast(operands[1], isPower ? strength : strength + 1);
  return isPower ? `${left}^${right}` : `${left} ${text} ${right}`;
}

function atLeast(expression: Expression, strength: number): string {
  const text = printFormula(expression);
  return strengthOf(expression) >= strength ? text : `(${text})`;
}

/** How strongly the outermost operation of an expression holds together. */
export function strengthOf(expression: Expression): number {
  if (expression.kind === "name") return strengths.atom;
  if (expression.kind === "number") return expression.value < 0 ? strengths.negate : strengths.atom;
  return operations[expression.operation].sign?.strength ?? strengths.atom;
}
