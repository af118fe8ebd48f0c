import type { Matrix } from "../../numeric/matrix.ts";
import type { Question } from "../../core/index.ts";
import type { LinearQuadraticModel } from "./model.ts";

/**
 * A strategy linear in what a player sees: α_i = K(t) (x_i, x̄, s, 1).
 *
 * `source` says where x̄ and s come from when N players play it: the empirical mean and the actual common state
 * (`empirical`), or each player's own computation of the limit's conditional mean and common state along the common
 * noise (`decentralised`). In the limit the two are one.
 */
export interface LinearStrategy {
  readonly source: "empirical" | "decentralised";
  /** Writes K(t), k × (2d+e+1), for t in [0, T]. */
  readonly gain: (t: number, out: Matrix) => void;
}

/** What the solvers of the family return. */
export interface LinearQuadraticCandidate {
  readonly model: LinearQuadraticModel;
  readonly question: Question;
  readonly strategy: LinearStrategy;
  /** The expected common part (E x̄, E s) that the candidate assumed, d + e; checked against what it induces. */
  readonly assumedMean: (t: number, out: Float64Array) => void;
  /**
   * Where the method has one: P(t) with value ½ w′Pw + constant of the representative player's problem,
   * (2d+e+1)² — for an open-loop equilibrium the (unsymmetric) adjoint matrix instead.
   */
  readonly value?: (t: number, out: Matrix) => void;
}
