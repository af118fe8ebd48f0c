import type { SceneryGround } from "../engine/protocol.ts";
import { place } from "./frame.ts";
import type { Scale } from "./frame.ts";
import type { Arrow } from "./plane-ground.ts";

/** Arrows on a picture, as long as `length` pixels where they are longest; dots where nobody moves. */
export function drawArrows(
  context: CanvasRenderingContext2D,
  arrows: readonly Arrow[],
  x: Scale,
  y: Scale,
  length: number,
  style: { readonly ink: string; readonly rim: string },
): void {
  const paths = (): void => {
    context.beginPath();
    for (const arrow of arrows) {
      const [from, up] = [place(x, arrow.x), place(y, arrow.y)];
      const [dx, dy] = [arrow.dx * length, -arrow.dy * length];
      const size = Math.hypot(dx, dy);
      if (size < 1) continue;
      const [a, b, c, d] = [from - dx / 2, up - dy / 2, from + dx / 2, up + dy / 2];
      const head = Math.min(5, 0.45 * size);
      const angle = Math.atan2(dy, dx);
      context.moveTo(a, b);
      context.lineTo(c, d);
      for (const side of [-0.55, 0.55]) {
        context.moveTo(c, d);
        context.lineTo(c - head * Math.cos(angle + side), d - head * Math.sin(angle + side));
      }
    }
    context.stroke();
  };
  context.save();
  context.lineCap = "round";
  context.strokeStyle = style.rim;
  context.lineWidth = 2.6;
  paths();
  context.strokeStyle = style.ink;
  context.lineWidth = 1.1;
  paths();
  context.restore();
}

/** Walls in one colour, exits as strokes along the edge. */
export function drawScenery(
  context: CanvasRenderingContext2D,
  { points, walls, x: xs, y: ys, exits }: SceneryGround,
  x: Scale,
  y: Scale,
  style: { readonly wall: string; readonly exit: string },
): void {
  const sheet = new OffscreenCanvas(points, points);
  const paint = sheet.getContext("2d");
  if (paint === null) return;
  paint.fillStyle = style.wall;
  for (let i = 0; i < points; i++) {
    let from = -1;
    for (let j = 0; j <= points; j++) {
      const wall = j < points && walls[i * points + j] === 1;
      if (wall && from < 0) from = j;
      else if (!wall && from >= 0) {
        paint.fillRect(i, points - j, 1, j - from);
        from = -1;
      }
    }
  }
  const [left, top] = [place(x, xs[0]), place(y, ys[1])];
  context.drawImage(sheet, left, top, place(x, xs[1]) - left, place(y, ys[0]) - top);
  context.strokeStyle = style.exit;
  context.lineWidth = 5;
  context.lineCap = "butt";
  context.beginPath();
  for (const { from, to } of exits) {
    context.moveTo(place(x, from[0]), place(y, from[1]));
    context.lineTo(place(x, to[0]), place(y, to[1]));
  }
  context.stroke();
}
