import { areaY, dot, line, ruleX, type Markish } from "@observablehq/plot";
import { drawable, type Omissions } from "./omissions.ts";
import { ink, paper, type Pen } from "./palette.ts";
import { at, stretch, textSize, type Layout } from "./frame.ts";
import { checkLength, isolated, solid, type Point, type Scales } from "./points.ts";
import { richWidth } from "./rich-text.ts";

/** What exact answers are drawn with: ink, dashed, over the computed lines. */
export const exactPen: Pen = { colour: ink, dash: "3 5" };

/** A line through the points, broken at gaps; a point alone between gaps is a dot. */
export function stroke(points: readonly Point[], { colour, dash }: Pen, style: object = {}): Markish {
  const options = { x: "x", y: "y", stroke: colour, strokeDasharray: dash, strokeWidth: 1.6, ...style };
  return [line(points, options), dot(isolated(points), { x: "x", y: "y", fill: colour, r: 2 })];
}

/** Dots with a thin paper edge, so that close ones stay apart. */
export function dots(points: readonly Point[], colour: string, style: object = {}): Markish {
  return dot(solid(points), { x: "x", y: "y", fill: colour, stroke: paper, strokeWidth: 0.6, r: 3, ...style });
}

/** Open dots for exact or reference values, over bars and lines. */
export function openDots(points: readonly Point[], colour: string = ink): Markish {
  return dot(solid(points), { x: "x", y: "y", fill: paper, stroke: colour, strokeWidth: 1.3, r: 3 });
}

/** Lower and upper ends, a column each. */
export interface Interval {
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface Span {
  readonly x: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Intervals at the points they belong to; a gap where the point is one, or where an end cannot be drawn, which is
 * counted.
 *
 * @throws InputError where the ends are not as many as the points.
 */
export function spansOf(
  points: readonly Point[],
  { low, high }: Interval,
  scales: Scales,
  omissions: Omissions,
): Span[] {
  checkLength("low", low, points);
  checkLength("high", high, points);
  const gap = { x: Number.NaN, low: Number.NaN, high: Number.NaN };
  return points.map(({ x }, i) => {
    if (Number.isNaN(x) || !drawable(high[i], scales.y, omissions)) return gap;
    if (scales.y === "log" && low[i] <= 0) {
      omissions.cutAtEdge++;
      return { x, low: 0, high: high[i] };
    }
    return drawable(low[i], scales.y, omissions) ? { x, low: low[i], high: high[i] } : gap;
  });
}

/** The ends of spans an axis must reach; an end cut at zero is not one. */
export function* spanEnds(spans: readonly Span[], scales: Scales): Generator<number> {
  for (const { low, high } of spans) {
    yield high;
    if (scales.y === "linear" || low > 0) yield low;
  }
}

/** A translucent band with thin edges, so that bands over each other stay apart. */
export function band(spans: readonly Span[], colour: string): Markish {
  const edge = { x: "x", stroke: colour, strokeWidth: 0.7, strokeOpacity: 0.6 };
  return [
    areaY(spans, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.16 }),
    line(spans, { ...edge, y: "low" }),
    line(spans, { ...edge, y: "high" }),
  ];
}

/** Error bars without caps; ends at zero of a logarithmic axis go to `floor`. */
export function bars(spans: readonly Span[], colour: string, floor: number, log: boolean): Markish {
  const data = spans
    .filter(({ x }) => !Number.isNaN(x))
    .map(({ x, low, high }) => ({ x, low: log && low === 0 ? floor : low, high }));
  return ruleX(data, { x: "x", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.2 });
}

/**
 * A horizontal line over the whole frame with its name where fewest of the drawn points are.
 *
 * Nothing where the value is off the axis.
 */
export function level(
  layout: Layout,
  value: number,
  name: string,
  { colour, dash }: Pen,
  drawn: readonly (readonly Point[])[],
): Markish {
  const y = layout.py(value);
  if (!(y >= layout.top - 0.5 && y <= layout.bottom + 0.5)) return null;
  const width = richWidth(name, textSize);
  const places = [-9, 9]
    .flatMap((shift) =>
      [layout.right - 4 - width, layout.left + 6, (layout.left + layout.right - width) / 2].map((x) => ({
        x,
        y: y + shift,
      })),
    )
    .filter((place) => place.y > layout.top + 6 && place.y < layout.bottom - 6);
  const crowd = places.map((place) => crowding(layout, place, width, drawn));
  const best = places[crowd.indexOf(Math.min(...crowd))];
  return [
    stretch(layout.left, y, layout.right, y, { stroke: colour, strokeWidth: 1.1, strokeDasharray: dash }),
    best === undefined ? null : at(name, best.x, best.y, "start", { fill: colour, stroke: paper, strokeWidth: 3 }),
  ];
}

/** Pixels of the drawn lines inside the box of a text that starts at `place`. */
function crowding(layout: Layout, place: Point, width: number, drawn: readonly (readonly Point[])[]): number {
  let count = 0;
  for (const points of drawn) {
    for (let i = 0; i < points.length; i++) {
      const next = points[Math.min(i + 1, points.length - 1)];
      const [x1, y1, x2, y2] = [layout.px(points[i].x), layout.py(points[i].y), layout.px(next.x), layout.py(next.y)];
      const steps = Math.min(400, Math.max(1, Math.ceil(Math.hypot(x2 - x1, y2 - y1) / 3) || 1));
      for (let k = 0; k < steps; k++) {
        const [x, y] = [x1 + ((x2 - x1) * k) / steps, y1 + ((y2 - y1) * k) / steps];
        if (x > place.x - 3 && x < place.x + width + 3 && Math.abs(y - place.y) < 9) count++;
      }
    }
  }
  return count;
}
