/**
 * A second road to derivatives: values carried together with their slopes (W. K. Clifford's dual numbers), by rules of numbers that
 * know nothing of formulas.
 */

import { erf } from "../numeric/error-function.ts";
import type { Expression } from "./expression.ts";

export interface Dual {
  readonly value: number;
  readonly slope: number;
}

/** The value and ∂/∂by of a formula without conditions; `watch` sees every number on the way. */
export function dualOf(
  expression: Expression,
  values: Readonly<Record<string, number>>,
  by: string,
  watch: (dual: Dual) => void = () => {},
): Dual {
  const result = ((): Dual => {
    if (expression.kind === "number") return { value: expression.value, slope: 0 };
    if (expression.kind === "name") return { value: values[expression.name], slope: expression.name === by ? 1 : 0 };
    const [a, b, c] = expression.operands.map((operand) => dualOf(operand, values, by, watch));
    return rules[expression.operation](a, b, c);
  })();
  watch(result);
  return result;
}

const through =
  (value: (x: number) => number, slope: (x: number) => number) =>
  (a: Dual): Dual => ({
    value: value(a.value),
    slope: a.slope === 0 ? 0 : slope(a.value) * a.slope,
  });

const rules: Readonly<Record<string, (a: Dual, b: Dual, c: Dual) => Dual>> = {
  "+": (a, b) => ({ value: a.value + b.value, slope: a.slope + b.slope }),
  "-": (a, b) => ({ value: a.value - b.value, slope: a.slope - b.slope }),
  "*": (a, b) => ({ value: a.value * b.value, slope: a.slope * b.value + a.value * b.slope }),
  "/": (a, b) => ({ value: a.value / b.value, slope: (a.slope - (a.value / b.value) * b.slope) / b.value }),
  "^": (a, b) => {
    const value = a.value ** b.value;
    const byBase = a.slope === 0 ? 0 : b.value * a.value ** (b.value - 1) * a.slope;
    return { value, slope: byBase + (b.slope === 0 ? 0 : value * Math.log(a.value) * b.slope) };
  },
  negate: (a) => ({ value: -a.value, slope: -a.slope }),
  exp: through(Math.exp, Math.exp),
  log: through(Math.log, (x) => 1 / x),
  sqrt: through(Math.sqrt, (x) => 1 / (2 * Math.sqrt(x))),
  sin: through(Math.sin, Math.cos),
  cos: through(Math.cos, (x) => -Math.sin(x)),
  tan: through(Math.tan, (x) => 1 + Math.tan(x) ** 2),
  atan: through(Math.atan, (x) => 1 / (1 + x * x)),
  sinh: through(Math.sinh, Math.cosh),
  cosh: through(Math.cosh, Math.sinh),
  tanh: through(Math.tanh, (x) => 1 / Math.cosh(x) ** 2),
  erf: through(erf, (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)),
  abs: (a) => (a.value < 0 ? { value: -a.value, slope: -a.slope } : a),
  min: (a, b) => (a.value <= b.value ? a : b),
  max: (a, b) => (a.value >= b.value ? a : b),
  normal: (x, mean, deviation) => {
    const z = (x.value - mean.value) / deviation.value;
    const value = Math.exp(-(z ** 2) / 2) / Math.sqrt(2 * Math.PI) / deviation.value;
    const zSlope = (x.slope - mean.slope - z * deviation.slope) / deviation.value;
    return { value, slope: -value * (z * zSlope + deviation.slope / deviation.value) };
  },
};
