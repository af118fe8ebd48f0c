/** Formulas as they stand in a paper: TeX without dollars. */

import type { CallExpression, Expression } from "./expression.ts";
import { operations, strengths } from "./operations.ts";
import { strengthOf } from "./print.ts";

/** TeX of names that are not to be set by their letters. */
export type Symbols = Readonly<Record<string, string>>;

export function texOf(expression: Expression, symbols: Symbols = {}): string {
  if (expression.kind === "number") return texOfNumber(expression.value);
  if (expression.kind === "name") {
    return Object.hasOwn(symbols, expression.name) ? symbols[expression.name] : symbolOf(expression.name);
  }
  return texOfCall(expression, symbols);
}

function texOfNumber(value: number): string {
  if (value === Math.PI) return "\\pi";
  if (value === Math.E) return "e";
  const [digits, exponent] = String(value).split("e");
  if (exponent === undefined) return digits;
  const power = `10^{${Number(exponent)}}`;
  return digits === "1" ? power : `${digits}\\cdot${power}`;
}

const greek = new Set(
  (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega " +
    "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
  ).split(" "),
);

/** `kappa` as a Greek letter, `x0` and `rho_max` with what follows below the line, whole words upright. */
export function symbolOf(name: string): string {
  const [, head, tail] = /^([A-Za-z]+)_?(.*)$/.exec(name) ?? [name, name, ""];
  const letter = greek.has(head) ? `\\${head}` : head.length === 1 ? head : `\\mathrm{${head}}`;
  if (tail === "") return letter;
  const below = tail.replaceAll("_", "\\_");
  return `${letter}_{${/^\d+$|^.$/.test(tail) ? below : `\\mathrm{${below}}`}}`;
}

/** Functions that TeX has a name for. */
const named = new Set(["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "min", "max"]);
const signs: Readonly<Record<string, string>> = {
  "<": "<",
  "<=": "\\le",
  ">": ">",
  ">=": "\\ge",
  "==": "=",
  "!=": "\\ne",
  and: "\\wedge",
  or: "\\vee",
};

function texOfCall(expression: CallExpression, symbols: Symbols): string {
  const { operation, operands } = expression;
  const tex = (each: Expression): string => texOf(each, symbols);
  const inside = (each: Expression): string => `\\left(${tex(each)}\\right)`;
  const atLeast = (each: Expression, strength: number): string => {
    // A condition among numbers counts as 1 or 0.
    if (strength > strengths.compare && strengthOf(each) <= strengths.compare) return `\\mathbf 1_{${tex(each)}}`;
    return strengthOf(each) >= strength ? tex(each) : inside(each);
  };
  const [a, b] = operands;
  switch (operation) {
    case "+":
    case "-":
      return `${atLeast(a, strengths.sum)}${operation}${atLeast(b, strengths.sum + 1)}`;
    case "*":
      return product(atLeast(a, strengths.product), atLeast(b, strengths.product + 1));
    case "/":
      return `\\frac{${atLeast(a, strengths.sum)}}{${atLeast(b, strengths.sum)}}`;
    case "^":
      return power(a, texOf(b, symbols), symbols);
    case "negate":
      return `-${atLeast(a, strengths.product)}`;
    case "not":
      return `\\neg ${strengthOf(a) === strengths.atom ? tex(a) : inside(a)}`;
    case "sqrt":
      return `\\sqrt{${atLeast(a, strengths.sum)}}`;
    case "abs":
      return `\\left\\lvert ${atLeast(a, strengths.sum)}\\right\\rvert`;
    case "indicator":
      return `\\mathbf 1_{${tex(a)}}`;
    case "if":
      return `\\begin{cases}${tex(operands[1])}&\\text{if }${tex(a)}\\\\${tex(operands[2])}&\\text{otherwise}\\end{cases}`;
    case "normal":
      return `N\\left(${tex(a)};\\,${tex(b)},\\,${power(operands[2], "2", symbols)}\\right)`;
    default:
  }
  const sign = signs[operation];
  if (sign !== undefined) {
    const { strength } = operations[operation].sign ?? { strength: strengths.atom };
    const [left, right] = operands.map((each) => (strengthOf(each) > strength ? tex(each) : inside(each)));
    return `${left}${sign} ${right}`;
  }
  return `${functionTex(operation)}\\left(${operands.map((each) => atLeast(each, strengths.sum)).join(",\\,")}\\right)`;
}

function functionTex(operation: string): string {
  return named.has(operation) ? `\\${operation}` : `\\operatorname{${operation}}`;
}

function product(left: string, right: string): string {
  return /^[\d.]/.test(right) ? `${left}\\cdot ${right}` : `${left}\\,${right}`;
}

function power(base: Expression, exponent: string, symbols: Symbols): string {
  const text = texOf(base, symbols);
  // sin²(x), but the exponential's power stands outside.
  if (
    base.kind === "call" &&
    named.has(base.operation) &&
    !["exp", "min", "max"].includes(base.operation) &&
    exponent === "2"
  ) {
    return text.replace(/^(\\[a-z]+)/, `$1^{${exponent}}`);
  }
  return strengthOf(base) === strengths.atom ? `{${text}}^{${exponent}}` : `\\left(${text}\\right)^{${exponent}}`;
}
