/**
 * N players of one game who move together, and beside them a newcomer: it takes the place of player 0 when the others have
 * settled, starts from ξ₀, and lives twice, once by everybody's policy and once by another.
 */
export interface Crowd {
  /** Places everybody by ξ₀ for the game of this number; every game has luck of its own, the same in every run. */
  readonly start: (path: number) => void;
  /** Begins both lives of the newcomer. */
  readonly join: () => void;
  /** Moves everybody by the step of this number, from 0 on. */
  readonly advance: (step: number) => void;
  /** ⟨Z⟩ of the N players. */
  readonly mean: () => number;
  /** What this step pays on average over the players: the expectation over actions and moves, given all states. */
  readonly reward: () => number;
  /**
   * The same for the newcomer in its two lives, each at the empirical law of itself and the other N − 1.
   *
   * Both have the same luck, and so have the others around them.
   */
  readonly newcomer: () => { readonly keeping: number; readonly deviating: number };
  /** The state of a player as a number. */
  readonly position: (player: number) => number;
  /** The largest |r| that a player could have earned in any state by any action at the fields so far. */
  readonly largestReward: () => number;
}

/** Numbers of a path's random draws: one for the start of the newcomer, then N for all starts, then N for each step. */
export const newcomerDraw = 0;
export const startDraws = 1;
export function stepDraws(step: number, players: number): number {
  return startDraws + (step + 1) * players;
}
