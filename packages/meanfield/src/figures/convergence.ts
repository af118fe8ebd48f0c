import { planAxis } from "./axis.ts";
import { figure, type Key } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { ink, pen } from "./palette.ts";
import { pointsOf, solid } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { dots, level, stroke } from "./strokes.ts";

export interface ConvergenceInput extends FigureText {
  /** One line for each metric or solver. */
  readonly lines: readonly {
    readonly label: string;
    readonly k: ArrayLike<number>;
    readonly value: ArrayLike<number>;
  }[];
  /** Drawn as a level; the solve stops below it. */
  readonly tolerance?: number;
  /** Default `Metric`. */
  readonly y?: AxisText;
  /** Default the iteration k. */
  readonly x?: AxisText;
  /** Whether x counts, so that only whole numbers are marked. Default true. */
  readonly whole?: boolean;
}

/** How metrics fall with the iterations, on a logarithmic axis. */
export function convergence(input: ConvergenceInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: "log" } as const;
  const { tolerance } = input;
  const drawn = input.lines.map(({ label, k, value }, i) => ({
    label,
    pen: pen(i),
    points: pointsOf(k, value, scales, omissions, "value"),
  }));
  const all = drawn.flatMap(({ points }) => solid(points));
  const values = all.map(({ y }) => y);
  const keys: Key[] = drawn.map(({ label, pen, points }) => ({
    label,
    pen,
    sign: points.length <= 40 ? "line-and-dots" : "line",
  }));
  return figure({
    text: input,
    x: planAxis(
      all.map(({ x }) => x),
      input.x ?? { title: "Iteration", symbol: "k" },
      { whole: input.whole ?? true, count: 8, tight: all.length > 60 },
    ),
    y: planAxis(tolerance === undefined ? values : [...values, tolerance], input.y ?? { title: "Metric" }, {
      scale: "log",
      count: 6,
    }),
    keys: keys.length > 1 ? keys : [],
    marks: (layout) => [
      tolerance === undefined || !(tolerance > 0)
        ? null
        : level(
            layout,
            tolerance,
            "tolerance",
            { colour: ink, dash: "4 3" },
            drawn.map(({ points }) => points),
          ),
      ...drawn.map(({ points, pen }) => [
        stroke(points, pen, { strokeWidth: 1.4 }),
        points.length <= 40 ? dots(points, pen.colour, { r: 2.2 }) : null,
      ]),
    ],
    omissions,
    empty: all.length === 0,
  });
}
