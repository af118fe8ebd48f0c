/**
 * The classical Runge-Kutta method of order 4 with fixed steps (Hairer, Norsett & Wanner, Solving Ordinary
 * Differential Equations I, 2nd ed., II.1): for grids that are given, and as a second road beside the adaptive
 * integrators.
 */

import type { RightHandSide } from "./embedded-runge-kutta.ts";

/** States on the uniform grid t[i] = t0 + i (t1 - t0) / steps. */
export interface FixedStepSolution {
  readonly t: Float64Array;
  /** One row of length n per time. */
  readonly y: Float64Array;
  /** The last row, on its own. */
  readonly end: Float64Array;
}

/**
 * Integrates y' = f(t, y), y(t0) = y0 to t1 (which may lie before t0) in `steps` equal steps.
 *
 * Values that overflow stay in the result as infinities or not-a-number. Throws RangeError where t0, t1 or an entry of
 * y0 is not finite, y0 is empty or `steps` is not a positive integer.
 */
export function rungeKutta4(
  f: RightHandSide,
  t0: number,
  t1: number,
  y0: ArrayLike<number>,
  steps: number,
): FixedStepSolution {
  const n = y0.length;
  if (!Number.isFinite(t0)) throw new RangeError(`rungeKutta4: t0 must be finite, got ${t0}.`);
  if (!Number.isFinite(t1)) throw new RangeError(`rungeKutta4: t1 must be finite, got ${t1}.`);
  if (n < 1) throw new RangeError(`rungeKutta4: y0.length must be at least 1, got ${n}.`);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(y0[i])) throw new RangeError(`rungeKutta4: y0[${i}] must be finite, got ${y0[i]}.`);
  }
  if (!Number.isInteger(steps) || steps < 1) {
    throw new RangeError(`rungeKutta4: steps must be a positive integer, got ${steps}.`);
  }
  const times = Float64Array.from({ length: steps + 1 }, (_, i) => (i === steps ? t1 : t0 + (i * (t1 - t0)) / steps));
  const states = new Float64Array((steps + 1) * n);
  const y = Float64Array.from(y0);
  const stage = new Float64Array(n);
  const k1 = new Float64Array(n);
  const k2 = new Float64Array(n);
  const k3 = new Float64Array(n);
  const k4 = new Float64Array(n);
  states.set(y);
  for (let step = 0; step < steps; step++) {
    const t = times[step];
    const h = times[step + 1] - t;
    f(t, y, k1);
    for (let i = 0; i < n; i++) stage[i] = y[i] + 0.5 * h * k1[i];
    f(t + 0.5 * h, stage, k2);
    for (let i = 0; i < n; i++) stage[i] = y[i] + 0.5 * h * k2[i];
    f(t + 0.5 * h, stage, k3);
    for (let i = 0; i < n; i++) stage[i] = y[i] + h * k3[i];
    f(times[step + 1], stage, k4);
    for (let i = 0; i < n; i++) y[i] += (h / 6) * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
    states.set(y, (step + 1) * n);
  }
  return { t: times, y: states, end: y };
}
