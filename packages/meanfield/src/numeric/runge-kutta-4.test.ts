import { describe, expect, it } from "vitest";
import { integrate } from "./ode.ts";
import { vectorDistance } from "./random-matrix.testing.ts";
import { rungeKutta4 } from "./runge-kutta-4.ts";

describe("rungeKutta4", () => {
  it("has order 4 on an oscillator, a logistic curve and a Riccati equation", () => {
    const problems = [
      {
        f: (_: number, y: Float64Array, dy: Float64Array) => {
          dy[0] = y[1];
          dy[1] = -y[0];
        },
        exact: (t: number) => [Math.cos(t), -Math.sin(t)],
      },
      {
        f: (_: number, y: Float64Array, dy: Float64Array) => {
          dy[0] = y[0] * (1 - y[0]);
        },
        exact: (t: number) => [1 / (1 + 9 * Math.exp(-t))],
      },
      {
        f: (_: number, y: Float64Array, dy: Float64Array) => {
          dy[0] = 1 + y[0] * y[0];
        },
        exact: Math.tan,
      },
    ];
    for (const { f, exact } of problems) {
      const error = (steps: number) => {
        const start = exact(0);
        const { end } = rungeKutta4(f, 0, 1, typeof start === "number" ? [start] : start, steps);
        const goal = exact(1);
        return vectorDistance(end, typeof goal === "number" ? [goal] : goal);
      };
      // Measured 4.00, 3.99 and 3.91: tan's error expansion has its terms of order 4 and 5 of opposite sign.
      expect(Math.abs(Math.log2(error(160) / error(320)) - 4)).toBeLessThan(0.1);
    }
  });

  it("is exact for slopes that are cubic in time (Simpson's rule), forwards and backwards", () => {
    const cubic = (t: number, _: Float64Array, dy: Float64Array) => {
      dy[0] = 4 * t ** 3 - 3 * t ** 2 + 1;
    };
    expect(rungeKutta4(cubic, 0, 2, [5], 3).end[0]).toBeCloseTo(5 + 16 - 8 + 2, 13);
    expect(rungeKutta4(cubic, 2, 0, [15], 3).end[0]).toBeCloseTo(5, 13);
  });

  it("returns the grid asked for with one row per time, and agrees with the adaptive integrator", () => {
    const f = (t: number, y: Float64Array, dy: Float64Array) => {
      dy[0] = -y[0] + Math.sin(t) * y[1];
      dy[1] = y[0] - 0.1 * y[1];
    };
    const { t, y, end } = rungeKutta4(f, 1, 3, [1, -1], 400);
    expect(t).toHaveLength(401);
    expect([t[0], t[200], t[400]]).toEqual([1, 2, 3]);
    expect(end).toEqual(y.slice(800));
    const reference = integrate(f, 1, 3, [1, -1]);
    for (const i of [0, 57, 200, 400]) {
      expect(vectorDistance(y.subarray(2 * i, 2 * i + 2), reference.at(t[i]))).toBeLessThan(1e-10);
    }
  });

  it("refuses arguments out of range", () => {
    const f = (_: number, __: Float64Array, dy: Float64Array) => dy.fill(0);
    expect(() => rungeKutta4(f, 0, 1, [1], 0)).toThrow("steps must be a positive integer, got 0");
    expect(() => rungeKutta4(f, 0, Number.NaN, [1], 1)).toThrow("t1 must be finite, got NaN");
    expect(() => rungeKutta4(f, 0, 1, [], 1)).toThrow("y0.length must be at least 1, got 0");
    expect(() => rungeKutta4(f, 0, 1, [1, Number.NaN], 1)).toThrow("y0[1] must be finite, got NaN");
  });
});
