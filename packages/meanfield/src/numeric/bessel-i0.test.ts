import { describe, expect, it } from "vitest";
import { besselI0, besselI0Scaled } from "./bessel-i0.ts";
import { gaussLegendreIntegrate } from "./quadrature.ts";
import { largestRelativeError, relativeError } from "./relative-error.testing.ts";

// Reference values: mpmath 1.4.1 with 40 digits, rounded to double.
describe("besselI0", () => {
  it("agrees with reference values", () => {
    expect(
      largestRelativeError(besselI0, [
        [0, 1],
        [1e-9, 1],
        [0.5, 1.0634833707413236],
        [1, 1.2660658777520084],
        [3, 4.8807925858650245],
        [10, 2815.7166284662544],
        [19.9, 39513376.52006682],
        [20.1, 48017874.1071365],
        [50, 2.9325537838493362e20],
        [700, 1.5295933476718737e302],
      ]),
    ).toBeLessThanOrEqual(1e-15);
    expect(Number.isFinite(besselI0(712))).toBe(true);
    expect(besselI0(-3)).toBe(besselI0(3));
  });

  it("agrees with its integral", () => {
    for (const x of [0.7, 4, 19.99, 20.01, 25]) {
      // Of the scaled function, whose integrand stays below 1.
      const integral = gaussLegendreIntegrate((angle) => Math.exp(x * (Math.cos(angle) - 1)), 0, Math.PI, 60) / Math.PI;
      expect(relativeError(besselI0Scaled(x), integral)).toBeLessThanOrEqual(2e-15);
    }
  });
});

describe("besselI0Scaled", () => {
  it("agrees with reference values", () => {
    expect(
      largestRelativeError(besselI0Scaled, [
        [0, 1],
        [1, 0.46575960759364043],
        [-3, 0.2430003541618254],
        [10, 0.1278333371634286],
        [17.9, 0.09497437958965067],
        [21, 0.08758915965422785],
        [29.9, 0.07326921904600191],
        [100, 0.03994437929909668],
        [1e4, 0.003989472674604732],
        [1e10, 3.9894228040641945e-6],
      ]),
    ).toBeLessThanOrEqual(1e-15);
    expect(besselI0Scaled(Infinity)).toBe(0);
  });
});
