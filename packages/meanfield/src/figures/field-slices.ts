import { rect, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { along, planAxis, type Axis } from "./axis.ts";
import { barePlot } from "./bare-plot.ts";
import { barWidth, bilinearSample, checkGrid, colourBar, picture } from "./field-heat-map.ts";
import { at, sentence, stretch, tickSize } from "./frame.ts";
import { driftLines, exits, levelLines, filled, walls, type DriftField, type Place } from "./plane-overlay.ts";
import { drawable, noOmissions, omissionNotes } from "./omissions.ts";
import { ink, mutedInk } from "./palette.ts";
import { richWidth } from "./rich-text.ts";
import { timeAxis, type AxisText, type FigureSpecification, type FigureText } from "./specification.ts";
import { shortNumber } from "./ticks.ts";

export interface FieldSlicesInput extends FigureText {
  /** Increasing; one picture each. */
  readonly t: ArrayLike<number>;
  /** Increasing, at least two points; need not be even. */
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** The value at (t[n], x[i], y[j]) stands at (n · x.length + i) · y.length + j. */
  readonly value: ArrayLike<number>;
  readonly valueText: AxisText;
  readonly xText: AxisText;
  readonly yText: AxisText;
  /** How `t` is announced over the pictures; default time. */
  readonly tText?: AxisText;
  /** A drift whose lines are drawn over the field: its components, laid out as `value`. */
  readonly drift?: DriftField;
  /** Walls, drawn grey, and exits, marked along the frame; all is free where left out. */
  readonly place?: Place;
  /** Whether level lines are drawn, at about ten round values. Default false. */
  readonly levels?: boolean;
  /** `root` shows thin parts of a density beside dense ones: colours by the square root, 0 for what is below. Default `linear`. */
  readonly shade?: "linear" | "root";
}

const gap = 16;
const heading = 18;

/**
 * A field over the plane at several times: a picture for each, side by side, in the shape of the plane and in the same colours.
 *
 * Colours as in `fieldHeatMap`; grey where there is no finite value, as inside walls.
 *
 * @throws InputError for axes that do not increase or values that do not fill the grid.
 */
export function fieldSlices(input: FieldSlicesInput): FigureSpecification {
  const { t, x, y, value } = input;
  checkGrid("x", x);
  checkGrid("y", y);
  const size = x.length * y.length;
  if (t.length === 0 || value.length !== t.length * size)
    throw new InputError("value.length", value.length, `${t.length} × ${x.length} × ${y.length} = ${t.length * size}`);
  for (const component of input.drift ?? []) {
    if (component.length !== value.length)
      throw new InputError("drift.length", component.length, `${value.length}, as many as there are values`);
  }
  const omissions = noOmissions();
  const finite = Array.from(value).filter((one) => drawable(one, "linear", omissions));
  const root = input.shade === "root";
  const colour = (at: number): number => (root ? Math.sqrt(Math.max(0, at)) : at);
  const plain = planAxis(root ? [0, ...finite] : finite, input.valueText, { tight: true });
  const shade = root
    ? { ...plain, low: colour(plain.low), high: colour(plain.high), ticks: plain.ticks.map(colour) }
    : plain;
  const lines = planAxis(finite, input.valueText, { tight: true, count: 10 });
  const columns = Math.min(t.length, t.length === 4 ? 2 : 3);
  const rows = Math.ceil(t.length / columns);
  const few = { tight: true, count: columns === 1 ? 5 : 3 };
  const across = planAxis([x[0], x[x.length - 1]], input.xText, few);
  const up = planAxis([y[0], y[y.length - 1]], input.yText, few);

  const width = input.width ?? (columns === 1 ? 420 : 640);
  const left = Math.ceil(Math.max(20, ...up.labels.map((label) => richWidth(label, tickSize))) + 12);
  const room = Math.ceil(
    14 + barWidth + 8 + Math.max(0, ...shade.labels.map((label) => richWidth(label, tickSize))) + 6,
  );
  const inside = (width - left - room - (columns - 1) * gap) / columns;
  if (inside < 40) throw new InputError("width", width, "more, for the labels leave no room to draw");
  const shape = (up.high - up.low) / (across.high - across.low);
  const tall = inside * Math.min(2, Math.max(0.25, shape));
  const top = 22 + heading;
  const bottomMargin = 42;
  const height = input.height ?? Math.ceil(top + rows * tall + (rows - 1) * (gap + heading) + bottomMargin);
  const high = (height - top - bottomMargin - (rows - 1) * (gap + heading)) / rows;
  if (high < 20) throw new InputError("height", height, "more, for the labels leave no room to draw");

  const panels = Array.from({ length: t.length }, (_, n): Panel => {
    const [row, column] = [Math.floor(n / columns), n % columns];
    const from = { left: left + column * (inside + gap), top: top + row * (high + gap + heading) };
    return {
      ...from,
      right: from.left + inside,
      bottom: from.top + high,
      n,
      outer: column === 0,
      lowest: n + columns >= t.length,
    };
  });
  const bottom = panels[panels.length - 1].bottom;
  const place = input.place;
  const drift = input.drift;
  const slowest = drift === undefined ? 0 : 1e-3 * largest(drift);
  const overlaid = (panel: Panel): Markish[] => {
    const pane = { ...panel, across, up };
    const whole = { left, right: width - room, top, bottom };
    const from = panel.n * size;
    const sampled = (field: ArrayLike<number>): ((a: number, b: number) => number) =>
      place === undefined
        ? bilinearSample(x, y, field, from)
        : bilinearSample(x, y, filled(x.length, y.length, field, from));
    const values = sampled(value);
    const sample = (a: number, b: number): number => colour(values(a, b));
    const flow = drift?.map(sampled);
    return [
      picture(panel, across, up, shade, sample),
      input.levels === true ? levelLines(pane, whole, lines.ticks, values) : null,
      ...(flow === undefined
        ? []
        : driftLines(pane, (a, b) => [flow[0](a, b), flow[1](a, b)], place ?? (() => "free"), slowest)),
      place === undefined ? null : walls(pane, whole, place),
    ];
  };
  const tText = input.tText ?? timeAxis;
  const symbol = tText.symbol ?? tText.title;
  const unit = tText.unit === undefined ? "" : ` ${tText.unit}`;
  const marks: Markish[] = [
    ...panels.flatMap((panel) => [
      ...overlaid(panel),
      border(panel),
      ...(place === undefined ? [] : exits({ ...panel, across, up }, place)),
      at(`${symbol} = ${shortNumber(t[panel.n], 3)}${unit}`, (panel.left + panel.right) / 2, panel.top - 9, "middle", {
        fontSize: tickSize,
      }),
      ...(panel.outer ? upTicks(panel, up) : []),
      ...(panel.lowest ? acrossTicks(panel, across) : []),
    ]),
    ...colourBar({ right: width - room, top, bottom }, shade),
    at(up.label, 4, 10, "start"),
    at(across.label, (left + width - room) / 2, bottom + 31, "middle"),
    at(shade.label, width - 4, 10, "end"),
  ];
  return {
    name: input.name,
    title: input.title,
    caption: [
      sentence(input.caption ?? input.title),
      ...(root ? ["Colours by the square root."] : []),
      ...(drift === undefined ? [] : ["Lines lead where people drift."]),
      ...(place === undefined ? [] : ["Walls are grey, exits are marked on the frame."]),
      ...(input.levels === true ? [`Level lines at ${lines.labels.join(", ")}.`] : []),
      ...omissionNotes(place === undefined ? omissions : noOmissions()),
    ].join(" "),
    width,
    height,
    plot: barePlot({ width, height, left, room, top, bottom, marks }),
  };
}

interface Panel {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly n: number;
  /** Whether it has ticks of the vertical axis, and of the horizontal one. */
  readonly outer: boolean;
  readonly lowest: boolean;
}

function largest([dx, dy]: DriftField): number {
  let most = 0;
  for (let k = 0; k < dx.length; k++) {
    const speed = Math.hypot(dx[k], dy[k]);
    if (speed > most) most = speed;
  }
  return most;
}

const pixel = (value: number) => ({ value: [value], scale: null });

function border({ left, right, top, bottom }: Panel): Markish {
  return rect([0], {
    x1: pixel(left),
    x2: pixel(right),
    y1: pixel(top),
    y2: pixel(bottom),
    fill: "none",
    stroke: ink,
    strokeWidth: 0.9,
  });
}

function upTicks({ left, top, bottom }: Panel, up: Axis): Markish[] {
  return up.ticks.flatMap((tick, i) => {
    const place = bottom - along(up, tick) * (bottom - top);
    return [
      stretch(left - 4, place, left, place, { stroke: ink, strokeWidth: 0.9 }),
      at(up.labels[i], left - 7, place, "end", { fontSize: tickSize, fill: mutedInk }),
    ];
  });
}

function acrossTicks({ left, right, bottom }: Panel, across: Axis): Markish[] {
  return across.ticks.flatMap((tick, i) => {
    const place = left + along(across, tick) * (right - left);
    return [
      stretch(place, bottom, place, bottom + 4, { stroke: ink, strokeWidth: 0.9 }),
      at(across.labels[i], place, bottom + 13, "middle", { fontSize: tickSize, fill: mutedInk }),
    ];
  });
}
