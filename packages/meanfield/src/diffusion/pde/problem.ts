/**
 * A game of diffusions on a grid: a chain that players steer from point to point, and its discrete time game.
 *
 * Unknowns are values u at the points and masses π = w m, w the weights of the grid, so that what leaves one point arrives
 * at another to the last bit. A time step is a row of stages, each along one axis: one stage on a line; in the plane x then y
 * (`upwind`, first order) or half x, y, half x (`central`, second order). With ū = θ u⁻ + (1 − θ) u⁺ between the level
 * before (−, earlier) and after (+, later) and m̄ = θ m⁺ + (1 − θ) m⁻, a stage of length τ is
 *
 *     (u⁻ − u⁺)/τ + A ū + r' ū = …  :   u⁻ = u⁺ − τ (−ν D² ū + r' ū + H(t̄, x, Dū, m̄, z) − s F(t̄, x, m̄, z)),
 *     π⁺ = π⁻ + τ Gᵀ (θ π⁺ + (1 − θ) π⁻),
 *
 * where G is the generator with the rates that the same Dū gives: the Fokker–Planck step is the exact adjoint of the linearised
 * Hamilton–Jacobi–Bellman step, for θ = 1 (Y. Achdou, I. Capuzzo-Dolcetta, "Mean field games: numerical methods", SIAM J.
 * Numer. Anal. 48 (2010) 1136–1162; t̄ the earlier time for u, so that u of time n sees m of time n + 1) and for θ = ½ (the
 * implicit midpoint rule, t̄ in the middle) alike. `s` is 1 on the one stage of a step that carries F and the discount, else 0.
 */

import type { Grid } from "../../measure/grid.ts";
import type { DiffusionModel } from "./model.ts";

/** `upwind`: monotone, first order, any step. `central`: second order in space and time where the solution is smooth. */
export type Scheme = "upwind" | "central";

export interface Stage {
  /** Index of the axis along which players move in it. */
  readonly axis: 0 | 1;
  /** The macroscopic step it belongs to, from 0. */
  readonly step: number;
  /** t̄, at which coefficients are read. */
  readonly time: number;
  /** τ. */
  readonly length: number;
  /** θ: 1 or ½. */
  readonly implicit: number;
  /** Multiple of F and of the discount that it carries, 0 or 1 (times the step's length over τ where these differ). */
  readonly carries: number;
}

export interface GridProblem {
  readonly model: DiffusionModel;
  readonly scheme: Scheme;
  readonly grid: Grid;
  /** Number of grid points. */
  readonly size: number;
  /** In the order of time; level s stands before stage s, level `stages.length` is T. */
  readonly stages: readonly Stage[];
  /** Time of each macroscopic level 0 … steps, and the stage level at which it stands. */
  readonly times: Float64Array;
  readonly levels: Int32Array;
  /** 0 free, 1 wall, 2 exit (absorbing ends included), for each point. */
  readonly place: Uint8Array;
  /** π⁰; sums to 1. */
  readonly initialMass: Float64Array;
}

/** The population: masses at every stage level, aggregates of every stage and, last, of the law at T. */
export interface GridFlow {
  /** `stages.length + 1` arrays of `size`. */
  readonly mass: readonly Float64Array[];
  /** `stages.length + 1` arrays, one number per aggregate of the model. */
  readonly aggregates: readonly Float64Array[];
}

/** u at every stage level: `stages.length + 1` arrays of `size`. */
export interface GridValue {
  readonly value: readonly Float64Array[];
}

/**
 * What players do in each stage: one array of `size` drifts for each stage.
 *
 * `upwind`: two controls side by side (Engquist and Osher's splitting), `rise` = −H_p(min(D⁺ū, rest)) ≥ 0 towards the next point
 * and `fall` = H_p(max(D⁻ū, rest)) ≥ 0 towards the previous one; the chain jumps at the rates ν/(h⁺w) + rise/h⁺ and ν/(h⁻w) +
 * fall/h⁻, and the running cost is L(rise) + L(−fall) + H(rest), in which one of the two is L(0) = −H(rest) wherever ū is
 * monotone. `central`: `rise` = −H_p(Dū) of either sign with the central difference, `fall` = 0.
 */
export interface GridPolicy {
  readonly rise: readonly Float64Array[];
  readonly fall: readonly Float64Array[];
}

/** Adds to a best response what a planner wants players to feel: sources beside F, and a shift of the momentum. */
export interface Incentives {
  /** For each stage, `size` numbers added to F on the stages that carry it. */
  readonly source: readonly Float64Array[];
  /** For each stage, `size` numbers added to the momentum wherever H and H_p are read; none where left out. */
  readonly shift?: readonly Float64Array[];
  /** `size` numbers added to g; none where left out. */
  readonly terminal?: Float64Array;
}
