import type { Game, ParameterSchema, ParametersOf, Simulation } from "meanfield";
import { defaultLaw, flowBands, samplePaths } from "meanfield/figures";
import type { FigureSpecification } from "meanfield/figures";

/** The pictures of a simulated finite game: paths with the default level, moments along time, law of the defaults. */
export function simulationFigures(
  game: Game,
  parameters: ParametersOf<ParameterSchema>,
  simulation: Simulation,
): FigureSpecification[] {
  const level = game.events?.(parameters).defaultLevel;
  return [
    ...pathFigures(game, simulation, level),
    ...momentFigures(game, simulation),
    ...defaultFigures(game, simulation),
  ];
}

const state = { title: "State", symbol: "x" } as const;

function pathFigures(game: Game, { samples, t }: Simulation, level: number | undefined): FigureSpecification[] {
  return samples.slice(0, 1).map(({ players, mean }) =>
    samplePaths({
      name: "sample-paths",
      title: `${game.title}: sample paths`,
      caption: "One simulated game: the states of some players, and the mean over all of them.",
      t,
      paths: players,
      mean,
      ...(level === undefined ? {} : { defaultLevel: level }),
      y: state,
    }),
  );
}

function momentFigures(game: Game, { series, t }: Simulation): FigureSpecification[] {
  const mean = series["mean_state"];
  const variance = series["var_state"];
  if (mean === undefined || variance === undefined) return [];
  const groups = [{ label: "simulated", mean: mean.mean, deviation: variance.mean.map(Math.sqrt) }];
  return [flowBands({ name: "flow", title: `${game.title}: simulated flow`, t, groups, y: state })];
}

function defaultFigures(game: Game, { defaults }: Simulation): FigureSpecification[] {
  if (defaults === undefined) return [];
  const { value, standardError } = defaults.count;
  const normal = 1.959963984540054;
  const interval = {
    low: value.map((probability, k) => Math.max(0, probability - normal * standardError[k])),
    high: value.map((probability, k) => probability + normal * standardError[k]),
  };
  return [
    defaultLaw({
      name: "default-count",
      title: `${game.title}: law of the number of defaults`,
      caption: `Number of players that touch the level ${defaults.level} before the horizon; bars with 95 per cent confidence intervals.`,
      count: Array.from(value, (_, k) => k),
      probability: value,
      interval,
    }),
  ];
}
