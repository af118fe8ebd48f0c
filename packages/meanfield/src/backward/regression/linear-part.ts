/**
 * The linear part of an equation over Brownian motions, solved exactly, so that only what is left has to be regressed.
 *
 * With the driver's slopes a in y and b in z, C(t, x) = e^{aτ}E g(x + bτ + √τ G) and ∂ₓC = e^{aτ}E[g(x + bτ + √τ G)G]/√τ solve
 * dC = −(aC + b∂ₓC)dt + ∂ₓC dW with the terminal value g of the limit; Y − C has what is left of the driver and, in the limit, nothing
 * at T. Gobet, Lemor and Warin call this a proxy; as a control variate it is exact, whatever a and b are.
 */

import { cubicSpline } from "../../numeric/cubic-spline.ts";
import { evenGrid } from "../../core/index.ts";
import { gaussianRule } from "../gaussian-rule.ts";
import type { InteractingModel } from "../model.ts";

export interface LinearPart {
  readonly a: number;
  readonly b: number;
  /** C and ∂ₓC at the n-th time. */
  readonly at: (n: number) => { readonly value: (x: number) => number; readonly slope: (x: number) => number };
}

/** The functionals of the law of X_T = W_T that the terminal value of the limit is given. */
export function brownianTerminalLaw({ horizon, terminalFunctionals }: InteractingModel): Float64Array {
  const { nodes, weights } = rule;
  const states = nodes.map((node) => node * Math.sqrt(horizon));
  return Float64Array.from(terminalFunctionals, ({ of }) => of(states, weights));
}

/** For `steps` time steps; only for X = W. */
export function linearPart(model: InteractingModel, steps: number): LinearPart {
  const { horizon, terminal } = model;
  const law = brownianTerminalLaw(model);
  const g = (x: number): number => terminal(x, law);
  const { a, b } = slopesOf(model, g);
  const grid = evenGrid(-REACH * Math.sqrt(horizon), REACH * Math.sqrt(horizon), POINTS);
  const known = new Map<number, ReturnType<LinearPart["at"]>>();
  const make = (n: number): ReturnType<LinearPart["at"]> => {
    if (n === steps) return { value: g, slope: () => Number.NaN };
    const tau = horizon * (1 - n / steps);
    const exact = (x: number): readonly [number, number] => expectations(g, x + b * tau, tau);
    const growth = Math.exp(a * tau);
    const table = Array.from(grid, exact);
    const tabulated = (part: 0 | 1): ((x: number) => number) => {
      const spline = cubicSpline(
        grid,
        table.map((row) => growth * row[part]),
      );
      return (x) => (Math.abs(x) <= grid[POINTS - 1] ? spline(x) : growth * exact(x)[part]);
    };
    return { value: tabulated(0), slope: tabulated(1) };
  };
  return {
    a,
    b,
    at: (n) => {
      const found = known.get(n) ?? make(n);
      known.set(n, found);
      return found;
    },
  };
}

/** No path and no certificate leaves ±14√T; the spline's error is of fourth order in the 0.05√T between its knots. */
const [REACH, POINTS] = [14, 561];
const rule = gaussianRule(0.25, 8.5);

/** E g(x + √τ G) and E[g(x + √τ G)G]/√τ. */
function expectations(g: (x: number) => number, x: number, tau: number): readonly [mean: number, slope: number] {
  const root = Math.sqrt(tau);
  const { nodes, weights } = rule;
  let [mean, slope] = [0, 0];
  for (let k = 0; k < nodes.length; k++) {
    const value = weights[k] * g(x + root * nodes[k]);
    mean += value;
    slope += value * nodes[k];
  }
  return [mean, slope / root];
}

/** The driver's slopes in y and z, of a linear system its own, else where the driverless equation is at half time. */
function slopesOf(model: InteractingModel, g: (x: number) => number): { readonly a: number; readonly b: number } {
  if (model.linear !== undefined) return model.linear;
  const { horizon, driver, functionals } = model;
  const half = 0.5 * horizon;
  const states = rule.nodes.map((node) => node * Math.sqrt(half));
  const values = states.map((x) => expectations(g, x, half)[0]);
  const law = Float64Array.from(functionals, ({ of }) => of(values, rule.weights));
  const [y, z] = expectations(g, 0, half);
  const f = (dy: number, dz: number): number => driver(half, 0, y + dy, z + dz, law);
  const h = 1e-5;
  return { a: (f(h, 0) - f(-h, 0)) / (2 * h), b: (f(0, h) - f(0, -h)) / (2 * h) };
}
