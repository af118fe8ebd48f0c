import { planAxis } from "./axis.ts";
import { figure } from "./frame.ts";
import { noOmissions, type Scale } from "./omissions.ts";
import { faintInk, pen } from "./palette.ts";
import { pointsOf, solid } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { at, stretch } from "./frame.ts";
import { band, dots, spanEnds, spansOf, stroke, type Interval } from "./strokes.ts";

export interface CostAgainstParameterInput extends FigureText {
  readonly parameter: AxisText;
  readonly y: AxisText;
  /** Such as the equilibrium's cost and the planner's. */
  readonly lines: readonly {
    readonly label: string;
    readonly parameter: ArrayLike<number>;
    readonly cost: ArrayLike<number>;
    /** Ends of confidence intervals. */
    readonly interval?: Interval;
  }[];
  /** Where the game as declared stands. */
  readonly current?: number;
  /** Scale of the parameter. Default `linear`. */
  readonly scale?: Scale;
}

/** Cost, or any number, against one parameter. */
export function costAgainstParameter(input: CostAgainstParameterInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: input.scale ?? "linear", y: "linear" } as const;
  const { current } = input;
  const drawn = input.lines.map(({ label, parameter, cost, interval }, i) => {
    const points = pointsOf(parameter, cost, scales, omissions, "cost");
    return {
      label,
      pen: pen(i),
      points,
      spans: interval === undefined ? [] : spansOf(points, interval, scales, omissions),
    };
  });
  const all = drawn.flatMap(({ points }) => solid(points));
  const ends = drawn.flatMap(({ spans }) => [...spanEnds(spans, scales)]);
  const x = planAxis(
    all.map(({ x }) => x),
    input.parameter,
    { scale: scales.x },
  );
  return figure({
    text: input,
    x,
    y: planAxis([...all.map(({ y }) => y), ...ends], input.y),
    keys:
      drawn.length > 1
        ? drawn.map(
            ({ label, pen, spans }) => ({ label, pen, sign: spans.length > 0 ? "line-and-band" : "line" }) as const,
          )
        : [],
    marks: (layout) => [
      current === undefined || !(current >= x.low && current <= x.high)
        ? null
        : [
            stretch(layout.px(current), layout.top, layout.px(current), layout.bottom, {
              stroke: faintInk,
              strokeWidth: 1,
              strokeDasharray: "2 2",
            }),
            at("as set", layout.px(current) + 4, layout.top + 7, "start", { fill: "#4d4d4d" }),
          ],
      ...drawn.map(({ spans, pen }) => band(spans, pen.colour)),
      ...drawn.map(({ points, pen }) => [
        stroke(points, pen),
        points.length <= 30 ? dots(points, pen.colour, { r: 2.4 }) : null,
      ]),
    ],
    notes: drawn.some(({ spans }) => spans.length > 0) ? ["Bands: confidence intervals."] : [],
    omissions,
    empty: all.length === 0,
  });
}
