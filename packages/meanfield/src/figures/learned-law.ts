import { rect } from "@observablehq/plot";
import { planAxis } from "./axis.ts";
import { figure, type Key } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { ink, pen } from "./palette.ts";
import { pointsOf, solid } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { openDots, stroke } from "./strokes.ts";

export interface LearnedLawInput extends FigureText {
  /** Positions, or centres of bins, increasing and evenly spaced. */
  readonly x: ArrayLike<number>;
  /** Shares as bars, such as those of the equilibrium and of the social optimum. */
  readonly groups: readonly {
    readonly label: string;
    readonly learned: ArrayLike<number>;
    /** The exact law: open dots, or a line where there are many positions. */
    readonly exact?: ArrayLike<number>;
  }[];
  readonly axis: AxisText;
  /** Default share of the population. */
  readonly y?: AxisText;
}

/** More exact values than this are a line; dots would touch. */
const mostDots = 30;

/** Laws that were learned, as bars, with the exact ones over them. */
export function learnedLaw(input: LearnedLawInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: "linear" } as const;
  const { x, groups } = input;
  const several = groups.length > 1;
  const drawn = groups.map(({ label, learned, exact }, i) => ({
    label,
    // One law alone in the colour of bars elsewhere.
    pen: pen(several ? i : 5),
    bars: solid(pointsOf(x, learned, scales, omissions, "learned")),
    exact: exact === undefined ? [] : pointsOf(x, exact, scales, omissions, "exact"),
  }));
  const gaps = Array.from(x)
    .slice(1)
    .map((position, i) => position - x[i]);
  const step = gaps.length === 0 ? 1 : Math.min(...gaps);
  const half = (x.length > mostDots ? 0.5 : 0.42) * step;
  // Several laws stand side by side.
  const width = (2 * half) / groups.length;
  const values = drawn.flatMap(({ bars, exact }) => [...bars, ...solid(exact)].map(({ y }) => y));
  const known = drawn.some(({ exact }) => exact.length > 0);
  const dotted = x.length <= mostDots;
  const keys: Key[] = [
    ...drawn.map(({ label, pen }): Key => ({ label, sign: "bar", pen })),
    ...(known
      ? [{ label: "exact", sign: dotted ? "open-dots" : "line", pen: { colour: ink, dash: "" } } as const]
      : []),
  ];
  return figure({
    text: input,
    x: planAxis(
      Array.from(x).flatMap((position) => [position - 0.6 * step, position + 0.6 * step]),
      input.axis,
      { tight: true, whole: Array.from(x).every(Number.isInteger), count: 10 },
    ),
    y: planAxis([0, ...values], input.y ?? { title: "Share of the population" }),
    keys: keys.length > 1 ? keys : [],
    marks: () => [
      ...drawn.map(({ bars, pen }, g) =>
        rect(bars, {
          x1: ({ x: position }: { x: number }) => position - half + g * width,
          x2: ({ x: position }: { x: number }) => position - half + (g + 1) * width,
          y1: () => 0,
          y2: "y",
          fill: pen.colour,
          fillOpacity: several ? 0.75 : 1,
        }),
      ),
      ...drawn.map(({ exact, pen }, g) => {
        const shifted = exact.map(({ x: position, y }) => ({ x: position - half + (g + 0.5) * width, y }));
        const colour = several ? pen.colour : ink;
        return dotted ? openDots(shifted, colour) : stroke(shifted, { colour, dash: "" }, { strokeWidth: 1.1 });
      }),
    ],
    omissions,
    empty: drawn.every(({ bars }) => bars.length === 0),
  });
}
