import { areaY, rect, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { planAxis } from "./axis.ts";
import { at, figure, textSize, type Key, type Layout } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { ink, paper, pen } from "./palette.ts";
import { pointsOf, solid, type Point } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { richWidth } from "./rich-text.ts";
import { openDots, stroke } from "./strokes.ts";
import { shortNumber } from "./ticks.ts";

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

/**
 * Laws that were learned, as bars, with the exact ones over them; a bar that dwarfs all others is cut and labelled.
 *
 * @throws InputError where positions do not increase.
 */
export function learnedLaw(input: LearnedLawInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: "linear" } as const;
  const { x, groups } = input;
  for (let i = 1; i < x.length; i++) {
    if (!(x[i] > x[i - 1])) throw new InputError("x", x[i], `more than ${x[i - 1]}: positions increase`);
  }
  const several = groups.length > 1;
  const drawn = groups.map(({ label, learned, exact }, i) => ({
    label,
    // One law alone in the colour of bars elsewhere.
    pen: pen(several ? i : 5),
    points: pointsOf(x, learned, scales, omissions, "learned"),
    exact: exact === undefined ? [] : pointsOf(x, exact, scales, omissions, "exact"),
  }));
  const gaps = Array.from(x)
    .slice(1)
    .map((position, i) => position - x[i]);
  const step = gaps.length === 0 ? 1 : Math.min(...gaps);
  const dotted = x.length <= mostDots;
  const half = (dotted ? 0.42 : 0.5) * step;
  // Few bars of several laws stand side by side; many overlap.
  const width = dotted ? (2 * half) / groups.length : 2 * half;
  const left = (position: number, g: number): number => position - half + (dotted ? g * width : 0);
  const stairs = (points: readonly Point[]): Point[] =>
    points.flatMap(({ x: position, y }) => [
      { x: position - half, y: Math.min(y, cut) },
      { x: position + half, y: Math.min(y, cut) },
    ]);
  const shown = drawn.flatMap(({ points, exact }) => solid([...points, ...exact]));
  const tops = Array.from(x, (position) => Math.max(0, ...shown.filter((one) => one.x === position).map(({ y }) => y)));
  const tall = tallest(tops);
  const cut = tall?.cut ?? Infinity;
  const known = drawn.some(({ exact }) => exact.length > 0);
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
    y: planAxis([0, ...shown.map(({ y }) => Math.min(y, cut))], input.y ?? { title: "Share of the population" }),
    keys: keys.length > 1 ? keys : [],
    marks: (layout) => [
      ...drawn.map(({ points, pen }, g) => {
        const paint = { fill: pen.colour, fillOpacity: several ? (dotted ? 0.75 : 0.4) : 1 };
        if (!dotted) return areaY(stairs(points), { x: "x", y1: 0, y2: "y", ...paint });
        return rect(solid(points), {
          x1: ({ x: position }: Point) => left(position, g),
          x2: ({ x: position }: Point) => left(position, g) + width,
          y1: () => 0,
          y2: ({ y }: Point) => Math.min(y, cut),
          ...paint,
        });
      }),
      ...drawn.map(({ exact, pen }, g) => {
        const colour = several ? pen.colour : ink;
        if (!dotted) return stroke(stairs(exact), { colour, dash: "" }, { strokeWidth: 1.1 });
        const inside = exact.filter(({ y }) => y < cut);
        return openDots(
          inside.map(({ x: position, y }) => ({ x: left(position, g) + width / 2, y })),
          colour,
        );
      }),
      tall === undefined
        ? null
        : beyond(
            layout,
            x[tall.index],
            half,
            drawn.map(({ points }) => shareAt(points, x[tall.index])),
          ),
    ],
    notes:
      tall === undefined
        ? []
        : [`The bar at ${shortNumber(x[tall.index])} reaches beyond the axis, to the number beside it.`],
    omissions,
    empty: drawn.every(({ points }) => solid(points).length === 0),
  });
}

/** One place that dwarfs all others, and where to cut it; undefined where none does. */
function tallest(tops: readonly number[]): { readonly index: number; readonly cut: number } | undefined {
  const index = tops.indexOf(Math.max(...tops));
  const second = Math.max(0, ...tops.filter((_, i) => i !== index));
  return second > 0 && tops[index] > 4 * second ? { index, cut: 1.5 * second } : undefined;
}

function shareAt(points: readonly Point[], position: number): number {
  return points.find(({ x }) => x === position)?.y ?? 0;
}

/** What a bar reaches that is cut at the top of the frame, beside it. */
function beyond(layout: Layout, position: number, half: number, shares: readonly number[]): Markish {
  const label = `↑ ${shares.map((share) => shortNumber(share)).join(", ")}`;
  const right = layout.px(position + half) + 6 + richWidth(label, textSize) < layout.right;
  const place = right ? layout.px(position + half) + 6 : layout.px(position - half) - 6;
  return at(label, place, layout.top + 9, right ? "start" : "end", { stroke: paper, strokeWidth: 3 });
}
