import type { Slope } from "./rates.ts";

/**
 * Stability of backward propagation of chaos: the doubly-indexed table of systems S^{k,N}, its margins S^{k,∞} and S^{∞,N}, and
 * the corner S^{∞,∞} that both lead to.
 */
export interface StabilityTable {
  /** k = 1 … of the perturbed data, increasing. */
  readonly levels: readonly number[];
  /** N, increasing. */
  readonly players: readonly number[];
  /** What is perturbed. */
  readonly perturbations: readonly string[];
  readonly grids: readonly StabilityGrid[];
  readonly rates: readonly StabilityRate[];
}

/** One number for every cell, row-major; `Infinity` among rows or columns is a margin. */
export interface StabilityGrid {
  /** `snake_case`, as in JSON. */
  readonly name: string;
  readonly title: string;
  /** TeX without dollars. */
  readonly symbol: string;
  readonly story: string;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** By closed form. */
  readonly value: readonly (readonly number[])[];
  /** The same numbers by a computation of its own. */
  readonly check: readonly (readonly number[])[];
  /** Monte-Carlo means where they were asked for. */
  readonly simulated?: readonly (readonly StabilityEstimate[])[];
}

export interface StabilityEstimate {
  readonly mean: number;
  /** Infinite where there is one sample. */
  readonly standardError: number;
}

/** How fast a row goes to its margin (`along` players) or a column to its own (`along` k). */
export interface StabilityRate {
  readonly grid: string;
  readonly along: "players" | "k";
  /** Which row or column: a k, an N, or `Infinity` for the margin. */
  readonly at: number;
  /** Over the upper half of what was asked for, on logarithmic axes; null where fewer than two values are positive. */
  readonly slope: Slope | null;
  /** Between two sizes far beyond those asked for. */
  readonly asymptotic?: number;
  readonly theory: number;
}

export interface StabilitySettings {
  /** Values of k, increasing, each at least 1. */
  readonly levels: readonly number[];
  /** Numbers of players, increasing, each at least 1. */
  readonly players: readonly number[];
  /** Names of what is to be perturbed; all that the model can where left out. */
  readonly perturbations?: readonly string[];
  /** Independent paths of every simulated cell; 0 for exact cells only. */
  readonly repeats: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}
