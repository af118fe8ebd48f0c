import { rect } from "@observablehq/plot";
import { planAxis } from "./axis.ts";
import { figure, stretch, type Key } from "./frame.ts";
import { noOmissions, type Scale } from "./omissions.ts";
import { ink, pen } from "./palette.ts";
import { pointsOf, solid } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { bars, openDots, spanEnds, spansOf, type Interval } from "./strokes.ts";

export interface DefaultLawInput extends FigureText {
  /** Whole numbers of defaults. */
  readonly count: ArrayLike<number>;
  readonly probability: ArrayLike<number>;
  /** Ends of the error bars. */
  readonly interval?: Interval;
  /** A law known otherwise, drawn as open dots. */
  readonly reference?: {
    readonly label: string;
    readonly count: ArrayLike<number>;
    readonly probability: ArrayLike<number>;
  };
  /** Default `linear`; `log` shows the tail. */
  readonly scale?: Scale;
  /** Default the number of defaults. */
  readonly x?: AxisText;
  /** Default probability. */
  readonly y?: AxisText;
  /** What the bars are called where a reference stands beside them. Default `simulated`. */
  readonly label?: string;
}

/** The law of the number of defaults as bars with error bars, a reference law over it as dots. */
export function defaultLaw(input: DefaultLawInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: input.scale ?? "linear" } as const;
  const { count, interval, reference } = input;
  const points = pointsOf(count, input.probability, scales, omissions, "probability");
  const law = solid(points);
  const spans = interval === undefined ? [] : spansOf(points, interval, scales, omissions);
  const known =
    reference === undefined
      ? []
      : pointsOf(reference.count, reference.probability, scales, omissions, "reference.probability");
  const sky = pen(5);
  const steps = [...new Set(law.map(({ x }) => x))].toSorted((a, b) => a - b);
  const step = Math.min(...steps.slice(1).map((x, i) => x - steps[i]), Infinity);
  const half = 0.38 * (step === Infinity ? 1 : step);
  // Every count keeps its place, also one whose probability cannot be drawn.
  const xs = [...Array.from(count), ...solid(known).map(({ x }) => x)].flatMap((x) => [x - half * 1.4, x + half * 1.4]);
  const ys = [...law, ...solid(known)].map(({ y }) => y).concat([...spanEnds(spans, scales)]);
  const y = planAxis(scales.y === "linear" ? [0, ...ys] : ys, input.y ?? { title: "Probability" }, { scale: scales.y });
  const keys: Key[] =
    reference === undefined
      ? []
      : [
          { label: input.label ?? "simulated", sign: "bar", pen: sky },
          { label: reference.label, sign: "open-dots", pen: { colour: ink, dash: "" } },
        ];
  const foot = scales.y === "log" ? y.low : 0;
  return figure({
    text: input,
    x: planAxis(xs, input.x ?? { title: "Number of defaults" }, {
      tight: true,
      whole: steps.every(Number.isInteger),
      count: 10,
    }),
    y,
    keys,
    marks: (layout) => [
      rect(law, { x1: ({ x }) => x - half, x2: ({ x }) => x + half, y1: () => foot, y2: "y", fill: sky.colour }),
      foot > y.low
        ? stretch(layout.left, layout.py(foot), layout.right, layout.py(foot), { stroke: ink, strokeWidth: 0.9 })
        : null,
      bars(spans, ink, y.low, scales.y === "log"),
      openDots(known),
    ],
    omissions,
    empty: law.length === 0,
  });
}
