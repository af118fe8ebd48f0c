import { answerOf, describeParameters, tabulate } from "meanfield";
import type { Axis, AxisTitle, Game, Quantity, QuantityDefinition, QuantityTable, Solution } from "meanfield";
import { convergence, figureOf, flowBands } from "meanfield/figures";
import type { FigureSpecification } from "meanfield/figures";
import { finiteFigures } from "./of-finite.ts";
import { planeFigures } from "./of-plane.ts";
import { roadFigures } from "./of-roads.ts";

/** The pictures of a solve: the flow of the population, every series with its closed form, and convergence. */
export function solutionFigures(solution: Solution): FigureSpecification[] {
  const plane = planeFigures(solution);
  const finite = finiteFigures(solution);
  const roads = roadFigures(solution);
  return [
    ...plane.figures,
    ...roads.figures,
    ...finite.figures,
    ...flowFigures(solution),
    ...quantityFigures(solution, new Set([...plane.drawn, ...roads.drawn, ...finite.drawn])),
    ...convergenceFigures(solution),
  ];
}

/** Mean and the quantiles of a Gaussian law, one figure per state coordinate. */
function flowFigures({ preparation, outcome }: Solution): FigureSpecification[] {
  const { game, model, question, wing } = preparation;
  const summary = wing.flow?.(model, question.players, outcome.candidate);
  if (summary === undefined) return [];
  const several = summary.coordinates.length > 1;
  const answer = answerOf(preparation);
  const label = answer ?? (question.concept === "planner" ? "planner" : "equilibrium");
  const whose =
    summary.whose === undefined
      ? answer === undefined
        ? "The law of one player's state along time"
        : "The law along time"
      : `The law of ${summary.whose} along time`;
  return summary.coordinates.map(({ mean, deviation, quantiles, axis }, i) => {
    const between = (quantile: number): { low: Float64Array; high: Float64Array } => ({
      low: mean.map((value, k) => value - quantile * deviation[k]),
      high: mean.map((value, k) => value + quantile * deviation[k]),
    });
    return flowBands({
      name: several ? `flow-${i + 1}` : "flow",
      title: `${game.title}: flow of the population`,
      caption: `${whose}${several ? `, coordinate ${i + 1}` : ""}.`,
      t: summary.t,
      groups: [
        {
          label,
          mean,
          bands:
            quantiles === undefined
              ? [between(normal95), between(normal75)]
              : [
                  { low: quantiles[0], high: quantiles[3] },
                  { low: quantiles[1], high: quantiles[2] },
                ],
        },
      ],
      bandMeaning: "from the 5 to the 95 and from the 25 to the 75 per cent quantile",
      y: game.axes?.[axis?.symbol ?? "x"] ?? axis ?? { title: "State", symbol: several ? `x_{${i + 1}}` : "x" },
      time: timeOf(game),
    });
  });
}

/** Time in the unit of the horizon. */
function timeOf({ parameters }: Game): AxisTitle {
  const unit = describeParameters(parameters)["T"]?.unit;
  return { title: "Time", symbol: "t", ...(unit === undefined ? {} : { unit }) };
}

/** Quantiles of the standard normal law at 95 and 75 per cent. */
const normal95 = 1.6448536269514722;
const normal75 = 0.6744897501960817;

/** Every quantity that the game declares and that has axes, with its closed form; but for those that are drawn already. */
export function quantityFigures(
  {
    preparation,
    quantities,
    exact,
  }: Pick<Solution, "quantities" | "exact"> & {
    readonly preparation: Pick<Solution["preparation"], "game">;
  },
  drawn: ReadonlySet<string> = new Set(),
): FigureSpecification[] {
  const axes = { ...preparation.game.axes, t: timeOf(preparation.game) };
  return preparation.game.quantities.flatMap((definition: QuantityDefinition) => {
    const quantity = quantities[definition.name];
    if (quantity === undefined || quantity.axes.length === 0 || drawn.has(definition.name)) return [];
    const known = exact[definition.name];
    return slices(quantity).map(({ suffix, points }) => {
      const table = tabulate(quantity, points) as Exclude<QuantityTable, number>;
      const slice = { ...definition, name: definition.name + suffix };
      return figureOf(table, slice, {
        axes,
        discrete: quantity.axes.filter(({ kind }) => kind === "discrete").map(({ name }) => name),
        named: quantity.axes.filter(({ labels }) => labels !== undefined),
        ...(known === undefined ? {} : { exact: tabulate(known, points) }),
      });
    });
  });
}

interface Slice {
  readonly suffix: string;
  readonly points: Readonly<Record<string, readonly number[]>>;
}

/** A field with more axes of several points than this is left to the arrays of a run. */
const mostAxes = 4;

/**
 * Two axes fit into one figure: of a field with more, one figure for each item of its first discrete axis. Where time is
 * discrete, pictures at several times make room for a third, and what is left is split by its shortest axis.
 */
function slices({ axes }: Quantity): Slice[] {
  const long = axes.filter(({ grid }) => grid.length > 1);
  const discrete = long.filter(({ kind }) => kind === "discrete");
  const inTime = long[0]?.name === "t" && long[0] === discrete[0];
  if (long.length <= (inTime ? 3 : 2)) return [{ suffix: "", points: {} }];
  if (inTime && long.length > mostAxes) return [];
  const shortest = (least: Axis, axis: Axis): Axis => (axis.grid.length <= least.grid.length ? axis : least);
  const split = inTime ? discrete.slice(1).reduce(shortest) : discrete[0];
  if (split === undefined) return [{ suffix: "", points: {} }];
  return [...split.grid].map((item) => ({ suffix: `_${split.name}_${item}`, points: { [split.name]: [item] } }));
}

/** What a trace tells of the iterate itself rather than of its distance to a solution. */
export const notDistances: ReadonlySet<string> = new Set([
  "k",
  "mean_T",
  "cost",
  "viscosity",
  "linear_products",
  "step_length",
]);

/** Every other metric that is positive somewhere, on a log axis; nothing for a method that takes one step. */
function convergenceFigures({ preparation, outcome }: Solution): FigureSpecification[] {
  const { trace } = outcome;
  if (trace.length < 2) return [];
  const names = Object.keys(trace[0] ?? {}).filter(
    (name) => !notDistances.has(name) && trace.some((row) => (row[name] ?? 0) > 0),
  );
  if (names.length === 0) return [];
  const lines = names.map((name) => ({
    label: name,
    k: trace.map(({ k }) => k),
    value: trace.map((row) => row[name] ?? Number.NaN),
  }));
  return [convergence({ name: "convergence", title: `Convergence of ${preparation.solver.name}`, lines })];
}
