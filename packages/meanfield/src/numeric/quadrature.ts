/**
 * Integrals by a fixed rule: Gauss–Legendre on an interval, and the trapezoidal rule over tabulated values.
 */

import { gaussLegendre } from "./gauss-rules.ts";
import type { QuadratureRule } from "./gauss-rules.ts";

const rules = new Map<number, QuadratureRule>();

/** ∫ₐᵇ f(x) dx by the Gauss–Legendre rule with `n` nodes, exact for polynomials of degree up to 2n − 1; finite ends. */
export function gaussLegendreIntegrate(f: (x: number) => number, a: number, b: number, n: number): number {
  let rule = rules.get(n);
  if (rule === undefined) {
    rule = gaussLegendre(n);
    rules.set(n, rule);
  }
  const { nodes, weights } = rule;
  const centre = 0.5 * (a + b);
  const half = 0.5 * (b - a);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += weights[i] * f(centre + half * nodes[i]);
  return half * sum;
}

function checkTable(name: string, x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (x.length !== y.length) {
    throw new RangeError(`${name}: y has length ${y.length}; allowed is that of x, ${x.length}`);
  }
}

/** ∫ y dx over tabulated values by the trapezoidal rule; `x` in increasing (or decreasing) order, of the length of `y`. */
export function trapezoid(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkTable("trapezoid", x, y);
  let sum = 0;
  for (let i = 1; i < x.length; i++) sum += 0.5 * (x[i] - x[i - 1]) * (y[i] + y[i - 1]);
  return sum;
}

/** The running integrals ∫ from x₀ to xᵢ of y dx by the trapezoidal rule; the first is 0. Writes into `out` if given. */
export function cumulativeTrapezoid(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  out: Float64Array = new Float64Array(x.length),
): Float64Array {
  checkTable("cumulativeTrapezoid", x, y);
  if (x.length > 0) out[0] = 0;
  for (let i = 1; i < x.length; i++) out[i] = out[i - 1] + 0.5 * (x[i] - x[i - 1]) * (y[i] + y[i - 1]);
  return out;
}
