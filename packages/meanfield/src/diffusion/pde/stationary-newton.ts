/**
 * Newton's method for stationary games: both equations, the constant and the law at once.
 *
 * Y. Achdou, I. Capuzzo-Dolcetta, "Mean field games: numerical methods", SIAM J. Numer. Anal. 48 (2010) 1136–1162, section 5.
 * The derivative is exact; what is seen of surroundings makes it full, and is then brought in by minimal residuals on top of
 * the sparse factors. Masses stay positive: where a step would take more than nine tenths of one, that mass goes down
 * more slowly, or all masses become the law of the chain that the new values steer, if that leaves less of a residual.
 */

import { gmres } from "../../numeric/gmres.ts";
import { viscosity } from "./model.ts";
import { stationaryEquations } from "./stationary-equations.ts";
import type { StationaryEquations, Surroundings } from "./stationary-equations.ts";
import { chainSystem, coupledSystem } from "./stationary-linear.ts";
import type { CoupledStep, CoupledSystem } from "./stationary-linear.ts";
import type { StationaryProblem } from "./stationary-problem.ts";
import { farDerivative, seesFar, surroundingsOf } from "./stationary-surroundings.ts";

/** Values and masses, with all that follows from them. */
export interface StationaryState {
  readonly u: Float64Array;
  readonly mass: Float64Array;
  readonly around: Surroundings;
  readonly equations: StationaryEquations;
  /** λ = ⟨π, L + F⟩: what the policy of u costs per unit of time where the masses are its law. */
  readonly constant: number;
  /** max |hjb + λ|. */
  readonly valueResidual: number;
  /** max |outflow| / w, a rate of change of the density. */
  readonly massResidual: number;
  /**
   * How much less than λ anybody could pay, at most: λ − min(−hjb), since no policy is cheaper than the least −hjb of any
   * function whose chain has rates ≥ 0 (the verification argument).
   */
  readonly exploitability: number;
  /** The residuals that rounding alone makes. */
  readonly rounding: number;
}

/** Evaluates a state; masses may have any positive sum close to 1. */
export function stationaryState(
  problem: StationaryProblem,
  u: Float64Array,
  mass: Float64Array,
  guess?: Surroundings,
): StationaryState {
  const around = surroundingsOf(
    problem,
    u,
    mass,
    guess?.aggregates ?? new Float64Array(problem.model.aggregates.length),
  );
  const equations = stationaryEquations(problem, u, mass, around);
  const { hjb, outflow, rates } = equations;
  let [cost, total] = [0, 0];
  for (let i = 0; i < mass.length; i++) {
    cost -= mass[i] * hjb[i];
    total += mass[i];
  }
  const constant = cost / total;
  let [valueResidual, massResidual, least, fastest, farthest, densest] = [0, 0, Infinity, 0, 0, 0];
  for (let i = 0; i < mass.length; i++) {
    valueResidual = Math.max(valueResidual, Math.abs(hjb[i] + constant));
    massResidual = Math.max(massResidual, Math.abs(outflow[i]) / problem.weights[i]);
    least = Math.min(least, -hjb[i]);
    fastest = Math.max(
      fastest,
      rates.reduce((sum, { up, down }) => sum + Math.abs(up[i]) + Math.abs(down[i]), 0),
    );
    farthest = Math.max(farthest, Math.abs(u[i]));
    densest = Math.max(densest, Math.abs(mass[i]) / problem.weights[i]);
  }
  return {
    u,
    mass,
    around,
    equations,
    constant,
    valueResidual,
    massResidual,
    exploitability: constant - least,
    rounding: 8 * Number.EPSILON * fastest * Math.max(1, farthest, densest),
  };
}

/**
 * Where iterations begin: nobody steers, but along axes with open ends, where nobody would stay then; there u is a bowl.
 */
export function startingState(problem: StationaryProblem): StationaryState {
  const { model, count, weights, x, y } = problem;
  const u = new Float64Array(count);
  model.space.forEach(({ low, high, ends }, a) => {
    if (ends === "periodic" || ends.every(({ kind }) => kind !== "open")) return;
    const [middle, reach] = [0.5 * (low + high), 0.5 * (high - low)];
    // For H = p²/2 the law has a standard deviation of a quarter of the reach.
    const place = a === 0 ? x : y;
    for (let i = 0; i < count; i++) u[i] += 8 * viscosity(model) * ((place[i] - middle) / reach) ** 2;
  });
  const area = weights.reduce((sum, w) => sum + w, 0);
  return withLaw(
    problem,
    stationaryState(
      problem,
      u,
      weights.map((w) => w / area),
    ),
  );
}

/** The same values with the law of the chain that they steer. */
export function withLaw(problem: StationaryProblem, { u, mass, around, equations }: StationaryState): StationaryState {
  const law = chainSystem(problem, equations, mass).law();
  return stationaryState(problem, u, law, around);
}

/** The larger of both residuals. */
export function residualOf({ valueResidual, massResidual }: StationaryState): number {
  return Math.max(valueResidual, massResidual);
}

/** A factored derivative, to be used again near the end. */
export type NewtonSystem = CoupledSystem;

export function newtonSystemAt(problem: StationaryProblem, { equations, mass }: StationaryState): NewtonSystem {
  return coupledSystem(problem, equations, mass);
}

/** One step from a state, with the derivative at it or at an earlier one. */
export function newtonStep(problem: StationaryProblem, state: StationaryState, system: NewtonSystem): StationaryState {
  const step = direction(problem, state, system);
  const { u, mass, around } = state;
  const next = u.map((value, i) => value + step.u[i]);
  let cut = false;
  const zero = negligible(mass);
  const masses = mass.map((value, i) => {
    const change = step.mass[i];
    if (change >= -0.9 * value || value + change >= -zero) return value + change;
    cut = true;
    return value / (1 + Math.abs(change / value));
  });
  const total = masses.reduce((sum, value) => sum + value, 0);
  const trial = stationaryState(problem, next, cut ? masses.map((value) => value / total) : masses, around);
  const target = Math.min(residualOf(state), residualOf(trial));
  if (!cut || trial.valueResidual > target) return trial;
  const steered = withLaw(problem, trial);
  return residualOf(steered) < target && isLaw(steered) ? steered : trial;
}

/** Masses of either sign that are nothing but rounding. */
function negligible(mass: Float64Array): number {
  return 1e-14 * mass.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

/** Whether masses are nowhere negative, but for rounding. */
export function isLaw({ mass }: StationaryState): boolean {
  const zero = negligible(mass);
  return mass.every((value) => value >= -zero);
}

/** The largest |drift| h/(2ν) over any link: above 1 the central scheme's rates, and with them masses, may be negative. */
export function cellPeclet(problem: StationaryProblem, { equations }: StationaryState): number {
  const nu = viscosity(problem.model);
  let largest = 0;
  problem.axes.forEach(({ spacing, weights }, a) => {
    const { up, down } = equations.rates[a];
    for (let i = 0; i < problem.count; i++) {
      const still = nu / (spacing * weights[i]);
      if (up[i] !== 0) largest = Math.max(largest, 1 - up[i] / still);
      if (down[i] !== 0) largest = Math.max(largest, 1 - down[i] / still);
    }
  });
  return largest;
}

function direction(problem: StationaryProblem, state: StationaryState, system: NewtonSystem): CoupledStep {
  const { u, mass, around, equations, constant } = state;
  const first = equations.hjb.map((value) => -(value + constant));
  const second = equations.outflow.map((value) => -value);
  const total = 1 - mass.reduce((sum, value) => sum + value, 0);
  const local = system.solve(first, second, total);
  if (!seesFar(problem)) return local;
  const n = u.length;
  const far = farDerivative(problem, u, mass, around);
  const join = (step: CoupledStep): Float64Array => {
    const v = new Float64Array(2 * n);
    v.set(step.u);
    for (let i = 0; i < n; i++) v[n + i] = step.mass[i] * n;
    return v;
  };
  const answer = (v: Float64Array): CoupledStep => {
    const change = far(
      v.subarray(0, n),
      v.subarray(n).map((value) => value / n),
    );
    return system.solve(change.hjb, change.outflow, 0);
  };
  const { x } = gmres((v) => join(answer(v)).map((value, k) => value + v[k]), join(local), { tolerance: 1e-9 });
  const rest = answer(x);
  return {
    u: local.u.map((value, i) => value - rest.u[i]),
    mass: local.mass.map((value, i) => value - rest.mass[i]),
    constant: local.constant - rest.constant,
  };
}
