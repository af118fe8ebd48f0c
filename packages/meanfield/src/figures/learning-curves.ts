import { planAxis } from "./axis.ts";
import { figure, stretch, type Key } from "./frame.ts";
import { drawable, noOmissions } from "./omissions.ts";
import { ink, mutedInk, pen, type Pen } from "./palette.ts";
import { checkLength, pointsOf, solid } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { band, spanEnds, spansOf, stroke } from "./strokes.ts";

/** A number after each of so many iterations. */
export interface LearningPath {
  readonly iteration: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

/** An exact answer: a dashed line with its name. */
export interface CurveTarget {
  readonly label: string;
  readonly value: number;
  /** Whether nothing drawn should come to it: it stands in the background. Default false. */
  readonly aside?: boolean;
}

export interface LearningCurvesInput extends FigureText {
  /** Such as the equilibrium and the social optimum. */
  readonly groups: readonly {
    readonly label: string;
    /** Mean over runs. */
    readonly mean: LearningPath;
    /** Standard deviation over runs, one number each of the mean's. */
    readonly deviation?: ArrayLike<number>;
    /** Single runs, drawn faintly. */
    readonly runs?: readonly LearningPath[];
  }[];
  readonly targets?: readonly CurveTarget[];
  readonly y: AxisText;
  /** Default iterations. */
  readonly x?: AxisText;
}

/** What was learned against the number of iterations: mean over runs in its band, single runs behind, exact answers. */
export function learningCurves(input: LearningCurvesInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: "linear" } as const;
  const { targets = [] } = input;
  const drawn = input.groups.map(({ label, mean, deviation, runs = [] }, i) => {
    const points = pointsOf(mean.iteration, mean.value, scales, omissions, "mean");
    if (deviation !== undefined) checkLength("deviation", deviation, mean.value);
    const ends = (sign: number): number[] =>
      Array.from(mean.value, (value, k) => value + sign * (deviation?.[k] ?? Number.NaN));
    return {
      label,
      pen: pen(i),
      points,
      spans: deviation === undefined ? [] : spansOf(points, { low: ends(-1), high: ends(1) }, scales, omissions),
      runs: runs.map(({ iteration, value }) => pointsOf(iteration, value, scales, omissions, "run")),
    };
  });
  const all = drawn.flatMap(({ points, runs }) => [points, ...runs].flatMap(solid));
  const ends = drawn.flatMap(({ spans }) => [...spanEnds(spans, scales)]);
  const x = planAxis(
    all.map(({ x }) => x),
    input.x ?? { title: "Iterations", symbol: "k" },
    { tight: true, whole: true, count: 6 },
  );
  const known = targets.filter(({ value }) => drawable(value, scales.y, omissions));
  const keys: Key[] = [
    ...drawn
      .filter(() => drawn.length > 1)
      .map(({ label, pen, spans }) => ({ label, pen, sign: spans.length > 0 ? "line-and-band" : "line" }) as const),
    // Named where they end on the right, as long as there is room between them.
    ...known.map((target) => ({
      label: target.label,
      pen: targetPen(target),
      sign: "line" as const,
      end: { x: x.high, y: target.value },
    })),
  ];
  const banded = drawn.some(({ spans }) => spans.length > 0);
  const single = drawn.some(({ runs }) => runs.length > 0);
  return figure({
    text: input,
    x,
    y: planAxis([...all.map(({ y }) => y), ...ends, ...known.map(({ value }) => value)], input.y),
    keys,
    marks: (layout) => [
      ...drawn.flatMap(({ runs, pen }) =>
        runs.map((points) => stroke(points, pen, { strokeWidth: 0.7, strokeOpacity: 0.28 })),
      ),
      ...drawn.map(({ spans, pen }) => band(spans, pen.colour)),
      ...drawn.map(({ points, pen }) => stroke(points, pen, { strokeWidth: 1.9 })),
      ...known.map((target) => {
        const { colour, dash } = targetPen(target);
        const y = layout.py(target.value);
        const style = { stroke: colour, strokeWidth: 1.1, strokeDasharray: dash };
        return stretch(layout.left, y, layout.right, y, style);
      }),
    ],
    notes: [
      banded ? "Lines: mean over runs; bands: one standard deviation on either side." : "",
      single ? "Faint: single runs." : "",
      known.length > 0 ? "Dashed: exact." : "",
    ].filter((note) => note !== ""),
    omissions,
    empty: all.length === 0,
  });
}

function targetPen({ aside = false }: CurveTarget): Pen {
  return { colour: aside ? mutedInk : ink, dash: "6 3" };
}
