import { dot, link, rect, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { along, planAxis } from "./axis.ts";
import { barePlot } from "./bare-plot.ts";
import { barWidth, colourBar } from "./field-heat-map.ts";
import { at, sentence, tickSize } from "./frame.ts";
import { drawable, noOmissions, omissionNotes } from "./omissions.ts";
import { faintInk, ink, mutedInk, paper, sequentialColours } from "./palette.ts";
import { richWidth } from "./rich-text.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";
import { shortNumber } from "./ticks.ts";

export interface RoadNetworkInput extends FigureText {
  readonly crossings: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  /** One-way roads between crossings, by their numbers. */
  readonly roads: readonly { readonly from: number; readonly to: number }[];
  /** One picture each. */
  readonly t: ArrayLike<number>;
  /** What is on road l at t[n], not negative, at n · roads.length + l. */
  readonly value: ArrayLike<number>;
  readonly valueText: AxisText;
  /** How `t` is announced over the pictures; default time. */
  readonly tText?: AxisText;
}

const gap = 18;
const heading = 18;
/** Between the outermost crossings and the edge of a picture. */
const padding = 14;
const colours = 255;
/** Of a road with as much on it as any, and of an empty one. */
const widest = 6;
const thinnest = 0.6;
/** Less than this part of the most is drawn as nothing. */
const least = 1e-3;
/** From the line between two crossings to the middle of a road, where there is one each way. */
const aside = 3.4;
/** Of more crossings names would cover the map. */
const mostNames = 40;
/** Half the length of the arrow on a road without a way back. */
const arrow = 4.5;

/**
 * A road network at several times: every road the thicker and the lighter the more is on it, in the same colours; traffic keeps to
 * the right.
 *
 * @throws InputError for values that do not fill the times and roads, and where labels leave no room to draw.
 */
export function roadNetwork(input: RoadNetworkInput): FigureSpecification {
  const { crossings, roads, t, value } = input;
  if (t.length === 0 || crossings.length === 0 || value.length !== t.length * roads.length)
    throw new InputError("value.length", value.length, `${t.length} × ${roads.length} = ${t.length * roads.length}`);
  const omissions = noOmissions();
  const finite = Array.from(value).filter((one) => drawable(one, "linear", omissions));
  const most = Math.max(0, ...finite);
  const plain = planAxis([0, most > 0 ? most : 1], input.valueText, { tight: true });
  const shade = { ...plain, low: 0, high: Math.sqrt(plain.high), ticks: plain.ticks.map((tick) => Math.sqrt(tick)) };
  const palette = sequentialColours(colours);

  const [xs, ys] = [crossings.map(({ x }) => x), crossings.map(({ y }) => y)];
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const columns = Math.min(t.length, t.length === 4 ? 2 : 3);
  const rows = Math.ceil(t.length / columns);
  const width = input.width ?? (columns === 1 ? 420 : 640);
  const left = 12;
  const room = Math.ceil(
    14 + barWidth + 8 + Math.max(0, ...shade.labels.map((label) => richWidth(label, tickSize))) + 6,
  );
  const inside = (width - left - room - (columns - 1) * gap) / columns;
  if (inside < 60) throw new InputError("width", width, "more, for the labels leave no room to draw");
  // Lengths on the map are alike in both directions, unless it is but a line.
  const flat = Math.min(1.4, Math.max(0.35, (north - south) / Math.max(east - west, 1e-300)));
  const tall = (inside - 2 * padding) * flat + 2 * padding;
  const top = 22 + heading;
  const height = input.height ?? Math.ceil(top + rows * tall + (rows - 1) * (gap + heading) + 12);
  const high = (height - top - 12 - (rows - 1) * (gap + heading)) / rows;
  if (high < 30) throw new InputError("height", height, "more, for the labels leave no room to draw");
  const unit = Math.min(
    (inside - 2 * padding) / Math.max(east - west, 1e-300),
    (high - 2 * padding) / Math.max(north - south, 1e-300),
  );
  const bottom = top + rows * high + (rows - 1) * (gap + heading);

  const symbol = input.tText?.symbol ?? timeAxis.symbol ?? "t";
  const timeUnit = input.tText?.unit === undefined ? "" : ` ${input.tText.unit}`;
  const size = crossings.length <= 12 ? { r: 8, fontSize: tickSize - 1 } : { r: 5.6, fontSize: 7.5 };
  const named = crossings.length <= mostNames;
  const both = new Set(roads.map(({ from, to }) => `${from} ${to}`));
  const marks = Array.from({ length: t.length }, (_, n): Markish[] => {
    const pane = {
      x: left + (n % columns) * (inside + gap),
      y: top + Math.floor(n / columns) * (high + gap + heading),
    };
    const middle = { x: pane.x + inside / 2, y: pane.y + high / 2 };
    const points = crossings.map(({ x, y, name }) => ({
      name,
      x: middle.x + (x - (west + east) / 2) * unit,
      y: middle.y - (y - (south + north) / 2) * unit,
    }));
    const lines = roads
      .map(({ from, to }, l) => {
        const share = Math.max(0, value[n * roads.length + l] / (most > 0 ? most : 1)) || 0;
        const oneWay = !both.has(`${to} ${from}`);
        const off = oneWay ? 0 : aside;
        return {
          ...onTheRight(points[from], points[to], off),
          thick: share > least ? thinnest + (widest - thinnest) * Math.sqrt(share) : thinnest,
          oneWay,
          share,
        };
      })
      .toSorted((one, other) => one.share - other.share);
    const busy = lines.filter(({ share }) => share > least);
    return [
      frameOf(pane.x, pane.y, inside, high),
      roadMarks(lines, faintInk, (line) => line.thick + (line.share > least ? 1.2 : 0)),
      roadMarks(
        busy.map((line) => ({ ...line, colour: colourOf(palette, along(shade, Math.sqrt(line.share * most))) })),
        undefined,
        (line) => line.thick,
      ),
      arrowMarks(lines.filter(({ oneWay }) => oneWay)),
      dot(points, { ...pixels, r: named ? size.r : 2.2, fill: paper, stroke: ink, strokeWidth: 0.9 }),
      ...(named ? points.map(({ name, x, y }) => at(name, x, y, "middle", { fontSize: size.fontSize })) : []),
      at(`${symbol} = ${shortNumber(t[n], 3)}${timeUnit}`, middle.x, pane.y - 9, "middle", { fontSize: tickSize }),
    ];
  });
  return {
    name: input.name,
    title: input.title,
    caption: [
      sentence(input.caption ?? input.title),
      "Roads are the thicker and the lighter the more is on them, by the square root; traffic keeps to the right.",
      ...omissionNotes(omissions),
    ].join(" "),
    width,
    height,
    plot: barePlot({
      width,
      height,
      left,
      room,
      top,
      bottom,
      marks: [
        ...marks.flat(),
        ...colourBar({ right: width - room, top, bottom: Math.min(bottom, top + 320) }, shade),
        at(shade.label, width - 4, 10, "end", { fill: mutedInk }),
      ],
    }),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Ends {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

interface RoadLine extends Ends {
  readonly thick: number;
  readonly share: number;
  readonly oneWay: boolean;
  readonly colour?: string;
}

/** A road so many pixels to the right of the way from one crossing to another. */
function onTheRight(from: Point, to: Point, off: number): Ends {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const [x, y] = [(-dy / length) * off, (dx / length) * off];
  return { x1: from.x + x, y1: from.y + y, x2: to.x + x, y2: to.y + y };
}

function roadMarks<L extends Ends>(
  lines: readonly L[],
  colour: string | undefined,
  thick: (line: L) => number,
): Markish {
  const pixel = (value: "x1" | "x2" | "y1" | "y2") => ({ value, scale: null });
  return link(lines, {
    x1: pixel("x1"),
    y1: pixel("y1"),
    x2: pixel("x2"),
    y2: pixel("y2"),
    stroke: colour ?? { value: "colour", scale: null },
    strokeWidth: thick,
    strokeLinecap: "butt",
  });
}

function arrowMarks(lines: readonly RoadLine[]): Markish {
  const wings = lines.flatMap(({ x1, y1, x2, y2 }) => {
    const angle = Math.atan2(y2 - y1, x2 - x1);
    const [x, y] = [(x1 + x2) / 2 + arrow * Math.cos(angle), (y1 + y2) / 2 + arrow * Math.sin(angle)];
    return [-1, 1].map((side) => {
      const turned = angle + Math.PI + side * 0.6;
      return { x1: x, y1: y, x2: x + 2 * arrow * Math.cos(turned), y2: y + 2 * arrow * Math.sin(turned) };
    });
  });
  return roadMarks(wings, ink, () => 1.1);
}

function colourOf(palette: readonly string[], share: number): string {
  return palette[Math.min(palette.length - 1, Math.max(0, Math.floor(share * palette.length)))];
}

const pixels = { x: { value: "x", scale: null }, y: { value: "y", scale: null } } as const;

function frameOf(left: number, top: number, width: number, height: number): Markish {
  const pixel = (value: number) => ({ value: [value], scale: null });
  return rect([0], {
    x1: pixel(left),
    x2: pixel(left + width),
    y1: pixel(top),
    y2: pixel(top + height),
    fill: "none",
    stroke: faintInk,
    strokeWidth: 0.6,
  });
}
