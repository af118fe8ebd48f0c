import type { OdeSolution, RightHandSide } from "../../numeric/ode.ts";
import { integrate } from "../../numeric/ode.ts";

/** A solution whose components were each integrated in a unit of their own. */
export interface ScaledSolution {
  readonly outcome: OdeSolution["outcome"];
  readonly reason: string;
  readonly tEnd: number;
  readonly end: Float64Array;
  readonly at: (t: number, out: Float64Array) => Float64Array;
  /** Ends of the accepted steps, in the order of integration. */
  readonly mesh: Float64Array;
}

/**
 * Integrates y′ = f(t, y) with error control in units of `unit[i]` for component i.
 *
 * The entries of a Riccati matrix carry different units (cost per state², cost per state, cost), so one absolute
 * tolerance for all would be too strict for some and too loose for others.
 */
export function integrateScaled(
  f: RightHandSide,
  t0: number,
  t1: number,
  y0: Float64Array,
  unit: Float64Array,
  relative = 1e-13,
): ScaledSolution {
  const n = y0.length;
  const raw = new Float64Array(n);
  const scaled: RightHandSide = (t, y, dy) => {
    for (let i = 0; i < n; i++) raw[i] = y[i] * unit[i];
    f(t, raw, dy);
    for (let i = 0; i < n; i++) dy[i] /= unit[i];
  };
  const solution = integrate(
    scaled,
    t0,
    t1,
    y0.map((value, i) => value / unit[i]),
    { relative, absolute: relative / 10 },
  );
  return {
    outcome: solution.outcome,
    reason: solution.reason,
    tEnd: solution.tEnd,
    end: solution.end.map((value, i) => value * unit[i]),
    at: (t, out) => {
      solution.at(t, out);
      for (let i = 0; i < n; i++) out[i] *= unit[i];
      return out;
    },
    mesh: solution.t,
  };
}

/** unit / (a_i a_j) for all pairs: the units of a matrix of a quadratic form in variables of sizes a. */
export function formUnits(variables: Float64Array, unit: number): Float64Array {
  const n = variables.length;
  return Float64Array.from({ length: n * n }, (_, p) => unit / (variables[Math.floor(p / n)] * variables[p % n]));
}
