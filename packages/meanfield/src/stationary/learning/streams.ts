/**
 * Which random numbers each call of a run draws.
 *
 * Stream number = (run · 2²⁴ + iteration) · 64 + purpose, of the experiment's seed. So a run that is resumed draws what
 * it would have drawn, runs are independent of each other, and two calls share their luck exactly where they name the
 * same purpose in the same iteration.
 */

import type { Randomness } from "../../core/index.ts";
import type { Draws } from "../simulation/environment.ts";

/** What numbers are drawn for, below 64; those of one learner differ, learners may share them. */
export const purposes = {
  /** Where learning starts. */
  start: 0,
  /** The field before anything is known. */
  initialField: 1,
  /** The perturbation η. */
  perturbation: 2,
  /** The population, or the mini-batch, that a field is estimated with; at θ + cη and θ − cη where these differ. */
  field: 3,
  fieldAbove: 4,
  fieldBelow: 5,
  /** Which particles of a sample are replaced. */
  replacement: 6,
  /** Rollouts of the current policy; at θ + cη and θ − cη where these differ. */
  rollouts: 7,
  rolloutsAbove: 8,
  rolloutsBelow: 9,
  /** Where agents are put when they start anew, and who does. */
  restart: 10,
  restartPlace: 11,
  /** Actions of agents that the learner steers itself. */
  action: 12,
  /** Their transitions. */
  transition: 13,
  /** Estimates that nothing is learned from. */
  estimateField: 14,
  estimateSearch: 16,
  estimateWinner: 17,
  estimateNextField: 18,
  estimatePerformance: 19,
} as const;
export type Purpose = (typeof purposes)[keyof typeof purposes];

/** Iterations that have streams of their own. */
export const mostIterations = 2 ** 24;
const purposesEach = 64;

/** The draws of one purpose in one iteration of a run; `run` below 2²³, `iteration` below 2²⁴. */
export function drawsOf({ seed, run }: Randomness, iteration: number, purpose: Purpose): Draws {
  return { seed, stream: (run * mostIterations + iteration) * purposesEach + purpose };
}
