/**
 * Formulas as trees: numbers, names, and operations on them. An operator is an operation like any other: `a + b` is the
 * call of `+`, `-a` that of `negate`.
 *
 * Truth is a number: comparisons are 1 or 0, and whatever is not 0 counts as true.
 */

export type Expression = NumberExpression | NameExpression | CallExpression;

export interface NumberExpression {
  readonly kind: "number";
  readonly value: number;
}

export interface NameExpression {
  readonly kind: "name";
  readonly name: string;
}

export interface CallExpression {
  readonly kind: "call";
  /** A name of `operations`, with as many operands as it says. */
  readonly operation: string;
  readonly operands: readonly Expression[];
}

export function number(value: number): NumberExpression {
  return { kind: "number", value };
}

export function name(text: string): NameExpression {
  return { kind: "name", name: text };
}

export function call(operation: string, ...operands: readonly Expression[]): CallExpression {
  return { kind: "call", operation, operands };
}

/** Whether two trees are the same, letter for letter. */
export function same(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind === "number") return b.kind === "number" && Object.is(a.value, b.value);
  if (a.kind === "name") return b.kind === "name" && a.name === b.name;
  return (
    b.kind === "call" && a.operation === b.operation && a.operands.every((operand, i) => same(operand, b.operands[i]))
  );
}

/** The names that stand in a formula. */
export function namesIn(expression: Expression): ReadonlySet<string> {
  const found = new Set<string>();
  walk(expression, (part) => {
    if (part.kind === "name") found.add(part.name);
  });
  return found;
}

/** Visits every part once, though it may stand in many places, as definitions do. */
function walk(expression: Expression, visit: (part: Expression) => void, seen = new Set<Expression>()): void {
  if (seen.has(expression)) return;
  seen.add(expression);
  visit(expression);
  if (expression.kind === "call") for (const operand of expression.operands) walk(operand, visit, seen);
}

/** How many parts a formula has, written out, and how deep they are nested. */
export function measureOf(
  expression: Expression,
  known = new Map<Expression, { readonly size: number; readonly depth: number }>(),
): { readonly size: number; readonly depth: number } {
  if (expression.kind !== "call") return { size: 1, depth: 1 };
  const found = known.get(expression);
  if (found !== undefined) return found;
  let [size, depth] = [1, 1];
  for (const operand of expression.operands) {
    const part = measureOf(operand, known);
    size += part.size;
    depth = Math.max(depth, 1 + part.depth);
  }
  known.set(expression, { size, depth });
  return { size, depth };
}

/** The formula with names replaced by formulas or numbers; names that are not in the map stay. */
export function substitute(
  expression: Expression,
  replacements: ReadonlyMap<string, Expression | number>,
  done = new Map<Expression, Expression>(),
): Expression {
  if (expression.kind === "number") return expression;
  const found = done.get(expression);
  if (found !== undefined) return found;
  const result = replaced(expression, replacements, done);
  done.set(expression, result);
  return result;
}

function replaced(
  expression: NameExpression | CallExpression,
  replacements: ReadonlyMap<string, Expression | number>,
  done: Map<Expression, Expression>,
): Expression {
  if (expression.kind === "name") {
    const value = replacements.get(expression.name);
    return value === undefined ? expression : typeof value === "number" ? number(value) : value;
  }
  return call(expression.operation, ...expression.operands.map((operand) => substitute(operand, replacements, done)));
}
