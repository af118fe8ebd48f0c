import { describe, expect, it } from "vitest";
import { meanWithError } from "../../numeric/statistics.ts";
import { policyClass } from "../policy-class.ts";
import type { TablePolicy } from "../policy-class.ts";
import { nextField } from "../stationary-field.ts";
import { continuousEnvironment, finiteEnvironment, finiteMalware } from "./environments.testing.ts";
import { fieldDistance, fieldMean, startingField, trackField } from "./field.ts";

const table = policyClass(finiteMalware, "smooth-threshold", 0.1).play([0.4]) as TablePolicy;
const threshold = { kind: "threshold", threshold: 0.4, width: 0 } as const;

describe("fields of learners", () => {
  it("have means and distances, as shares and as samples", () => {
    const shares = new Float64Array(11);
    shares[0] = 0.5;
    shares[10] = 0.5;
    expect(fieldMean(finiteEnvironment.space, shares)).toBe(0.5);
    expect(fieldMean(continuousEnvironment.space, Float64Array.of(0.1, 0.3))).toBeCloseTo(0.2, 15);
    expect(fieldDistance(finiteEnvironment.space, shares, finiteMalware.initial)).toBeCloseTo(18 / 11, 14);
    const [one, other] = [Float64Array.of(0.1, 0.3), Float64Array.of(0.4, 0.2)];
    expect(fieldDistance(continuousEnvironment.space, one, other)).toBeCloseTo(0.1, 14);
  });

  it.each([0.3, 1])("move by z + β(Φ − z) on average, shares: β = %s", (beta) => {
    const exact = nextField(finiteMalware, table.probabilities, finiteMalware.initial);
    const moved = Array.from({ length: 400 }, (_, run) => {
      const field = finiteMalware.initial.slice();
      trackField(finiteEnvironment, table, field, { beta, batch: 50 }, { seed: 1, run }, 7);
      return field;
    });
    exact.forEach((p, x) => {
      const { mean, standardError } = meanWithError(moved.map((field) => field[x]));
      const expected = finiteMalware.initial[x] + beta * (p - finiteMalware.initial[x]);
      expect(Math.abs(mean - expected)).toBeLessThan(4 * standardError);
    });
    for (const field of moved) expect(field.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
  });

  it.each([0.3, 1])("move by the same on average where they are samples: β = %s", (beta) => {
    // From two atoms at 0 and 0.8, repaired above 0.4: half uniform on (0, 1), half in 0.
    const start = Float64Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? 0 : 0.8));
    const moved = Array.from({ length: 2000 }, (_, run) => {
      const field = start.slice();
      trackField(continuousEnvironment, threshold, field, { beta, batch: 1 }, { seed: 1, run }, 7);
      return fieldMean(continuousEnvironment.space, field);
    });
    const { mean, standardError } = meanWithError(moved);
    expect(Math.abs(mean - (0.4 + beta * (0.25 - 0.4)))).toBeLessThan(4 * standardError);
  });

  it("never move by more than all of the way", () => {
    const [one, all] = [1, 5].map((beta) => {
      const field = finiteMalware.initial.slice();
      trackField(finiteEnvironment, table, field, { beta, batch: 50 }, { seed: 1, run: 0 }, 7);
      return field;
    });
    expect(all).toEqual(one);
  });

  it("start from ξ₀, a sample in as many particles as asked for", () => {
    const random = { seed: 1, run: 0 };
    expect(startingField(finiteEnvironment, 50, random)).toEqual(finiteMalware.initial);
    const sample = startingField(continuousEnvironment, 5000, random);
    expect(sample.length).toBe(5000);
    // Uniform on [0, 1]: the mean of 5000 is within 4 · 0.0041 of 1/2.
    expect(Math.abs(fieldMean(continuousEnvironment.space, sample) - 0.5)).toBeLessThan(0.0164);
    expect(startingField(continuousEnvironment, 50, { seed: 1, run: 1 })).not.toEqual(sample.slice(0, 50));
  });
});
