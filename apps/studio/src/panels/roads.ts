/** Where the roads of a network lie on a picture, and how thick they are. */
import type { RoadsOfAnswer } from "../engine/protocol.ts";

export interface DrawnRoad {
  readonly index: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** In pixels. */
  readonly thick: number;
  /** Whether anything is on it. */
  readonly busy: boolean;
  readonly oneWay: boolean;
}

export interface DrawnMap {
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly roads: readonly DrawnRoad[];
}

const padding = 18;
const widest = 7;
const thinnest = 1;
/** Less than this part of the most is drawn as nothing. */
const least = 1e-3;
/** From the line between two crossings to the middle of a road, where there is one each way. */
const aside = 4.2;

/**
 * A network fitted into a picture, lengths alike in both directions.
 *
 * @param values what is on each road, not negative
 * @param most what is on the thickest road of all times
 */
export function drawnRoads(
  { crossings, roads }: RoadsOfAnswer,
  values: ArrayLike<number>,
  most: number,
  { width, height }: { readonly width: number; readonly height: number },
): DrawnMap {
  const [xs, ys] = [crossings.map(({ x }) => x), crossings.map(({ y }) => y)];
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const unit = Math.min(
    (width - 2 * padding) / Math.max(east - west, 1e-300),
    (height - 2 * padding) / Math.max(north - south, 1e-300),
  );
  const points = crossings.map(({ x, y }) => ({
    x: width / 2 + (x - (west + east) / 2) * unit,
    y: height / 2 - (y - (south + north) / 2) * unit,
  }));
  const both = new Set(roads.map(({ from, to }) => `${from} ${to}`));
  return {
    points,
    roads: roads.map(({ from, to }, index): DrawnRoad => {
      const oneWay = !both.has(`${to} ${from}`);
      const [a, b] = [points[from], points[to]];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const off = (oneWay ? 0 : aside) / (Math.hypot(dx, dy) || 1);
      const share = most > 0 ? Math.max(0, values[index]) / most : 0;
      const busy = share > least;
      return {
        index,
        x1: a.x - dy * off,
        y1: a.y + dx * off,
        x2: b.x - dy * off,
        y2: b.y + dx * off,
        thick: busy ? thinnest + (widest - thinnest) * Math.sqrt(share) : thinnest,
        busy,
        oneWay,
      };
    }),
  };
}

/** Pixels from a point to a road. */
export function distanceTo({ x1, y1, x2, y2 }: DrawnRoad, x: number, y: number): number {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const square = dx * dx + dy * dy;
  const along = square > 0 ? Math.min(1, Math.max(0, ((x - x1) * dx + (y - y1) * dy) / square)) : 0;
  return Math.hypot(x - x1 - along * dx, y - y1 - along * dy);
}
