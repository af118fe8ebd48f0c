/** What every solver of diffusion games returns, on a grid or by particles. */

import type { Question } from "../../core/index.ts";
import type { Grid } from "../../measure/grid.ts";
import type { DiffusionModel } from "./model.ts";
import type { GridFlow, GridPolicy, GridProblem, GridValue } from "./problem.ts";

/** An answer on a grid. */
export interface GridCandidate {
  readonly kind: "grid";
  readonly model: DiffusionModel;
  readonly question: Question;
  readonly problem: GridProblem;
  /** The flow that values and policies were computed against; certificates compare it with the one they induce. */
  readonly flow: GridFlow;
  readonly value: GridValue;
  readonly policy: GridPolicy;
}

/** A stationary answer: one level each, and the constant. */
export interface StationaryCandidate {
  readonly kind: "stationary";
  readonly model: DiffusionModel;
  readonly question: Question;
  readonly grid: Grid;
  readonly scheme: "upwind" | "central";
  /** λ: the cost per unit of time. */
  readonly constant: number;
  /** u with ∫ u = 0. */
  readonly value: Float64Array;
  /** Masses. */
  readonly mass: Float64Array;
  /** The drift along each axis at each point. */
  readonly drift: readonly Float64Array[];
  /**
   * The same as the chain has it, one array for each axis: `upwind` as in `GridPolicy`; `central` the drift −H_p over the link to
   * the next point, and H_p over the link to the previous one, each of either sign.
   */
  readonly policy: GridPolicy;
  /** Largest residual of the discrete equations. */
  readonly residual: number;
  /** λ as several grids have it together, where these were asked for, with the change that the last of them made. */
  readonly extrapolated?: { readonly constant: number; readonly error: number; readonly points: readonly number[] };
}

/** An answer by simulated particles and regression. */
export interface ParticleCandidate {
  readonly kind: "particles";
  readonly model: DiffusionModel;
  readonly question: Question;
  /** Increasing, from 0 to T. */
  readonly times: Float64Array;
  /** The drift at a time and place, straight between times. */
  readonly drift: (axis: 0 | 1, t: number, x: number, y: number) => number;
  /** Adjoint ∇u as the regression found it. */
  readonly adjoint: (axis: 0 | 1, t: number, x: number, y: number) => number;
  /** m(t, x) by kernels, at least 0, where the method made any. */
  readonly density?: (t: number, x: number, y: number) => number;
  /** Positions of the particles at each time: one array per time, axis-major (all x, then all y). */
  readonly particles: readonly Float64Array[];
  /** Whether each particle is still there. */
  readonly alive: readonly Uint8Array[];
  /** Aggregates at each time. */
  readonly aggregates: readonly Float64Array[];
}

export type DiffusionCandidate = GridCandidate | StationaryCandidate | ParticleCandidate;
