import { contour, image, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { along, planAxis, type Axis } from "./axis.ts";
import { at, figure, stretch, textSize, tickSize, titleGap, type Layout } from "./frame.ts";
import { drawable, noOmissions } from "./omissions.ts";
import { palettePng } from "./palette-png.ts";
import { ink, missingPaper, mutedInk, sequentialColours } from "./palette.ts";
import { richWidth } from "./rich-text.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";

export interface FieldHeatMapInput extends FigureText {
  /** Increasing, at least two points; need not be even. */
  readonly t: ArrayLike<number>;
  /** Increasing, at least two points; need not be even. */
  readonly x: ArrayLike<number>;
  /** Row-major: the value at (t[i], x[j]) stands at i · x.length + j. */
  readonly value: ArrayLike<number>;
  readonly valueText: AxisText;
  readonly y: AxisText;
  /** Default time. */
  readonly horizontal?: AxisText;
  /** Whether level lines are drawn at the ticks of the colour bar. Default false. */
  readonly contours?: boolean;
}

const colours = 255;

/**
 * A field over time and state as colours, lighter for larger, with a colour bar.
 *
 * Between grid points the colour is that of the bilinear interpolant; grey where it has no finite value.
 *
 * @throws InputError for axes that do not increase or values that do not fill the grid.
 */
export function fieldHeatMap(input: FieldHeatMapInput): FigureSpecification {
  const { t, x, value } = input;
  checkGrid("t", t);
  checkGrid("x", x);
  if (value.length !== t.length * x.length) {
    throw new InputError("value.length", value.length, `${t.length} × ${x.length} = ${t.length * x.length}`);
  }
  const omissions = noOmissions();
  const finite: number[] = [];
  for (let i = 0; i < value.length; i++) if (drawable(value[i], "linear", omissions)) finite.push(value[i]);
  const shade = planAxis(finite, input.valueText, { tight: true });
  const across = planAxis([t[0], t[t.length - 1]], input.horizontal ?? timeAxis, { tight: true });
  const up = planAxis([x[0], x[x.length - 1]], input.y, { tight: true });
  const sample = bilinearSample(t, x, value);
  const barLabels = Math.max(0, ...shade.labels.map((label) => richWidth(label, tickSize)));
  return figure({
    text: input,
    x: across,
    y: up,
    grid: "none",
    room: Math.ceil(14 + barWidth + 8 + barLabels + 6),
    marks: (layout) => [
      picture(layout, across, up, shade, sample),
      input.contours === true ? levels(across, up, shade, sample) : null,
      ...colourBar(layout, shade),
      at(shade.label, layout.width - 4, layout.top - titleGap - (needsOwnRow(shade, up, layout) ? 17 : 0), "end"),
    ],
    ...(needsOwnRow(shade, up, { width: input.width ?? 420 }) ? { above: 17 } : {}),
    notes: input.contours === true ? [`Level lines at ${shade.labels.join(", ")}.`] : [],
    omissions,
    empty: finite.length === 0,
  });
}

/** Width of a colour bar in pixels. */
export const barWidth = 12;

function needsOwnRow(shade: Axis, up: Axis, { width }: { readonly width: number }): boolean {
  return richWidth(shade.label, textSize) + richWidth(up.label, textSize) > width - 30;
}

/** The bilinear interpolant of values that stand at (t[i], x[j]) in place i · x.length + j from `from` on. */
export function bilinearSample(
  t: ArrayLike<number>,
  x: ArrayLike<number>,
  value: ArrayLike<number>,
  from = 0,
): (horizontal: number, vertical: number) => number {
  return (horizontal, vertical) => {
    const [i, u] = cell(t, horizontal);
    const [j, v] = cell(x, vertical);
    const corner = from + i * x.length + j;
    return (
      (1 - u) * ((1 - v) * value[corner] + v * value[corner + 1]) +
      u * ((1 - v) * value[corner + x.length] + v * value[corner + x.length + 1])
    );
  };
}

/** @throws InputError for points that do not increase, or fewer than two */
export function checkGrid(field: string, grid: ArrayLike<number>): void {
  if (grid.length < 2) throw new InputError(`${field}.length`, grid.length, "at least 2");
  for (let i = 0; i < grid.length; i++) {
    if (!Number.isFinite(grid[i])) throw new InputError(`${field}[${i}]`, grid[i], "a finite number");
    if (i > 0 && !(grid[i] > grid[i - 1]))
      throw new InputError(`${field}[${i}]`, grid[i], `greater than ${grid[i - 1]}, the point before`);
  }
}

/** The cell of the grid that holds a point, and the share of the way through it. */
function cell(grid: ArrayLike<number>, point: number): [index: number, share: number] {
  let [low, high] = [0, grid.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (grid[middle] <= point) low = middle;
    else high = middle;
  }
  return [low, Math.min(1, Math.max(0, (point - grid[low]) / (grid[low + 1] - grid[low])))];
}

/** Two picture elements a pixel, so that print at single-column width shows none. */
export function picture(
  layout: Pick<Layout, "left" | "right" | "top" | "bottom">,
  across: Axis,
  up: Axis,
  shade: Axis,
  sample: (t: number, x: number) => number,
): Markish {
  const [width, height] = [layout.right - layout.left, layout.bottom - layout.top];
  const [columns, rows] = [Math.round(2 * width), Math.round(2 * height)];
  const indices = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const x = up.high - ((up.high - up.low) * (row + 0.5)) / rows;
    for (let column = 0; column < columns; column++) {
      const value = sample(across.low + ((across.high - across.low) * (column + 0.5)) / columns, x);
      indices[row * columns + column] = Number.isFinite(value) ? 1 + shadeIndex(shade, value) : 0;
    }
  }
  const src = palettePng(indices, columns, rows, [missingPaper, ...sequentialColours(colours)]);
  return placed(src, layout.left, layout.top, width, height);
}

function shadeIndex(shade: Axis, value: number): number {
  return Math.min(colours - 1, Math.max(0, Math.floor(along(shade, value) * colours)));
}

function levels(across: Axis, up: Axis, shade: Axis, sample: (t: number, x: number) => number): Markish {
  const thresholds = shade.ticks.filter((tick) => tick > shade.low && tick < shade.high);
  const [x1, x2, y1, y2] = [across.low, across.high, up.low, up.high];
  return contour({
    x1,
    x2,
    y1,
    y2,
    value: sample,
    thresholds,
    pixelSize: 1.5,
    stroke: "#ffffff",
    strokeWidth: 0.8,
    strokeOpacity: 0.9,
  });
}

/** The scale of colours right of a frame. */
export function colourBar({ right, top, bottom }: Pick<Layout, "right" | "top" | "bottom">, shade: Axis): Markish[] {
  const left = right + 14;
  const src = palettePng(
    Uint8Array.from({ length: colours }, (_, i) => colours - 1 - i),
    1,
    colours,
    sequentialColours(colours),
  );
  const height = (value: number): number => bottom - along(shade, value) * (bottom - top);
  return [
    placed(src, left, top, barWidth, bottom - top),
    ...shade.ticks.flatMap((tick, i) => [
      stretch(left + barWidth, height(tick), left + barWidth + 4, height(tick), { stroke: ink, strokeWidth: 0.9 }),
      at(shade.labels[i], left + barWidth + 7, height(tick), "start", { fontSize: tickSize, fill: mutedInk }),
    ]),
  ];
}

/** A picture of this address in a rectangle of pixels. */
export function placed(src: string, left: number, top: number, width: number, height: number): Markish {
  return image([src], {
    x: { value: [left + width / 2], scale: null },
    y: { value: [top + height / 2], scale: null },
    src: (address: string) => address,
    width,
    height,
    preserveAspectRatio: "none",
  });
}
