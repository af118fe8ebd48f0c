/** The planner's optimum of a game, for comparison with its equilibria. */

import type { Question } from "../core/index.ts";
import { refusedLongMoves } from "./candidate.ts";
import { sizeOf } from "./space.ts";
import type { FiniteModel } from "./model.ts";
import { startPlanner, stepPlanner } from "./planner-search.ts";

const question: Question = { concept: "planner", players: Infinity, information: "feedback" };

/** A comparison should not take longer than what it is compared with. */
const mostNumbers = 20_000;
/** Of the reward, where that exceeds one: the gap up to which it is taken to be known. */
const known = 1e-5;

const found = new WeakMap<FiniteModel, number | undefined>();

/**
 * The largest total reward found, summed over populations, from three starts, where first-order changes gain no more than 1e-5
 * of it; undefined where none comes to that in 200 iterations, a game has more than 20 000 actions in all states and
 * times, or moves of several steps.
 */
export function plannerReward(model: FiniteModel): number | undefined {
  if (!found.has(model)) found.set(model, findReward(model));
  return found.get(model);
}

/** Whether a planner's optimum is looked for at all. */
export function seeksPlanner(model: FiniteModel): boolean {
  const numbers = model.populations.reduce((sum, { states, actions }) => sum + sizeOf(states) * sizeOf(actions), 0);
  return numbers * (model.horizon + 1) <= mostNumbers && refusedLongMoves(model) === undefined;
}

function findReward(model: FiniteModel): number | undefined {
  if (!seeksPlanner(model)) return undefined;
  const planner = startPlanner(model, question, { tolerance: 1e-6, alpha: 0, starts: 3, patience: 200, seed: 0 });
  for (;;) {
    const { status } = stepPlanner(model, planner);
    if (status === "running") continue;
    const { best } = planner;
    return best !== undefined && best.gap <= known * Math.max(1, Math.abs(best.reward)) ? best.reward : undefined;
  }
}
