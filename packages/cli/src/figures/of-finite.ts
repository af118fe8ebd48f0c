import type { finite, Solution } from "meanfield";
import { finiteGameFigures } from "meanfield/figures";
import type { FigureSpecification } from "meanfield/figures";

/**
 * Finite games in discrete time: the law of states along time, the policy and its value, cell by cell; `drawn` names the
 * quantities that these show.
 */
export function finiteFigures({ preparation, outcome }: Pick<Solution, "preparation" | "outcome">): {
  readonly figures: readonly FigureSpecification[];
  readonly drawn: ReadonlySet<string>;
} {
  const { game, model } = preparation;
  if (!isFiniteGame(model)) return { figures: [], drawn: new Set() };
  const { policy } = outcome.candidate as finite.FiniteCandidate;
  const figures = finiteGameFigures({
    model,
    policy,
    title: game.title,
    ...(game.axes === undefined ? {} : { axes: game.axes }),
  });
  const { populations } = model;
  const names = figures.length === 0 ? [] : ["flow", "policy", "value"];
  // A game of several populations may have all of them in one quantity of the name.
  const drawn = names.flatMap((name) => [name, ...populations.map((population) => `${name}_${population.name}`)]);
  return { figures, drawn: new Set(drawn) };
}

function isFiniteGame(model: { readonly family: string }): model is finite.FiniteModel {
  return model.family === "finite" && (model as Partial<finite.FiniteModel>).kind === "discrete-time";
}
