import { InputError, labelAt, type Axis, type QuantityDefinition, type QuantityTable } from "../core/index.ts";
import type { CellAxis } from "./cell-axis.ts";
import { cellPanels } from "./cell-panels.ts";
import { defaultLaw } from "./default-law.ts";
import { fieldHeatMap } from "./field-heat-map.ts";
import { fieldSlices, type FieldSlicesInput } from "./field-slices.ts";
import { learnedLaw } from "./learned-law.ts";
import { evenShade } from "./shade.ts";
import { seriesLines } from "./series-lines.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";
import { shortNumber } from "./ticks.ts";

export type DrawnTable = Exclude<QuantityTable, number>;

export interface FigureOfOptions {
  /** The same quantity by closed form, laid over series. */
  readonly exact?: QuantityTable;
  /** How axes other than `t` are announced; default their names. */
  readonly axes?: Readonly<Record<string, AxisText>>;
  /** What precedes the quantity's name in the figure's, as the game's id. */
  readonly prefix?: string;
  /**
   * Axes between whose points there is nothing, such as states: what is nowhere negative there is drawn as bars, and fields on
   * two of them cell by cell.
   */
  readonly discrete?: readonly string[];
  /** Axes whose points have words, which stand in place of the numbers. */
  readonly named?: readonly Axis[];
}

/**
 * The figure that suits a tabulated quantity: lines for a series, bars for a list, colours for a field.
 *
 * Axes of one point are dropped and named in the caption. A field with at most six points on one axis is drawn as that
 * many lines, a field over the plane in time as pictures at up to nine times. Bars are for axes other than `t` whose points
 * are all whole.
 *
 * @throws InputError for a quantity with more axes longer than one point; `tabulate` it at fewer.
 */
export function figureOf(
  table: DrawnTable,
  definition: QuantityDefinition,
  options: FigureOfOptions = {},
): FigureSpecification {
  const { value } = table;
  const axes = axesOf(table);
  const fixed = axes.filter(({ grid }) => grid.length === 1);
  const free = axes.filter(({ grid }) => grid.length !== 1);
  const wordAt = (name: string, point: number): string | undefined => {
    const axis = options.named?.find((one) => one.name === name);
    return axis === undefined ? undefined : labelAt(axis, point);
  };
  const pointAt = (name: string, point: number): string => wordAt(name, point) ?? `${name} = ${shortNumber(point, 6)}`;
  const where = fixed.map(({ name, grid }) => ` at ${pointAt(name, grid[0])}`).join(",");
  const stem = definition.name.replaceAll("_", "-");
  const text: FigureText = {
    name: options.prefix === undefined ? stem : `${options.prefix}-${stem}`,
    title: definition.title,
    caption: `${definition.title}${where}. ${definition.story}`,
  };
  const y = announced(definition);
  const textOf = (name: string): AxisText =>
    options.axes?.[name] ?? (name === "t" ? timeAxis : { title: name.replaceAll("_", " ") });
  const [first, second, ...others] = free.length === 0 ? axes.slice(0, 1) : free;
  const discrete = (axis: NamedGrid): boolean => options.discrete?.includes(axis.name) === true;
  const cells = ({ name, grid }: NamedGrid): CellAxis => {
    const labels = grid.flatMap((point) => wordAt(name, point) ?? []);
    return { grid, text: textOf(name), ...(labels.length === grid.length ? { labels } : {}) };
  };
  if (first?.name === "t" && second !== undefined && others.length === 1) {
    if (discrete(second) && discrete(others[0])) {
      const size = second.grid.length * others[0].grid.length;
      const shown = shownTimes(first, 10);
      const pictures = shown.map((n) => value.slice(n * size, (n + 1) * size));
      return cellPanels({
        ...text,
        across: cells(second),
        up: cells(others[0]),
        columns: 5,
        panels: pictures.map((values, k) => ({ heading: `t = ${shortNumber(first.grid[shown[k]])}`, value: values })),
        shade: evenShade(pictures.flat(), y),
      });
    }
    return slicesOf(first, second, others[0], value, {
      ...text,
      valueText: y,
      xText: textOf(second.name),
      yText: textOf(others[0].name),
      tText: textOf("t"),
    });
  }
  if (first === undefined || others.length > 0) {
    throw new InputError(
      definition.name,
      axes.map(({ name }) => name).join(" × "),
      "given on one or two axes of several points",
    );
  }
  if (second === undefined) {
    const exact = options.exact === undefined || typeof options.exact === "number" ? undefined : options.exact;
    if (first.name !== "t" && first.grid.length <= 60 && first.grid.every(Number.isInteger)) {
      const known =
        exact === undefined ? {} : { reference: { label: "exact", count: onlyGrid(exact), probability: exact.value } };
      return defaultLaw({
        ...text,
        x: textOf(first.name),
        y,
        count: first.grid,
        probability: value,
        label: "computed",
        ...known,
      });
    }
    if (options.discrete?.includes(first.name) === true && value.every((entry) => entry >= 0)) {
      const known = exact === undefined ? {} : { exact: exact.value };
      return learnedLaw({
        ...text,
        x: first.grid,
        groups: [{ label: "computed", learned: value, ...known }],
        axis: textOf(first.name),
        y,
      });
    }
    const overlay = exact === undefined ? {} : { exact: { x: onlyGrid(exact), value: exact.value } };
    return seriesLines({
      ...text,
      x: textOf(first.name),
      y,
      lines: [{ label: "computed", x: first.grid, value, ...overlay }],
    });
  }
  const [shorter, longer, turned] =
    second.grid.length < first.grid.length ? [second, first, true] : [first, second, false];
  if (shorter.grid.length <= 6) {
    const at = (i: number, j: number): number =>
      turned ? value[j * second.grid.length + i] : value[i * second.grid.length + j];
    const lines = shorter.grid.map((point, i) => ({
      label: pointAt(shorter.name, point),
      x: longer.grid,
      value: longer.grid.map((_, j) => at(i, j)),
    }));
    return seriesLines({ ...text, x: textOf(longer.name), y, lines });
  }
  const [t, x, values] =
    second.name === "t"
      ? [second, first, transposed(value, first.grid.length, second.grid.length)]
      : [first, second, value];
  if (discrete(t) && discrete(x) && t.grid.length <= mostCells)
    return cellPanels({
      ...text,
      across: cells(t),
      up: cells(x),
      columns: 1,
      panels: [{ heading: "", value: values }],
      shade: evenShade(values, y),
    });
  return fieldHeatMap({
    ...text,
    t: t.grid,
    x: x.grid,
    value: values,
    valueText: y,
    y: textOf(x.name),
    horizontal: textOf(t.name),
  });
}

/** More cells side by side would be narrower than what one sees. */
const mostCells = 400;

/** Up to so many of the times, first and last among them. */
function shownTimes({ grid }: NamedGrid, most: number): number[] {
  const count = Math.min(most, grid.length);
  return Array.from({ length: count }, (_, n) => Math.round((n * (grid.length - 1)) / Math.max(1, count - 1)));
}

/** Pictures at up to nine times, first and last among them. */
function slicesOf(
  t: NamedGrid,
  x: NamedGrid,
  y: NamedGrid,
  value: readonly number[],
  text: Omit<FieldSlicesInput, "t" | "x" | "y" | "value">,
): FigureSpecification {
  const shown = shownTimes(t, 9);
  const size = x.grid.length * y.grid.length;
  return fieldSlices({
    ...text,
    t: shown.map((n) => t.grid[n]),
    x: x.grid,
    y: y.grid,
    value: shown.flatMap((n) => value.slice(n * size, (n + 1) * size)),
  });
}

interface NamedGrid {
  readonly name: string;
  readonly grid: readonly number[];
}

function axesOf(table: DrawnTable): NamedGrid[] {
  if ("t" in table) return [{ name: "t", grid: table.t }];
  return Object.entries(table.axes).map(([name, grid]) => ({ name, grid }));
}

/** The longest axis: an exact answer for a series has one. */
function onlyGrid(table: DrawnTable): readonly number[] {
  return axesOf(table).reduce<readonly number[]>((best, { grid }) => (grid.length > best.length ? grid : best), []);
}

function announced({ title, symbol, unit }: QuantityDefinition): AxisText {
  return { title, ...(symbol === undefined ? {} : { symbol }), ...(unit === undefined ? {} : { unit }) };
}

function transposed(value: readonly number[], rows: number, columns: number): number[] {
  return Array.from({ length: value.length }, (_, k) => value[(k % rows) * columns + Math.floor(k / rows)]);
}
