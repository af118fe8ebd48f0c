/** Derivatives of formulas, as formulas. */

import { number } from "./expression.ts";
import type { Expression } from "./expression.ts";
import { operations } from "./operations.ts";
import { simplified, simplify } from "./simplify.ts";

/**
 * ∂f/∂name, simplified; every other name is held fixed.
 *
 * At kinks it is one of the one-sided derivatives, at jumps what it is beside them.
 */
export function derivative(expression: Expression, by: string): Expression {
  return slopeOf(simplify(expression), by, new Map());
}

/** Parts that occur many times, as definitions do, are differentiated once. */
function slopeOf(expression: Expression, by: string, known: Map<Expression, Expression>): Expression {
  if (expression.kind === "number") return number(0);
  if (expression.kind === "name") return number(expression.name === by ? 1 : 0);
  const found = known.get(expression);
  if (found !== undefined) return found;
  const { operation, operands } = expression;
  const rule = operations[operation].derivative;
  const slopes = operands.map((operand) => slopeOf(operand, by, known));
  const flat = slopes.every((slope) => slope.kind === "number" && slope.value === 0);
  const slope = rule === undefined || flat ? number(0) : simplified(rule(operands, slopes));
  known.set(expression, slope);
  return slope;
}
