/**
 * Hamiltonians of a diffusion game, made from what a person would write down: coefficients of a square, a power, or the
 * drift and the running cost of a control, over which the laboratory takes the supremum.
 *
 *     H(t, x, p, μ) = sup_α (−p b(t, x, α, μ) − f(t, x, α, μ)),     H_p = −b at the control that attains it
 *
 * (J. M. Danskin, "The theory of max-min", Springer 1967: the derivative of a supremum is that of the function at the
 * best control).
 */

import { boundedMinimum } from "../../numeric/bounded-minimum.ts";
import { InputError } from "../../core/index.ts";
import type { AxisHamiltonian, HamiltonianSees, Population, QuadraticForm } from "./model.ts";

/** A coefficient: a number, or a function of time, place and what a player sees. */
export type Coefficient = number | ((t: number, x: number, y: number, population: Population) => number);

export interface QuadraticOptions {
  /** a > 0 of ½ a (p − s)²: one over the cost of a drift; 1 unless told. */
  readonly scale?: Coefficient;
  /** s, the momentum at which nobody drifts; 0 unless told. */
  readonly rest?: Coefficient;
  /** H(s); 0 unless told. */
  readonly floor?: Coefficient;
  /** Whether players drift both ways, or for `rising` only to the left and for `falling` only to the right. */
  readonly side?: QuadraticForm["side"];
  /** What the coefficients read of the population. */
  readonly sees?: HamiltonianSees;
}

/**
 * H = floor + ½ a (p − s)², the Hamiltonian of the cost β²/(2a) − s β − floor of a drift β.
 *
 * On the side where players may not drift H is flat.
 */
export function quadraticHamiltonian(options: QuadraticOptions = {}): AxisHamiltonian {
  const { side = "both", sees } = options;
  const [scale, rest, floor] = [
    coefficient(options.scale ?? 1),
    coefficient(options.rest ?? 0),
    coefficient(options.floor ?? 0),
  ];
  const constant = (["scale", "rest", "floor"] as const).filter((name) => typeof options[name] !== "function");
  const fixed = constant.length === 3;
  /** p − s where that moves players, else 0. */
  const push = (d: number): number => (side === "rising" ? Math.max(d, 0) : side === "falling" ? Math.min(d, 0) : d);
  return {
    value: (t, x, y, p, population) =>
      floor(t, x, y, population) + 0.5 * scale(t, x, y, population) * push(p - rest(t, x, y, population)) ** 2,
    slope: (t, x, y, p, population) => scale(t, x, y, population) * push(p - rest(t, x, y, population)),
    curvature: (t, x, y, p, population) => {
      const d = p - rest(t, x, y, population);
      return push(d) === d ? scale(t, x, y, population) : 0;
    },
    rest,
    ...(sees === undefined ? {} : { sees }),
    quadratic: { scale, rest, floor, side, fixed, constant },
  };
}

export interface PowerOptions {
  /** c > 0 of c |p|^q / q; 1 unless told. */
  readonly scale?: Coefficient;
  readonly sees?: HamiltonianSees;
}

/**
 * H = c |p|^q / q for q > 1, the Hamiltonian of the cost c^{1−q'} |β|^{q'} / q' of a drift β, 1/q + 1/q' = 1.
 *
 * For q < 2, H_pp is infinite at p = 0; that of |p| = 1e-6 stands for it.
 *
 * @throws InputError for another exponent
 */
export function powerHamiltonian(exponent: number, options: PowerOptions = {}): AxisHamiltonian {
  if (!(exponent > 1 && Number.isFinite(exponent))) throw new InputError("exponent", exponent, "a number above 1");
  if (exponent === 2) return quadraticHamiltonian(options);
  const { sees } = options;
  const scale = coefficient(options.scale ?? 1);
  return {
    value: (t, x, y, p, population) => (scale(t, x, y, population) * Math.abs(p) ** exponent) / exponent,
    slope: (t, x, y, p, population) => scale(t, x, y, population) * Math.sign(p) * Math.abs(p) ** (exponent - 1),
    curvature: (t, x, y, p, population) => {
      const size = exponent < 2 ? Math.max(Math.abs(p), 1e-6) : Math.abs(p);
      return scale(t, x, y, population) * (exponent - 1) * size ** (exponent - 2);
    },
    rest: () => 0,
    ...(sees === undefined ? {} : { sees }),
  };
}

/** A function of a control α at (t, x, y). */
export type OfControl = (t: number, x: number, y: number, control: number, population: Population) => number;

export interface LagrangianOptions {
  /** b(t, x, y, α, μ) along the axis. */
  readonly drift: OfControl;
  /** f(t, x, y, α, μ). */
  readonly running: OfControl;
  /** The interval of the controls, low < high. */
  readonly controls: readonly [low: number, high: number];
  /** What drift and running cost read of the population. */
  readonly sees?: HamiltonianSees;
}

/** A Hamiltonian that knows the control behind it. */
export interface ControlledHamiltonian extends AxisHamiltonian {
  readonly controlled: LagrangianOptions;
  /** The α that attains H at p. */
  readonly control: (t: number, x: number, y: number, p: number, population: Population) => number;
}

/**
 * The Hamiltonian of a control in a bounded interval: the laboratory takes the supremum itself.
 *
 * The cost p b + f must fall and then rise in α, as where f is convex and b straight; `checkModel` looks. Where several controls
 * are equally good, the lowest is meant.
 *
 * @throws InputError for ends in the wrong order
 */
export function fromLagrangian(options: LagrangianOptions): ControlledHamiltonian {
  const { drift, running, controls, sees } = options;
  const [low, high] = controls;
  if (!(low < high && Number.isFinite(high - low)))
    throw new InputError("controls", controls, "[low, high], finite and increasing");
  const best = (t: number, x: number, y: number, p: number, population: Population) =>
    boundedMinimum((a) => p * drift(t, x, y, a, population) + running(t, x, y, a, population), low, high);
  const step = 1e-4 * (high - low);
  return {
    value: (t, x, y, p, population) => -best(t, x, y, p, population).value,
    slope: (t, x, y, p, population) => -drift(t, x, y, best(t, x, y, p, population).x, population),
    curvature: (t, x, y, p, population) => {
      // From b_α dα/dp (p b_αα + f_αα)⁻¹; at an end or a kink the control stays where it is.
      const { x: a, curvature } = best(t, x, y, p, population);
      if (curvature === 0) return 0;
      const [before, after] = [Math.max(low, a - step), Math.min(high, a + step)];
      const rate = (drift(t, x, y, after, population) - drift(t, x, y, before, population)) / (after - before);
      return (rate * rate) / curvature;
    },
    control: (t, x, y, p, population) => best(t, x, y, p, population).x,
    controlled: options,
    ...(sees === undefined ? {} : { sees }),
  };
}

/** Whether a Hamiltonian was made of a control. */
export function isControlled(hamiltonian: AxisHamiltonian): hamiltonian is ControlledHamiltonian {
  return "controlled" in hamiltonian;
}

function coefficient(given: Coefficient): (t: number, x: number, y: number, population: Population) => number {
  return typeof given === "number" ? () => given : given;
}
