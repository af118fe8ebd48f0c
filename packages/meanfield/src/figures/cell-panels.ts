import { dot, line, rect, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { along } from "./axis.ts";
import { barePlot } from "./bare-plot.ts";
import { cellLabel, cellTicks, type CellAxis } from "./cell-axis.ts";
import { barWidth, colourBar, placed } from "./field-heat-map.ts";
import { at, sentence, stretch, textSize, tickSize } from "./frame.ts";
import { drawable, noOmissions, omissionNotes } from "./omissions.ts";
import { palettePng } from "./palette-png.ts";
import { ink, mutedInk, paper, sequentialColours } from "./palette.ts";
import { wallColour } from "./plane-overlay.ts";
import { richWidth } from "./rich-text.ts";
import type { Shade } from "./shade.ts";
import type { FigureSpecification, FigureText } from "./specification.ts";

export interface CellPanelsInput extends FigureText {
  /** Cells of every panel. */
  readonly across: CellAxis;
  readonly up: CellAxis;
  /** Row by row. */
  readonly panels: readonly CellPanel[];
  /** Panels side by side. */
  readonly columns: number;
  /** What rows of panels are, one each, where they differ. */
  readonly rows?: readonly string[];
  /** Over all panels together. */
  readonly headline?: string;
  /** How numbers become colours; not needed where panels have no values. */
  readonly shade?: Shade;
  /** Whether cells are squares, as those of a plane; otherwise they fill their panel. Default false. */
  readonly square?: boolean;
  /** Sentences of the caption after its first. */
  readonly notes?: readonly string[];
}

export interface CellPanel {
  /** Over the panel; may be empty. */
  readonly heading: string;
  /** The value of cell (i, j), i across and j up, at i · |up| + j; grey where NaN. Nothing is coloured where left out. */
  readonly value?: ArrayLike<number>;
  /** One at i · |up| + j where the cell is a wall. */
  readonly wall?: ArrayLike<number>;
  /** Arrows in the middle of cells, in cells; a dot for none. */
  readonly arrows?: readonly CellArrow[];
}

export interface CellArrow {
  readonly i: number;
  readonly j: number;
  readonly di: number;
  readonly dj: number;
}

/** Where a panel lies in its figure, in pixels. */
export interface Pane {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * Tables over discrete cells as colours, panel beside panel in one scale: every cell is of one colour, nothing is interpolated.
 *
 * @throws InputError for values that do not fill the cells, and where labels leave no room to draw.
 */
export function cellPanels(input: CellPanelsInput): FigureSpecification {
  return cellFigure(input).figure;
}

const gap = 14;
const heading = 17;
/** From the top of a panel up to the middle of its heading. */
export const headingRise = 9;
const lineHeight = 17;
/** The middle of a headline, from the top of the figure. */
export const headlineAt = 12;
const bottomMargin = 44;
const colours = 255;

/** The figure and where its panels lie, for what is laid over them. */
export function cellFigure(input: CellPanelsInput): { readonly figure: FigureSpecification; readonly panes: Pane[] } {
  const { across, up, panels, shade, rows: names, square = false } = input;
  const columns = Math.max(1, Math.min(input.columns, panels.length));
  const [m, n] = [across.grid.length, up.grid.length];
  for (const { value } of panels) {
    if (value !== undefined && value.length !== m * n)
      throw new InputError("value.length", value.length, `${m} × ${n} = ${m * n}`);
  }
  const rows = Math.ceil(panels.length / columns);
  const width = input.width ?? (columns === 1 ? 420 : 640);
  const labelled = up.labels ?? cellTicks(up, 200, true).map(({ label }) => label);
  const left = Math.ceil(Math.max(20, ...labelled.map((label) => richWidth(label, tickSize))) + 12);
  const barLabels = shade === undefined ? [] : shade.axis.labels.map((label) => richWidth(label, tickSize));
  const room = shade === undefined ? 14 : Math.ceil(14 + barWidth + 8 + Math.max(0, ...barLabels) + 6);
  const slot = (width - left - room - (columns - 1) * gap) / columns;
  if (slot < 40) throw new InputError("width", width, "more, for the labels leave no room to draw");
  const [cellWidth, cellHeight] = cellSize(slot, m, n, square, rows, panels[0]?.arrows !== undefined);
  const [wide, tall] = [cellWidth * m, cellHeight * n];

  const ownRow =
    shade !== undefined && richWidth(shade.axis.label, textSize) + richWidth(cellLabel(up), textSize) > width - 30;
  const named = names === undefined ? 0 : lineHeight;
  const headed = panels.some((panel) => panel.heading !== "") ? heading : 8;
  const top = 20 + (ownRow ? lineHeight : 0) + named + headed;
  const pitch = tall + gap + named + headed;
  const bottom = top + (rows - 1) * pitch + tall;
  const height = input.height ?? Math.ceil(bottom + bottomMargin);
  const panes = panels.map((_, k): Pane => {
    const x = left + (k % columns) * (wide + gap);
    const y = top + Math.floor(k / columns) * pitch;
    return { left: x, right: x + wide, top: y, bottom: y + tall };
  });

  const omissions = noOmissions();
  const marks: Markish[] = panels.flatMap((panel, k): Markish[] => {
    const pane = panes[k];
    for (let i = 0; i < (panel.value?.length ?? 0); i++)
      if (panel.wall?.[i] !== 1) drawable(panel.value?.[i] ?? 0, "linear", omissions);
    return [
      panel.value === undefined && panel.wall === undefined
        ? null
        : placed(cellsPng(panel, m, n, cellWidth, cellHeight, shade), pane.left, pane.top, wide, tall),
      ...arrowMarks(panel.arrows ?? [], pane, cellWidth, cellHeight),
      frameOf(pane),
      panel.heading === ""
        ? null
        : at(panel.heading, (pane.left + pane.right) / 2, pane.top - headingRise, "middle", { fontSize: tickSize }),
      ...(k % columns === 0 ? upTicks(up, pane) : []),
      ...(k + columns >= panels.length ? acrossTicks(across, pane) : []),
    ];
  });
  names?.slice(0, rows).forEach((name, row) => {
    const { left: x, top: y } = panes[row * columns];
    marks.push(at(name, x, y - headed - 7, "start"));
  });
  const right = left + columns * wide + (columns - 1) * gap;
  marks.push(
    at(cellLabel(up), 4, 10, "start"),
    input.headline === undefined
      ? null
      : at(input.headline, (left + right) / 2, headlineAt, "middle", { fontSize: tickSize }),
    at(cellLabel(across), (left + right) / 2, bottom + 31, "middle"),
    ...(shade === undefined
      ? []
      : [
          ...colourBar({ right, top, bottom: Math.min(bottom, top + 320) }, shade.axis),
          at(shade.axis.label, right + room - 4, ownRow ? 27 : 10, "end"),
        ]),
  );
  const figure = {
    name: input.name,
    title: input.title,
    caption: [
      sentence(input.caption ?? input.title),
      ...(input.notes ?? []),
      ...(shade === undefined || shade.note === "" ? [] : [shade.note]),
      ...omissionNotes(omissions),
    ].join(" "),
    width: input.width ?? Math.ceil(right + room),
    height,
    plot: barePlot({ width: input.width ?? Math.ceil(right + room), height, left, room, top, bottom, marks }),
  } as const;
  return { figure, panes };
}

/** In pixels: halves of them where that leaves little unused, so that edges of cells are sharp. */
function cellSize(
  slot: number,
  m: number,
  n: number,
  square: boolean,
  rows: number,
  arrows: boolean,
): [width: number, height: number] {
  const sharp = (size: number): number => (size >= 3 ? Math.floor(2 * size) / 2 : size);
  if (square) {
    const size = sharp(Math.min(slot / m, (1.5 * slot) / n, arrows ? 24 : 40));
    return [size, size];
  }
  const tall = rows === 1 ? 212 : rows === 2 ? 150 : 100;
  return [sharp(slot / m), sharp(Math.min(tall / n, 40))];
}

/** Cells as a picture of whole blocks, two picture elements a pixel; walls and what has no value are grey. */
export function cellsPng(
  { value, wall }: Pick<CellPanel, "value" | "wall">,
  m: number,
  n: number,
  cellWidth: number,
  cellHeight: number,
  shade: Shade | undefined,
): string {
  const [a, b] = [Math.max(1, Math.round(2 * cellWidth)), Math.max(1, Math.round(2 * cellHeight))];
  const indices = new Uint8Array(m * a * n * b);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < m; i++) {
      const index = colourOf(value?.[i * n + j], wall?.[i * n + j] === 1, shade);
      // The first cell lies lowest.
      const first = (n - 1 - j) * b;
      for (let row = first; row < first + b; row++) {
        const start = row * m * a + i * a;
        indices.fill(index, start, start + a);
      }
    }
  }
  const palette = shade === undefined ? [wallColour, paper] : [wallColour, ...sequentialColours(colours)];
  return palettePng(indices, m * a, n * b, palette);
}

/** 0 for grey, otherwise from 1 on. */
function colourOf(value: number | undefined, wall: boolean, shade: Shade | undefined): number {
  if (wall) return 0;
  if (value === undefined || shade === undefined) return 1;
  const share = along(shade.axis, shade.height(value));
  if (Number.isNaN(share)) return 0;
  return 1 + Math.min(colours - 1, Math.max(0, Math.floor(share * colours)));
}

/** An arrow of one cell is this long, in cells. */
const arrowLength = 0.9;

function arrowMarks(arrows: readonly CellArrow[], pane: Pane, cellWidth: number, cellHeight: number): Markish[] {
  if (arrows.length === 0) return [];
  const still: { x: number; y: number }[] = [];
  const points: { id: number; x: number; y: number }[] = [];
  arrows.forEach(({ i, j, di, dj }, id) => {
    const [x, y] = [pane.left + (i + 0.5) * cellWidth, pane.bottom - (j + 0.5) * cellHeight];
    const [dx, dy] = [di * cellWidth * arrowLength, -dj * cellHeight * arrowLength];
    const length = Math.hypot(dx, dy);
    if (length < 1.5) return still.push({ x, y });
    const [tipX, tipY] = [x + dx / 2, y + dy / 2];
    const angle = Math.atan2(dy, dx);
    const size = Math.min(4, 0.45 * length);
    const wing = (turn: number): [number, number] => [
      tipX - size * Math.cos(angle + turn),
      tipY - size * Math.sin(angle + turn),
    ];
    const path = [[x - dx / 2, y - dy / 2], [tipX, tipY], wing(0.55), [tipX, tipY], wing(-0.55)];
    return path.forEach(([px, py]) => points.push({ id, x: px, y: py }));
  });
  const pixels = { x: { value: "x", scale: null }, y: { value: "y", scale: null } } as const;
  return [
    line(points, { ...pixels, z: "id", stroke: ink, strokeWidth: 0.9, strokeLinejoin: "miter" }),
    dot(still, { ...pixels, r: 0.9, fill: ink, stroke: "none" }),
  ];
}

const pixel = (value: number) => ({ value: [value], scale: null });

function frameOf({ left, right, top, bottom }: Pane): Markish {
  const [x1, x2, y1, y2] = [left, right, top, bottom].map(pixel);
  return rect([0], { x1, x2, y1, y2, fill: "none", stroke: ink, strokeWidth: 0.9 });
}

const tickStyle = { fontSize: tickSize, fill: mutedInk };
const strokeStyle = { stroke: ink, strokeWidth: 0.9 };

function upTicks(up: CellAxis, { left, top, bottom }: Pane): Markish[] {
  return cellTicks(up, bottom - top, true).flatMap(({ place, label }) => {
    const y = bottom - (place / up.grid.length) * (bottom - top);
    return [stretch(left - 4, y, left, y, strokeStyle), at(label, left - 7, y, "end", tickStyle)];
  });
}

function acrossTicks(across: CellAxis, { left, right, bottom }: Pane): Markish[] {
  return cellTicks(across, right - left, false).flatMap(({ place, label }) => {
    const x = left + (place / across.grid.length) * (right - left);
    return [stretch(x, bottom, x, bottom + 4, strokeStyle), at(label, x, bottom + 13, "middle", tickStyle)];
  });
}
