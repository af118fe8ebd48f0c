import { evenGrid, tabulate } from "meanfield";
import type { Axis, FlowSummary, Quantity } from "meanfield";
import type { Field } from "./protocol.ts";

/** A quantity on its own grid, or on a coarser one for a quick look, with its closed form beside it where it has one. */
export function fieldOf(name: string, quantity: Quantity, exact: Quantity | undefined, quick = false): Field {
  const axes = quantity.axes.map((axis) => ({
    name: axis.name,
    kind: axis.kind ?? ("continuous" as const),
    grid: Float64Array.from(quick ? sketched(axis) : quantity.axes.length > 2 ? played(axis) : axis.grid),
    ...(axis.labels === undefined ? {} : { labels: axis.labels }),
  }));
  const points = Object.fromEntries(axes.map(({ name, grid }) => [name, [...grid]]));
  const sameAxes =
    exact !== undefined &&
    exact.axes.length === axes.length &&
    exact.axes.every((axis, i) => axis.name === axes[i].name);
  return {
    name,
    axes,
    value: valuesOf(quantity, points),
    ...(sameAxes ? { exact: valuesOf(exact, points) } : {}),
  };
}

/** Points of an axis in a quick look. */
const sketch = 31;

function sketched({ kind, grid }: Axis): Float64Array {
  if (kind === "discrete" || grid.length <= sketch) return grid;
  return Float64Array.from({ length: sketch }, (_, i) => grid[Math.round((i * (grid.length - 1)) / (sketch - 1))]);
}

/** Fewer times than this make no moving picture. */
const frames = 31;

/** Documents have few times of a field over the plane; a page that plays it wants more, which the quantity can tell. */
function played({ name, kind, grid }: Axis): Float64Array {
  if (name !== "t" || kind === "discrete" || grid.length < 2 || grid.length >= frames) return grid;
  return evenGrid(grid[0], grid[grid.length - 1], frames);
}

/**
 * The normal law of one coordinate of a player's state as a field over time and state, for games whose answers are means and
 * deviations.
 */
export function lawField({ t, coordinates }: FlowSummary): Field | undefined {
  const first = coordinates[0];
  if (first === undefined || t.length < 2 || first.quantiles !== undefined) return undefined;
  const { mean, deviation } = first;
  let low = Infinity;
  let high = -Infinity;
  let widest = 0;
  for (let n = 0; n < t.length; n++) {
    widest = Math.max(widest, deviation[n]);
    low = Math.min(low, mean[n] - 3 * deviation[n]);
    high = Math.max(high, mean[n] + 3 * deviation[n]);
  }
  if (!(widest > 0 && high > low)) return undefined;
  const x = evenGrid(low, high, 121);
  // A law of one point has no density: it is shown as narrow as the grid can.
  const narrowest = (high - low) / (x.length - 1);
  const value = new Float64Array(t.length * x.length);
  for (let n = 0; n < t.length; n++) {
    const s = Math.max(deviation[n], narrowest);
    x.forEach((at, i) => {
      value[n * x.length + i] = Math.exp(-0.5 * ((at - mean[n]) / s) ** 2) / (s * Math.sqrt(2 * Math.PI));
    });
  }
  return {
    name: "law_of_a_player",
    axes: [
      { name: "t", kind: "continuous", grid: Float64Array.from(t) },
      { name: "x", kind: "continuous", grid: x },
    ],
    value,
  };
}

function valuesOf(quantity: Quantity, points: Readonly<Record<string, readonly number[]>>): Float64Array {
  const table = tabulate(quantity, points);
  return typeof table === "number" ? Float64Array.of(table) : Float64Array.from(table.value);
}
