import { dot, line, link, text as textMark, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import type { Axis } from "./axis.ts";
import { figure, tickSize } from "./frame.ts";
import { drawable, noOmissions } from "./omissions.ts";
import { categories, gridInk, ink, mutedInk, paper } from "./palette.ts";
import type { FigureSpecification, FigureText } from "./specification.ts";

export interface SimplexPathInput extends FigureText {
  /** Of the corners: left, right, top. */
  readonly names: readonly [string, string, string];
  readonly t: ArrayLike<number>;
  /** Three shares at t[i] from 3 i on, that sum to one. */
  readonly shares: ArrayLike<number>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const height = Math.sqrt(3) / 2;
const room = 0.1;
/** So many places of the path say when it passes. */
const mostNamed = 6;

/**
 * A law on three states along time, as a path in the triangle of all such laws: at a corner everybody is in its state, and
 * the share of a state grows evenly from the side opposite.
 *
 * @throws InputError for shares that are not three a time.
 */
export function simplexPath(input: SimplexPathInput): FigureSpecification {
  const { t, shares, names } = input;
  if (shares.length !== 3 * t.length) throw new InputError("shares.length", shares.length, `3 × ${t.length}`);
  const omissions = noOmissions();
  const path: (Point & { t: number })[] = [];
  for (let i = 0; i < t.length; i++) {
    const law = [shares[3 * i], shares[3 * i + 1], shares[3 * i + 2]];
    if (law.every((share) => drawable(share, "linear", omissions))) path.push({ ...pointOf(law), t: t[i] });
  }
  const guides = [0.2, 0.4, 0.6, 0.8].flatMap((share) => [
    [pointOf([share, 1 - share, 0]), pointOf([share, 0, 1 - share])],
    [pointOf([1 - share, share, 0]), pointOf([0, share, 1 - share])],
    [pointOf([1 - share, 0, share]), pointOf([0, 1 - share, share])],
  ]);
  // The side on which a state's share is read leads from the corner before it to its own.
  const ticks = [0.2, 0.4, 0.6, 0.8].flatMap((share) => [
    { ...shifted(pointOf([share, 0, 1 - share]), -0.045, 0.012), label: share.toFixed(1) },
    { ...shifted(pointOf([1 - share, share, 0]), 0, -0.04), label: share.toFixed(1) },
    { ...shifted(pointOf([0, 1 - share, share]), 0.045, 0.012), label: share.toFixed(1) },
  ]);
  const corners = [pointOf([1, 0, 0]), pointOf([0, 1, 0]), pointOf([0, 0, 1])];
  const labels = [
    { ...shifted(corners[0], -0.02, -0.085), label: names[0] },
    { ...shifted(corners[1], 0.02, -0.085), label: names[1] },
    { ...shifted(corners[2], 0, 0.055), label: names[2] },
  ];
  const width = input.width ?? 420;
  const [blue, red] = categories;
  return figure({
    text: { ...input, width },
    x: bare(-0.14, 1.14),
    y: bare(-room, height + room),
    grid: "none",
    border: false,
    inside: ((width - 46) / 1.28) * (height + 2 * room),
    marks: (): Markish[] => [
      link(guides, { x1: ([a]) => a.x, y1: ([a]) => a.y, x2: ([, b]) => b.x, y2: ([, b]) => b.y, stroke: gridInk }),
      line([...corners, corners[0]], { x: "x", y: "y", stroke: ink, strokeWidth: 0.9 }),
      line(path, { x: "x", y: "y", stroke: blue, strokeWidth: 1.2, strokeOpacity: 0.75 }),
      dot(path, { x: "x", y: "y", r: 1.8, fill: blue }),
      dot(path.slice(0, 1), { x: "x", y: "y", r: 3.4, fill: paper, stroke: blue, strokeWidth: 1.4 }),
      dot(path.slice(-1), { x: "x", y: "y", r: 3.4, fill: red }),
      textMark(ticks, { x: "x", y: "y", text: "label", fill: mutedInk, fontSize: tickSize }),
      textMark(labels, { x: "x", y: "y", text: "label", fill: ink }),
      ...namedTimes(path).map(({ t: time, ...point }) =>
        textMark([point], {
          x: "x",
          y: "y",
          text: () => `t = ${time}`,
          dx: point.x < 0.5 ? -7 : 7,
          dy: -7,
          textAnchor: point.x < 0.5 ? "end" : "start",
          fill: ink,
          stroke: paper,
          strokeWidth: 3,
          fontSize: tickSize,
        }),
      ),
    ],
    notes: [
      "Open dot: the first time; red: the last. The share of a state is read on the side that leads up to its corner counterclockwise.",
    ],
    omissions,
    empty: path.length === 0,
  });
}

function pointOf([, right, top]: readonly number[]): Point {
  return { x: right + top / 2, y: top * height };
}

function shifted({ x, y }: Point, dx: number, dy: number): Point {
  return { x: x + dx, y: y + dy };
}

/** First and last, and some between that lie apart from those named before. */
function namedTimes(path: readonly (Point & { readonly t: number })[]): (Point & { readonly t: number })[] {
  if (path.length < 2) return [...path];
  const named = [path[0]];
  const last = path[path.length - 1];
  const far = (a: Point, b: Point): boolean => Math.hypot(a.x - b.x, a.y - b.y) > 0.13;
  for (const point of path.slice(1, -1)) {
    if (named.length < mostNamed - 1 && named.every((other) => far(other, point)) && far(point, last))
      named.push(point);
  }
  if (named.every((other) => far(other, last))) named.push(last);
  return named;
}

function bare(low: number, high: number): Axis {
  return { scale: "linear", low, high, ticks: [], labels: [], label: "" };
}
