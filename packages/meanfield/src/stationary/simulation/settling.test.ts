import { describe, expect, it } from "vitest";
import { meanField, stationaryLaw } from "../repair/closed-form.ts";
import { repairModel } from "../repair/repair.testing.ts";
import { malware } from "../stationary.testing.ts";
import { thresholdPolicy } from "../threshold-policies.ts";
import { settlingRepairReturn, settlingReturn } from "./settling.ts";

const model = repairModel({});
const { k, lambda, discount } = model;

function returns(threshold: number, steps: number, atZero = 0): number {
  return settlingRepairReturn(model, { kind: "threshold", threshold, width: 0, atZero }, steps) ?? Number.NaN;
}

describe("the malware game's population from ξ₀", () => {
  it("earns in its first two steps what integrals over [0, θ] say", () => {
    for (const threshold of [0.2, 0.5, 0.9]) {
      const length = -Math.log1p(-threshold);
      const first = -(k + 0.5) * 0.5 - lambda * (1 - threshold);
      expect(returns(threshold, 1)).toBeCloseTo(first, 14);
      // ∫₀^θ (1 + x)/2 dx is the mean, ∫₀^θ (1 − θ)/(1 − x) dx the share above θ.
      const mean = threshold / 2 + threshold ** 2 / 4;
      const second = -(k + mean) * mean - lambda * (1 - threshold) * length;
      expect(returns(threshold, 2)).toBeCloseTo(first + discount * second, 14);
    }
  });

  it("earns late what the stationary law says", () => {
    for (const [threshold, atZero] of [
      [0.2, 0],
      [0.5, 0],
      [0.9, 0],
      [0, 0.3],
    ] as const) {
      const late = (returns(threshold, 101, atZero) - returns(threshold, 100, atZero)) / discount ** 100;
      const mean = meanField(threshold, atZero);
      const { atom, distribution } = stationaryLaw(threshold, atZero);
      const repairs = 1 - distribution(threshold) + atZero * atom;
      // γ^100 magnifies rounding by 4e4; the chain forgets its start long before.
      expect(late).toBeCloseTo(-(k + mean) * mean - lambda * repairs, 9);
    }
  });

  it("is that of fine grids, at their order 1/n", () => {
    const errors = [101, 401].map((n) => {
      const grid = malware(n);
      return settlingReturn(grid, thresholdPolicy(grid, Math.floor(0.5 * (n - 1)) + 1), 200) - returns(0.5, 200);
    });
    expect(Math.abs(errors[1])).toBeLessThan(0.003);
    expect(errors[0] / errors[1]).toBeCloseTo(4, 0);
  });

  it("never repairs, always repairs", () => {
    // E X_t = 1 − 2^{−t−1}.
    const means = Array.from({ length: 200 }, (_, t) => 1 - 0.5 ** (t + 1));
    const never = means.reduce((sum, mean, t) => sum - discount ** t * (k + mean) * mean, 0);
    expect(returns(1, 200)).toBeCloseTo(never, 12);
    const always = -(k + 0.5) * 0.5 - (lambda * (1 - discount ** 200)) / (1 - discount);
    expect(returns(-1, 200)).toBeCloseTo(always, 12);
    expect(settlingRepairReturn(model, { kind: "threshold", threshold: 0.5, width: 0.1 }, 10)).toBeUndefined();
  });
});
