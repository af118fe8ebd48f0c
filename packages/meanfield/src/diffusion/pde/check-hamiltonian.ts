/** Whether a Hamiltonian is convex and finite, with the derivatives, rest and square that it says it has. */

import { InputError } from "../../core/index.ts";
import { differs, placeText, reads, slopeBetween } from "./check-probes.ts";
import type { Probe } from "./check-probes.ts";
import { isControlled } from "./hamiltonians.ts";
import type { LagrangianOptions } from "./hamiltonians.ts";
import type { AxisHamiltonian } from "./model.ts";

/** Momenta at which functions are tried, increasing. */
const momenta = [-12, -3.1, -1, -0.29, -0.043, 0.037, 0.31, 1.1, 2.9, 11];

/**
 * Checks one Hamiltonian at the given points.
 *
 * @throws InputError whose field begins with `field`
 */
export function checkHamiltonian(field: string, hamiltonian: AxisHamiltonian, probes: readonly Probe[]): void {
  for (const name of ["value", "slope"] as const) {
    if (typeof hamiltonian[name] !== "function")
      throw new InputError(`${field}.${name}`, typeof hamiltonian[name], "a function of (t, x, y, p, population)");
  }
  for (const probe of probes) {
    const { t, x, y, population } = probe;
    if (isControlled(hamiltonian)) checkControlled(field, hamiltonian.controlled, probe);
    for (const p of momenta) {
      reads(field, hamiltonian.sees, (seen) => hamiltonian.value(t, x, y, p, seen), probe);
      checkConvex(field, hamiltonian, probe, p);
      checkSlope(field, hamiltonian, probe, p);
      checkCurvature(field, hamiltonian, probe, p);
      checkQuadratic(field, hamiltonian, probe, p);
    }
    const rest = hamiltonian.rest?.(t, x, y, population);
    if (rest === undefined) continue;
    const reach = 1e-4 * (1 + Math.abs(rest));
    const [before, after] = [-reach, reach].map((d) => hamiltonian.slope(t, x, y, rest + d, population));
    if (Number.isNaN(rest) || (Number.isFinite(rest) && !(before <= 1e-9 && after >= -1e-9)))
      throw new InputError(
        `${field}.rest`,
        rest,
        `where H is least in p ${at(probe)}: the slope there is ${before} and ${after} on its two sides`,
      );
  }
}

function at({ axes, x, y, t }: Probe, p?: number): string {
  return `at ${placeText(axes, x, y, t)}${p === undefined ? "" : `, p = ${p}`}`;
}

function checkConvex(field: string, { value }: AxisHamiltonian, probe: Probe, p: number): void {
  const { t, x, y, population } = probe;
  const reach = 0.4 * Math.abs(p);
  const [before, here, after] = [p - reach, p, p + reach].map((q) => value(t, x, y, q, population));
  const tolerance = 1e-9 * (1 + Math.abs(before) + Math.abs(here) + Math.abs(after));
  if (!(before - 2 * here + after >= -tolerance))
    throw new InputError(
      `${field}.value`,
      here,
      `convex in p, hence at most ${0.5 * (before + after)} ${at(probe, p)}`,
    );
}

/** Between its values at both sides, as the slope of a convex function is: kinks pass. */
function checkSlope(field: string, { value, slope }: AxisHamiltonian, probe: Probe, p: number): void {
  const { t, x, y, population } = probe;
  const given = slope(t, x, y, p, population);
  const [low, high] = slopeBetween(p, (q) => value(t, x, y, q, population));
  if (differs(given, low, high))
    throw new InputError(
      `${field}.slope`,
      given,
      `${Number((0.5 * (low + high)).toPrecision(6))}, the derivative of H in p ${at(probe, p)}`,
    );
}

function checkCurvature(field: string, { slope, curvature }: AxisHamiltonian, probe: Probe, p: number): void {
  if (curvature === undefined) return;
  const { t, x, y, population } = probe;
  const given = curvature(t, x, y, p, population);
  const [low, high] = slopeBetween(p, (q) => slope(t, x, y, q, population));
  // Newton's method needs no more than two digits, and curvatures by differences have no more than four.
  const tolerance = 1e-2 * (1 + Math.max(Math.abs(low), Math.abs(high)));
  if (!(given >= 0 && given >= low - tolerance && given <= high + tolerance))
    throw new InputError(
      `${field}.curvature`,
      given,
      `${Number((0.5 * (low + high)).toPrecision(4))}, the derivative of the slope ${at(probe, p)}`,
    );
}

function checkQuadratic(field: string, { value, quadratic }: AxisHamiltonian, probe: Probe, p: number): void {
  if (quadratic === undefined) return;
  const { t, x, y, population } = probe;
  const scale = quadratic.scale(t, x, y, population);
  if (!(scale > 0)) throw new InputError(`${field}.quadratic.scale`, scale, `> 0 ${at(probe)}`);
  const away = p - quadratic.rest(t, x, y, population);
  const moves = quadratic.side === "both" || (quadratic.side === "rising" ? away > 0 : away < 0);
  const form = quadratic.floor(t, x, y, population) + (moves ? 0.5 * scale * away * away : 0);
  const given = value(t, x, y, p, population);
  if (!(Math.abs(form - given) <= 1e-9 * (1 + Math.abs(given))))
    throw new InputError(`${field}.quadratic`, `a form worth ${form}`, `worth what H is, ${given}, ${at(probe, p)}`);
}

/** The cost p b(α) + f(α) must fall and then rise in α; where b is straight, that f is convex is looked at itself. */
function checkControlled(field: string, { drift, running, controls }: LagrangianOptions, probe: Probe): void {
  const { t, x, y, population } = probe;
  const [low, high] = controls;
  const count = 25;
  const control = Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));
  const along = control.map((a) => drift(t, x, y, a, population));
  const cost = control.map((a) => running(t, x, y, a, population));
  for (const [name, values] of [
    ["drift", along],
    ["running", cost],
  ] as const) {
    values.forEach((value, i) => {
      if (!Number.isFinite(value))
        throw new InputError(
          `${field}.${name}`,
          value,
          `finite for every control in [${low}, ${high}], as for ${control[i]} ${at(probe)}`,
        );
    });
  }
  const size = (values: readonly number[]): number =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const bend = (values: readonly number[], i: number): number => values[i - 1] - 2 * values[i] + values[i + 1];
  const straight = along.every((_, i) => i === 0 || i === count - 1 || Math.abs(bend(along, i)) <= 1e-10 * size(along));
  for (let i = 1; i < count - 1; i++) {
    if (straight && bend(cost, i) < -1e-9 * (1 + size(cost))) {
      const between = 0.5 * (cost[i - 1] + cost[i + 1]);
      throw new InputError(
        `${field}.running`,
        cost[i],
        `convex in the control, hence at most ${between} for the control ${control[i]} ${at(probe)}`,
      );
    }
  }
  if (straight) return;
  for (const p of momenta) {
    const sum = cost.map((value, i) => p * along[i] + value);
    const tolerance = 1e-9 * (1 + size(sum));
    const lowest = sum.indexOf(Math.min(...sum));
    const wrong = sum.findIndex(
      (value, i) => i > 0 && (i <= lowest ? value > sum[i - 1] + tolerance : value < sum[i - 1] - tolerance),
    );
    if (wrong >= 0)
      throw new InputError(
        `${field}.running`,
        cost[wrong],
        `such that p · drift + running falls and then rises in the control; it does not at the control ${control[wrong]} ${at(probe, p)}`,
      );
  }
}
