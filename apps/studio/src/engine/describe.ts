import { RefusalError, describeParameters, parseParameters } from "meanfield";
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
    simulates: wing?.simulate !== undefined && game.information.length > 0,
    agents: wing?.agents !== undefined,
    starts: startsAnywhere(wing, model),
    roads: game.roads?.(parameters).quantity ?? null,
  };
}

export function describeSolver({ name, title, story, reference, options }: Solver): SolverDescription {
  return { name, title, story, reference, options: describeParameters(options) };
}

/** Whether the law at the start can be drawn; of several populations each has its own, which are typed. */
function startsAnywhere(wing: Wing | undefined, model: Model): boolean {
  try {
    return wing?.startingFrom?.(model) !== undefined;
  } catch (error) {
    if (error instanceof RefusalError) return false;
    throw error;
  }
}
