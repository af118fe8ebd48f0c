import { describe, expect, it } from "vitest";
import { SingularMatrixError } from "./lu.ts";
import { fromRows } from "./matrix.ts";
import { newtonSystem } from "./newton-system.ts";
import { NoConvergenceError } from "./roots.ts";

describe("newtonSystem", () => {
  it("solves the test of Rosenbrock from its standard start", () => {
    const { x, residual, iterations } = newtonSystem(
      ([a, b]) => Float64Array.of(10 * (b - a * a), 1 - a),
      ([a]) =>
        fromRows([
          [-20 * a, 10],
          [-1, 0],
        ]),
      [-1.2, 1],
    );
    expect(Math.abs(x[0] - 1)).toBeLessThan(1e-15);
    expect(Math.abs(x[1] - 1)).toBeLessThan(1e-15);
    expect(residual).toBeLessThan(1e-14);
    expect(iterations).toBeLessThan(30);
  });

  it("solves a circle cut by a line to the last place, quadratically", () => {
    const errors: number[] = [];
    const root = Math.SQRT1_2;
    const { x } = newtonSystem(
      ([a, b]) => {
        errors.push(Math.hypot(a - root, b - root));
        return Float64Array.of(a * a + b * b - 1, a - b);
      },
      ([a, b]) =>
        fromRows([
          [2 * a, 2 * b],
          [1, -1],
        ]),
      [1, 0.5],
    );
    expect(Math.abs(x[0] - root)).toBeLessThan(2e-16);
    expect(Math.abs(x[1] - root)).toBeLessThan(2e-16);
    // On the line a = b it is Newton for 2a² = 1: e' = e²/(2a), in the norm of both divided by √2.
    expect(errors[3] / errors[2] ** 2).toBeCloseTo(0.5, 2);
  });

  it("does not change its start, and shortens steps that overshoot", () => {
    const start = Float64Array.of(20);
    const { x } = newtonSystem(
      ([a]) => Float64Array.of(Math.atan(a)),
      ([a]) => fromRows([[1 / (1 + a * a)]]),
      start,
    );
    expect(Math.abs(x[0])).toBeLessThan(1e-13);
    expect(start[0]).toBe(20);
  });

  it("says when it fails", () => {
    const noRoot = (): unknown =>
      newtonSystem(
        ([a]) => Float64Array.of(a * a + 1),
        ([a]) => fromRows([[2 * a]]),
        [3],
      );
    expect(noRoot).toThrow(/newtonSystem: (no step|residual)/);
    expect(() =>
      newtonSystem(
        ([a]) => Float64Array.of(a ** 3 - 2),
        ([a]) => fromRows([[3 * a * a]]),
        [5],
        { maximumIterations: 2 },
      ),
    ).toThrow(NoConvergenceError);
    expect(() =>
      newtonSystem(
        ([a]) => Float64Array.of(a * a + 1),
        () => fromRows([[0]]),
        [1],
      ),
    ).toThrow(SingularMatrixError);
  });
});
