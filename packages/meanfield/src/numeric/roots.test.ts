import { describe, expect, it } from "vitest";
import { expandBracket, findRoot, newton, NoConvergenceError } from "./roots.ts";

function counted(f: (x: number) => number): { readonly f: (x: number) => number; readonly calls: () => number } {
  let calls = 0;
  return {
    f: (x) => {
      calls++;
      return f(x);
    },
    calls: () => calls,
  };
}

describe("findRoot", () => {
  it("finds simple roots to the last place in about ten evaluations", () => {
    const cases: readonly (readonly [f: (x: number) => number, a: number, b: number, root: number])[] = [
      [(x) => Math.cos(x) - x, 0, 1, 0.7390851332151607],
      [(x) => x ** 3 - 2 * x - 5, 2, 3, 2.0945514815423265],
      [(x) => x * x - 2, 0, 2, Math.SQRT2],
      [(x) => Math.exp(-x) - x, 1, 0, 0.5671432904097838],
      [(x) => Math.log(x) - 5, 1, 1000, Math.exp(5)],
    ];
    for (const [f, a, b, root] of cases) {
      const { f: g, calls } = counted(f);
      expect(Math.abs(findRoot(g, a, b) - root)).toBeLessThanOrEqual(4 * Number.EPSILON * root);
      expect(calls()).toBeLessThan(16);
    }
  });

  it("is never much slower than bisection: multiple roots, jumps, wild scales", () => {
    for (const [f, a, b, root] of [
      [(x: number) => x ** 9, -1, 1.5, 0],
      [(x: number) => (x - 0.3) ** 5, 0, 1, 0.3],
      [(x: number) => Math.sign(x - 0.3), 0, 1, 0.3],
      [(x: number) => (x < 0.2 ? -1e-3 : 1e9), 0, 1, 0.2],
      [(x: number) => Math.exp(x) - 1e-5, -100, 100, Math.log(1e-5)],
      [(x: number) => Math.atan(1e6 * (x - 0.123)), -5, 7, 0.123],
    ] as const) {
      const { f: g, calls } = counted(f);
      expect(Math.abs(findRoot(g, a, b) - root)).toBeLessThan(1e-15 * Math.max(1, Math.abs(root)));
      expect(calls()).toBeLessThan(120);
    }
  });

  it("stops at the tolerance asked for, and accepts a root at an end", () => {
    const { f, calls } = counted((x) => Math.tanh(x - 1 / 3));
    expect(Math.abs(findRoot(f, -1, 2, { tolerance: 1e-3 }) - 1 / 3)).toBeLessThan(1e-3);
    expect(calls()).toBeLessThan(9);
    expect(findRoot((x) => x - 1, 1, 5)).toBe(1);
    expect(findRoot((x) => x - 5, 1, 5)).toBe(5);
  });

  it("says what is wrong", () => {
    expect(() => findRoot((x) => x * x + 1, -1, 1)).toThrow("findRoot: f(-1) = 2 and f(1) = 2; allowed are end points");
    expect(() => findRoot((x) => (Math.abs(x) < 0.5 ? Number.NaN : x), -1, 1)).toThrow(
      "findRoot: f(0) is not a number",
    );
    expect(() => findRoot((x) => Math.cos(x) - x, 0, 1, { maximumIterations: 2 })).toThrow(NoConvergenceError);
  });
});

describe("newton", () => {
  it("converges quadratically to a simple root", () => {
    const errors: number[] = [];
    const root = newton(
      (x) => {
        errors.push(Math.abs(x - Math.SQRT2));
        return x * x - 2;
      },
      (x) => 2 * x,
      1.7,
    );
    expect(Math.abs(root - Math.SQRT2)).toBeLessThan(3e-16);
    // e' = e²/(2x): the ratio of an error to the square of the one before is 1/(2√2).
    expect(Math.abs(errors[3] / errors[2] ** 2 - Math.SQRT1_2 / 2)).toBeLessThan(1e-3);
  });

  it("halves steps that overshoot", () => {
    // Plain Newton for the arc tangent diverges from |x| > 1.39.
    expect(Math.abs(newton(Math.atan, (x) => 1 / (1 + x * x), 20))).toBeLessThan(1e-15);
  });

  it("says where it gave up", () => {
    expect(() =>
      newton(
        (x) => x * x + 1,
        (x) => 2 * x,
        3,
      ),
    ).toThrow(/newton: no root near 3; best is f\(/);
  });
});

describe("expandBracket", () => {
  it("widens until the sign changes", () => {
    for (const root of [-1e6, -2, 0.5, 3, 1e9]) {
      const [low, high] = expandBracket((x) => Math.tanh(x - root) + (x - root) * 1e-3, 0, 1);
      expect(low).toBeLessThanOrEqual(root);
      expect(high).toBeGreaterThanOrEqual(root);
    }
  });

  it("says when there is no change of sign", () => {
    expect(() => expandBracket((x) => x * x + 1, 0, 1)).toThrow(NoConvergenceError);
    expect(() => expandBracket((x) => x, 1, 1)).toThrow("expandBracket: the ends are 1 and 1");
  });
});
