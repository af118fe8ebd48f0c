/** What agents move on: axes, walls and exits, drawn once behind them. */
import type { Answer } from "../engine/protocol.ts";
import type { Area } from "../panels/canvas.tsx";
import { drawAxes, margin, place } from "../panels/frame.ts";
import type { Scale } from "../panels/frame.ts";
import { drawScenery } from "../panels/plane-drawing.ts";
import { colour } from "../state/theme.ts";
import type { AgentPlane, PlaneAxis } from "./plane.ts";

export interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

/** Where the plane lies on a picture of this size; equal lengths look equal where both axes measure lengths. */
export function scalesOf({ x, y, square, facets }: AgentPlane, width: number, height: number): Scales {
  // Without an axis below there is nothing to read there.
  const bottom = x.coordinate === undefined ? 12 : margin.bottom;
  const top = margin.top + (facets === undefined ? 0 : 14);
  const edge = facets === undefined ? wordsRoom(y, width) : margin.right;
  const room = { width: width - edge - margin.right, height: height - top - bottom };
  const unit = Math.min(room.width / (x.to - x.from), room.height / (y.to - y.from));
  const w = square ? unit * (x.to - x.from) : room.width;
  const h = square ? unit * (y.to - y.from) : room.height;
  const left = edge + (room.width - w) / 2;
  const floor = top + (room.height + h) / 2;
  return {
    x: { from: x.from, to: x.to, start: left, end: left + w },
    y: { from: y.from, to: y.to, start: floor, end: floor - h },
  };
}

/** Room for the words of an axis, as far as there is some. */
function wordsRoom({ coordinate }: PlaneAxis, width: number): number {
  const longest = Math.max(0, ...(coordinate?.labels ?? []).map((word) => word.length));
  return Math.max(margin.left, Math.min(width / 3, 14 + 6 * longest));
}

export function drawGround(area: Area, plane: AgentPlane, scales: Scales, answer: Answer | null): void {
  const { context } = area;
  const { x, y } = scales;
  context.save();
  context.strokeStyle = colour("line");
  context.lineWidth = 1;
  if (plane.facets === undefined) {
    context.strokeRect(x.start, y.end, x.end - x.start, y.start - y.end);
    if (answer?.scenery !== undefined)
      drawScenery(context, answer.scenery, x, y, { wall: colour("wall"), exit: colour("exit") });
    drawClosed(area, plane, scales, answer);
  } else drawFacets(area, plane, scales, answer);
  context.restore();
  if (plane.facets !== undefined) return;
  const named = (axis: PlaneAxis) =>
    axis.coordinate?.labels === undefined || axis.coordinate.places === undefined
      ? undefined
      : {
          name: axis.coordinate.name,
          kind: "discrete" as const,
          grid: axis.coordinate.places,
          labels: axis.coordinate.labels,
        };
  const words = (axis: PlaneAxis): string => axis.coordinate?.name.replaceAll("_", " ") ?? "";
  if (plane.x.coordinate === undefined) {
    // Agents are spread across only to be told apart: nothing is measured there.
    drawAxes(
      area,
      { ...x, from: 0, to: 0, start: x.start, end: x.start },
      y,
      { horizontal: "", vertical: words(plane.y) },
      { y: named(plane.y) },
    );
    context.clearRect(0, y.start + 6, area.width, area.height);
    return;
  }
  drawAxes(
    area,
    x,
    y,
    { horizontal: words(plane.x), vertical: words(plane.y) },
    { x: named(plane.x), y: named(plane.y) },
  );
}

/** Cells in which nobody can be. */
function drawClosed({ context }: Area, plane: AgentPlane, { x, y }: Scales, answer: Answer | null, facet = 0): void {
  const ground = answer?.planes?.[0];
  const [across, up] = [plane.x.coordinate?.places, plane.y.coordinate?.places];
  if (ground === undefined || across === undefined || up === undefined) return;
  const cells = across.length * up.length;
  if (ground.closed.length < (facet + 1) * cells || ground.closed.length % cells !== 0) return;
  if (plane.facets === undefined && ground.closed.length !== cells) return;
  const shift = plane.facets === undefined ? [0, 0] : shiftOf(plane.facets, facet);
  const [w, h] = plane.cell;
  context.fillStyle = colour("wall");
  for (let i = 0; i < across.length; i++) {
    for (let j = 0; j < up.length; j++) {
      if (ground.closed[facet * cells + i * up.length + j] === 0) continue;
      fill(context, x, y, across[i] - w / 2 + shift[0], up[j] - h / 2 + shift[1], w, h);
    }
  }
}

function shiftOf({ columns, step }: NonNullable<AgentPlane["facets"]>, k: number): readonly [number, number] {
  return [(k % columns) * step[0], -Math.floor(k / columns) * step[1]];
}

function drawFacets(area: Area, plane: AgentPlane, scales: Scales, answer: Answer | null): void {
  const { context } = area;
  const { facets, x, y } = plane;
  if (facets === undefined) return;
  const { coordinate, columns, rows, step } = facets;
  const size = [x.to - x.from - (columns - 1) * step[0], y.to - y.from - (rows - 1) * step[1]];
  const base = [x.from, y.to - size[1]];
  context.font = "11px system-ui, sans-serif";
  coordinate.places?.forEach((value, k) => {
    drawClosed(area, plane, scales, answer, k);
    const shift = shiftOf(facets, k);
    const [left, top] = [place(scales.x, base[0] + shift[0]), place(scales.y, base[1] + size[1] + shift[1])];
    const [right, bottom] = [place(scales.x, base[0] + size[0] + shift[0]), place(scales.y, base[1] + shift[1])];
    context.strokeStyle = colour("line");
    context.strokeRect(left, top, right - left, bottom - top);
    context.fillStyle = colour("ink");
    context.textBaseline = "bottom";
    context.fillText(coordinate.labels?.[k] ?? `${coordinate.name} ${value}`, left, top - 1);
  });
}

/** A rectangle whose edges lie on whole pixels, so that neighbours meet without a seam. */
function fill(
  context: CanvasRenderingContext2D,
  x: Scale,
  y: Scale,
  left: number,
  bottom: number,
  width: number,
  height: number,
): void {
  const [from, to] = [place(x, left), place(x, left + width)].map(Math.round);
  const [top, floor] = [place(y, bottom + height), place(y, bottom)].map(Math.round);
  context.fillRect(from, top, to - from, floor - top);
}
