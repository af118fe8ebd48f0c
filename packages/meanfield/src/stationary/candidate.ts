import type { Question } from "../core/index.ts";
import { fieldOf } from "./exploitability.ts";
import type { FiniteStationaryModel, StationaryModel } from "./model.ts";
import type { PlayedPolicy, PolicyClassName } from "./policy-class.ts";

/** A policy, the field it was found with, and how it was found: what solvers and learners of the family return. */
export interface StationaryCandidate {
  readonly model: StationaryModel;
  readonly question: Question;
  readonly policy: PlayedPolicy;
  /** The field assumed: |X| shares, or [⟨z⟩] alone for the malware game with its continuous state. */
  readonly field: Float64Array;
  /** The parametrised class the policy was sought in, with its parameters; absent for a search over all policies. */
  readonly parametrised?: ParametrisedPolicy;
  /** Whether the policy was given, not found. */
  readonly given?: boolean;
  /** Every other answer that was found to the same question, such as further equilibria. */
  readonly others: readonly StationaryCandidate[];
}

export interface ParametrisedPolicy {
  readonly name: PolicyClassName;
  /** τ; 0 but for the smooth threshold. */
  readonly width: number;
  readonly theta: Float64Array;
}

/** A candidate of a finite game; its field is the policy's own unless given (RefusalError where there is none). */
export function finiteCandidate(
  model: FiniteStationaryModel,
  question: Question,
  probabilities: Float64Array,
  field: Float64Array = fieldOf(model, probabilities),
  parametrised?: ParametrisedPolicy,
): StationaryCandidate {
  return {
    model,
    question,
    policy: { kind: "table", probabilities },
    field,
    ...(parametrised === undefined ? {} : { parametrised }),
    others: [],
  };
}

/** Stationary games are declared in the limit; their finite games are simulated, not solved. */
export function refusedQuestion({ players }: Question): string | undefined {
  return players === Infinity
    ? undefined
    : "stationary equilibria are those of the limit; `meanfield simulate` plays them with finitely many players";
}

/** A number in a sentence: six digits. */
export function dimensionless(value: number): string {
  return String(Number(value.toPrecision(6)));
}
