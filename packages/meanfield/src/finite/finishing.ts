/**
 * Mirror descent that is finished by an interior-point method: far away its steps are the cheaper ones, near an equilibrium
 * where many actions are nearly as good it needs more of them than anybody waits for.
 */

import type { Step } from "../core/index.ts";
import { SingularMatrixError } from "../numeric/lu.ts";
import { uniformPolicy } from "./best-response.ts";
import { emptyProfile } from "./compile.ts";
import { interiorStep, startInterior } from "./interior-point.ts";
import type { Interior } from "./interior-point.ts";
import { isAffordable, isRepelling } from "./linearised-game.ts";
import { adaptiveStep, resume, spread } from "./mirror-step.ts";
import type { MirrorSteps } from "./mirror-step.ts";
import { look } from "./search.ts";
import type { Search } from "./search.ts";

export interface Finish {
  /** Iterations of mirror descent before it; 0 for no end of them. */
  readonly after: number;
  interior: Interior | undefined;
  /** Whether it was tried. */
  done: boolean;
  /** The least exploitability of its iterates, and its steps since. */
  least: number;
  since: number;
}

/** After so many steps that do not get better, rounding is all that is left. */
const patience = 4;

export function startFinish(after: number): Finish {
  return { after, interior: undefined, done: after === 0, least: Infinity, since: 0 };
}

/** Scores the next iterate. */
export function finishedStep(search: Search, steps: MirrorSteps, finish: Finish, advice: string): Step {
  if (!finish.done && finish.interior === undefined && search.scored >= finish.after) begin(search, finish);
  const { interior } = finish;
  if (interior !== undefined && step(search, interior)) {
    const scored = look(search, advice, { share: interior.share });
    finish.since = search.exploitability < finish.least ? 0 : finish.since + 1;
    finish.least = Math.min(finish.least, search.exploitability);
    if (finish.since < patience) return scored;
    end(search, steps, finish);
    return scored;
  }
  if (interior !== undefined) end(search, steps, finish);
  return adaptiveStep(search, steps, advice);
}

function begin(search: Search, finish: Finish): void {
  const { game, best, response } = search;
  const even = emptyProfile(game);
  uniformPolicy(game, even);
  finish.done = true;
  if (!isRepelling(game)) return;
  const interior = startInterior(search, best.policy, even, spread(game, response.Q));
  if (isAffordable(interior.field)) finish.interior = interior;
}

/** Whether there was a step. */
function step(search: Search, interior: Interior): boolean {
  try {
    interiorStep(search, interior);
  } catch (error) {
    if (error instanceof SingularMatrixError || error instanceof RangeError) return false;
    throw error;
  }
  interior.policy.forEach((table, p) => search.policy[p].set(table));
  return true;
}

/** Mirror descent goes on where it was. */
function end(search: Search, steps: MirrorSteps, finish: Finish): void {
  finish.interior = undefined;
  resume(search, steps);
}
