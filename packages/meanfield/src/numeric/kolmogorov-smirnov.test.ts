import { describe, expect, it } from "vitest";
import { kolmogorovDistribution, kolmogorovSmirnov } from "./kolmogorov-smirnov.ts";
import { normalDistribution, normalQuantile } from "./normal-distribution.ts";
import { relativeError } from "./relative-error.testing.ts";
import { smallGenerator } from "./small-generator.testing.ts";

function identity(x: number): number {
  return x;
}

/** n points whose largest distance from the uniform law is d > 1/(2n), taken below the first points. */
function sampleAt(n: number, d: number): number[] {
  return Array.from({ length: n }, (_, i) => Math.max(d, (i + 0.5) / n));
}

describe("kolmogorovDistribution", () => {
  it("has the published percentage points", () => {
    // N. Smirnov, Annals of Mathematical Statistics 19 (1948) 279-281: 10 %, 5 % and 1 % points.
    expect(kolmogorovDistribution(1.2238)).toBeCloseTo(0.9, 4);
    expect(kolmogorovDistribution(1.3581)).toBeCloseTo(0.95, 4);
    expect(kolmogorovDistribution(1.6276)).toBeCloseTo(0.99, 4);
    expect(kolmogorovDistribution(0)).toBe(0);
  });

  it("is the same by both series", () => {
    // Their values just below and above the point where one takes over from the other; the density there is 1.07.
    const jump = kolmogorovDistribution(1) - kolmogorovDistribution(1 - 1e-12);
    expect(Math.abs(jump - 1.07e-12)).toBeLessThan(1e-14 + 1e-13);
  });
});

describe("kolmogorovSmirnov", () => {
  it("finds the largest distance, whatever the order of the sample", () => {
    expect(kolmogorovSmirnov([0.9, 0.2, 0.35], identity).statistic).toBeCloseTo(2 / 3 - 0.35, 15);
    expect(kolmogorovSmirnov([0.5], identity).statistic).toBe(0.5);
    const sample = Float64Array.of(0.7, 0.1);
    kolmogorovSmirnov(sample, identity);
    expect([...sample]).toStrictEqual([0.7, 0.1]);
  });

  it("has the exact p-values of small samples", () => {
    // One observation: P(D < d) = 2d − 1 for d ≥ 1/2. Two: P(D < d) = 2(2d − 1/2)² for 1/4 ≤ d ≤ 1/2.
    for (const d of [0.5, 0.6, 0.8, 0.975]) {
      expect(relativeError(kolmogorovSmirnov([d], identity).pValue, 2 - 2 * d)).toBeLessThan(1e-14);
    }
    for (const d of [0.26, 0.3, 0.45]) {
      const { statistic, pValue } = kolmogorovSmirnov([d, 0.75], identity);
      expect(statistic).toBe(d);
      expect(relativeError(pValue, 1 - 2 * (2 * d - 0.5) ** 2)).toBeLessThan(1e-14);
    }
    // Ten: 5 % and 1 % points 0.40925 and 0.48893 (L. H. Miller, JASA 51 (1956) 111-121); the value of Marsaglia, Tsang and
    // Wang, P(D < 0.274) = 0.6284796154565.
    expect(kolmogorovSmirnov(sampleAt(10, 0.40925), identity).pValue).toBeCloseTo(0.05, 5);
    expect(kolmogorovSmirnov(sampleAt(10, 0.48893), identity).pValue).toBeCloseTo(0.01, 5);
    expect(kolmogorovSmirnov(sampleAt(10, 0.274), identity).pValue).toBeCloseTo(1 - 0.6284796154565, 12);
  });

  it("is continuous where its three roads meet", () => {
    const pValue = (n: number, d: number): number => kolmogorovSmirnov(sampleAt(n, d), identity).pValue;
    // From the exact law to the one-sided tail, at n d² = 4 with n = 100: both exact.
    expect(relativeError(pValue(100, 0.2 - 1e-10), pValue(100, 0.2 + 1e-10))).toBeLessThan(1e-6);
    // From 100 observations to 101, at the distance that keeps √n d to first order.
    for (const d of [0.06, 0.09, 0.13, 0.18]) {
      const x = 10 * d + 1 / 60;
      const next = (x - 1 / (6 * Math.sqrt(101))) / Math.sqrt(101);
      expect(Math.abs(pValue(100, d) - pValue(101, next))).toBeLessThan(0.0003);
    }
  });

  it("rejects a true law as often as it says, and a wrong one almost always", () => {
    const uniform = smallGenerator(5);
    const repeats = 4000;
    let rejected = 0;
    let shifted = 0;
    for (let r = 0; r < repeats; r++) {
      const sample = Float64Array.from({ length: 40 }, () => normalQuantile(uniform()));
      if (kolmogorovSmirnov(sample, normalDistribution).pValue < 0.1) rejected++;
      if (kolmogorovSmirnov(sample, (x) => normalDistribution(x - 1)).pValue < 0.1) shifted++;
    }
    expect(Math.abs(rejected / repeats - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / repeats));
    expect(shifted / repeats).toBeGreaterThan(0.99);
  });

  it("keeps small p-values and says what is wrong", () => {
    // All n observations beyond d: twice the leading terms of the one-sided sum for n = 3, d = 0.9 is 2(1 − d)³.
    expect(relativeError(kolmogorovSmirnov([0.9, 0.95, 0.99], identity).pValue, 2 * 0.1 ** 3)).toBeLessThan(1e-13);
    // The same sum for n = 10 000 with mpmath, 40 digits. The terms are differences of logarithms of size n ln n.
    expect(
      relativeError(kolmogorovSmirnov(sampleAt(10_000, 0.05), identity).pValue, 3.632631514370292e-22),
    ).toBeLessThan(1e-10);
    expect(() => kolmogorovSmirnov([], identity)).toThrow("kolmogorovSmirnov: the sample has length 0");
    expect(() => kolmogorovSmirnov([2], identity)).toThrow("kolmogorovSmirnov: cdf(2) is 2");
  });
});
