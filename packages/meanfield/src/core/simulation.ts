import type { Team } from "../kernels/index.ts";

/** Simulated finite games: settings and results that every front can print, save and draw. */

export interface SimulationSettings {
  readonly players: number;
  /** Independent copies of the whole N-player game. */
  readonly paths: number;
  /** Time steps on [0, T]; where the game has no horizon, the steps that are played of it. */
  readonly steps: number;
  readonly seed: number;
  /**
   * Threads that move the players together, with room for `particleSystemBytes(players)`; one thread unless given.
   * Results do not depend on it. Used where a player has one state coordinate.
   */
  readonly team?: Team | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A Monte-Carlo mean with its 95 % confidence interval. */
export interface Estimate {
  readonly mean: number;
  /** Infinite where there is one sample, from which no error can be told; the interval of a mean is then unbounded. */
  readonly standardError: number;
  readonly low: number;
  readonly high: number;
  /** Independent samples behind it. */
  readonly count: number;
}

export interface Simulation {
  /**
   * `exact-gaussian`: transitions without time-discretisation error in law; `euler`: error of the order of the step;
   * `exact-chain`: time is discrete in the game itself; `exact-jumps`: every jump at its own time.
   */
  readonly scheme: "exact-gaussian" | "euler" | "exact-chain" | "exact-jumps";
  /** At least one; fewer than asked for where the run was stopped. */
  readonly pathsDone: number;
  /** Cost per player, averaged over players; the error is over independent paths. */
  readonly cost: Estimate;
  readonly scalars: Readonly<Record<string, Estimate>>;
  /** Moments along time, one value per point of `t`. */
  readonly t: Float64Array;
  readonly series: Readonly<Record<string, SimulatedSeries>>;
  readonly defaults?: DefaultEstimates;
  /** What scalars tend to with many players and as time goes on, computed without chance, where that is known. */
  readonly limits?: Readonly<Record<string, number>>;
  /** What series tend to with many players, at the times `t`, where that is known. */
  readonly limitSeries?: Readonly<Record<string, Float64Array>>;
  /** What a reader of the numbers should know, one line each. */
  readonly remarks?: readonly string[];
  /** A few whole games to draw: first state coordinate of some players, and the mean over all players. */
  readonly samples: readonly SamplePath[];
  /** How the axis of samples is announced; a state `x` where left out. Symbols are TeX without dollars. */
  readonly sampleAxis?: { readonly title: string; readonly symbol: string };
}

export interface SimulatedSeries {
  readonly mean: Float64Array;
  readonly standardError: Float64Array;
}

/** Barrier crossings, with the probability of a crossing inside a step (Brownian bridge) included. */
export interface DefaultEstimates {
  readonly level: number;
  /** That a given player ever touches the level. */
  readonly single: Estimate;
  /** That the mean over players ever touches it. */
  readonly systemic: Estimate;
  /** Law of the number of defaults, k = 0 … N. */
  readonly count: { readonly value: Float64Array; readonly standardError: Float64Array };
}

export interface SamplePath {
  /** Players drawn, each of the length of `t`. */
  readonly players: readonly Float64Array[];
  readonly mean: Float64Array;
}
