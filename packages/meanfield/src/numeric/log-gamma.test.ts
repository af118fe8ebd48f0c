import { describe, expect, it } from "vitest";
import { logBeta, logGamma } from "./log-gamma.ts";
import { relativeError, largestRelativeError } from "./relative-error.testing.ts";

// Reference values: mpmath 1.4.1 with 40 digits, rounded to double.
describe("logGamma", () => {
  it("agrees with reference values, also next to its zeros", () => {
    expect(
      largestRelativeError(logGamma, [
        [1e-300, 690.7755278982137],
        [1e-10, 23.025850929882736],
        [0.1, 2.252712651734206],
        [0.4999, 0.5725613186041184],
        [0.5, 0.5723649429247001],
        [0.9999999, 5.772157468444193e-8],
        [1, 0],
        [1.0000001, -5.772155829918507e-8],
        [1.5, -0.12078223763524522],
        [1.9999999, -4.2278430309861296e-8],
        [2, 0],
        [2.5, 0.2846828704729192],
        [3, Math.LN2],
        [9.99, 12.779315214350193],
        [10, 12.801827480081469],
        [50.5, 146.51925549072064],
        [1e5, 1051287.7089736569],
        [1e300, 6.897755278982137e302],
      ]),
    ).toBeLessThanOrEqual(1e-15);
  });

  it("obeys Γ(x + 1) = x Γ(x) and gives logarithms of factorials", () => {
    for (let x = 0.05; x < 30; x += 0.37) {
      const size = Math.abs(logGamma(x)) + Math.abs(Math.log(x)) + 1;
      expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-15 * size * 2);
    }
    let factorial = 1;
    for (let n = 2; n <= 18; n++) {
      factorial *= n;
      expect(relativeError(logGamma(n + 1), Math.log(factorial))).toBeLessThanOrEqual(1e-15);
    }
  });

  it("refuses x <= 0", () => {
    expect(() => logGamma(0)).toThrow("logGamma: x is 0; allowed is x > 0");
    expect(() => logGamma(-1.5)).toThrow("logGamma: x is -1.5");
    expect(logGamma(Infinity)).toBe(Infinity);
    expect(logGamma(Number.NaN)).toBeNaN();
  });
});

describe("logBeta", () => {
  it("agrees with reference values where the gamma functions would cancel", () => {
    for (const [a, b, value] of [
      [0.5, 0.5, 1.1447298858494002],
      [2, 3, -2.4849066497880004],
      [0.5, 5e5, -5.988816495777464],
      [3.25, 12, -7.423840124865908],
      [40, 90, -80.98070068105677],
      [1e6, 2e6, -1909548.290968533],
    ] as const) {
      expect(relativeError(logBeta(a, b), value), `B(${a}, ${b}):`).toBeLessThanOrEqual(1e-15);
      expect(relativeError(logBeta(b, a), value), `B(${b}, ${a}):`).toBeLessThanOrEqual(1e-15);
    }
  });
});
