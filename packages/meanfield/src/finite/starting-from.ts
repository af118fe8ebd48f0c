/** The same finite game from other laws at the start. */

import { InputError, RefusalError, startingShares } from "../core/index.ts";
import type { FiniteModel } from "./model.ts";
import type { RatesModel } from "./rates/model.ts";

/**
 * Puts a game at another start, given by a formula of the axes of states and of a state's number `i`. Of several populations
 * those that start elsewhere are named: `prey: x == 3; predators: 1`.
 *
 * @throws RefusalError where rules or rewards are made for the game's own start. What it gives throws InputError for formulas
 * that are no laws, and for populations that are not named, not known, or named twice.
 */
export function startingFrom(model: FiniteModel): (formula: string) => FiniteModel {
  if (model.ownStart !== undefined)
    throw new RefusalError(`initial: this game starts from its own law only: ${model.ownStart}`);
  return (formula) => {
    const laws = formulasOf(formula, model.populations);
    return {
      ...model,
      populations: model.populations.map((population) => {
        const law = laws.get(population.name);
        return law === undefined
          ? population
          : { ...population, initial: startingShares(law, population.states, population.closed) };
      }),
    };
  };
}

/** As `startingFrom`, for controlled rates. */
export function ratesStartingFrom(model: RatesModel): (formula: string) => RatesModel {
  return (formula) => ({ ...model, initial: startingShares(formula, [model.states]) });
}

/** Formulas by the names of populations. */
function formulasOf(text: string, populations: FiniteModel["populations"]): ReadonlyMap<string, string> {
  const names = populations.map(({ name }) => name);
  const laws = new Map<string, string>();
  for (const part of text.split(";")) {
    const colon = part.indexOf(":");
    if (colon < 0 && names.length > 1)
      throw new InputError(
        "initial",
        text,
        `named, as ${names[0]}: FORMULA; ${names[1]}: FORMULA, for the populations are ${names.join(", ")}`,
      );
    const name = colon < 0 ? names[0] : part.slice(0, colon).trim();
    if (!names.includes(name))
      throw new InputError("initial", text, `for populations of the game: ${names.join(", ")}`);
    if (laws.has(name)) throw new InputError("initial", text, `one formula for ${name}`);
    laws.set(name, part.slice(colon + 1).trim());
  }
  return laws;
}
