import { describe, expect, it } from "vitest";
import { incompleteBeta } from "./incomplete-beta.ts";
import { normalQuantile } from "./normal-distribution.ts";
import { relativeError } from "./relative-error.testing.ts";
import { studentDensity, studentDistribution, studentQuantile } from "./student-distribution.ts";

// Reference values: mpmath 1.4.1 with 30 digits, rounded to double.
describe("incompleteBeta", () => {
  it("agrees with reference values", () => {
    for (const [a, b, x, value] of [
      [0.5, 0.5, 0.25, 0.3333333333333333],
      [2, 3, 0.4, 0.5248],
      [10, 0.5, 0.99, 0.6579281751567844],
      [0.1, 20, 1e-5, 0.4474774825479149],
      [30, 40, 0.2, 8.143500654569912e-6],
      [300, 200, 0.65, 0.9896582297453124],
      [5, 5, 1e-6, 1.2599958000053998e-28],
    ] as const) {
      expect(relativeError(incompleteBeta(a, b, x), value), `I_${x}(${a}, ${b}):`).toBeLessThanOrEqual(
        1e-15 * Math.max(10, a, b),
      );
    }
  });

  it("is the power x^a for b = 1 and mirrors under (a, b, x) -> (b, a, 1 - x)", () => {
    for (const a of [0.3, 1, 4.5, 25]) {
      for (const x of [0, 0.125, 0.5, 0.875, 1]) {
        expect(relativeError(incompleteBeta(a, 1, x), x ** a)).toBeLessThanOrEqual(3e-14);
        expect(Math.abs(incompleteBeta(a, 2.5, x) + incompleteBeta(2.5, a, 1 - x) - 1)).toBeLessThan(1e-14);
      }
    }
  });

  it("refuses parameters outside their range", () => {
    expect(() => incompleteBeta(0, 1, 0.5)).toThrow("incompleteBeta: a is 0 and b is 1");
    expect(() => incompleteBeta(1, 1, 1.5)).toThrow("incompleteBeta: x is 1.5");
  });
});

describe("studentDistribution", () => {
  it("agrees with reference values", () => {
    for (const [t, nu, value] of [
      [-1, 1, 0.25],
      [-2.5, 3, 0.04385332350403277],
      [0.7, 5, 0.7424255258425918],
      [-12, 9, 3.849943111492826e-7],
      [-1.96, 1e6, 0.024998033792634895],
      [2, 30, 0.9726874775185085],
      [-1e-3, 7.5, 0.49961409933732776],
    ] as const) {
      expect(relativeError(studentDistribution(t, nu), value), `F(${t}; ${nu}):`).toBeLessThanOrEqual(1e-14);
    }
  });

  it("agrees with closed forms for one and two degrees of freedom", () => {
    for (const t of [-1e8, -40, -1.3, -0.2, 0, 0.6, 3]) {
      expect(relativeError(studentDistribution(t, 1), Math.atan2(1, -t) / Math.PI), `t = ${t}:`).toBeLessThanOrEqual(
        1e-14,
      );
      const root = Math.sqrt(2 + t * t);
      expect(
        relativeError(studentDistribution(t, 2), t < 0 ? 1 / (root * (root - t)) : 0.5 + t / (2 * root)),
        `t = ${t}:`,
      ).toBeLessThanOrEqual(1e-14);
    }
  });

  it("has the density as its slope", () => {
    for (const nu of [1, 4.5, 60]) {
      for (const t of [-2, -0.4, 1.1]) {
        const h = 1e-4;
        const slope = (studentDistribution(t + h, nu) - studentDistribution(t - h, nu)) / (2 * h);
        // Central difference: third derivative h²/6, below 1e-8 of the density here.
        expect(relativeError(slope, studentDensity(t, nu))).toBeLessThanOrEqual(2e-8);
      }
    }
  });
});

describe("studentQuantile", () => {
  it("agrees with reference values", () => {
    for (const [p, nu, value] of [
      [0.975, 9, 2.262157162798205],
      [0.975, 3, 3.1824463052837086],
      [0.995, 2, 9.92484320091829],
      [0.9, 30, 1.3104150253913958],
      [0.55, 5, 0.13217517523168737],
      [0.975, 1e6, 1.9599663568141066],
      [0.95, 1.5, 3.705180820096749],
    ] as const) {
      expect(relativeError(studentQuantile(p, nu), value), `t(${p}; ${nu}):`).toBeLessThanOrEqual(1e-14);
    }
  });

  it("inverts the distribution", () => {
    for (const nu of [0.5, 1, 1.5, 3, 9, 99, 1e4, 1e6]) {
      for (const p of [1e-12, 1e-6, 0.001, 0.05, 0.2499, 0.2501, 0.4, 0.4999999]) {
        const t = studentQuantile(p, nu);
        expect(relativeError(studentDistribution(t, nu), p), `p = ${p}, nu = ${nu}:`).toBeLessThanOrEqual(2e-14);
        expect(studentQuantile(1 - p, nu)).toBeGreaterThan(0);
      }
    }
  });

  it("tends to the normal quantile as 1/nu (Cornish-Fisher: z + (z³ + z)/(4 nu))", () => {
    const z = normalQuantile(0.9);
    expect(relativeError((studentQuantile(0.9, 1e5) - z) * 4e5, z ** 3 + z)).toBeLessThanOrEqual(1e-4);
  });

  it("refuses what is no probability or no number of degrees of freedom", () => {
    expect(() => studentQuantile(0, 3)).toThrow("studentQuantile: p is 0");
    expect(() => studentQuantile(0.5, 0)).toThrow("studentQuantile: degreesOfFreedom is 0");
    expect(studentQuantile(0.5, 3)).toBe(0);
  });
});
