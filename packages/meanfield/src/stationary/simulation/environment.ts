/**
 * What a learner sees of a stationary game: agents that can be placed, moved and paid. Never P, never r.
 *
 * Everything is addressed: the same `Draws` give the same agents the same luck, whatever was drawn before, which is what
 * makes runs resumable and gives common random numbers to those who want them.
 */

import type { PlayedPolicy, PolicySpace } from "../policy-class.ts";

/**
 * A field as a learner knows it: with finitely many states the |X| shares, which sum to one; with a continuous state a
 * sample of states.
 */
export type LearnedField = Float64Array;

/** The random numbers of one call: the stream of a seed. */
export interface Draws {
  readonly seed: number;
  /** Whole, from 0 to 2^53 − 1; different calls of a run use different streams unless they mean to share their luck. */
  readonly stream: number;
}

export interface StationaryEnvironment {
  /** The states, the actions and the policies there are. */
  readonly space: PolicySpace;
  readonly discount: number;
  /** The law ξ₀ as a field: shares, or a sample of it. */
  readonly initialField: (draws: Draws) => LearnedField;
  /**
   * `players` interacting players who start from ξ₀ and all play the policy for `steps` steps, `repeats` times: their
   * empirical law at the end, averaged over repeats (shares), or all their states (sample).
   */
  readonly population: (policy: PlayedPolicy, settings: PopulationSettings, draws: Draws) => LearnedField;
  /** One step of `count` agents placed at random by the field and playing the policy: an unbiased estimate of Φ(z,π). */
  readonly nextField: (policy: PlayedPolicy, field: LearnedField, count: number, draws: Draws) => LearnedField;
  /** Discounted return Σ_{t<horizon} γᵗ r_t of each of `count` agents who start from ξ₀ and play against a frozen field. */
  readonly returns: (
    policy: PlayedPolicy,
    field: LearnedField,
    settings: RolloutSettings,
    draws: Draws,
  ) => Float64Array;
  /** The same agents, step by step. */
  readonly trajectories: (
    policy: PlayedPolicy,
    field: LearnedField,
    settings: RolloutSettings,
    draws: Draws,
  ) => Trajectories;
  /** One step of each of many agents whose states and actions are given, against a frozen field. */
  readonly transitions: (
    states: Float64Array,
    actions: Uint8Array,
    field: LearnedField,
    draws: Draws,
  ) => { readonly rewards: Float64Array; readonly next: Float64Array };
}

export interface PopulationSettings {
  readonly players: number;
  readonly steps: number;
  readonly repeats: number;
}

export interface RolloutSettings {
  readonly count: number;
  readonly horizon: number;
}

/** Row-major, one row an agent: entry (j, t) at j·horizon + t. States are indices where they are finitely many. */
export interface Trajectories {
  readonly count: number;
  readonly horizon: number;
  readonly states: Float64Array;
  readonly actions: Uint8Array;
  readonly rewards: Float64Array;
  /** The state that each agent is in after the last step. */
  readonly last: Float64Array;
}
