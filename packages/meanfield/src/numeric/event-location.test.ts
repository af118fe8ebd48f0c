import { describe, expect, it } from "vitest";
import { locateSignChange } from "./event-location.ts";

describe("locateSignChange", () => {
  const cases: readonly (readonly [string, (x: number) => number, number, number, number])[] = [
    ["a line", (x) => x - 0.3, 0, 1, 0.3],
    ["a cosine", Math.cos, 0, 3, Math.PI / 2],
    ["a flat cubic", (x) => (x - 0.3) ** 3, 0, 1, 0.3],
    ["a step", (x) => (x < 0.7 ? -1 : 1), 0, 1, 0.7],
    ["a steep exponential", (x) => Math.expm1(80 * (x - 0.9)), 0, 1, 0.9],
    ["a nearly flat foot", (x) => (x - 0.5) ** 9 + 1e-6 * (x - 0.5), 0, 1.3, 0.5],
    ["a falling root", (x) => Math.sqrt(2) - x, 0, 2, Math.SQRT2],
    ["a bracket turned round", (x) => x ** 3 - 2 * x - 5, 3, 2, 2.0945514815423265],
  ];

  it.each(cases)("finds the root of %s to the width asked for, from its far side", (_, f, a, b, root) => {
    for (const width of [1e-3, 1e-9, 4e-16]) {
      let calls = 0;
      const counted = (x: number) => {
        calls++;
        return f(x);
      };
      const found = locateSignChange(counted, a, f(a), b, f(b), width);
      // Two units of rounding where the width itself is below the spacing of numbers near the root.
      expect(Math.abs(found - root)).toBeLessThanOrEqual(width + 2 * Number.EPSILON * Math.abs(root) + 1e-20);
      expect(f(found) === 0 || f(found) > 0 !== f(a) > 0).toBe(true);
      // Bisection alone would need up to 52 at the least width; a root of high multiplicity falls back on it.
      expect(calls).toBeLessThan(110);
    }
  });

  it("is much faster than bisection on smooth functions", () => {
    let calls = 0;
    locateSignChange(
      (x) => {
        calls++;
        return Math.cos(x);
      },
      0,
      1,
      3,
      Math.cos(3),
      1e-15,
    );
    expect(calls).toBeLessThan(12);
  });

  it("passes on a value that is not a number", () => {
    expect(locateSignChange(() => Number.NaN, 0, -1, 1, 1, 1e-9)).toBe(Number.NaN);
  });
});
