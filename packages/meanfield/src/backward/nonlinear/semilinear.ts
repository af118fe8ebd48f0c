/**
 * The limit of a system over Brownian motion as one semilinear parabolic equation, solved backward on a grid.
 *
 * E. Pardoux, S. Peng, "Backward stochastic differential equations and quasilinear parabolic partial differential equations",
 * Lecture Notes in Control and Information Sciences 176 (1992) 200–217: Y_t = u(t, W_t) and Z_t = ∂ₓu(t, W_t) with
 *
 *     ∂ₜu + ½∂ₓₓu + f(t, x, u, ∂ₓu, ℓ_t) = 0,     u(T, x) = g(x),     ℓ_t = functionals of the law of u(t, W_t).
 *
 * The law of W is known, so ℓ_t needs u(t, ·) alone: going backward in time nothing has to be guessed. In space by differences of order
 * eight, in time by an explicit method of order eight with its own steps.
 */

import { RefusalError } from "../../core/index.ts";
import { integrate } from "../../numeric/ode.ts";
import { gaussianRule } from "../gaussian-rule.ts";
import type { InteractingModel } from "../model.ts";

export interface SemilinearSolution {
  /** u(t, x) and ∂ₓu(t, x); straight lines beyond the grid, eight standard deviations of W_T away. */
  readonly value: (t: number, x: number) => number;
  readonly slope: (t: number, x: number) => number;
  /** ℓ_t. */
  readonly law: (t: number, out: Float64Array) => void;
  readonly points: number;
  readonly steps: number;
}

/** Half-width of the grid in standard deviations of W_T. */
const REACH = 9;

/**
 * @param density grid points to a standard deviation of W_T
 * @throws RefusalError for forward processes other than Brownian motion, and where the equation explodes.
 */
export function solveSemilinear(model: InteractingModel, density: number): SemilinearSolution {
  const { horizon, forward, driver, terminal, functionals, terminalFunctionals } = model;
  if (forward.kind !== "brownian") throw new RefusalError("the grid is for Brownian forward processes");
  const half = REACH * density;
  const points = 2 * half + 1;
  const h = Math.sqrt(horizon) / density;
  const x = Float64Array.from({ length: points }, (_, i) => (i - half) * h);
  const law = lawReader(model, h, half);
  const finalLaw = new Float64Array(terminalFunctionals.length);
  const states = rule.nodes.map((node) => node * Math.sqrt(horizon));
  terminalFunctionals.forEach(({ of }, k) => (finalLaw[k] = of(states, rule.weights)));
  const start = x.map((state) => terminal(state, finalLaw));
  const numbers = new Float64Array(functionals.length);
  const first = new Float64Array(points);
  const second = new Float64Array(points);
  const solution = integrate(
    (t, u, du) => {
      law(t, u, numbers);
      differences(u, h, first, second);
      for (let i = 0; i < points; i++) du[i] = -(0.5 * second[i] + driver(t, x[i], u[i], first[i], numbers));
    },
    horizon,
    0,
    start,
    { relative: 1e-11, absolute: 1e-12, maximumSteps: 20_000 },
  );
  if (solution.outcome !== "finished") {
    throw new RefusalError(
      `the equation cannot be carried back beyond t = ${solution.tEnd} on the grid (${solution.reason}): its driver grows too fast`,
    );
  }
  const slopes = new Float64Array(points);
  let now = Number.NaN;
  let u: Float64Array = new Float64Array(points);
  const at = (t: number): void => {
    if (t === now) return;
    u = solution.at(t);
    differences(u, h, slopes, second);
    now = t;
  };
  return {
    value: (t, state) => {
      at(t);
      return interpolated(u, state / h + half);
    },
    slope: (t, state) => {
      at(t);
      return interpolated(slopes, state / h + half);
    },
    law: (t, out) => {
      at(t);
      law(t, u, out);
    },
    points,
    steps: solution.steps,
  };
}

const rule = gaussianRule(0.125, 8);

/** ℓ of the law of u(t, W_t), u given on the grid. */
function lawReader(
  { functionals }: InteractingModel,
  h: number,
  half: number,
): (t: number, u: Float64Array, out: Float64Array) => void {
  const values = new Float64Array(rule.nodes.length);
  return (t, u, out) => {
    if (functionals.length === 0) return;
    const scale = Math.sqrt(Math.max(0, t)) / h;
    for (let k = 0; k < values.length; k++) values[k] = interpolated(u, rule.nodes[k] * scale + half);
    functionals.forEach(({ of }, index) => (out[index] = of(values, rule.weights)));
  };
}

/** Central differences of order eight; beyond its ends u goes on as a straight line, which Gaussian tails make harmless. */
function differences(u: Float64Array, h: number, first: Float64Array, second: Float64Array): void {
  const n = u.length;
  const [left, right] = [u[0] - u[1], u[n - 1] - u[n - 2]];
  const at = (i: number): number => (i < 0 ? u[0] - i * left : i >= n ? u[n - 1] + (i - n + 1) * right : u[i]);
  const h2 = h * h;
  for (let i = 0; i < n; i++) {
    const inside = i >= 4 && i < n - 4;
    let odd = 0;
    let even = (-205 / 72) * u[i];
    for (let k = 1; k <= 4; k++) {
      const [before, after] = inside ? [u[i - k], u[i + k]] : [at(i - k), at(i + k)];
      odd += ODD[k - 1] * (after - before);
      even += EVEN[k - 1] * (after + before);
    }
    first[i] = odd / h;
    second[i] = even / h2;
  }
}

const ODD = [4 / 5, -1 / 5, 4 / 105, -1 / 280] as const;
const EVEN = [8 / 5, -1 / 5, 8 / 315, -1 / 560] as const;

/** Through the eight nearest of the evenly spaced values, `place` counted in their spacing from the first. */
function interpolated(u: Float64Array, place: number): number {
  const n = u.length;
  if (place <= 0) return u[0] + place * (u[1] - u[0]);
  if (place >= n - 1) return u[n - 1] + (place - n + 1) * (u[n - 1] - u[n - 2]);
  const base = Math.max(0, Math.min(n - 8, Math.floor(place) - 3));
  const s = place - base;
  // Barycentric form (J.-P. Berrut, L. N. Trefethen, SIAM Review 46 (2004) 501–517).
  let top = 0;
  let bottom = 0;
  for (let k = 0; k < 8; k++) {
    const gap = s - k;
    if (gap === 0) return u[base + k];
    const weight = WEIGHTS[k] / gap;
    top += weight * u[base + k];
    bottom += weight;
  }
  return top / bottom;
}

const WEIGHTS = [1, -7, 21, -35, 35, -21, 7, -1] as const;
