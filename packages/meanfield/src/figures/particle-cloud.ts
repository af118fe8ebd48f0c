import { contour, dot, type Markish } from "@observablehq/plot";
import { InputError } from "../core/index.ts";
import { planAxis } from "./axis.ts";
import { figure, type Key } from "./frame.ts";
import { noOmissions } from "./omissions.ts";
import { paper, pen } from "./palette.ts";
import { pointsOf, solid, type Point } from "./points.ts";
import type { AxisText, FigureSpecification, FigureText } from "./specification.ts";

export interface ParticleCloudInput extends FigureText {
  readonly points: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> };
  /** What the points are called; default `particles`. */
  readonly label?: string;
  readonly x: AxisText;
  readonly y: AxisText;
  /** What the axes show at the least, for several clouds side by side. */
  readonly shown?: CloudReach;
  /** A density on a grid that increases along both axes: the value at (x[i], y[j]) stands at i · y.length + j. */
  readonly density?: {
    readonly label: string;
    readonly x: ArrayLike<number>;
    readonly y: ArrayLike<number>;
    readonly value: ArrayLike<number>;
  };
}

/** Ends of what is seen along each axis. */
export interface CloudReach {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Shares of the mass that level lines enclose, from the outermost in. */
const enclosed = [0.95, 0.75, 0.5, 0.25] as const;

/**
 * Particles on a plane over the law they should have, shaded from level line to level line.
 *
 * Axes show all of the density that counts and at least 99 per cent of the particles.
 *
 * @throws InputError where a density does not fill its grid.
 */
export function particleCloud(input: ParticleCloudInput): FigureSpecification {
  const { density, label = "particles" } = input;
  const omissions = noOmissions();
  const points = pointsOf(input.points.x, input.points.y, { x: "linear", y: "linear" }, omissions);
  const drawn = solid(points);
  const levels = density === undefined ? [] : levelsOf(density);
  const own = reachOf(drawn, density, levels);
  const across = planAxis([...own.x, ...(input.shown?.x ?? [])], input.x);
  const up = planAxis([...own.y, ...(input.shown?.y ?? [])], input.y);
  const inside = drawn.filter(({ x, y }) => x >= across.low && x <= across.high && y >= up.low && y <= up.high);
  const [shade, marks] = [pen(5), pen(1)];
  const keys: Key[] = [
    { label, sign: "dots", pen: marks },
    ...(density === undefined ? [] : [{ label: density.label, sign: "band", pen: shade } as const]),
  ];
  const beyond = drawn.length - inside.length;
  return figure({
    text: input,
    x: across,
    y: up,
    keys,
    grid: "none",
    inside: 260,
    marks: () => [
      density === undefined ? null : shading(density, levels, shade.colour),
      dot(inside, {
        x: "x",
        y: "y",
        r: inside.length > 500 ? 1.5 : 2.5,
        fill: marks.colour,
        fillOpacity: inside.length > 500 ? 0.55 : 0.9,
        stroke: paper,
        strokeWidth: 0.3,
      }),
    ],
    notes: [
      ...(density === undefined ? [] : [`Level lines enclose ${percent(enclosed)} per cent of ${density.label}.`]),
      ...(beyond > 0 ? [`${beyond} of ${drawn.length} lie outside.`] : []),
    ],
    omissions,
    empty: drawn.length === 0 && density === undefined,
  });
}

/** All of the density that counts and at least 99 per cent of the particles. */
export function cloudReach({ points, density }: Pick<ParticleCloudInput, "points" | "density">): CloudReach {
  const scales = { x: "linear", y: "linear" } as const;
  const drawn = solid(pointsOf(points.x, points.y, scales, noOmissions()));
  return reachOf(drawn, density, density === undefined ? [] : levelsOf(density));
}

function reachOf(
  drawn: readonly Point[],
  density: ParticleCloudInput["density"],
  levels: readonly number[],
): CloudReach {
  const reach = (axis: "x" | "y"): number[] => {
    const sorted = drawn.map((point) => point[axis]).toSorted((a, b) => a - b);
    const cut = Math.floor(0.005 * sorted.length);
    const middle = sorted.slice(cut, sorted.length - cut);
    const ends = middle.length === 0 ? [] : [middle[0], middle[middle.length - 1]];
    return [...ends, ...(density === undefined || levels.length === 0 ? [] : covered(density, axis, levels[0]))];
  };
  return { x: reach("x"), y: reach("y") };
}

type GridDensity = NonNullable<ParticleCloudInput["density"]>;

/** The values of the density on the lines that enclose the given shares. */
function levelsOf({ x, y, value }: GridDensity): number[] {
  if (x.length < 2 || y.length < 2) throw new InputError("density", x.length * y.length, "on at least 2 × 2 points");
  if (value.length !== x.length * y.length) {
    throw new InputError("density.value.length", value.length, `${x.length} × ${y.length} = ${x.length * y.length}`);
  }
  const sorted = Array.from(value).toSorted((a, b) => b - a);
  const total = sorted.reduce((sum, one) => sum + one, 0);
  if (!(total > 0)) return [];
  const levels: number[] = [];
  let mass = 0;
  let next = enclosed.length - 1;
  for (const one of sorted) {
    mass += one / total;
    while (next >= 0 && mass >= enclosed[next]) {
      levels.unshift(one);
      next--;
    }
  }
  return levels;
}

/** The ends of an axis that the outermost level line reaches. */
function covered({ x, y, value }: GridDensity, axis: "x" | "y", level: number): number[] {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < y.length; j++) {
      if (value[i * y.length + j] < level) continue;
      const place = axis === "x" ? x[i] : y[j];
      low = Math.min(low, place);
      high = Math.max(high, place);
    }
  }
  return low > high ? [] : [low, high];
}

/** Nested areas, each a little darker than the one around it. */
function shading(density: GridDensity, levels: readonly number[], colour: string): Markish {
  const { x, y, value } = density;
  if (levels.length === 0) return null;
  const [x1, x2, y1, y2] = [x[0], x[x.length - 1], y[0], y[y.length - 1]];
  const sample = (horizontal: number, vertical: number): number => {
    const [i, u] = cell(x, horizontal);
    const [j, v] = cell(y, vertical);
    const corner = i * y.length + j;
    return (
      (1 - u) * ((1 - v) * value[corner] + v * value[corner + 1]) +
      u * ((1 - v) * value[corner + y.length] + v * value[corner + y.length + 1])
    );
  };
  // Lines that come out of the axes are cut with them.
  const shared = { x1, x2, y1, y2, value: sample, pixelSize: 2, clip: true } as const;
  return levels.map((level) =>
    contour({
      ...shared,
      thresholds: [level],
      fill: colour,
      fillOpacity: 0.22,
      stroke: colour,
      strokeWidth: 0.8,
      strokeOpacity: 0.9,
    }),
  );
}

/** The cell of a grid that holds a point, and the share of the way through it. */
function cell(grid: ArrayLike<number>, point: number): [index: number, share: number] {
  let [low, high] = [0, grid.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (grid[middle] <= point) low = middle;
    else high = middle;
  }
  return [low, Math.min(1, Math.max(0, (point - grid[low]) / (grid[low + 1] - grid[low])))];
}

function percent(shares: readonly number[]): string {
  const words = shares.map((share) => String(Math.round(100 * share)));
  return `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
}
