/** What pictures of a plane of cells show beside fields over it: where nobody can be, and where players go. */
export interface Ground {
  /** Behind the names of the population's quantities, `_prey`; empty where there is one population. */
  readonly suffix: string;
  /** Names of the axes of states, which are numbered row by row; the last two span the plane. */
  readonly axes: readonly string[];
  /** One for each state in which nobody can ever be. */
  readonly closed: Uint8Array;
  /** Moves are made at t = 0, …, steps − 1. */
  readonly steps: number;
  /** The mean step from each state along the last two axes, chance included, in cells at 2s and 2s + 1. */
  readonly moves: (t: number) => Float64Array;
}
