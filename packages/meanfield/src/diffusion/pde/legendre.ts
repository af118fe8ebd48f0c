/**
 * From momenta to drifts and back: H(p) = sup_β (−β p − L(β)) and L(β) = sup_p (−β p − H(p)) are each other's conjugates
 * (R. T. Rockafellar, "Convex Analysis", Princeton 1970, theorem 12.2; the sign is that of costs).
 *
 * H being convex with slope H_p, the supremum in L stands where H_p(p) = −β. An error δ of that p costs only
 * ½ H_pp δ², so that L has the digits of H itself.
 */

import { findRoot } from "../../numeric/roots.ts";
import { isControlled } from "./hamiltonians.ts";
import type { AxisHamiltonian, Population } from "./model.ts";

/**
 * L(t, x, y, β, μ), the running cost of drifting with β along the axis of a Hamiltonian.
 *
 * `Infinity` where no control gives that drift.
 */
export function lagrangian(
  hamiltonian: AxisHamiltonian,
  t: number,
  x: number,
  y: number,
  drift: number,
  population: Population,
): number {
  const p = momentumOf(hamiltonian, t, x, y, drift, population);
  if (!Number.isFinite(p)) return Infinity;
  return -drift * p - hamiltonian.value(t, x, y, p, population);
}

/**
 * A momentum p with H_p(t, x, y, p, μ) = −β, at which players drift with β; where H_p jumps past −β, the place of the jump.
 *
 * `±Infinity` where H_p stays on one side of −β for all p, which then lies that way.
 */
export function momentumOf(
  hamiltonian: AxisHamiltonian,
  t: number,
  x: number,
  y: number,
  drift: number,
  population: Population,
): number {
  const { quadratic, rest } = hamiltonian;
  if (quadratic !== undefined) {
    const { side } = quadratic;
    if (drift > 0 && side === "rising") return -Infinity;
    if (drift < 0 && side === "falling") return Infinity;
    return quadratic.rest(t, x, y, population) - drift / quadratic.scale(t, x, y, population);
  }
  const excess = (p: number): number => hamiltonian.slope(t, x, y, p, population) + drift;
  const start = rest?.(t, x, y, population) ?? 0;
  const from = Number.isFinite(start) ? start : 0;
  return crossing(excess, from, 8 * Number.EPSILON * Math.abs(drift));
}

/**
 * A momentum at which H is least, where nobody drifts: `rest` of the Hamiltonian, or found from its slope.
 *
 * `−Infinity` where H rises for all p (everybody is carried to the left whatever it costs), `Infinity` where it falls.
 */
export function restOf(hamiltonian: AxisHamiltonian, t: number, x: number, y: number, population: Population): number {
  if (!isControlled(hamiltonian))
    return hamiltonian.rest?.(t, x, y, population) ?? momentumOf(hamiltonian, t, x, y, 0, population);
  // Where a kink in the costs keeps players at rest for many p, halving would follow the rounding of that 0 to the last bit.
  const { drift, controls } = hamiltonian.controlled;
  const largest = Math.max(...controls.map((control) => Math.abs(drift(t, x, y, control, population))));
  return crossing((p) => hamiltonian.slope(t, x, y, p, population), 0, ofControls * largest);
}

/** As far out as a slope is followed before it is taken to stay on its side for ever. */
const farthest = 1e30;
/** What drifts that were found from a control are known to, in parts of the largest: nearer to 0 their sign is chance. */
const ofControls = 1e-12;

/** Where a function that never falls passes 0, searched from `start` in steps that double; less than `negligible` is 0. */
function crossing(excess: (p: number) => number, start: number, negligible: number): number {
  const read = (p: number): number => {
    const value = excess(p);
    return Math.abs(value) <= negligible ? 0 : value;
  };
  let near = start;
  const here = read(near);
  if (Number.isNaN(here)) return Number.NaN;
  if (here === 0) return near;
  const direction = here < 0 ? 1 : -1;
  for (let step = 1; step < farthest; step *= 2) {
    const far = start + direction * step;
    const there = read(far);
    if (Number.isNaN(there)) return Number.NaN;
    if (there === 0) return far;
    if (there > 0 === direction > 0) return findRoot(read, near, far);
    near = far;
  }
  return direction * Infinity;
}
