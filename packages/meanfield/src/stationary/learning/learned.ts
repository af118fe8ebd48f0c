import type { ParametrisedPolicy } from "../candidate.ts";
import type { LearnedField } from "../simulation/environment.ts";
import type { PlayedPolicy } from "../policy-class.ts";

/** What a learner of stationary games has to show: a policy, the field it believes that policy to have, and estimates. */
export interface StationaryLearned {
  readonly policy: PlayedPolicy;
  /** Shares of finitely many states, or a sample of a continuous one. */
  readonly field: LearnedField;
  /** The parametrised class the policy was learned in, with its parameters; absent for learners of Q functions. */
  readonly parametrised?: ParametrisedPolicy;
  /** What the learner measured itself, by simulation alone, when it last did: the newest value of each metric. */
  readonly estimates: Readonly<Record<string, number>>;
}
