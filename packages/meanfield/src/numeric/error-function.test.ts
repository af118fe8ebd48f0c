import { describe, expect, it } from "vitest";
import { erf, erfc, erfcScaled, expMinusSquare } from "./error-function.ts";
import { relativeError, largestRelativeError } from "./relative-error.testing.ts";

// Reference values: mpmath 1.4.1 with 40 digits, rounded to double. The tolerance is five units in the last place.
const TOLERANCE = 1e-15;

describe("erf", () => {
  it("agrees with reference values", () => {
    expect(
      largestRelativeError(erf, [
        [1e-300, 1.1283791670955126e-300],
        [1e-8, 1.1283791670955126e-8],
        [0.1, 0.1124629160182849],
        [0.46875, 0.49261347321793797],
        [0.47, 0.4937450508860821],
        [0.5, 0.5204998778130465],
        [1, 0.8427007929497149],
        [2, 0.9953222650189527],
        [3.5, 0.9999992569016276],
        [-0.3, -0.3286267594591274],
        [-1.7, -0.9837904585907745],
        [6, 1],
      ]),
    ).toBeLessThanOrEqual(TOLERANCE);
  });

  it("is odd and passes on what is not a number", () => {
    for (const x of [0, 0.2, 0.9, 5]) expect(erf(-x)).toBe(-erf(x));
    expect(erf(Number.NaN)).toBeNaN();
    expect(erf(Infinity)).toBe(1);
    expect(erf(-Infinity)).toBe(-1);
  });
});

describe("erfc", () => {
  it("agrees with reference values down to the edge of underflow", () => {
    expect(
      largestRelativeError(erfc, [
        [-3, 1.9999779095030015],
        [-0.2, 1.2227025892104784],
        [0.1, 0.887537083981715],
        [0.5, 0.4795001221869535],
        [1, 0.15729920705028513],
        [2, 0.004677734981047266],
        [3.99, 1.6739211364520814e-8],
        [4.01, 1.4196939421371052e-8],
        [10, 2.088487583762545e-45],
        [20, 5.395865611607901e-176],
        [26.5, 2.2109076642637343e-307],
      ]),
    ).toBeLessThanOrEqual(TOLERANCE);
    expect(erfc(Infinity)).toBe(0);
    expect(erfc(-Infinity)).toBe(2);
  });

  it("is continuous where the approximations meet", () => {
    for (const x of [15 / 32, 4]) {
      const step = 1e-9;
      const slope = (-2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
      expect(relativeError(erfc(x + step) - slope * step, erfc(x))).toBeLessThanOrEqual(1e-14);
      expect(relativeError(erfc(x - step) + slope * step, erfc(x))).toBeLessThanOrEqual(1e-14);
    }
  });
});

describe("erfcScaled", () => {
  it("agrees with reference values", () => {
    expect(
      largestRelativeError(erfcScaled, [
        [-3, 16205.988853999586],
        [-0.2, 1.2726020284831958],
        [0, 1],
        [0.3, 0.7345993345676551],
        [0.5, 0.6156903441929259],
        [1, 0.427583576155807],
        [4, 0.13699945762506138],
        [10, 0.05614099274382259],
        [1e3, 0.0005641893014533876],
        [1e8, 5.641895835477562e-9],
      ]),
    ).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe("expMinusSquare", () => {
  it("keeps its digits where the rounding of x² would cost them", () => {
    // mpmath: exp(-x**2) of the double nearest 26.3, and exp(-x**2/2) of the double nearest 37.1.
    expect(relativeError(expMinusSquare(26.3, 1), 4.007281139193885e-301)).toBeLessThanOrEqual(5e-16);
    expect(relativeError(expMinusSquare(-37.1, 0.5), 1.3072723687206494e-299)).toBeLessThanOrEqual(5e-16);
    expect(expMinusSquare(1e200, 1)).toBe(0);
    expect(expMinusSquare(Infinity, 1)).toBe(0);
    expect(expMinusSquare(Number.NaN, 1)).toBeNaN();
  });
});
