import { describe, expect, it } from "vitest";
import { lambertW0 } from "./lambert-w.ts";
import { relativeError, largestRelativeError } from "./relative-error.testing.ts";

describe("lambertW0", () => {
  it("agrees with reference values from the branch point to 10³⁰⁰", () => {
    // mpmath 1.4.1, 40 digits, rounded to double.
    expect(
      largestRelativeError(lambertW0, [
        [-0.3678794411714423, -0.9999999846957459],
        [-0.3678, -0.9793607149578305],
        [-0.36, -0.8060843159708176],
        [-0.3, -0.4894022271802149],
        [-0.1, -0.11183255915896297],
        [-1e-9, -1.000000001e-9],
        [1e-300, 1e-300],
        [1e-9, 9.999999990000001e-10],
        [0.1, 0.09127652716086226],
        [1, 0.5671432904097838],
        [Math.E, 1],
        [3, 1.04990889496404],
        [10, 1.7455280027406994],
        [1e3, 5.249602852401596],
        [1e10, 20.028685413304952],
        [1e300, 684.2472086297608],
      ]),
    ).toBeLessThanOrEqual(5e-16);
    expect(lambertW0(0)).toBe(0);
    expect(lambertW0(Infinity)).toBe(Infinity);
    expect(lambertW0(-0.36787944117144233)).toBe(-1);
  });

  it("solves w exp(w) = x", () => {
    for (let w = -0.98; w < 500; w += 0.0173 * (2 + Math.abs(w))) {
      // Rounding x = w exp(w) costs w units of it, and x determines w up to 1/(1 + w).
      expect(relativeError(lambertW0(w * Math.exp(w)), w), `w = ${w}:`).toBeLessThanOrEqual(
        (2 + (4 + Math.abs(w)) / (1 + w)) * Number.EPSILON,
      );
    }
  });

  it("is smooth where the series at the branch point hands over to the iteration", () => {
    const handOver = (0.45 ** 2 / 2 - 1) / Math.E;
    const step = 1e-7;
    const [left, middle, right] = [handOver - step, handOver, handOver + step].map(lambertW0) as [
      number,
      number,
      number,
    ];
    // W'' = −(w + 2) exp(−2w)/(1 + w)³; rounding moves each value by at most 2e-16.
    const curvature = (-(middle + 2) * Math.exp(-2 * middle)) / (1 + middle) ** 3;
    expect(Math.abs(left - 2 * middle + right - curvature * step ** 2)).toBeLessThan(8e-16);
  });

  it("refuses x below -1/e", () => {
    expect(() => lambertW0(-0.3679)).toThrow("lambertW0: x is -0.3679; allowed is x >= -1/e");
    expect(lambertW0(Number.NaN)).toBeNaN();
  });
});
