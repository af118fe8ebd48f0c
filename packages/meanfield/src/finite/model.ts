/**
 * Finite games: finitely many states and actions, decisions at t = 0, 1, …, T, one or several populations, no discount.
 * A move may take several steps; then it lists who arrives when, and μ_t(s) is the share that decides in s at t.
 *
 * A player of population p in state s who takes action a at time t earns r_t(s,a,L_t), L_t the laws of all populations
 * over pairs of state and action, and goes to s' with probability P_t(s'|s,a,L_t); after the decision at T nothing moves.
 * J. Pérolat, S. Perrin, R. Elie, M. Laurière, G. Piliouras, M. Geist, K. Tuyls, O. Pietquin, "Scaling mean field games by
 * online mirror descent", AAMAS 2022, section 2, whose symbols are kept: policy π, law μ, action values Q.
 */

import type { Model } from "../core/index.ts";

export interface FiniteModel extends Model {
  readonly family: "finite";
  readonly kind: "discrete-time";
  /** T: decisions are taken at 0, 1, …, T. */
  readonly horizon: number;
  /** At least one. */
  readonly populations: readonly Population[];
  /** Numbers that the game reads off the laws once a time, so that functions of (t,s,a) need not; none where left out. */
  readonly features?: Features;
  /** Why the game cannot start from another law than its own, where rules or rewards are made for that one. */
  readonly ownStart?: string;
}

/** Players who share states, actions, initial law, transitions and rewards. */
export interface Population {
  /** In words a person knows: `predators`. */
  readonly name: string;
  /** Coordinates of a state; states are numbered row by row, the last axis running fastest. */
  readonly states: readonly FiniteAxis[];
  /** Coordinates of an action, numbered likewise. */
  readonly actions: readonly FiniteAxis[];
  /** Whether an action may be taken; all may where left out. At least one must be in every state. */
  readonly allowed?: (t: number, s: number, a: number) => boolean;
  /** Whether nobody can ever be in a state: walls. Nowhere where left out. */
  readonly closed?: (s: number) => boolean;
  /** μ_0, |S| shares that sum to one. */
  readonly initial: Float64Array;
  readonly transition: Transition;
  readonly reward: Reward;
}

export interface FiniteAxis {
  /** `snake_case`, as quantities name their axes: `x`, `inventory`. */
  readonly name: string;
  /** The number that each place on the axis stands for, increasing. */
  readonly grid: Float64Array;
  /** Words for them, where numbers say too little: `susceptible`. */
  readonly labels?: readonly string[];
}

/** What a function sees of the laws: nothing, the laws of states, or those of pairs of state and action. */
export type Sees = "nothing" | "states" | "pairs";

/** The laws of all populations at one time. Views: read them, do not keep them. */
export interface Laws {
  /** μ_t(s), one array a population. */
  readonly states: readonly Float64Array[];
  /** L_t(s,a) at s·|A| + a, one array a population. */
  readonly pairs: readonly Float64Array[];
  /** What the model's `features` made of them. */
  readonly features: Float64Array;
}

export interface Features {
  /** How many numbers. */
  readonly count: number;
  /**
   * Writes them; `laws.features` is `out` itself. `earlier` holds the laws and features of times before t, for games whose
   * moves take several steps: who is under way is in no state.
   */
  readonly read: (t: number, laws: Laws, out: Float64Array, earlier: readonly Laws[]) => void;
}

/** Says that a player goes to s' with a probability, to be there `steps` later, one unless given; calls for one s' add up. */
export type Emit = (next: number, probability: number, steps?: number) => void;

export interface Transition {
  /** Kernels that see nothing are read once; others at every new flow. */
  readonly sees: Sees;
  /** Whether the kernel changes with t. */
  readonly timed: boolean;
  /** The most steps that a move takes; one where left out. More only in kernels that are timed or see the laws. */
  readonly longest?: number;
  /** Lists the successors of (s,a) at t < T with their probabilities, which sum to one. */
  readonly successors: (t: number, s: number, a: number, laws: Laws, emit: Emit) => void;
}

/** The sum of its parts, each of which may be left out. */
export interface Reward {
  /** What does not depend on the laws: tabulated once. */
  readonly base?: { readonly timed: boolean; readonly at: (t: number, s: number, a: number) => number };
  /** Couplings of common forms, evaluated once per state instead of once per state and action. */
  readonly couplings?: readonly Coupling[];
  /** Anything else. */
  readonly coupled?: {
    readonly sees: "states" | "pairs";
    readonly at: (t: number, s: number, a: number, laws: Laws) => number;
    /** How it splits into moments and tables, where it does: compiled sweeps add those up instead of calling `at`. */
    readonly factors?: Factors;
  };
}

/** at(t,s,a,L_t) = Σ_k w_k(t,L_t) f_k(s,a). Compiling compares both sides at random laws. */
export interface Factors {
  /** How many terms. */
  readonly count: number;
  /** Writes w_k(t,L_t), called once a time. */
  readonly weights: (t: number, laws: Laws, out: Float64Array) => void;
  /** f_k(s,a), the same at all times: tabulated once. */
  readonly table: (k: number, s: number, a: number) => number;
}

/** What a player in a state earns whatever its action, by the laws of states. */
export type Coupling =
  | {
      /** −weight · ln(μ_t(s) + floor), or with `least` −weight · ln(max(μ_t(s), floor)), μ the player's own population. */
      readonly form: "log-density";
      readonly weight: number;
      readonly floor: number;
      readonly floored: "added" | "least";
    }
  | {
      /** Σ_q weights[q] μ^q_t(s): populations that meet where they stand; all of them have the same states. */
      readonly form: "local";
      readonly weights: Float64Array;
    }
  | {
      /** Σ_y matrix(s,y) μ^q_t(y), row-major. */
      readonly form: "linear";
      readonly population: number;
      readonly matrix: Float64Array;
    };

/** One table a population: a policy π_t(a|s), or action values Q_t(s,a), at (t·|S| + s)·|A| + a. */
export type Profile = readonly Float64Array[];
