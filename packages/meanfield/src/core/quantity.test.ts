import { describe, expect, it } from "vitest";
import { evenGrid, labelAt, listed, scalar, series, tabulate } from "./quantity.ts";
import type { Quantity } from "./quantity.ts";

describe("tabulate", () => {
  const square = series(evenGrid(0, 1, 3), (t) => t * t);

  it("gives scalars as numbers and series on their grid", () => {
    expect(tabulate(scalar(2.5))).toBe(2.5);
    expect(tabulate(square)).toEqual({ t: [0, 0.5, 1], value: [0, 0.25, 1] });
  });

  it("evaluates between grid points with the function itself, not by interpolation", () => {
    expect(tabulate(square, { t: [0.25] })).toEqual({ t: [0.25], value: [0.0625] });
  });

  it("gives fields row-major and restricts axis by axis", () => {
    const field: Quantity = {
      axes: [
        { name: "t", grid: evenGrid(0, 1, 2) },
        { name: "x", grid: evenGrid(0, 2, 3) },
      ],
      at: (t, x) => 10 * t + x,
    };
    expect(tabulate(field)).toEqual({ axes: { t: [0, 1], x: [0, 1, 2] }, value: [0, 1, 2, 10, 11, 12] });
    expect(tabulate(field, { x: [0.5] })).toEqual({ axes: { t: [0, 1], x: [0.5] }, value: [0.5, 10.5] });
  });

  it("refuses points outside an axis, naming it", () => {
    expect(() => tabulate(square, { t: [1.5] })).toThrow("--at t = 1.5: must be in [0, 1]");
    expect(() => tabulate(square, { t: [Number.NaN] })).toThrow("--at t = NaN");
    expect(() => tabulate(listed("k", [0, 1], [0.3, 0.7]), { k: [0.5] })).toThrow("--at k = 0.5: must be one of 0, 1");
  });

  it("keeps to numbers where points have words, which are asked for by these", () => {
    const health = { name: "health", grid: Float64Array.of(2, 5), kind: "discrete", labels: ["well", "ill"] } as const;
    const field: Quantity = { axes: [health], at: (x) => x };
    expect(tabulate(field)).toEqual({ axes: { health: [2, 5] }, value: [2, 5] });
    expect([2, 5, 3].map((point) => labelAt(health, point))).toEqual(["well", "ill", undefined]);
  });

  it("leaves other axes alone", () => {
    expect(tabulate(scalar(1), { t: [0] })).toBe(1);
    expect(tabulate(listed("class", [1, 2], [3, 4]), { t: [0] })).toEqual({ axes: { class: [1, 2] }, value: [3, 4] });
  });
});

it("evenGrid ends exactly where it is told", () => {
  const grid = evenGrid(0, 0.3, 4);
  expect(grid[3]).toBe(0.3);
  expect(grid[1]).toBeCloseTo(0.1, 15);
});
