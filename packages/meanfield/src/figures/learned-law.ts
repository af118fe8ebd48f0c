import { rect, type Markish } from "@observablehq/plot";
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
  const stairs = (points: readonly Point[], g: number): Point[] =>
    points.flatMap(({ x: position, y }) => [
      { x: position - half + g * width, y },
      { x: position - half + (g + 1) * width, y },
    ]);
  const shown = drawn.flatMap(({ bars, exact }) => [...bars, ...solid(exact)]);
  const tops = Array.from(x, (position) => Math.max(0, ...shown.filter((one) => one.x === position).map(({ y }) => y)));
  const tall = tallest(tops);
  const cut = tall?.cut ?? Infinity;
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
    y: planAxis([0, ...shown.map(({ y }) => Math.min(y, cut))], input.y ?? { title: "Share of the population" }),
    keys: keys.length > 1 ? keys : [],
    marks: (layout) => [
      ...drawn.map(({ bars, pen }, g) =>
        rect(bars, {
          x1: ({ x: position }: { x: number }) => position - half + g * width,
          x2: ({ x: position }: { x: number }) => position - half + (g + 1) * width,
          y1: () => 0,
          y2: ({ y: share }: { y: number }) => Math.min(share, cut),
          fill: pen.colour,
          fillOpacity: several ? 0.75 : 1,
          // Neighbours that touch leave no hairline between them.
          ...(dotted || several ? {} : { stroke: pen.colour, strokeWidth: 0.5 }),
        }),
      ),
      ...drawn.map(({ exact, pen }, g) => {
        const clipped = exact.map(({ x: position, y }) => ({ x: position, y: Math.min(y, cut) }));
        const shifted = clipped
          .filter(({ y }) => y < cut)
          .map(({ x: position, y }) => ({ x: position - half + (g + 0.5) * width, y }));
        const colour = several ? pen.colour : ink;
        return dotted
          ? openDots(shifted, colour)
          : stroke(stairs(clipped, g), { colour, dash: "" }, { strokeWidth: 1.1 });
      }),
      tall === undefined
        ? null
        : beyond(
            layout,
            x[tall.index],
            half,
            drawn.map(({ bars }) => shareAt(bars, x[tall.index])),
          ),
    ],
    notes:
      tall === undefined
        ? []
        : [`The bar at ${shortNumber(x[tall.index])} reaches beyond the axis, to the number beside it.`],
    omissions,
    empty: drawn.every(({ bars }) => bars.length === 0),
  });
}

/** One place that dwarfs all others, and where to cut it; undefined where none does. */
function tallest(tops: readonly number[]): { readonly index: number; readonly cut: number } | undefined {
  const index = tops.indexOf(Math.max(...tops));
  const second = Math.max(0, ...tops.filter((_, i) => i !== index));
  return second > 0 && tops[index] > 4 * second ? { index, cut: 1.5 * second } : undefined;
}

function shareAt(bars: readonly Point[], position: number): number {
  return bars.find(({ x }) => x === position)?.y ?? 0;
}

/** What a bar reaches that is cut at the top of the frame, beside it. */
function beyond(layout: Layout, position: number, half: number, shares: readonly number[]): Markish {
  const label = `↑ ${shares.map((share) => shortNumber(share)).join(", ")}`;
  const right = layout.px(position + half) + 6 + richWidth(label, textSize) < layout.right;
  const place = right ? layout.px(position + half) + 6 : layout.px(position - half) - 6;
  return at(label, place, layout.top + 9, right ? "start" : "end", { stroke: paper, strokeWidth: 3 });
}
