import { tabulate } from "meanfield";
import type { Quantity } from "meanfield";
import type { Field } from "./protocol.ts";

/** A quantity on its own grid, with its closed form beside it where it has one. */
export function fieldOf(name: string, quantity: Quantity, exact: Quantity | undefined): Field {
  const axes = quantity.axes.map((axis) => ({
    name: axis.name,
    kind: axis.kind ?? ("continuous" as const),
    grid: Float64Array.from(axis.grid),
  }));
  const points = Object.fromEntries(axes.map(({ name, grid }) => [name, [...grid]]));
  const sameAxes =
    exact !== undefined &&
    exact.axes.length === axes.length &&
    exact.axes.every((axis, i) => axis.name === axes[i].name);
  return {
    name,
    axes,
    value: valuesOf(quantity, {}),
    ...(sameAxes ? { exact: valuesOf(exact, points) } : {}),
  };
}

function valuesOf(quantity: Quantity, points: Readonly<Record<string, readonly number[]>>): Float64Array {
  const table = tabulate(quantity, points);
  return typeof table === "number" ? Float64Array.of(table) : Float64Array.from(table.value);
}
