import { planAxis } from "./axis.ts";
import { figure } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { pen } from "./palette.ts";
import { checkLength, pointsOf, solid } from "./points.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";
import { band, exactPen, spanEnds, spansOf, stroke, type Interval } from "./strokes.ts";

export interface FlowGroup {
  readonly label: string;
  readonly mean: ArrayLike<number>;
  /** Bands of plus and minus one standard deviation. */
  readonly deviation?: ArrayLike<number>;
  /** Pairs of quantiles, the widest first; drawn over each other. */
  readonly bands?: readonly Interval[];
}

export interface FlowBandsInput extends FigureText {
  readonly t: ArrayLike<number>;
  /** Such as the equilibrium and the planner's optimum. */
  readonly groups: readonly FlowGroup[];
  readonly y: AxisText;
  /** How time is announced. Default `Time t`. */
  readonly time?: AxisText;
  /** How the bands of `bands` are to be read, for the caption: `10 and 90 per cent quantiles`. */
  readonly bandMeaning?: string;
  /** Means by closed form, drawn dashed over the lines. */
  readonly exact?: { readonly t: ArrayLike<number>; readonly mean: ArrayLike<number> };
}

/** The flow of the population: mean lines in bands of standard deviation or quantiles, one colour a group. */
export function flowBands(input: FlowBandsInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "linear", y: "linear" } as const;
  const { t, exact } = input;
  const drawn = input.groups.map((group, i) => {
    const points = pointsOf(t, group.mean, scales, omissions, "mean");
    const bands = intervals(group, t).map((interval) => spansOf(points, interval, scales, omissions));
    return { label: group.label, pen: pen(i), points, bands };
  });
  const overlay = exact === undefined ? [] : pointsOf(exact.t, exact.mean, scales, omissions, "exact.mean");
  const all = [...drawn.flatMap(({ points }) => solid(points)), ...solid(overlay)];
  const ends = drawn.flatMap(({ bands }) => bands.flatMap((spans) => [...spanEnds(spans, scales)]));
  const banded = drawn.some(({ bands }) => bands.length > 0);
  const meaning = input.groups.some(({ bands }) => bands !== undefined)
    ? (input.bandMeaning ?? "quantiles")
    : "one standard deviation on either side";
  return figure({
    text: input,
    x: planAxis(
      all.map(({ x }) => x),
      input.time ?? timeAxis,
      { tight: true },
    ),
    y: planAxis([...all.map(({ y }) => y), ...ends], input.y),
    keys: [
      ...drawn
        .filter(() => drawn.length > 1 || exact !== undefined)
        .map(({ label, pen, bands }) => ({ label, pen, sign: bands.length > 0 ? "line-and-band" : "line" }) as const),
      ...(exact === undefined ? [] : [{ label: "exact mean", sign: "line", pen: exactPen } as const]),
    ],
    marks: () => [
      ...drawn.flatMap(({ bands, pen }) => bands.map((spans) => band(spans, pen.colour))),
      ...drawn.map(({ points, pen }) => stroke(points, pen)),
      stroke(overlay, exactPen, { strokeWidth: 1.1 }),
    ],
    notes: banded ? [`Lines: mean; bands: ${meaning}.`] : [],
    omissions,
    empty: all.length === 0,
  });
}

function intervals({ mean, deviation, bands = [] }: FlowGroup, t: ArrayLike<number>): readonly Interval[] {
  if (deviation === undefined) return bands;
  checkLength("deviation", deviation, t);
  const at = (sign: number) => Float64Array.from({ length: t.length }, (_, i) => mean[i] + sign * deviation[i]);
  return [...bands, { low: at(-1), high: at(1) }];
}
