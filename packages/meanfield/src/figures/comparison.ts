import { dot, ruleY } from "@observablehq/plot";
import { namedAxis, planAxis } from "./axis.ts";
import { figure, stretch } from "./frame.ts";
import { drawable, noOmissions, type Scale } from "./omissions.ts";
import { ink, paper, pen } from "./palette.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";

export interface ComparisonInput extends FigureText {
  /** The quantity compared. */
  readonly x: AxisText;
  /** One row for each solver, or whatever is compared. */
  readonly items: readonly {
    readonly label: string;
    readonly value: number;
    /** Ends of the confidence interval. */
    readonly interval?: readonly [low: number, high: number];
  }[];
  /** The exact value, a vertical line. */
  readonly reference?: { readonly label: string; readonly value: number };
  /** Default `linear`. */
  readonly scale?: Scale;
}

/** One number by several solvers: a dot each with its interval, against the exact value where it is known. */
export function comparison(input: ComparisonInput): FigureSpecification {
  const omissions = noOmissions();
  const scale = input.scale ?? "linear";
  const { items, reference } = input;
  const rows = items
    .map(({ value, interval = [value, value] }, row) => ({ row, value, low: interval[0], high: interval[1] }))
    .filter(({ value }) => drawable(value, scale, omissions));
  const spans = rows
    .filter(({ low, high }) => low !== high)
    .map(({ row, low, high }) => {
      const cut = scale === "log" && low <= 0;
      if (cut) omissions.cutAtEdge++;
      return { row, low, high, cut };
    })
    .filter(({ low, high, cut }) => drawable(high, scale, omissions) && (cut || drawable(low, scale, omissions)));
  const known = reference === undefined ? [] : [reference.value].filter((value) => drawable(value, scale, omissions));
  const ends = spans.flatMap(({ low, high, cut }) => (cut ? [high] : [low, high]));
  const x = planAxis([...rows.map(({ value }) => value), ...ends, ...known], input.x, { scale });
  const names = namedAxis(items.map(({ label }) => label));
  // The first item stands on top, as in the table beside the figure.
  const place = (row: number): number => items.length - 1 - row;
  const blue = pen(0).colour;
  return figure({
    text: input,
    x,
    y: { ...names, labels: names.labels.toReversed() },
    grid: "x",
    inside: Math.max(70, 26 * items.length),
    keys:
      reference === undefined || known.length === 0
        ? []
        : [{ label: reference.label, sign: "line", pen: { colour: ink, dash: "4 3" } }],
    marks: (layout) => [
      ...known.map((value) =>
        stretch(layout.px(value), layout.top, layout.px(value), layout.bottom, {
          stroke: ink,
          strokeWidth: 1.1,
          strokeDasharray: "4 3",
        }),
      ),
      ruleY(spans, {
        y: ({ row }) => place(row),
        x1: ({ low, cut }) => (cut ? x.low : low),
        x2: "high",
        stroke: blue,
        strokeWidth: 1.6,
      }),
      dot(rows, { x: "value", y: ({ row }) => place(row), fill: blue, stroke: paper, strokeWidth: 0.6, r: 4 }),
    ],
    notes: spans.length > 0 ? ["Bars: confidence intervals."] : [],
    omissions,
    empty: rows.length === 0,
  });
}
