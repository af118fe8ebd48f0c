/** A plot's frame on a canvas: margins, scales, ticks. */
import { colour } from "../state/theme.ts";
import type { FieldAxis } from "../engine/protocol.ts";
import type { Area } from "./canvas.tsx";

export interface Scale {
  readonly from: number;
  readonly to: number;
  /** In CSS pixels, at `from` and at `to`. */
  readonly start: number;
  readonly end: number;
}

export function place({ from, to, start, end }: Scale, value: number): number {
  return to === from ? (start + end) / 2 : start + ((value - from) / (to - from)) * (end - start);
}

export function valueAt({ from, to, start, end }: Scale, pixel: number): number {
  return from + ((pixel - start) / (end - start)) * (to - from);
}

export const margin = { left: 46, right: 10, top: 8, bottom: 30 };

export function horizontal({ width }: Pick<Area, "width">, from: number, to: number): Scale {
  return { from, to, start: margin.left, end: width - margin.right };
}

export function vertical({ height }: Pick<Area, "height">, from: number, to: number): Scale {
  return { from, to, start: height - margin.bottom, end: margin.top };
}

/** Round numbers in [from, to], about as many as asked for. */
export function ticks(from: number, to: number, count: number): number[] {
  const span = to - from;
  if (!(span > 0)) return [from];
  const raw = span / count;
  const decade = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * decade).find((candidate) => candidate >= raw) ?? raw;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export interface AxisLabels {
  readonly horizontal: string;
  readonly vertical: string;
}

/** Axes whose points may have words. */
export interface NamedAxes {
  readonly x?: FieldAxis | undefined;
  readonly y?: FieldAxis | undefined;
}

interface Mark {
  readonly at: number;
  readonly text: string;
}

/** @param apart pixels from one tick to the next, at least */
function marksOf(scale: Scale, apart: number, axis: FieldAxis | undefined): readonly Mark[] {
  const room = Math.abs(scale.end - scale.start);
  if (axis?.labels === undefined)
    return ticks(scale.from, scale.to, Math.max(2, room / apart))
      .filter((at) => Number.isInteger(at) || axis?.kind !== "discrete" || !axis.grid.every(Number.isInteger))
      .map((at) => ({ at, text: shown(at) }));
  const every = Math.ceil((axis.grid.length * Math.min(apart, 60)) / Math.max(1, room));
  return axis.labels.flatMap((text, i) => (i % every === 0 ? [{ at: axis.grid[i], text }] : []));
}

/** As much of a word as fits. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let kept = text.length;
  while (kept > 1 && context.measureText(`${text.slice(0, kept)}…`).width > room) kept--;
  return `${text.slice(0, kept)}…`;
}

export function drawAxes(
  { context, width, height }: Area,
  x: Scale,
  y: Scale,
  labels: AxisLabels,
  named: NamedAxes = {},
): void {
  context.save();
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colour("muted");
  context.strokeStyle = colour("line");
  context.lineWidth = 1;
  context.textAlign = "center";
  context.textBaseline = "top";
  const floor = Math.max(y.start, y.end);
  const across = marksOf(x, 70, named.x);
  for (const { at: tick, text } of across) {
    const at = place(x, tick);
    context.beginPath();
    context.moveTo(at, floor);
    context.lineTo(at, floor + 4);
    context.stroke();
    context.fillText(
      named.x?.labels === undefined ? text : fitted(context, text, (x.end - x.start) / across.length - 4),
      at,
      floor + 6,
    );
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { at: tick, text } of marksOf(y, named.y?.labels === undefined ? 45 : 14, named.y)) {
    const at = place(y, tick);
    context.beginPath();
    context.moveTo(x.start - 4, at);
    context.lineTo(x.start, at);
    context.stroke();
    context.fillText(fitted(context, text, x.start - 8), x.start - 6, at);
  }
  context.fillStyle = colour("ink");
  context.textAlign = "right";
  context.textBaseline = "bottom";
  context.fillText(labels.horizontal, width - margin.right, height);
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillText(labels.vertical, 1, 0);
  context.restore();
}

export function shown(value: number): string {
  const text =
    Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential() : String(value);
  return text.replace("-", "−");
}

/** The line where time stands. */
export function drawCursor({ context }: Area, x: Scale, y: Scale, at: number): void {
  context.save();
  context.strokeStyle = colour("cursor");
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(place(x, at), y.start);
  context.lineTo(place(x, at), y.end);
  context.stroke();
  context.restore();
}

/** Where the pointer is on some panel: a faint line across at one of an axis's values, light and dark so as to be seen on both. */
export function drawPointer({ context }: Area, from: readonly [number, number], to: readonly [number, number]): void {
  context.save();
  for (const [style, dash] of [
    ["rgba(0, 0, 0, 0.55)", []],
    ["rgba(255, 255, 255, 0.8)", [3, 3]],
  ] as const) {
    context.strokeStyle = style;
    context.setLineDash([...dash]);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }
  context.restore();
}

/** The cross of the pointer on a plot whose axes have these names. */
export function drawCross(
  area: Area,
  x: Scale,
  y: Scale,
  names: { readonly x: string; readonly y?: string },
  at: Readonly<Record<string, number>>,
): void {
  const within = ({ from, to }: Scale, value: number | undefined): value is number =>
    value !== undefined && value >= Math.min(from, to) && value <= Math.max(from, to);
  const [across, up] = [at[names.x], names.y === undefined ? undefined : at[names.y]];
  if (within(x, across)) drawPointer(area, [place(x, across), y.start], [place(x, across), y.end]);
  if (within(y, up)) drawPointer(area, [x.start, place(y, up)], [x.end, place(y, up)]);
}
