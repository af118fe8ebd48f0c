import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "./adaptive-quadrature.ts";
import { normalDensity, normalDistribution } from "./normal-distribution.ts";
import { cumulativeTrapezoid, gaussLegendreIntegrate, trapezoid } from "./quadrature.ts";
import { logLogSlope } from "./regression.ts";
import { relativeError } from "./relative-error.testing.ts";
import { NoConvergenceError } from "./roots.ts";

describe("gaussLegendreIntegrate", () => {
  it("is exact for polynomials on any interval, in either direction", () => {
    const f = (x: number): number => 5 * x ** 4 - 3 * x * x + 2;
    const F = (x: number): number => x ** 5 - x ** 3 + 2 * x;
    expect(relativeError(gaussLegendreIntegrate(f, -1.5, 3, 3), F(3) - F(-1.5))).toBeLessThanOrEqual(5e-16);
    expect(gaussLegendreIntegrate(f, 3, -1.5, 3)).toBe(-gaussLegendreIntegrate(f, -1.5, 3, 3));
  });
});

describe("trapezoid", () => {
  it("is of second order, also on uneven points", () => {
    const counts = [20, 40, 80, 160, 320];
    const errors = counts.map((n) => {
      const x = Float64Array.from({ length: n + 1 }, (_, i) => (i / n) ** 1.5 * 2);
      return Math.abs(trapezoid(x, x.map(Math.exp)) - (Math.exp(2) - 1));
    });
    expect(Math.abs(logLogSlope(counts, errors).slope + 2)).toBeLessThan(0.01);
  });

  it("is exact for lines, and the last running integral is the integral", () => {
    const x = [0, 0.5, 2, 3];
    const y = x.map((value) => 2 * value + 1);
    expect(trapezoid(x, y)).toBe(12);
    expect([...cumulativeTrapezoid(x, y)]).toStrictEqual([0, 0.75, 6, 12]);
    expect(trapezoid([1], [5])).toBe(0);
    expect(() => trapezoid([1, 2], [1])).toThrow("trapezoid: y has length 1; allowed is that of x, 2");
  });
});

describe("integrateAdaptive", () => {
  it("integrates smooth functions to rounding in one or a few pieces", () => {
    const exponential = integrateAdaptive(Math.exp, 0, 1);
    expect(relativeError(exponential.value, Math.E - 1)).toBeLessThanOrEqual(3e-16);
    expect(exponential.evaluations).toBe(21);
    const waves = integrateAdaptive((x) => Math.cos(50 * x) + 1, 0, 3);
    expect(relativeError(waves.value, Math.sin(150) / 50 + 3)).toBeLessThanOrEqual(1e-14);
  });

  it("is exact to degree 31 and no further with one piece: that is the pair of Gauss and Kronrod", () => {
    const error = (degree: number): number => {
      const once = integrateAdaptive((x) => x ** degree, -1, 1, { relative: 1, absolute: 1 });
      expect(once.evaluations).toBe(21);
      return Math.abs(once.value - 2 / (degree + 1));
    };
    for (let degree = 0; degree <= 30; degree += 2) expect(error(degree)).toBeLessThan(3e-16);
    // mpmath with the nodes and weights in 50 digits.
    expect(relativeError(error(32), 4.4e-12)).toBeLessThan(0.02);
  });

  it("never claims less than the true error on singular, peaked and kinked functions", () => {
    const cases: readonly (readonly [f: (x: number) => number, a: number, b: number, exact: number])[] = [
      [Math.sqrt, 0, 1, 2 / 3],
      [(x) => 1 / Math.sqrt(x), 0, 1, 2],
      [Math.log, 0, 1, -1],
      [(x) => Math.log(1 - x), 0, 1, -1],
      [(x) => Math.abs(x - 1 / 3), 0, 1, 5 / 18],
      [(x) => 1 / (1e-6 + x * x), -1, 1, 2e3 * Math.atan(1e3)],
      [(x) => (x < 0.3 ? 0 : 1), 0, 1, 0.7],
    ];
    for (const [f, a, b, exact] of cases) {
      const { value, error } = integrateAdaptive(f, a, b, { relative: 1e-10 });
      expect(Math.abs(value - exact)).toBeLessThanOrEqual(error);
      expect(error).toBeLessThanOrEqual(1e-10 * Math.abs(exact));
    }
  });

  it("reaches infinite ends", () => {
    expect(relativeError(integrateAdaptive(normalDensity, -Infinity, Infinity).value, 1)).toBeLessThanOrEqual(2e-14);
    expect(relativeError(integrateAdaptive(normalDensity, 1, Infinity).value, normalDistribution(-1))).toBeLessThan(
      1e-13,
    );
    expect(relativeError(integrateAdaptive(normalDensity, -Infinity, -1).value, normalDistribution(-1))).toBeLessThan(
      1e-13,
    );
    expect(relativeError(integrateAdaptive((x) => 1 / (1 + x * x), -Infinity, Infinity).value, Math.PI)).toBeLessThan(
      2e-14,
    );
    expect(integrateAdaptive((x) => Math.exp(-x), Infinity, 0).value).toBeCloseTo(-1, 12);
  });

  it("gives the constant of the mean W1 distance of a normal sample (tests/reference: S6.emp.W1_gauss_const)", () => {
    const spread = (x: number): number => Math.sqrt(normalDistribution(x) * normalDistribution(-x));
    const { value } = integrateAdaptive(spread, -Infinity, Infinity);
    expect(relativeError(Math.sqrt(2 / Math.PI) * value, 1.2883791903028583)).toBeLessThanOrEqual(1e-13);
  });

  it("says what is wrong", () => {
    expect(() => integrateAdaptive((x) => 1 / x, -1, 1)).toThrow("integrateAdaptive: f(0) is Infinity");
    expect(() => integrateAdaptive((x) => 1 / x, 0, 1, { maximumIntervals: 50 })).toThrow(NoConvergenceError);
    expect(() => integrateAdaptive((x) => x, Number.NaN, 1)).toThrow("integrateAdaptive: the ends are NaN and 1");
    expect(integrateAdaptive((x) => 1 / x, 2, 2).value).toBe(0);
  });
});
