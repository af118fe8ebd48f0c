/**
 * Streamlines of a field of drifts, evenly spread over a rectangle.
 *
 * B. Jobard, W. Lefer, "Creating evenly-spaced streamlines of arbitrary density", Visualization in Scientific Computing '97,
 * Springer 1997, 43–55: each line is followed until it comes too near to another; new ones start beside those that are there.
 */

export interface StreamlinesInput {
  readonly width: number;
  readonly height: number;
  /** The drift at a point of [0, width] × [0, height]; undefined where no line may pass. */
  readonly drift: (x: number, y: number) => readonly [number, number] | undefined;
  /** Distance of the starts of neighbouring lines; lines end at half of it from each other. */
  readonly distance: number;
  /** Points are so far apart. */
  readonly step: number;
  /** Shorter lines are left out. */
  readonly shortest: number;
  /** Slower than this nothing flows. */
  readonly slowest: number;
}

export type Point = readonly [x: number, y: number];

/** Lines of points, each in the direction of the drift. */
export function streamlines(input: StreamlinesInput): Point[][] {
  const { width, height, distance, step, shortest } = input;
  const taken = neighbourhood(width, height, distance);
  const lines: Point[][] = [];
  const queue: Point[][] = [];
  const begin = (start: Point): void => {
    if (!inside(input, start) || taken.near(start, distance)) return;
    const back = follow(input, start, -1, taken);
    const line = [...back.toReversed(), start, ...follow(input, start, 1, taken)];
    if ((line.length - 1) * step < shortest) return;
    for (const point of line) taken.put(point);
    lines.push(line);
    queue.push(line);
  };
  const beside = (line: readonly Point[]): void => {
    for (let i = 1; i < line.length; i += 2) {
      const [x, y] = line[i];
      const [dx, dy] = [x - line[i - 1][0], y - line[i - 1][1]];
      const size = Math.hypot(dx, dy);
      for (const side of [1.01, -1.01]) begin([x - (side * distance * dy) / size, y + (side * distance * dx) / size]);
    }
  };
  // Starts on a lattice reach what no line leads to.
  const spread = 2 * distance;
  for (let i = 0.5; i * spread < width; i++) {
    for (let j = 0.5; j * spread < height; j++) {
      begin([i * spread, j * spread]);
      for (let line = queue.shift(); line !== undefined; line = queue.shift()) beside(line);
    }
  }
  return lines;
}

/** The points after a start, downstream or upstream, by the midpoint rule. */
function follow(input: StreamlinesInput, start: Point, way: 1 | -1, taken: Neighbourhood): Point[] {
  const { step, distance } = input;
  const points: Point[] = [];
  let at = start;
  let before: Point | undefined;
  for (let i = 0; i < 400; i++) {
    const first = direction(input, at);
    if (first === undefined) break;
    const half = direction(input, [at[0] + 0.5 * way * step * first[0], at[1] + 0.5 * way * step * first[1]]);
    if (half === undefined) break;
    // A sharp turn is a drift against a wall, or no drift at all.
    if (before !== undefined && before[0] * half[0] + before[1] * half[1] < 0.6) break;
    const next: Point = [at[0] + way * step * half[0], at[1] + way * step * half[1]];
    if (!inside(input, next) || taken.near(next, 0.5 * distance)) break;
    // A line that comes back to itself ends, as around a sink.
    if (points.some(([x, y], k) => k < points.length - 4 && Math.hypot(x - next[0], y - next[1]) < step)) break;
    points.push(next);
    at = next;
    before = half;
  }
  return points;
}

function direction({ drift, slowest }: StreamlinesInput, [x, y]: Point): Point | undefined {
  const [dx, dy] = drift(x, y) ?? [0, 0];
  const size = Math.hypot(dx, dy);
  return size > slowest ? [dx / size, dy / size] : undefined;
}

function inside({ width, height, drift }: StreamlinesInput, [x, y]: Point): boolean {
  return x >= 0 && x <= width && y >= 0 && y <= height && drift(x, y) !== undefined;
}

interface Neighbourhood {
  readonly put: (point: Point) => void;
  /** Whether a point that was put lies nearer than `reach`, at most the size of the cells. */
  readonly near: (point: Point, reach: number) => boolean;
}

/** Points in square cells, so that only neighbouring cells need be asked. */
function neighbourhood(width: number, height: number, cell: number): Neighbourhood {
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const cells: Point[][] = Array.from({ length: columns * rows }, () => []);
  const of = (value: number, count: number): number => Math.max(0, Math.min(count - 1, Math.floor(value / cell)));
  return {
    put: (point) => cells[of(point[0], columns) * rows + of(point[1], rows)].push(point),
    near: ([x, y], reach) => {
      const [column, row] = [of(x, columns), of(y, rows)];
      for (let i = Math.max(0, column - 1); i <= Math.min(columns - 1, column + 1); i++) {
        for (let j = Math.max(0, row - 1); j <= Math.min(rows - 1, row + 1); j++) {
          if (cells[i * rows + j].some(([a, b]) => Math.hypot(a - x, b - y) < reach)) return true;
        }
      }
      return false;
    },
  };
}
