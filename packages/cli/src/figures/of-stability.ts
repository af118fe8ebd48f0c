import type { Game, StabilityGrid, StabilityRate, StabilityTable } from "meanfield";
import { logLogRates, tableHeatMap } from "meanfield/figures";
import type { FigureSpecification } from "meanfield/figures";

/** The pictures of a table of stability: the values and the distances as heat maps, and the two directions on logarithmic axes. */
export function stabilityFigures({ title }: Pick<Game, "title">, table: StabilityTable): FigureSpecification[] {
  const find = (name: string): StabilityGrid | undefined => table.grids.find((grid) => grid.name === name);
  const maps = ["Y0", "dist_to_limit"].flatMap((name) => {
    const grid = find(name);
    return grid === undefined ? [] : [heatMap(title, grid)];
  });
  const rates = [
    ["dist_horizontal", "players"],
    ["dist_vertical", "k"],
  ].flatMap(([name, along]) => {
    const grid = find(name);
    return grid === undefined ? [] : [rateFigure(title, grid, along as "players" | "k", table.rates)];
  });
  return [...maps, ...rates];
}

function heatMap(title: string, grid: StabilityGrid): FigureSpecification {
  const positive = grid.value.every((row) => row.every((value) => value >= 0));
  return tableHeatMap({
    name: `stability-${grid.name.toLowerCase().replaceAll("_", "-")}`,
    title: `${title}: ${grid.title.toLowerCase()}`,
    caption: grid.story,
    rows: grid.rows,
    columns: grid.columns,
    value: grid.value,
    x: { title: "Number of players", symbol: "N" },
    y: { title: "Level of the data", symbol: "k" },
    scale: positive ? "log" : "linear",
  });
}

/** A line for some of the rows or columns, margins among them: the first, the last, and what fits between. */
function rateFigure(
  title: string,
  grid: StabilityGrid,
  along: "players" | "k",
  rates: readonly StabilityRate[],
): FigureSpecification {
  const [sizes, lines] = along === "players" ? [grid.columns, grid.rows] : [grid.rows, grid.columns];
  const errorOf = (line: number): number[] =>
    along === "players" ? [...grid.value[line]] : grid.value.map((row) => row[line]);
  const other = along === "players" ? "k" : "N";
  const groups = chosen(lines.length).map((line) => {
    const at = lines[line];
    const error = errorOf(line);
    const rate = rates.find((candidate) => candidate.grid === grid.name && candidate.at === at);
    return { label: `${other} = ${at === Infinity ? "∞" : at}`, size: sizes, error, ...fitOf(rate, sizes, error) };
  });
  const theory = rates.findLast((rate) => rate.grid === grid.name)?.theory ?? -1;
  return logLogRates({
    name: `stability-${along === "players" ? "horizontal" : "vertical"}`,
    title: `${title}: ${grid.title.toLowerCase()}`,
    caption: `${grid.story} Slopes are fitted to the upper half of the sizes, where lines are drawn.`,
    ...(along === "k" ? { x: { title: "Level of the data", symbol: "k" } } : {}),
    y: { title: "Mean square distance" },
    groups: groups.toReversed(),
    theory: { slope: theory, label: `theory: ${String(theory).replace("-", "−")}`, through: "last" },
  });
}

function chosen(count: number): number[] {
  const most = 5;
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}

/** The fit of the rate, through the middle of the points it was fitted to. */
function fitOf(rate: StabilityRate | undefined, sizes: readonly number[], error: readonly number[]) {
  if (rate?.slope?.high === undefined) return {};
  const { slope, high } = rate.slope;
  const from = Math.max(0, Math.min(sizes.length - 3, Math.floor(sizes.length / 2)));
  const points = sizes
    .map((size, i) => [size, error[i]] as const)
    .slice(from)
    .filter(([, value]) => value > 0);
  const centre =
    points.reduce((sum, [size, value]) => sum + Math.log(value) - slope * Math.log(size), 0) / points.length;
  return { fit: { slope, intercept: centre, halfWidth: high - slope, from: sizes[from] } };
}
