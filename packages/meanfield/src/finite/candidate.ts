import type { Concept, Question } from "../core/index.ts";
import type { FiniteModel, Profile } from "./model.ts";

/** Policies of all populations, and the laws they were found with: what solvers of the family return. */
export interface FiniteCandidate {
  readonly model: FiniteModel;
  readonly question: Question;
  /** π_t(a|s), one table a population. */
  readonly policy: Profile;
  /** μ_t(s) that the solver had for it, at t·|S| + s, one table a population. */
  readonly flow: readonly Float64Array[];
  /**
   * Where players are told what to play; `policy` is then what it looks like from outside, which may be no equilibrium itself.
   */
  readonly device?: CorrelationDevice;
}

/** A law ρ over mixtures ν of policies: a mixture is drawn, unseen, and every player told a policy drawn from it. */
export interface CorrelationDevice {
  /**
   * Whether deviating gains nothing for those who do not listen, or for those who do something else than they were told, too.
   */
  readonly concept: "coarse-correlated" | "correlated";
  /** π^i_t(a|s), by population and policy. */
  readonly policies: readonly (readonly Float64Array[])[];
  /** ρ, one weight a mixture. */
  readonly weights: Float64Array;
  /** ν, by mixture and population: one share a policy. */
  readonly recommendations: readonly (readonly Float64Array[])[];
}

/** Finite games are declared in the limit; games of finitely many players are simulated, not solved. */
export function refusedQuestion({ players, concept }: Question, solves: Concept = "nash"): string | undefined {
  if (players < Infinity)
    return "finite games are solved in the limit; `meanfield simulate` plays them with finitely many players";
  if (concept === solves) return undefined;
  return solves === "nash"
    ? "its responses are those of single players; a planner wants social-mirror-descent"
    : "it steers everybody at once, which is for a planner";
}

/** Functions of laws that look back, and players who are under way, have no derivative at one time. */
export function refusedLongMoves({ populations }: FiniteModel): string | undefined {
  return populations.some(({ transition: { longest = 1 } }) => longest > 1)
    ? "moves of this game take several steps, and what they do to later laws it does not differentiate"
    : undefined;
}
