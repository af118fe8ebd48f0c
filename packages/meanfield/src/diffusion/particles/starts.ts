/**
 * Starts of particles that are spread as evenly over the initial law as so many can be.
 *
 * On a line one in each stratum of equal probability (W. G. Cochran, "Sampling techniques", third edition, Wiley 1977, chapter 5); in
 * the plane a lattice of the golden ratio, shifted at random (R. Cranley, T. N. L. Patterson, SIAM J. Numer. Anal. 13 (1976)
 * 904–914), through the conditional quantiles of the law.
 */

import { FREE, places, spaceGrid } from "../pde/compile.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { randomStream } from "../../numeric/random.ts";

export interface Starts {
  /** Axis by axis. */
  readonly positions: Float64Array;
  /** Of the initial law, by axis. */
  readonly deviations: readonly number[];
}

/** The initial law as something to draw from: the place of two uniform numbers. */
export interface StartLaw {
  readonly deviations: readonly number[];
  readonly at: (u: number, v: number, into: { x: number; y: number }) => void;
}

const POINTS_ON_A_LINE = 8193;
const POINTS_IN_THE_PLANE = 257;

/** The initial law from its density on a fine grid; straight cumulative functions between points. */
export function startLaw(model: DiffusionModel): StartLaw {
  const { space, initial } = model;
  const plane = space.length === 2;
  const grid = spaceGrid(space, plane ? POINTS_IN_THE_PLANE : POINTS_ON_A_LINE);
  const place = places(model, grid);
  const [x, y] = grid.axes;
  const columns = y?.points.length ?? 1;
  const density = Float64Array.from({ length: grid.size }, (_, k) =>
    place[k] === FREE ? initial(x.points[Math.floor(k / columns)], y?.points[k % columns] ?? 0) : 0,
  );
  if (y === undefined) {
    const line = quantiles(x.points, density, x.periodic ? x.high : undefined);
    return {
      deviations: [line.deviation],
      at: (u, _v, into) => {
        into.x = line.at(u);
        into.y = 0;
      },
    };
  }
  const rows = x.points.map((_, i) => y.weights.reduce((sum, weight, j) => sum + weight * density[i * columns + j], 0));
  const first = quantiles(x.points, rows, x.periodic ? x.high : undefined);
  const lines = Array.from(x.points, (_, i) =>
    rows[i] > 0
      ? quantiles(y.points, density.subarray(i * columns, (i + 1) * columns), y.periodic ? y.high : undefined)
      : undefined,
  );
  const marginal = y.points.map((_, j) =>
    x.weights.reduce((sum, weight, i) => sum + weight * density[i * columns + j], 0),
  );
  return {
    deviations: [first.deviation, quantiles(y.points, marginal, y.periodic ? y.high : undefined).deviation],
    at: (u, v, into) => {
      into.x = first.at(u);
      const along = (into.x - x.points[0]) / (x.points[1] - x.points[0]);
      const i = Math.floor(along) % rows.length;
      const near = along - Math.floor(along) < 0.5 ? i : (i + 1) % rows.length;
      const line = lines[near] ?? lines[i] ?? lines[(i + 1) % rows.length];
      into.y = line === undefined ? y.points[0] : line.at(v);
    },
  };
}

/** `count` particles of the law, as evenly spread as the seed allows. */
export function evenStarts(model: DiffusionModel, count: number, seed: number, stream: number): Starts {
  const law = startLaw(model);
  const random = randomStream(seed, stream);
  const plane = model.space.length === 2;
  const positions = new Float64Array(count * model.space.length);
  const into = { x: 0, y: 0 };
  const [shiftX, shiftY] = [random.uniform(2 * count), random.uniform(2 * count + 1)];
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < count; i++) {
    if (plane) law.at((i / count + shiftX) % 1, (i * golden + shiftY) % 1, into);
    else law.at((i + random.uniform(i)) / count, 0, into);
    positions[i] = into.x;
    if (plane) positions[count + i] = into.y;
  }
  return { positions, deviations: law.deviations };
}

/** The inverse of a cumulative function whose density is linear between points; `end` closes a circle. */
function quantiles(points: Float64Array, density: Float64Array, end: number | undefined) {
  const n = points.length;
  const last = end === undefined ? n - 1 : n;
  const place = (i: number): number => (i < n ? points[i] : (end ?? points[n - 1]));
  const height = (i: number): number => density[i % n];
  const below = new Float64Array(last + 1);
  let [first, second] = [0, 0];
  for (let i = 0; i < last; i++) {
    const mass = 0.5 * (height(i) + height(i + 1)) * (place(i + 1) - place(i));
    const middle = 0.5 * (place(i) + place(i + 1));
    below[i + 1] = below[i] + mass;
    first += mass * middle;
    second += mass * middle * middle;
  }
  const total = below[last];
  const mean = first / total;
  return {
    deviation: Math.sqrt(Math.max(0, second / total - mean * mean)),
    at: (u: number): number => {
      const wanted = u * total;
      let [low, high] = [0, last];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (below[middle] <= wanted) low = middle;
        else high = middle;
      }
      const [a, b, width] = [height(low), height(low + 1), place(low + 1) - place(low)];
      const rest = (wanted - below[low]) / width;
      // a s + (b − a) s²/2 = rest, written so that a = b is no exception.
      const s = (2 * rest) / (a + Math.sqrt(Math.max(0, a * a + 2 * (b - a) * rest)) || 1);
      return place(low) + width * Math.min(1, Math.max(0, s));
    },
  };
}
