import { InputError } from "./errors.ts";

/**
 * Named numbers, series and fields that a person asks of a solved game.
 *
 * A quantity is a function together with the grid it is drawn on, not a table: so that `at` can be answered with the
 * method's own accuracy at any point, and a front can choose its own resolution.
 */
export interface Quantity {
  /** No axis: a scalar. One axis named `t`: a series. Otherwise a field. */
  readonly axes: readonly Axis[];
  /** The value at one coordinate per axis, in the order of `axes`. */
  readonly at: (...coordinates: readonly number[]) => number;
}

export interface Axis {
  readonly name: string;
  readonly grid: Float64Array;
  /** `continuous` (the default) answers between grid points; `discrete` only at them. */
  readonly kind?: "continuous" | "discrete";
  /** Words for the points of a discrete axis, one each, where numbers say too little; documents keep to the numbers. */
  readonly labels?: readonly string[];
}

/**
 * Thrown by a quantity that turns out not to be known here when it is computed; it is then left out. So that which quantities
 * there are need not be found out, at the cost of a second solve, before any of them is asked for.
 */
export class UnknownQuantity extends Error {
  override readonly name = "UnknownQuantity";
}

/** A quantity, or undefined where it turns out not to be known. */
export function ifKnown(compute: () => Quantity): Quantity | undefined {
  try {
    return compute();
  } catch (error) {
    if (error instanceof UnknownQuantity) return undefined;
    throw error;
  }
}

/**
 * A number that may not be known.
 *
 * @throws UnknownQuantity where it is undefined
 */
export function known(value: number | undefined): number {
  if (value === undefined) throw new UnknownQuantity("not known for this answer");
  return value;
}

/** How a quantity is announced: by `describe`, on axes of figures and in docs. */
export interface QuantityDefinition {
  /** The contract's name, `snake_case` where it is two words. */
  readonly name: string;
  readonly title: string;
  /** TeX without dollars. */
  readonly symbol?: string;
  readonly unit?: string;
  /** One sentence: exactly what is computed. */
  readonly story: string;
}

/** A quantity as it stands in JSON documents. */
export type QuantityTable =
  | number
  | { readonly t: readonly number[]; readonly value: readonly number[] }
  | { readonly axes: Readonly<Record<string, readonly number[]>>; readonly value: readonly number[] };

/** The word for a point of an axis, where it has one. */
export function labelAt({ grid, labels }: Axis, point: number): string | undefined {
  return labels?.[grid.indexOf(point)];
}

/** A number without axes. */
export function scalar(value: number): Quantity {
  return { axes: [], at: () => value };
}

/** A function of time on `[grid[0], grid[last]]`. */
export function series(grid: Float64Array, at: (t: number) => number): Quantity {
  return { axes: [{ name: "t", grid }], at: (t) => at(t) };
}

/** One number per item of a discrete axis, such as the count of defaults or the class of a producer. */
export function listed(axis: string, items: ArrayLike<number>, values: ArrayLike<number>): Quantity {
  const grid = Float64Array.from(items);
  const at = (item?: number): number => {
    const index = grid.indexOf(item as number);
    if (index < 0) throw new InputError(axis, item, `one of ${[...grid].join(", ")}`);
    return values[index];
  };
  return { axes: [{ name: axis, grid, kind: "discrete" }], at };
}

/** `count` evenly spaced points from `start` to `end`, both included exactly. */
export function evenGrid(start: number, end: number, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) =>
    i === count - 1 ? end : start + ((end - start) * i) / (count - 1),
  );
}

/**
 * Evaluates a quantity on its own grid, or on the given points of some of its axes.
 *
 * Axes the quantity does not have are ignored, so that one request serves all quantities of a game.
 * Values of fields are row-major in the order of the axes.
 *
 * @throws InputError where a point lies outside an axis, naming the axis and its range.
 */
export function tabulate(quantity: Quantity, points: Readonly<Record<string, readonly number[]>> = {}): QuantityTable {
  const { axes } = quantity;
  if (axes.length === 0) return quantity.at();
  const grids = axes.map((axis) => {
    const asked = points[axis.name];
    if (asked === undefined) return [...axis.grid];
    for (const point of asked) checkPoint(axis, point);
    return [...asked];
  });
  const value = valuesOn(quantity, grids);
  if (axes.length === 1 && axes[0]?.name === "t") return { t: grids[0] ?? [], value };
  return { axes: Object.fromEntries(axes.map((axis, i) => [axis.name, grids[i] ?? []])), value };
}

function checkPoint(axis: Axis, point: number): void {
  const first = axis.grid[0];
  const last = axis.grid[axis.grid.length - 1];
  if (axis.kind === "discrete") {
    if (!axis.grid.includes(point))
      throw new InputError(`--at ${axis.name}`, point, `one of ${[...axis.grid].join(", ")}`);
  } else if (!(point >= first && point <= last)) {
    throw new InputError(`--at ${axis.name}`, point, `in [${first}, ${last}]`);
  }
}

/** Row-major; one array of coordinates is changed in place, since pages ask for thousands of points a frame. */
function valuesOn({ at }: Quantity, grids: readonly (readonly number[])[]): number[] {
  const size = grids.reduce((product, grid) => product * grid.length, 1);
  const value = Array.from<number>({ length: size });
  const index = grids.map(() => 0);
  const coordinates = grids.map((grid) => grid[0]);
  for (let k = 0; k < size; k++) {
    value[k] = at(...coordinates);
    for (let a = grids.length - 1; a >= 0; a--) {
      index[a] = index[a] + 1 === grids[a].length ? 0 : index[a] + 1;
      coordinates[a] = grids[a][index[a]];
      if (index[a] > 0) break;
    }
  }
  return value;
}
