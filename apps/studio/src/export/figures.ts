/** Pictures of the page as files: SVG as the command line draws it, PNG as it is seen. */
import { draw, figureOf, roadNetwork, seriesLines } from "meanfield/figures";
import type { AxisText, FigureSpecification } from "meanfield/figures";
import type { Answer, Field, GameDescription } from "../engine/protocol.ts";
import { flatIndex, longAxes } from "../panels/choose.ts";
import type { Picture } from "../panels/choose.ts";
import type { Layer } from "../state/studio.ts";

export interface FigureView {
  readonly picture: Picture;
  readonly layers: readonly Layer[];
  readonly description: GameDescription;
  /** Indices on the axes that are not drawn. */
  readonly choices: Readonly<Record<string, number>>;
}

/** One figure per answer on the page; lines of all answers share one. */
export function figuresOf(view: FigureView): FigureSpecification[] {
  const { picture, layers, description } = view;
  const shown = layers.filter(({ answer }) => answer.fields[picture.field] !== undefined);
  if (picture.kind === "roads")
    return shown.flatMap(({ answer, label }, i) => roadsOf(view, answer, shown.length > 1 ? label : undefined, i));
  if (picture.kind === "lines" && shown.length > 1) return [linesOf(view, shown)];
  return shown.map(({ label, answer }, i) => {
    const field = slice(answer.fields[picture.field], picture, view.choices);
    const axes = Object.fromEntries(field.axes.map(({ name, grid }) => [name, [...grid]]));
    const only = field.axes.length === 1 && field.axes[0].name === "t";
    const table = (value: Float64Array) =>
      only ? { t: [...field.axes[0].grid], value: [...value] } : { axes, value: [...value] };
    return figureOf(table(field.value), definitionOf(view, shown.length > 1 ? label : undefined, i), {
      axes: axisTexts(description),
      discrete: field.axes.filter(({ kind }) => kind === "discrete").map(({ name }) => name),
      named: field.axes.filter(({ labels }) => labels !== undefined),
      prefix: description.id,
      ...(field.exact === undefined ? {} : { exact: table(field.exact) }),
    });
  });
}

/** Pictures of a road network at so many times, until next to nothing is on it any more. */
const mostTimes = 6;
const next = 0.01;

function roadsOf(
  view: FigureView,
  { fields, roads }: Answer,
  label: string | undefined,
  index: number,
): FigureSpecification[] {
  if (roads === undefined) return [];
  const field = fields[view.picture.field];
  const [{ grid }] = field.axes;
  const count = roads.roads.length;
  const row = (n: number): Float64Array => field.value.subarray(n * count, (n + 1) * count);
  const onAll = Array.from(grid, (_, n) => row(n).reduce((sum, one) => sum + one, 0));
  const last = Math.max(
    1,
    onAll.findLastIndex((one) => one > next * Math.max(...onAll)),
  );
  const times = [...new Set(Array.from({ length: mostTimes }, (_, i) => Math.round((i * last) / mostTimes)))];
  const { name, title, symbol, story } = definitionOf(view, label, index);
  return [
    roadNetwork({
      name: `${view.description.id}-${name.replaceAll("_", "-")}`,
      title,
      caption: story,
      ...roads,
      t: times.map((n) => grid[n]),
      value: times.flatMap((n) => [...row(n)]),
      valueText: { title, ...(symbol === undefined ? {} : { symbol }) },
    }),
  ];
}

function linesOf({ picture, description, choices }: FigureView, shown: readonly Layer[]): FigureSpecification {
  const lines = shown.map(({ label, answer }) => {
    const field = slice(answer.fields[picture.field], picture, choices);
    const x = [...field.axes[0].grid];
    return {
      label,
      x,
      value: [...field.value],
      ...(field.exact === undefined ? {} : { exact: { x, value: [...field.exact] } }),
    };
  });
  const { title, symbol, unit, field } = picture;
  const name = picture.drawn[0];
  return seriesLines({
    name: `${description.id}-${field.replaceAll("_", "-")}`,
    title,
    caption: `${title}. ${picture.story}`,
    x: axisTexts(description)[name] ?? (name === "t" ? { title: "Time", symbol: "t" } : { title: name }),
    y: { title, ...(symbol === undefined ? {} : { symbol }), ...(unit === undefined ? {} : { unit }) },
    lines,
  });
}

function definitionOf({ picture }: FigureView, label: string | undefined, index: number) {
  const { title, symbol, unit, story, field } = picture;
  return {
    name: index === 0 ? field : `${field}_${index + 1}`,
    title: label === undefined ? title : `${title}, ${label}`,
    story,
    ...(symbol === undefined ? {} : { symbol }),
    ...(unit === undefined ? {} : { unit }),
  };
}

function axisTexts({ axes }: GameDescription): Record<string, AxisText> {
  return { ...axes };
}

/** The part of a field that a panel draws: axes that are not drawn are fixed where the person put them. */
export function slice(field: Field, { drawn }: Picture, choices: Readonly<Record<string, number>>): Field {
  const kept = longAxes(field).filter(({ name }) => drawn.includes(name));
  const size = kept.reduce((product, { grid }) => product * grid.length, 1);
  const read = (values: Float64Array): Float64Array =>
    Float64Array.from({ length: size }, (_, k) => {
      const at: Record<string, number> = { ...choices };
      let rest = k;
      for (let a = kept.length - 1; a >= 0; a--) {
        at[kept[a].name] = rest % kept[a].grid.length;
        rest = Math.floor(rest / kept[a].grid.length);
      }
      return values[flatIndex(field, (axis) => Math.min(axis.grid.length - 1, at[axis.name] ?? 0))];
    });
  return {
    name: field.name,
    axes: kept,
    value: read(field.value),
    ...(field.exact === undefined ? {} : { exact: read(field.exact) }),
  };
}

/** The text of an SVG file. */
export function svgText(figure: FigureSpecification): string {
  return new XMLSerializer().serializeToString(draw(figure, document) as unknown as Node);
}

/** What a panel shows at this moment, twice as fine, on the colour of its paper. */
export async function pngOf(panel: HTMLElement, paper: string): Promise<Blob> {
  const canvases = [...panel.querySelectorAll("canvas")].filter(({ width, height }) => width > 0 && height > 0);
  const box = panel.getBoundingClientRect();
  const factor = 2;
  const sheet = new OffscreenCanvas(Math.ceil(box.width * factor), Math.ceil(box.height * factor));
  const context = sheet.getContext("2d");
  if (context === null) throw new Error("this browser draws no pictures");
  context.fillStyle = paper;
  context.fillRect(0, 0, sheet.width, sheet.height);
  for (const canvas of canvases) {
    const at = canvas.getBoundingClientRect();
    context.drawImage(
      canvas,
      (at.left - box.left) * factor,
      (at.top - box.top) * factor,
      at.width * factor,
      at.height * factor,
    );
  }
  const style = getComputedStyle(panel);
  context.fillStyle = style.color;
  context.font = `600 ${15 * factor}px system-ui, sans-serif`;
  context.textBaseline = "top";
  const heading = panel.querySelector("h2");
  const top = heading === null ? 0 : heading.getBoundingClientRect().top - box.top;
  context.fillText(heading?.dataset["title"] ?? "", 12 * factor, top * factor);
  return sheet.convertToBlob({ type: "image/png" });
}
