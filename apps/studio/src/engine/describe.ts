import { InputError, RefusalError, describeParameters, parseParameters } from "meanfield";
import type { Catalogue, Game, Model, Solver, Wing } from "meanfield";
import type { GameDescription, SolverDescription } from "./protocol.ts";

/** What a page needs to know of a game, as plain data. */
export function describeGame(game: Game, { wings }: Catalogue): GameDescription {
  const parameters = parseParameters(game.parameters, {});
  const model = game.build(parameters);
  const wing = wings.find(({ family }) => family === model.family);
  return {
    id: game.id,
    title: game.title,
    family: game.family,
    story: game.story,
    reference: game.reference,
    equations: game.equations,
    parameters: describeParameters(game.parameters),
    presets: Object.fromEntries(
      Object.entries(game.presets).map(([name, { title, parameters }]) => [name, { title, parameters }]),
    ),
    concepts: game.concepts,
    information: game.information,
    quantities: game.quantities,
    axes: game.axes ?? {},
    finite:
      wing?.finiteGames === "simulated"
        ? wing.simulate === undefined
          ? "none"
          : "simulated"
        : game.information.length > 0
          ? "solved"
          : "none",
    simulates: wing?.simulate !== undefined && game.information.length > 0 && wing.simulates?.(model) !== false,
    agents: wing?.agents !== undefined,
    starts: startsOf(wing, model),
    roads: game.roads?.(parameters).quantity ?? null,
  };
}

export function describeSolver({ name, title, story, reference, options }: Solver): SolverDescription {
  return { name, title, story, reference, options: describeParameters(options) };
}

/** From where players may start, by trying to spread them evenly. */
function startsOf(wing: Wing | undefined, model: Model): GameDescription["starts"] {
  if (wing?.startingFrom === undefined) return "own";
  try {
    wing.startingFrom(model)("1");
    return "anywhere";
  } catch (error) {
    if (error instanceof RefusalError) return "own";
    if (error instanceof InputError) return "partly";
    throw error;
  }
}
