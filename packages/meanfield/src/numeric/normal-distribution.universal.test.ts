import { describe, expect, it } from "vitest";
import {
  normalDensity,
  normalDistribution,
  normalLogDensity,
  normalLogDistribution,
  normalQuantile,
  normalSurvival,
} from "./normal-distribution.ts";
import { relativeError, largestRelativeError } from "./relative-error.testing.ts";

// Reference values: mpmath 1.4.1 with 40 digits, rounded to double. The tolerance is five units in the last place.
const TOLERANCE = 1e-15;

describe("normalDensity", () => {
  it("agrees with reference values", () => {
    expect(
      largestRelativeError(normalDensity, [
        [-10.3, 3.6623451685553836e-24],
        [-1, 0.24197072451914334],
        [0, 0.3989422804014327],
        [0.5, 0.35206532676429947],
        [5.1, 8.972435162383345e-7],
      ]),
    ).toBeLessThanOrEqual(TOLERANCE);
    expect(relativeError(normalLogDensity(5.1), Math.log(8.972435162383345e-7))).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe("normalDistribution", () => {
  it("agrees with reference values in the centre and far in the tail", () => {
    expect(
      largestRelativeError(normalDistribution, [
        [-37.5, 4.605353009581955e-308],
        [-20, 2.7536241186062337e-89],
        [-8, 6.220960574271784e-16],
        [-5, 2.866515718791939e-7],
        [-3, 0.0013498980316300946],
        [-1, 0.15865525393145705],
        [-0.6, 0.2742531177500736],
        [-1e-9, 0.49999999960105773],
        [0, 0.5],
        [0.3, 0.6179114221889527],
        [1, 0.8413447460685429],
        [1.96, 0.9750021048517795],
        [5, 0.9999997133484281],
        [8, 0.9999999999999993],
      ]),
    ).toBeLessThanOrEqual(TOLERANCE);
    expect(normalDistribution(-Infinity)).toBe(0);
    expect(normalDistribution(Infinity)).toBe(1);
  });

  it("never decreases, also where the approximations meet", () => {
    for (const [from, to] of [
      [-6, 6],
      [-0.663, -0.6628],
      [-5.657, -5.6568],
    ] as const) {
      let previous = 0;
      for (let i = 0; i <= 4000; i++) {
        const value = normalDistribution(from + ((to - from) * i) / 4000);
        expect(value).toBeGreaterThanOrEqual(previous);
        previous = value;
      }
    }
  });

  it("is the mirror image of the survival function", () => {
    for (const x of [-9, -0.3, 0, 2, 30]) expect(normalSurvival(x)).toBe(normalDistribution(-x));
  });
});

describe("normalLogDistribution", () => {
  it("agrees with reference values where the distribution underflows or is nearly one", () => {
    expect(
      largestRelativeError(normalLogDistribution, [
        [-1e6, -500000000014.73444],
        [-100, -5005.524208694205],
        [-38, -726.5572160188201],
        [-5, -15.064998393988725],
        [-0.5, -1.1759117615936185],
        [0, -Math.LN2],
        [0.5, -0.3689464152886564],
        [3, -0.0013508099647481938],
        [10, -7.619853024160525e-24],
      ]),
    ).toBeLessThanOrEqual(TOLERANCE);
  });
});

describe("normalQuantile", () => {
  it("agrees with reference values in the tails, in the centre and next to one half", () => {
    expect(
      largestRelativeError(normalQuantile, [
        [5e-324, -38.467405617144344],
        [1e-307, -37.479332564321574],
        [1e-300, -37.0470962993612],
        [1e-100, -21.273453560965326],
        [1e-20, -9.262340089798407],
        [1e-11, -6.706023155495136],
        [1e-10, -6.361340902404057],
        [1e-6, -4.753424308822899],
        [0.001, -3.0902323061678136],
        [0.025, -1.9599639845400543],
        [0.074, -1.4466320671589785],
        [0.076, -1.4325027208258116],
        [0.2499, -0.67480447011061],
        [0.25, -0.6744897501960817],
        [0.3, -0.5244005127080408],
        [0.4999999999, -2.506628482030354e-10],
        [0.49999999999999994, -1.3914582123358836e-16],
        [0.5, 0],
        [0.5000001, 2.506628273311648e-7],
        [0.75, 0.6744897501960817],
        [0.975, 1.9599639845400538],
        [0.9999, 3.7190164854557084],
      ]),
    ).toBeLessThanOrEqual(TOLERANCE);
  });

  it("inverts the distribution: Φ(Φ⁻¹(p)) = p to what one rounding of the quantile allows", () => {
    for (let k = 1; k < 2900; k++) {
      const p = k < 1000 ? k / 1000 : Math.exp((999 - k) / 3);
      const x = normalQuantile(p);
      // One unit in the last place of x moves ln Φ by |x| φ/Φ units.
      const sensitivity = (Math.abs(x) * normalDensity(x)) / p;
      expect(relativeError(normalDistribution(x), p), `p = ${p}:`).toBeLessThanOrEqual(
        (1.5 * sensitivity + 8) * Number.EPSILON,
      );
    }
  });

  it("gives infinities at 0 and 1 and refuses what is no probability", () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    for (const p of [-1e-9, 1.1, Number.NaN])
      expect(() => normalQuantile(p)).toThrow(/normalQuantile: p is .* between 0 and 1/);
  });
});
