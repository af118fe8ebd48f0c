import type { Game, ParameterSchema, ParametersOf, Simulation } from "meanfield";
import { defaultLaw, flowBands, samplePaths, seriesLines } from "meanfield/figures";
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
    ...meanFieldFigures(game, simulation),
    ...lossFigures(game, simulation),
    ...readingFigures(game, simulation),
    ...defaultFigures(game, simulation),
  ];
}

const state = { title: "State", symbol: "x" } as const;

/** Steps of a chain that are drawn: it may go anywhere in any of them, so that many would fill the picture. */
const chainSteps = 60;

function pathFigures(
  game: Game,
  { samples, sampleAxis, t, scheme }: Simulation,
  level: number | undefined,
): FigureSpecification[] {
  const shown = scheme === "exact-chain" ? chainSteps + 1 : t.length;
  return samples.slice(0, 1).map(({ players, mean }) =>
    samplePaths({
      name: "sample-paths",
      title: `${game.title}: sample paths`,
      caption: `One simulated game${shown < t.length ? ", its beginning" : ""}: the states of some players, and the mean over all of them.`,
      t: t.subarray(0, shown),
      paths: players.map((path) => path.subarray(0, shown)),
      mean: mean.subarray(0, shown),
      ...(level === undefined ? {} : { defaultLevel: level }),
      y: sampleAxis ?? state,
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

/** The mean over players along time, with what it settles at. */
function meanFieldFigures(game: Game, { series, t, limits }: Simulation): FigureSpecification[] {
  const path = series["mean_field_path"];
  if (path === undefined) return [];
  const limit = limits?.["mean_field"];
  const end = t[t.length - 1];
  // Many points, so that it is drawn as a line however few the steps.
  const x = Array.from({ length: 32 }, (_, i) => (end * i) / 31);
  const exact = limit === undefined ? {} : { exact: { x, value: x.map(() => limit) } };
  return [
    seriesLines({
      name: "mean-field",
      title: `${game.title}: mean over all players`,
      caption:
        "Mean state of the players, averaged over the simulated games" +
        (limit === undefined ? "." : "; dashed the mean of the policy's stationary field."),
      lines: [{ label: "simulated", x: t, value: path.mean, ...exact }],
      exactLabel: "stationary",
      y: { title: "Mean state", symbol: "\\langle Z_t\\rangle" },
    }),
  ];
}

/** The loss of neurons in training along time, beside that of the limit. */
function lossFigures(game: Game, { series, t, limitSeries }: Simulation): FigureSpecification[] {
  const loss = series["loss"];
  if (loss === undefined) return [];
  const limit = limitSeries?.["loss"];
  const all = [...loss.mean, ...(limit ?? [])];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return [
    seriesLines({
      name: "loss",
      title: `${game.title}: loss while training`,
      caption: `Loss of the neurons, averaged over the simulated runs${limit === undefined ? "." : "; dashed that of the limit."}`,
      lines: [
        {
          label: "simulated",
          x: t,
          value: loss.mean,
          ...(limit === undefined ? {} : { exact: { x: t, value: limit } }),
        },
      ],
      exactLabel: "limit",
      y: { title: "Loss", symbol: "\\mathcal L(t)" },
      scale: least > 0 && most > 30 * least ? "log" : "linear",
    }),
  ];
}

/** Means and shares along time of a game on finitely many states, beside those of the limit. */
function readingFigures(game: Game, { series, t, limitSeries, scheme }: Simulation): FigureSpecification[] {
  if (scheme !== "exact-chain") return [];
  const names = Object.keys(series).filter((name) => /^(mean|share|reward)(_|$)/.test(name) && limitSeries?.[name]);
  // Shares of named states belong into one figure, whose lines end apart; means have axes of their own.
  const groups = Map.groupBy(names, (name) => (name.startsWith("share_") ? "share" : name));
  return [...groups].map(([group, members]) =>
    seriesLines({
      name: group.replaceAll("_", "-"),
      title: `${game.title}: ${group.replaceAll("_", " ")} along time`,
      caption: "Averages over the simulated games; dashed those of the limit of many players",
      lines: members.map((name) => ({
        label: group === "share" ? name.slice("share_".length).replaceAll("_", " ") : "simulated",
        x: t,
        value: series[name].mean,
        ...(limitSeries?.[name] === undefined ? {} : { exact: { x: t, value: limitSeries[name] } }),
      })),
      exactLabel: "limit",
      y: { title: inCapital(group.replaceAll("_", " ")) },
    }),
  );
}

function inCapital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
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
