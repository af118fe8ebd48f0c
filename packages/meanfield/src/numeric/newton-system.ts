/**
 * Roots of systems of equations: Newton's method with a line search on the norm of the residual.
 *
 * J. E. Dennis, R. B. Schnabel, "Numerical Methods for Unconstrained Optimization and Nonlinear Equations", SIAM 1996,
 * chapter 6.
 */

import { solveLinear } from "./lu.ts";
import { NoConvergenceError } from "./roots.ts";
import type { Matrix } from "./matrix.ts";

export interface NewtonSystemOptions {
  /** Accepted size of a step, relative to 1 + max|x|. Default 1e-13. */
  readonly tolerance?: number;
  /** Default 100. */
  readonly maximumIterations?: number;
}

export interface SystemRoot {
  readonly x: Float64Array;
  /** max |Fᵢ(x)| */
  readonly residual: number;
  readonly iterations: number;
}

function largest(v: Float64Array): number {
  let size = 0;
  for (let i = 0; i < v.length; i++) size = Math.max(size, Math.abs(v[i]));
  return size;
}

function squares(v: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i] * v[i];
  return sum;
}

/**
 * A root of `F` near `start`: x with F(x) = 0, where F maps n numbers to n numbers and `jacobian` gives the n × n matrix
 * ∂Fᵢ/∂xⱼ.
 *
 * A step is halved until |F|² falls by a ten-thousandth of what the linear model promises (Armijo). Throws
 * `NoConvergenceError` at the iteration limit or when no step helps, `SingularMatrixError` where the Jacobian is singular.
 */
export function newtonSystem(
  F: (x: Float64Array) => Float64Array,
  jacobian: (x: Float64Array) => Matrix,
  start: ArrayLike<number>,
  options: NewtonSystemOptions = {},
): SystemRoot {
  const { tolerance = 1e-13, maximumIterations = 100 } = options;
  let x = Float64Array.from(start);
  let value = F(x);
  for (let iteration = 0; iteration < maximumIterations; iteration++) {
    const size = squares(value);
    if (size === 0) return { x, residual: 0, iterations: iteration };
    if (!Number.isFinite(size)) break;
    const step = solveLinear(jacobian(x), value);
    const closest = tolerance * (1 + largest(x));
    let length = 1;
    let next = x.map((entry, i) => entry - step[i]);
    let nextValue = F(next);
    while (!(squares(nextValue) <= (1 - 2e-4 * length) * size)) {
      // At the root rounding decides whether |F| falls: a step this small is the end, not a failure.
      if (length * largest(step) <= closest) return { x, residual: largest(value), iterations: iteration + 1 };
      length *= 0.5;
      if (length < 1e-12) {
        throw new NoConvergenceError(
          `newtonSystem: no step from [${x.join(", ")}] lowers the residual ${largest(value)}`,
        );
      }
      next = x.map((entry, i) => entry - length * step[i]);
      nextValue = F(next);
    }
    x = next;
    value = nextValue;
    if (length * largest(step) <= closest) return { x, residual: largest(value), iterations: iteration + 1 };
  }
  throw new NoConvergenceError(
    `newtonSystem: residual ${largest(value)} at [${x.join(", ")}] after ${maximumIterations} steps`,
  );
}
