import { dot, frame, gridX, gridY, link, rect, text as textMark, axisX, axisY, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { along, type Axis } from "./axis.ts";
import { omissionNotes, type Omissions } from "./omissions.ts";
import { gridInk, ink, mutedInk, paper, type Pen } from "./palette.ts";
import { richWidth, wrapped } from "./rich-text.ts";
import type { FigureSpecification, FigureText } from "./specification.ts";

/** Font sizes in pixels of a figure 420 wide; printed at one column (3.4 inches) they are 7 and 6.4 points. */
export const textSize = 12;
export const tickSize = 11;
export const fontFamily = "DejaVu Sans Condensed, Arial, Helvetica, sans-serif";

/** The rectangle that data are drawn in, in pixels, and where values fall in it. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly px: (value: number) => number;
  readonly py: (value: number) => number;
}

/** One line of the key: how something is drawn and what it is called. */
export interface Key {
  readonly label: string;
  readonly sign: "line" | "band" | "line-and-band" | "dots" | "open-dots" | "line-and-dots" | "bar";
  readonly pen: Pen;
  /** Where its line ends on the right: it may then be named there instead of in the key above. */
  readonly end?: { readonly x: number; readonly y: number };
}

export interface FigureParts {
  readonly text: FigureText;
  readonly x: Axis;
  readonly y: Axis;
  readonly keys?: readonly Key[];
  readonly marks: (layout: Layout) => readonly Markish[];
  /** Sentences of the caption after its first. */
  readonly notes?: readonly string[];
  readonly omissions: Omissions;
  /** Whether nothing is left to draw, which the figure then says. */
  readonly empty: boolean;
  /** Room in pixels right of the frame, as for a colour bar. */
  readonly room?: number;
  /** Room in pixels above the titles of the axes. */
  readonly above?: number;
  /** Grid lines; default `y`. */
  readonly grid?: "x" | "y" | "both" | "none";
  /** Whether a frame or base lines and tick strokes are drawn. Default true. */
  readonly border?: boolean;
  /** Height of the frame's inside where the caller gave no height. Default 212. */
  readonly inside?: number;
}

const keyRow = 17;
const lineHeight = 15;
const swatch = 20;
/** From the frame's top to the middle of the title over it: a tick label at the very top must not touch it. */
export const titleGap = 15;

/** Puts axes, key and marks together into one figure, with margins that fit their text. */
export function figure(parts: FigureParts): FigureSpecification {
  const { text, x, y, keys = [], grid = "y" } = parts;
  const width = text.width ?? 420;
  const left = Math.ceil(Math.max(20, ...y.labels.map((label) => richWidth(label, tickSize))) + 12);
  const yTitle = y.label === "" ? [] : wrapped(y.label, textSize, width - 12);
  const xTitle = x.label === "" ? [] : wrapped(x.label, textSize, width - left - 12);
  const bottomMargin = 24 + xTitle.length * lineHeight;
  const ended = keys.filter((key) => key.end !== undefined);
  const endRoom = Math.max(0, ...ended.map((key) => richWidth(key.label, textSize))) + 14;
  const plain = parts.room ?? Math.max(14, Math.ceil(richWidth(x.labels.at(-1) ?? "", tickSize) / 2) + 4);

  const direct = layout(
    keys.filter((key) => key.end === undefined),
    Math.max(plain, endRoom),
  );
  const named = ended.length > 1 && endRoom <= 100 && separate(ended, direct.area, x);
  const { area, rows } = named ? direct : layout(keys, plain);

  const kept = withoutOverlap(x, area);
  // As a channel: with `tickFormat`, Plot would leave out labels of a logarithmic axis that it finds too many.
  const tickText = (axis: Axis) => (value: number) => axis.labels[axis.ticks.indexOf(value)] ?? "";
  const strokes = parts.border === false ? 0 : 4;
  const marks: Markish[] = [
    grid === "y" || grid === "both"
      ? gridY([...y.ticks], { stroke: gridInk, strokeOpacity: 1, strokeWidth: 0.8 })
      : null,
    grid === "x" || grid === "both"
      ? gridX([...x.ticks], { stroke: gridInk, strokeOpacity: 1, strokeWidth: 0.8 })
      : null,
    ...parts.marks(area),
    parts.empty
      ? at("nothing to draw", (area.left + area.right) / 2, (area.top + area.bottom) / 2, "middle", { fill: mutedInk })
      : null,
    parts.border === false
      ? null
      : grid === "none"
        ? frame({ stroke: ink, strokeWidth: 0.9 })
        : [
            baseline(area.left, area.bottom, area.right, area.bottom),
            grid === "x" ? null : baseline(area.left, area.top, area.left, area.bottom),
          ],
    axisX(kept, { text: tickText(x), label: null, tickSize: strokes, fontSize: tickSize, stroke: ink, fill: mutedInk }),
    axisY([...y.ticks], {
      text: tickText(y),
      label: null,
      tickSize: strokes,
      fontSize: tickSize,
      stroke: ink,
      fill: mutedInk,
    }),
    ...yTitle.map((line, i) => at(line, 4, area.top - titleGap - (yTitle.length - 1 - i) * lineHeight, "start")),
    ...xTitle.map((line, i) => at(line, (area.left + area.right) / 2, area.bottom + 30 + i * lineHeight, "middle")),
    ...rows.flatMap((row, i) => row.flatMap(({ key, offset }) => keyMarks(key, offset, 11 + i * keyRow))),
    ...(named ? ended.map((key) => endLabel(key, area)) : []),
  ];
  return {
    name: text.name,
    title: text.title,
    caption: [sentence(text.caption ?? text.title), ...(parts.notes ?? []), ...omissionNotes(parts.omissions)].join(
      " ",
    ),
    width,
    height: area.height,
    plot: {
      width,
      height: area.height,
      marginLeft: area.left,
      marginRight: width - area.right,
      marginTop: area.top,
      marginBottom: bottomMargin,
      style: { fontFamily, fontSize: `${textSize}px`, color: ink, background: paper },
      x: { type: x.scale, domain: [x.low, x.high], axis: null },
      y: { type: y.scale, domain: [y.low, y.high], axis: null },
      marks,
    },
  };

  function layout(shown: readonly Key[], rightMargin: number): { area: Layout; rows: KeyRow[] } {
    const rows = keyRows(shown, width);
    const top =
      8 +
      (parts.above ?? 0) +
      rows.length * keyRow +
      yTitle.length * lineHeight +
      (yTitle.length > 0 ? titleGap - 4 : 2);
    const height = text.height ?? top + (parts.inside ?? 212) + bottomMargin;
    const [right, bottom] = [width - rightMargin, height - bottomMargin];
    if (right - left < 40) throw new InputError("width", width, "more, for the labels leave no room to draw");
    if (bottom - top < 20) throw new InputError("height", height, "more, for the labels leave no room to draw");
    const px = (value: number): number => left + along(x, value) * (right - left);
    const py = (value: number): number => bottom - along(y, value) * (bottom - top);
    return { area: { width, height, left, right, top, bottom, px, py }, rows };
  }
}

type KeyRow = { readonly key: Key; readonly offset: number }[];

/** The key flows from the left edge in as many rows as it needs. */
function keyRows(keys: readonly Key[], width: number): KeyRow[] {
  const rows: KeyRow[] = [];
  let offset = Infinity;
  for (const key of keys) {
    const size = swatch + 6 + richWidth(key.label, textSize) + 16;
    if (offset + size - 16 > width - 4) {
      rows.push([]);
      offset = 4;
    }
    rows.at(-1)?.push({ key, offset });
    offset += size;
  }
  return rows;
}

function keyMarks({ label, sign, pen }: Key, x: number, y: number): Markish[] {
  const stroke = pen.colour;
  const marks: Markish[] = [];
  const middle = x + swatch / 2;
  if (sign === "band" || sign === "line-and-band") marks.push(box(x, y - 5, x + swatch, y + 5, pen.colour, 0.2));
  if (sign === "bar") marks.push(box(x + 4, y - 5, x + 16, y + 5, pen.colour, 1));
  if (sign.startsWith("line"))
    marks.push(stretch(x, y, x + swatch, y, { stroke, strokeWidth: 1.6, strokeDasharray: pen.dash }));
  if (sign === "dots" || sign === "line-and-dots")
    marks.push(spot(middle, y, { fill: stroke, stroke: paper, strokeWidth: 0.6, r: 3 }));
  if (sign === "open-dots") marks.push(spot(middle, y, { fill: paper, stroke, strokeWidth: 1.3, r: 3 }));
  return [...marks, at(label, x + swatch + 6, y, "start")];
}

function endLabel({ label, end, pen }: Key, area: Layout): Markish {
  if (end === undefined) return null;
  return at(label, area.right + 6, area.py(end.y), "start", { fill: pen.colour, stroke: paper, strokeWidth: 3 });
}

/** Whether all lines end at the right edge, far enough apart for their names to stand there. */
function separate(keys: readonly Key[], area: Layout, x: Axis): boolean {
  const heights = keys.map(({ end }) => (end === undefined ? 0 : area.py(end.y))).toSorted((a, b) => a - b);
  const atEdge = keys.every(({ end }) => end !== undefined && along(x, end.x) > 0.98);
  return atEdge && heights.every((height, i) => i === 0 || height - heights[i - 1] >= lineHeight);
}

/** Drops every tick that would touch the one before it. */
function withoutOverlap(x: Axis, area: Layout): number[] {
  let edge = -Infinity;
  return x.ticks.filter((tick, i) => {
    const reach = richWidth(x.labels[i], tickSize) / 2;
    if (area.px(tick) - reach < edge + 6) return false;
    edge = area.px(tick) + reach;
    return true;
  });
}

/** The text as a sentence with its full stop. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

const pixel = (value: number) => ({ value: [value], scale: null });

/** Text at a pixel; `y` is its middle. */
export function at(
  label: string,
  x: number,
  y: number,
  anchor: "start" | "middle" | "end",
  style: object = {},
): Markish {
  return textMark([label], { x: pixel(x), y: pixel(y), textAnchor: anchor, fill: ink, fontSize: textSize, ...style });
}

/** A straight stroke between two pixels. */
export function stretch(x1: number, y1: number, x2: number, y2: number, style: object): Markish {
  return link([0], { x1: pixel(x1), y1: pixel(y1), x2: pixel(x2), y2: pixel(y2), ...style });
}

function baseline(x1: number, y1: number, x2: number, y2: number): Markish {
  return stretch(x1, y1, x2, y2, { stroke: ink, strokeWidth: 0.9 });
}

function box(x1: number, y1: number, x2: number, y2: number, fill: string, fillOpacity: number): Markish {
  return rect([0], { x1: pixel(x1), y1: pixel(y1), x2: pixel(x2), y2: pixel(y2), fill, fillOpacity });
}

function spot(x: number, y: number, style: object): Markish {
  return dot([0], { x: pixel(x), y: pixel(y), ...style });
}
