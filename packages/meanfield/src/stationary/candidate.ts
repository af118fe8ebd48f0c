import type { Question } from "../core/index.ts";
import type { StationaryModel } from "./model.ts";
import type { PlayedPolicy, PolicyClassName } from "./policy-class.ts";

/** A policy, the field it was found with, and how it was found: what solvers and learners of the family return. */
export interface StationaryCandidate {
  readonly model: StationaryModel;
  readonly question: Question;
  readonly policy: PlayedPolicy;
  /** The field assumed: |X| shares, or [⟨z⟩] alone for the malware game with its continuous state. */
  readonly field: Float64Array;
  /** The parametrised class the policy was sought in, with its parameters; absent for a search over all policies. */
  readonly parametrised?: {
    readonly name: PolicyClassName;
    /** τ; 0 but for the smooth threshold. */
    readonly width: number;
    readonly theta: Float64Array;
  };
  /** Every other answer that was found to the same question, such as further equilibria. */
  readonly others: readonly Omit<StationaryCandidate, "others">[];
}
