/** The same stationary game with another law of first states, over which performances average. */

import { RefusalError, startingShares } from "../core/index.ts";
import type { StationaryModel } from "./model.ts";

/**
 * Puts a game at another ξ₀, given by a formula of the number `x` that a state stands for and of the state's number `i`.
 *
 * @throws RefusalError where states are a continuum. What it gives throws InputError for formulas that are no laws.
 */
export function startingFrom(model: StationaryModel): (formula: string) => StationaryModel {
  if (model.kind !== "finite")
    throw new RefusalError("initial: with its continuum of states this game starts evenly over them");
  return (formula) => ({ ...model, initial: startingShares(formula, [{ name: "x", grid: model.positions }]) });
}
