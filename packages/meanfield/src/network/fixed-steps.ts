/** The classical Runge–Kutta method with equal steps, which keeps nothing but where it is. */

import type { RightHandSide } from "../numeric/ode.ts";

/**
 * The state at t0 + steps·h.
 *
 * For many neurons at once, of which numeric's `rungeKutta4` would keep every state; and for activations with a kink, at which
 * the error control of adaptive methods stops for every neuron that crosses it, though hardly anything of what all predict
 * depends on when.
 */
export function fixedSteps(f: RightHandSide, t0: number, start: Float64Array, h: number, steps: number): Float64Array {
  const n = start.length;
  const y = start.slice();
  const [k1, k2, k3, k4, at] = Array.from({ length: 5 }, () => new Float64Array(n));
  for (let s = 0; s < steps; s++) {
    const t = t0 + s * h;
    f(t, y, k1);
    for (let i = 0; i < n; i++) at[i] = y[i] + 0.5 * h * k1[i];
    f(t + 0.5 * h, at, k2);
    for (let i = 0; i < n; i++) at[i] = y[i] + 0.5 * h * k2[i];
    f(t + 0.5 * h, at, k3);
    for (let i = 0; i < n; i++) at[i] = y[i] + h * k3[i];
    f(t + h, at, k4);
    for (let i = 0; i < n; i++) y[i] += (h / 6) * (k1[i] + 2 * (k2[i] + k3[i]) + k4[i]);
  }
  return y;
}
