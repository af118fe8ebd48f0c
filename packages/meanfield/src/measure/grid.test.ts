import { describe, expect, it } from "vitest";
import { normalDensity } from "../numeric/normal-distribution.ts";
import { logLogSlope } from "../numeric/regression.ts";
import { relativeError } from "../numeric/relative-error.testing.ts";
import { gridOf, integrate, productGrid, sameGrid, tabulate, uniformGrid } from "./grid.ts";

describe("uniformGrid", () => {
  it("has both ends exactly, even spacing, and weights that sum to the length", () => {
    const grid = uniformGrid(-0.1, 0.7, 25);
    const [axis] = grid.axes;
    expect(axis.points[0]).toBe(-0.1);
    expect(axis.points[24]).toBe(0.7);
    expect(axis.spacing).toBeCloseTo(0.8 / 24, 16);
    expect(axis.points.slice(1).every((x, i) => Math.abs(x - axis.points[i] - 0.8 / 24) < 1e-15)).toBe(true);
    expect(integrate(grid, new Float64Array(25).fill(1))).toBeCloseTo(0.8, 14);
  });

  it("is exact for lines and of second order for curves", () => {
    const line = uniformGrid(0, 2, 7);
    expect(
      integrate(
        line,
        tabulate(line, (x) => 3 * x - 1),
      ),
    ).toBeCloseTo(4, 14);
    const counts = [11, 21, 41, 81];
    const errors = counts.map((count) => {
      const grid = uniformGrid(0, 1, count);
      return Math.abs(integrate(grid, tabulate(grid, Math.exp)) - (Math.E - 1));
    });
    expect(
      logLogSlope(
        counts.map((count) => count - 1),
        errors,
      ).slope,
    ).toBeCloseTo(-2, 2);
  });

  it("integrates smooth periodic functions, and densities that vanish at the ends, to rounding", () => {
    const circle = uniformGrid(0, 1, 16, { periodic: true });
    expect(circle.axes[0].points[15]).toBe(15 / 16);
    // ∫ exp(cos 2πx) dx = I₀(1).
    const integral = integrate(
      circle,
      tabulate(circle, (x) => Math.exp(Math.cos(2 * Math.PI * x))),
    );
    expect(relativeError(integral, 1.2660658777520084)).toBeLessThan(1e-15);
    const line = uniformGrid(-9, 9, 37);
    expect(relativeError(integrate(line, tabulate(line, normalDensity)), 1)).toBeLessThan(1e-15);
  });

  it("says what is wrong", () => {
    expect(() => uniformGrid(1, 0, 5)).toThrow("uniformGrid: the ends are 1 and 0");
    expect(() => uniformGrid(0, 1, 1)).toThrow("uniformGrid: count is 1; allowed is a whole number >= 2");
    expect(() => integrate(uniformGrid(0, 1, 3), [1, 2])).toThrow(
      "integrate: values has length 2; allowed is the size of the grid, 3",
    );
  });
});

describe("gridOf", () => {
  it("takes uneven points, exact for lines", () => {
    const grid = gridOf([0, 0.5, 2, 3]);
    expect([...grid.weights]).toStrictEqual([0.25, 1, 1.25, 0.5]);
    expect(
      integrate(
        grid,
        tabulate(grid, (x) => 2 * x + 1),
      ),
    ).toBe(12);
    expect(grid.axes[0].spacing).toBeUndefined();
    expect(() => gridOf([0, 0])).toThrow("gridOf: points[1] is 0 after 0");
    expect(() => gridOf([0])).toThrow("gridOf: points has length 1");
  });
});

describe("productGrid", () => {
  it("integrates products as products, in row order", () => {
    const grid = productGrid(uniformGrid(0, 1, 3), uniformGrid(0, 2, 4, { periodic: true }));
    expect(grid.size).toBe(12);
    const values = tabulate(grid, (x, y) => 10 * x + y);
    expect(Array.from(values.subarray(0, 5))).toStrictEqual([0, 0.5, 1, 1.5, 5]);
    expect(integrate(grid, new Float64Array(12).fill(1))).toBeCloseTo(2, 15);
    expect(
      integrate(
        grid,
        tabulate(grid, (x, y) => x * (1 + Math.cos(Math.PI * y))),
      ),
    ).toBeCloseTo(1, 15);
    expect(() => productGrid(grid, uniformGrid(0, 1, 3))).toThrow(
      "productGrid: the grid has 2 dimensions; allowed is 1",
    );
  });
});

describe("sameGrid", () => {
  it("compares points and joins, not objects", () => {
    expect(sameGrid(uniformGrid(0, 1, 3), gridOf([0, 0.5, 1]))).toBe(true);
    expect(sameGrid(uniformGrid(0, 1, 3), uniformGrid(0, 1, 4))).toBe(false);
    expect(sameGrid(uniformGrid(0, 1, 2, { periodic: true }), gridOf([0, 0.5]))).toBe(false);
    expect(sameGrid(uniformGrid(0, 1, 4), productGrid(gridOf([0, 1]), gridOf([0, 1])))).toBe(false);
  });
});
