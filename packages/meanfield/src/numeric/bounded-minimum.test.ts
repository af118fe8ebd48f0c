import { describe, expect, it } from "vitest";
import { boundedMinimum } from "./bounded-minimum.ts";

describe("boundedMinimum", () => {
  it.each([
    ["a smooth minimum", (x: number) => Math.cosh(x - 0.3) + 0.1 * x, -2, 3, 0.3 - Math.asinh(0.1), 1e-12],
    ["a parabola that is narrow beside the interval", (x: number) => 0.5 * x * x - 0.7 * x, -50, 500, 0.7, 1e-12],
    ["a parabola's bottom just inside", (x: number) => 0.5 * x * x - 0.7 * x, 0.69999999, 5, 0.7, 1e-12],
    ["an end", (x: number) => 0.5 * x * x - 0.7 * x, 0.70001, 5, 0.70001, 0],
    ["the other end", (x: number) => -3 * x, -1, 1, 1, 0],
    ["the first of equals", () => 1, -1, 1, -1, 0],
    ["a kink", (x: number) => Math.abs(x - 0.123) + 0.999 * x, -1, 2, 0.123, 1e-13],
    ["a symmetric kink", (x: number) => Math.abs(x), -1, 2, 0, 1e-15],
    ["a flat bottom", (x: number) => x ** 4 / 4 - 0.001 * x, -1, 1, 0.1, 1e-12],
    ["an infinite slope at an end", (x: number) => x * Math.log(x) - 2 * x, 0, 20, Math.E, 1e-11],
    // h⁴ f⁗/30 curvatures of the stencil, h = 8e-3.
    ["an exponential over many of its lengths", (x: number) => Math.exp(x) - 2 * x, -20, 20, Math.LN2, 1e-9],
  ])("finds %s", (_name, f, low, high, exact, tolerance) => {
    const { x, value } = boundedMinimum(f, low, high);
    expect(Math.abs(x - exact)).toBeLessThanOrEqual(tolerance);
    expect(value).toBe(f(x));
  });

  it.each([
    ["near", 0.7001, 30],
    ["afar", 40, 30],
    ["that is the minimum", 0.7, 30],
    ["outside", 700, 90],
    ["that is no number", Number.NaN, 90],
  ])("finds the same from a guess %s", (_name, guess, most) => {
    let asked = 0;
    const f = (x: number): number => {
      asked++;
      return 0.5 * x * x - 0.7 * x;
    };
    const { x, curvature } = boundedMinimum(f, -50, 500, guess);
    expect(Math.abs(x - 0.7)).toBeLessThan(1e-12);
    expect(curvature).toBeCloseTo(1, 6);
    expect(asked).toBeLessThan(most);
  });

  it("is not led astray by a guess beyond a kink, or where all is straight", () => {
    const kinked = (x: number): number => Math.max(-x, 0.1 * (x - 1) ** 2 - 0.1);
    for (const guess of [-1.5, -0.01, 0.01, 1, 2.9]) expect(boundedMinimum(kinked, -2, 3, guess).x).toBeCloseTo(1, 10);
    for (const guess of [-0.9, 0, 0.9]) expect(Math.abs(boundedMinimum(Math.abs, -1, 1, guess).x)).toBeLessThan(1e-15);
  });

  it("knows the curvature of what is smooth, and 0 at kinks and ends", () => {
    expect(boundedMinimum((x) => Math.exp(x) - 2 * x, -1, 2).curvature).toBeCloseTo(2, 6);
    expect(boundedMinimum(Math.abs, -1, 2).curvature).toBe(0);
    expect(boundedMinimum((x) => x, -1, 2).curvature).toBe(0);
  });

  it("finds a minimum close beside a kink as exactly as one afar, with its curvature", () => {
    for (const beside of [1e-6, 1e-5, 1e-4, 3e-4, 7e-4, -1e-6, -1e-5, -1e-4, -3e-4, -7e-4]) {
      const tilt = beside + 0.3 * Math.sign(beside);
      const { x, curvature } = boundedMinimum((a) => 0.3 * Math.abs(a) + 0.5 * a * a - tilt * a, -1, 1);
      // By values alone it would be known to the root of the rounding error, 1e-8.
      expect(Math.abs(x - beside)).toBeLessThan(1e-11);
      expect(curvature).toBeCloseTo(1, 6);
    }
  });

  it("knows the curvature where large terms cancel", () => {
    // The least value is 1e-4 of its terms, whose rounding it shows; curvatures of the stencil's quartic ε/h², h = 4e-4.
    const quartic = (x: number): number => 2.08 * (x + 0.078) ** 2 + 0.7 * x ** 4 - 0.6326 * x;
    for (let k = 0; k < 200; k++) {
      const shift = -0.05 + 0.0005 * k;
      const { x, curvature } = boundedMinimum((a) => quartic(a) - shift, -1, 1);
      expect(Math.abs(curvature - 4.16 - 8.4 * x * x)).toBeLessThan(1e-6);
    }
  });

  it("takes an interval of one point and refuses a reversed one", () => {
    expect(boundedMinimum((x) => x, 1, 1)).toEqual({ x: 1, value: 1, curvature: 0 });
    expect(() => boundedMinimum((x) => x, 1, 0)).toThrow(RangeError);
  });
});
