import type { Question } from "../../core/index.ts";
import type { Field } from "./field.ts";
import type { AggregateModel } from "./model.ts";

/** With common noise: the adjoint as a function of time and mean. */
export interface FieldCandidate {
  readonly kind: "aggregate-field";
  readonly model: AggregateModel;
  readonly question: Question;
  /** y(t, m); all play (c₁′)⁻¹(−y). */
  readonly adjoint: Field;
  /** The drift of the mean against which y was computed; certificates compare it with the one that y induces. */
  readonly assumedDrift: (t: number, m: number) => number;
}

/** Without common noise: the path of the mean and of the adjoint along it, of every equilibrium that was found. */
export interface PathCandidate {
  readonly kind: "aggregate-path";
  readonly model: AggregateModel;
  readonly question: Question;
  /** In increasing order of the mean at T. */
  readonly equilibria: readonly PathEquilibrium[];
  /** Place in `equilibria` of the one that was asked for. */
  readonly chosen: number;
}

export interface PathEquilibrium {
  readonly mean: (t: number) => number;
  readonly adjoint: (t: number) => number;
  readonly meanAtEnd: number;
  /**
   * ∫ c₁(α) + G(m) dt + H(m_T) with G′ = τ, H′ = h: every equilibrium is a stationary point of it, and the one where it is least is
   * what the equilibrium under a common noise tends to when the noise vanishes. For the planner, the cost itself.
   */
  readonly potential: number;
  /**
   * ∂(mean at 0)/∂(mean at T) along characteristics: where negative, characteristics have crossed and nobody who looks at small noises
   * ever ends there.
   */
  readonly spread: number;
}

export type AggregateCandidate = FieldCandidate | PathCandidate;
