/** Going back to the best iterate where a search stalls, to go on from there with shorter steps. */

import { emptyProfile } from "./compile.ts";
import type { CompiledGame } from "./compile.ts";
import type { Profile } from "./model.ts";
import type { Search } from "./search.ts";

export interface Retreat {
  /** The best iterate, in the terms that a method steps in. */
  readonly best: Profile;
  /** The exploitability that progress is measured from, with the iterations since there was any. */
  reference: number;
  since: number;
  patience: number;
}

/** Progress is a fall of exploitability by a tenth; a search stalls without any for so many iterations. */
const [progress, patience] = [0.9, 50];

export function startRetreat(game: CompiledGame): Retreat {
  return { best: emptyProfile(game), reference: Infinity, since: 0, patience };
}

export function stalled({ since, patience }: Retreat): boolean {
  return since >= patience;
}

/** Keeps the iterate that was just scored if it is the best, and says whether it is; counts how long there has been no progress. */
export function remember(retreat: Retreat, { best, scored, exploitability }: Search, iterate: Profile): boolean {
  const isBest = best.k === scored - 1;
  if (isBest) iterate.forEach((entries, p) => retreat.best[p].set(entries));
  if (exploitability < progress * retreat.reference) {
    retreat.reference = exploitability;
    retreat.since = 0;
  } else retreat.since++;
  return isBest;
}

/** The iterate becomes the best one, which is to be scored again; the method shortens its steps. */
export function goBack(retreat: Retreat, { best }: Search, iterate: Profile): void {
  retreat.best.forEach((entries, p) => iterate[p].set(entries));
  retreat.reference = best.exploitability;
  retreat.since = 0;
  // Shorter steps take longer, and around an equilibrium that turns them it gets worse before it gets better.
  retreat.patience *= 2;
}
