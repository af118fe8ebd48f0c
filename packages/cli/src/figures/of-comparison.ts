import { describeParameters } from "meanfield";
import type { Game } from "meanfield";
import { comparison, convergence, costAgainstParameter } from "meanfield/figures";
import type { AxisText, FigureSpecification } from "meanfield/figures";
import { notDistances } from "./of-solution.ts";
import type { Compared } from "../comparison.ts";

/** The pictures of a comparison: `cost` by solver, or every scalar against the varied parameter. */
export function comparisonFigures(
  game: Game,
  compared: readonly Compared[],
  vary: string | undefined,
): FigureSpecification[] {
  return vary === undefined
    ? [...bySolver(game, compared), ...convergenceFigures(game, compared)]
    : alongParameter(game, compared, vary);
}

/** Exploitability, and every other distance that at least two iterating solvers report, the solvers against each other. */
function convergenceFigures(game: Game, compared: readonly Compared[]): FigureSpecification[] {
  const iterating = compared.filter(({ solution }) => solution.outcome.trace.length > 1);
  const names = new Set(iterating.flatMap(({ solution }) => Object.keys(solution.outcome.trace[0])));
  return [...names].flatMap((name) => {
    if (notDistances.has(name)) return [];
    const lines = iterating
      .map(({ solver, solution }) => ({ label: solver, trace: solution.outcome.trace }))
      .filter(({ trace }) => trace.some((row) => row[name] > 0 && row[name] !== trace[0][name]))
      .map(({ label, trace }) => ({ label, k: trace.map(({ k }) => k), value: trace.map((row) => row[name]) }));
    if (lines.length < (name === "exploitability" ? 1 : Math.min(2, iterating.length))) return [];
    const words = name.replaceAll("_", " ");
    const against = lines.flatMap(({ label, value }) => {
      const elapsed = iterating.find(({ solver }) => solver === label)?.elapsed;
      return elapsed === undefined ? [] : [{ label, k: elapsed, value }];
    });
    return [
      convergence({
        name: `convergence-${name.replaceAll("_", "-").toLowerCase()}`,
        title: `${game.title}: ${words} against iteration`,
        y: { title: `${words[0].toUpperCase()}${words.slice(1)}` },
        lines,
      }),
      // Iterations of different methods cost differently: what a person waits for is time.
      ...(name === "exploitability"
        ? [
            convergence({
              name: "convergence-exploitability-time",
              title: `${game.title}: exploitability against time`,
              x: { title: "Time", unit: "s" },
              whole: false,
              y: { title: "Exploitability" },
              lines: against,
            }),
          ]
        : []),
    ];
  });
}

function bySolver(game: Game, compared: readonly Compared[]): FigureSpecification[] {
  return scalarsOf(game, compared).flatMap(({ name, text }) => {
    const items = compared.map(({ solver, solution }) => ({ label: solver, value: scalarAt(solution, name) }));
    const known = compared[0]?.solution.exact[name]?.at();
    return [
      comparison({
        name: name.replaceAll("_", "-"),
        title: `${game.title}: ${text.title} by solver`,
        x: text,
        items,
        ...(known === undefined ? {} : { reference: { label: "closed form", value: known } }),
      }),
    ];
  });
}

function alongParameter(game: Game, compared: readonly Compared[], vary: string): FigureSpecification[] {
  const facts = describeParameters(game.parameters)[vary];
  const parameter: AxisText = {
    title: facts?.meaning ?? vary,
    symbol: facts?.symbol ?? vary,
    ...(facts?.unit === undefined ? {} : { unit: facts.unit }),
  };
  const solvers = [...new Set(compared.map(({ solver }) => solver))];
  return scalarsOf(game, compared).map(({ name, text }) =>
    costAgainstParameter({
      name: `${name.replaceAll("_", "-")}-against-${vary.replaceAll("_", "-").toLowerCase()}`,
      title: `${game.title}: ${text.title} against ${vary}`,
      parameter,
      y: text,
      lines: solvers.map((solver) => {
        const cells = compared.filter((cell) => cell.solver === solver);
        return {
          label: solvers.length === 1 ? text.title : solver,
          parameter: cells.map(({ value }) => value as number),
          cost: cells.map(({ solution }) => scalarAt(solution, name)),
        };
      }),
    }),
  );
}

function scalarsOf(game: Game, compared: readonly Compared[]): { name: string; text: AxisText }[] {
  const quantities = compared[0]?.solution.quantities ?? {};
  return game.quantities
    .filter(({ name }) => quantities[name]?.axes.length === 0)
    .map(({ name, title, symbol, unit }) => ({
      name,
      text: { title, ...(symbol === undefined ? {} : { symbol }), ...(unit === undefined ? {} : { unit }) },
    }));
}

function scalarAt({ quantities }: Compared["solution"], name: string): number {
  return quantities[name]?.at() ?? Number.NaN;
}
