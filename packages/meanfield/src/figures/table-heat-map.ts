import { rect, text as textMark, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import type { Axis } from "./axis.ts";
import { figure, tickSize } from "./frame.ts";
import { drawable, noOmissions, type Scale } from "./omissions.ts";
import { ink, missingPaper, paper, sequentialColours } from "./palette.ts";
import { axisLabel } from "./rich-text.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";

export interface TableHeatMapInput extends FigureText {
  /** What the rows are, first row on top; `Infinity` is a margin, set apart. */
  readonly rows: readonly number[];
  /** What the columns are, first column left; `Infinity` is a margin, set apart. */
  readonly columns: readonly number[];
  /** One row of numbers for each row. */
  readonly value: readonly (readonly number[])[];
  readonly x: AxisText;
  readonly y: AxisText;
  /** Of the colours; zeros of a logarithmic scale are drawn as its lowest. Default `log`. */
  readonly scale?: Scale;
}

/** Room between a table and its margins, in cells. */
const gap = 0.22;

/**
 * A table of numbers as coloured cells with the numbers written in, its margins set apart: lighter for larger, grey where there is
 * no number.
 *
 * @throws InputError for a value that does not have a row and a column for each name.
 */
export function tableHeatMap(input: TableHeatMapInput): FigureSpecification {
  const { rows, columns, value, scale = "log" } = input;
  if (value.length !== rows.length || value.some((row) => row.length !== columns.length)) {
    throw new InputError("value", value.length, `${rows.length} rows of ${columns.length} numbers`);
  }
  const omissions = noOmissions();
  const cells = value.flatMap((row, i) => row.map((number, j) => ({ i, j, number })));
  const coloured = cells.filter(({ number }) =>
    scale === "log" && number === 0 ? false : drawable(number, scale, omissions),
  );
  const measure = (number: number): number => (scale === "log" ? Math.log(number) : number);
  const all = coloured.map(({ number }) => measure(number));
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const share = (number: number): number => {
    if (scale === "log" && number === 0) return 0;
    return high > low ? (measure(number) - low) / (high - low) : 0.5;
  };
  const across = places(columns, input.x, false);
  const down = places(rows, input.y, true);
  const colours = sequentialColours(256);
  const drawn = cells.map(({ i, j, number }) => {
    const known = Number.isFinite(number) && (scale === "linear" || number >= 0);
    const level = known ? share(number) : Number.NaN;
    return {
      x: across.ticks[j],
      y: down.ticks[i],
      label: known ? cellNumber(number) : "",
      fill: known ? colours[Math.min(255, Math.floor(level * 256))] : missingPaper,
      pen: level > 0.55 || !known ? ink : paper,
    };
  });
  const width = input.width ?? Math.max(420, 90 + 46 * columns.length);
  return figure({
    text: { ...input, width },
    x: across,
    y: down,
    grid: "none",
    border: false,
    inside: 26 * rows.length,
    marks: (): Markish[] => [
      rect(drawn, {
        x1: ({ x }: Cell) => x - 0.5,
        x2: ({ x }: Cell) => x + 0.5,
        y1: ({ y }: Cell) => y - 0.5,
        y2: ({ y }: Cell) => y + 0.5,
        fill: (cell: Cell) => cell.fill,
        stroke: paper,
        strokeWidth: 0.8,
      }),
      textMark(drawn, {
        x: "x",
        y: "y",
        text: "label",
        fill: (cell: Cell) => cell.pen,
        fontSize: tickSize - 1,
      }),
    ],
    notes: [
      `Lighter cells are larger${scale === "log" ? ", on a logarithmic scale" : ""}.`,
      ...([...rows, ...columns].includes(Infinity) ? ["Set apart: the limits, ∞."] : []),
    ],
    omissions,
    empty: coloured.length === 0,
  });
}

interface Cell {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly fill: string;
  readonly pen: string;
}

/** Cells one apart, margins a little further; `turned` puts the first on top. */
function places(names: readonly number[], text: AxisText, turned: boolean): Axis {
  const offsets = names.map((name, i) => i + (name === Infinity ? gap : 0));
  const length = (offsets.at(-1) ?? 0) + 1;
  const ticks = offsets.map((offset) => (turned ? length - 0.5 - offset : offset + 0.5));
  return {
    scale: "linear",
    low: 0,
    high: length,
    ticks,
    labels: names.map((name) => (name === Infinity ? "∞" : String(name))),
    label: axisLabel(text),
  };
}

/** Three digits, or two and a power of ten. */
function cellNumber(number: number): string {
  const size = Math.abs(number);
  if (size === 0) return "0";
  const text = size >= 0.00995 && size < 9995 ? plain(number) : number.toExponential(1).replace("e+", "e");
  return text.replaceAll("-", "−");
}

/** Three digits, all digits before the point included. */
function plain(number: number): string {
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(number)) + 1e-9));
  return number.toFixed(decimals);
}
