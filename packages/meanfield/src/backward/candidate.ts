import type { Quantities, Question } from "../core/index.ts";
import type { ForwardBackwardModel } from "./forward-backward/model.ts";
import type { InteractingModel } from "./model.ts";

/** What solvers of the family return. */
export type BackwardCandidate = InteractingCandidate | ForwardBackwardCandidate;

/**
 * A solution of an interacting system.
 *
 * Methods that only know Y along simulated paths put what they measured, with its errors, into `told`; quantities of the game that
 * are in it are taken from there.
 */
export interface InteractingCandidate {
  readonly kind: "interacting";
  readonly model: InteractingModel;
  /** The system of `question.players` players, or the limit. */
  readonly question: Question;
  readonly field: DecouplingField;
  /** The functionals of the law of Y_t that were assumed, in the limit; finitely many players have their empirical law. */
  readonly assumedLaw?: (t: number, out: Float64Array) => void;
  /** The solution of a linear system as three functions of time, where the method found it so. */
  readonly linear?: LinearSolution;
  /** Quantities that only the method can tell, such as Monte-Carlo means with their standard errors. */
  readonly told?: Quantities;
}

/**
 * Y and Z as functions of time and of the players' states: a vector x of one X^j per player, in the limit of length 1.
 *
 * Where a method knows them on a grid of times only, it interpolates; certificates are then of that interpolant.
 */
export interface DecouplingField {
  /** Writes Y^i_t for every player. */
  readonly values: (t: number, x: Float64Array, out: Float64Array) => void;
  /** Writes Z^{ii}_t for every player. */
  readonly diagonal: (t: number, x: Float64Array, out: Float64Array) => void;
  /** Z^{ij}_t; players are numbered from 0. */
  readonly z: (t: number, x: Float64Array, i: number, j: number) => number;
}

/** Y^i_t = own·φ^i_t + mean·φ̄_t + constant, φ̄ the average over the players, in the limit the expectation. */
export interface LinearSolution {
  readonly at: (t: number) => Loadings;
}

export interface Loadings {
  readonly own: number;
  readonly mean: number;
  readonly constant: number;
}

/** A solution of a forward–backward system: the adjoints as functions of time and of the players' states. */
export interface ForwardBackwardCandidate {
  readonly kind: "forward-backward";
  readonly model: ForwardBackwardModel;
  readonly question: Question;
  /**
   * Y^{ij}_t at the players' states; players are numbered from 0. In the limit x has length 1 and i = j = 0; a particle system has
   * i = j only.
   */
  readonly adjoint: (t: number, x: Float64Array, i: number, j: number) => number;
  /** E X_t that was assumed, in the limit. */
  readonly assumedMean?: (t: number) => number;
  /** The solution of a linear–quadratic game as functions of time, where the method found it so. */
  readonly linear?: AdjointLoadings;
  readonly told?: Quantities;
}

/**
 * Y^{ii} = own·x_i + mean·x̄ and, for j ≠ i, Y^{ij} = (crossOwn·x_i + crossMean·x̄)/N.
 *
 * In the limit x̄ is E X; there and in particle systems the cross terms play no part.
 */
export interface AdjointLoadings {
  readonly at: (t: number) => AdjointLoads;
}

export interface AdjointLoads {
  readonly own: number;
  readonly mean: number;
  readonly crossOwn: number;
  readonly crossMean: number;
}
