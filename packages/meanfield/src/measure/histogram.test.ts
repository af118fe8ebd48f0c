import { describe, expect, it } from "vitest";
import { normalDensity, normalQuantile } from "../numeric/normal-distribution.ts";
import { smallGenerator } from "../numeric/small-generator.testing.ts";
import { freedmanDiaconis, histogram } from "./histogram.ts";
import { particles } from "./particles.ts";

describe("histogram", () => {
  it("counts by hand: closed below, the last bin closed above, the rest outside", () => {
    const { edges, mass, heights, below, above } = histogram([-1, 0, 0.5, 1, 1.9, 2, 3, 4], {
      low: 0,
      high: 2,
      count: 2,
    });
    expect([...edges]).toStrictEqual([0, 1, 2]);
    expect([...mass]).toStrictEqual([2 / 8, 3 / 8]);
    expect([...heights]).toStrictEqual([2 / 8, 3 / 8]);
    expect(below).toBe(1 / 8);
    expect(above).toBe(2 / 8);
  });

  it("takes weights", () => {
    const cloud = particles(Float64Array.of(0.6, 0.1, 0.2), 1, [2, 1, 1]);
    expect([...histogram(cloud, { low: 0, high: 1, count: 4 }).mass]).toStrictEqual([0.5, 0, 0.5, 0]);
  });

  it("keeps all mass and estimates the density", () => {
    const uniform = smallGenerator(3);
    const n = 100_000;
    const sample = Float64Array.from({ length: n }, () => normalQuantile(uniform()));
    const { edges, mass, heights, below, above } = histogram(sample);
    expect(mass.reduce((sum, share) => sum + share, below + above)).toBeCloseTo(1, 12);
    expect(below + above).toBe(0);
    for (let k = 0; k < mass.length; k++) {
      const width = edges[k + 1] - edges[k];
      const exact = normalDensity((edges[k] + edges[k + 1]) / 2);
      // Five binomial standard errors, and the curvature over the bin.
      expect(Math.abs(heights[k] - exact)).toBeLessThan(5 * Math.sqrt((exact + 1e-4) / (n * width)) + width ** 2 / 24);
    }
  });

  it("says what is wrong", () => {
    expect(() => histogram([1], { low: 1, high: 1, count: 2 })).toThrow("histogram: low is 1 and high 1");
    expect(() => histogram([1], { low: 0, high: 1, count: 0 })).toThrow("histogram: count is 0");
    expect(() => histogram([])).toThrow("the sample has length 0");
  });
});

describe("freedmanDiaconis", () => {
  it("has the rule's width", () => {
    // 0, …, 1000: half the range between the quartiles; width 2 · 500/∛1001 = 99.97, so 11 bins over 1000.
    const sample = Float64Array.from({ length: 1001 }, (_, i) => i);
    expect(freedmanDiaconis(sample)).toStrictEqual({ low: 0, high: 1000, count: 11 });
  });

  it("has an answer where the rule has none", () => {
    expect(freedmanDiaconis([2, 2, 2])).toStrictEqual({ low: 1.5, high: 2.5, count: 1 });
    expect(freedmanDiaconis([0, 5, 5, 5, 5, 5, 5, 9])).toStrictEqual({ low: 0, high: 9, count: 4 });
    expect(freedmanDiaconis(particles(Float64Array.of(-100, 1, 2), 1, [0, 1, 1])).low).toBe(1);
  });
});
