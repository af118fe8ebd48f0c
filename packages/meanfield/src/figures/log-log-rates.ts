import { logLogSlope } from "../numeric/regression.ts";
import { planAxis } from "./axis.ts";
import { figure, type Key } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { faintInk, pen, type Pen } from "./palette.ts";
import { pointsOf, solid, type Point } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";
import { bars, dots, spanEnds, spansOf, stroke, type Interval } from "./strokes.ts";
import { shortNumber } from "./ticks.ts";

export interface LogLogRatesInput extends FigureText {
  /** Default the number of players. */
  readonly x?: AxisText;
  readonly y: AxisText;
  readonly groups: readonly {
    readonly label: string;
    readonly size: ArrayLike<number>;
    readonly error: ArrayLike<number>;
    /** Ends of the error bars. */
    readonly interval?: Interval;
    /** How much each point counts in the fit; all alike by default. */
    readonly weights?: ArrayLike<number>;
    /**
     * Slope with the half-width of its interval, as fitted elsewhere, drawn for sizes `from` on; by default fitted to all points,
     * at 95 %.
     */
    readonly fit?: {
      readonly slope: number;
      readonly intercept: number;
      readonly halfWidth: number;
      readonly from?: number;
    };
  }[];
  /** The rate a theorem gives, drawn as a guide through the first group: its middle (the default), or its last point. */
  readonly theory?: { readonly slope: number; readonly label: string; readonly through?: "middle" | "last" };
}

/** Errors against size on logarithmic axes: points, fitted lines with their slopes, and the slope of the theory. */
export function logLogRates(input: LogLogRatesInput): FigureSpecification {
  const omissions = noOmissions();
  const scales = { x: "log", y: "log" } as const;
  const drawn = input.groups.map(({ label, size, error, interval, weights, fit }, i) => {
    const all = pointsOf(size, error, scales, omissions, "error");
    const points = solid(all);
    const fitted = fit ?? fitOf(all, weights);
    return {
      label: fitted === undefined ? label : `${label}: slope ${slopeText(fitted)}`,
      pen: pen(i),
      points,
      spans: interval === undefined ? [] : spansOf(all, interval, scales, omissions),
      line:
        fitted === undefined
          ? []
          : straight(
              points.filter(({ x }) => x >= (fit?.from ?? 0)),
              fitted.slope,
              fitted.intercept,
            ),
    };
  });
  const theoryPen: Pen = { colour: faintInk, dash: "4 3" };
  const theory = input.theory === undefined ? [] : guide(drawn[0]?.points ?? [], input.theory);
  const all = drawn.flatMap(({ points, line }) => [...points, ...line]).concat(theory);
  const y = planAxis(
    [...all.map(({ y }) => y), ...drawn.flatMap(({ spans }) => [...spanEnds(spans, scales)])],
    input.y,
    { scale: "log" },
  );
  const keys: Key[] = drawn.map(({ label, pen, line }) => ({
    label,
    pen,
    sign: line.length > 0 ? "line-and-dots" : "dots",
  }));
  if (input.theory !== undefined && theory.length > 0)
    keys.push({ label: input.theory.label, sign: "line", pen: theoryPen });
  return figure({
    text: input,
    x: planAxis(
      all.map(({ x }) => x),
      input.x ?? { title: "Number of players", symbol: "N" },
      { scale: "log" },
    ),
    y,
    keys,
    grid: "both",
    marks: () => [
      stroke(theory, theoryPen, { strokeWidth: 1.2 }),
      ...drawn.map(({ spans, pen }) => bars(spans, pen.colour, y.low, true)),
      ...drawn.map(({ line, pen }) => stroke(line, pen, { strokeWidth: 1.2 })),
      ...drawn.map(({ points, pen }) => dots(points, pen.colour, { r: 3.2 })),
    ],
    notes:
      input.groups.some(({ fit }) => fit === undefined) && drawn.some(({ line }) => line.length > 0)
        ? [
            input.groups.some(({ weights }) => weights !== undefined)
              ? "Slopes by least squares on logarithms, weighted by repetitions, with 95 % confidence."
              : "Slopes by least squares on logarithms, with 95 % confidence.",
          ]
        : [],
    omissions,
    empty: all.length === 0,
  });
}

interface Fit {
  readonly slope: number;
  readonly intercept: number;
  readonly halfWidth: number;
}

/** Undefined where a slope with an interval cannot be had: fewer than three points, or all at one size. */
function fitOf(all: readonly Point[], weights: ArrayLike<number> | undefined): Fit | undefined {
  const points = solid(all);
  if (points.length < 3 || points.every(({ x }) => x === points[0].x)) return undefined;
  const { slope, intercept, high } = logLogSlope(
    points.map(({ x }) => x),
    points.map(({ y }) => y),
    weights === undefined ? {} : { weights: all.flatMap(({ x }, i) => (Number.isNaN(x) ? [] : [weights[i]])) },
  );
  return Number.isFinite(high) ? { slope, intercept, halfWidth: high - slope } : undefined;
}

/** The slope to the digits its interval supports: one beyond the first of the half-width. */
export function slopeText({ slope, halfWidth }: { readonly slope: number; readonly halfWidth: number }): string {
  if (!(halfWidth > 1e-4)) return shortNumber(slope, 4);
  const decimals = Math.max(0, Math.min(4, 1 - Math.floor(Math.log10(halfWidth))));
  return `${slope.toFixed(decimals).replace("-", "−")} ± ${halfWidth.toFixed(decimals)}`;
}

function straight(points: readonly Point[], slope: number, intercept: number): Point[] {
  const sizes = points.map(({ x }) => x);
  return [Math.min(...sizes), Math.max(...sizes)]
    .map((x) => ({ x, y: Math.exp(intercept + slope * Math.log(x)) }))
    .filter(({ y }) => y > 1e-150 && y < 1e150);
}

/** The line of the given slope through the geometric mean of the points, or through the last of them. */
function guide(points: readonly Point[], { slope, through }: NonNullable<LogLogRatesInput["theory"]>): Point[] {
  if (points.length === 0) return [];
  const anchors = through === "last" ? points.slice(-1) : points;
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + Math.log(value), 0) / values.length;
  const centre = mean(anchors.map(({ y }) => y)) - slope * mean(anchors.map(({ x }) => x));
  return straight(points, slope, centre);
}
