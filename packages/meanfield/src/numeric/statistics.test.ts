import { describe, expect, it } from "vitest";
import { normalQuantile } from "./normal-distribution.ts";
import { relativeError } from "./relative-error.testing.ts";
import { linearRegression, logLogSlope } from "./regression.ts";
import { runningMoments } from "./running-moments.ts";
import { smallGenerator } from "./small-generator.testing.ts";
import { confidenceInterval, mean, meanWithError, quantile, variance } from "./statistics.ts";

function normals(count: number, seed: number): Float64Array {
  const uniform = smallGenerator(seed);
  return Float64Array.from({ length: count }, () => normalQuantile(uniform()));
}

describe("mean and variance", () => {
  it("have their closed forms for 1, …, n", () => {
    const n = 1001;
    const sample = Array.from({ length: n }, (_, i) => i + 1);
    expect(mean(sample)).toBe((n + 1) / 2);
    expect(relativeError(variance(sample), (n * (n + 1)) / 12)).toBeLessThanOrEqual(1e-15);
    const summary = meanWithError(sample);
    expect(relativeError(summary.standardError, Math.sqrt((n + 1) / 12))).toBeLessThanOrEqual(1e-15);
    expect(summary.count).toBe(n);
  });

  it("survive a large common offset", () => {
    const sample = [4, 7, 13, 16].map((x) => x + 2 ** 40);
    expect(mean(sample)).toBe(10 + 2 ** 40);
    expect(variance(sample)).toBe(30);
  });

  it("refuse samples that are too small", () => {
    expect(() => mean([])).toThrow("mean: the sample has length 0; allowed is at least 1");
    expect(() => variance([1])).toThrow("variance: the sample has length 1; allowed is at least 2");
  });
});

describe("runningMoments", () => {
  it("agrees with two passes, in one piece or merged from parts", () => {
    const sample = normals(1000, 1).map((z) => 3 + 0.01 * z);
    const whole = runningMoments();
    const parts = [runningMoments(), runningMoments(), runningMoments()];
    sample.forEach((x, i) => {
      whole.add(x);
      parts[i < 10 ? 0 : 2].add(x);
    });
    const merged = runningMoments();
    for (const part of parts) merged.merge(part);
    const expected = meanWithError(sample);
    for (const moments of [whole, merged]) {
      expect(moments.count).toBe(1000);
      expect(relativeError(moments.mean, expected.mean)).toBeLessThanOrEqual(1e-15);
      // Welford loses about mean/deviation = 300 roundings of the variance.
      expect(relativeError(moments.variance, expected.variance)).toBeLessThanOrEqual(1e-12);
      expect(relativeError(moments.standardError, expected.standardError)).toBeLessThanOrEqual(1e-12);
    }
  });

  it("has no value before there are data", () => {
    const moments = runningMoments();
    expect(moments.mean).toBeNaN();
    moments.add(2);
    expect(moments.mean).toBe(2);
    expect(moments.variance).toBeNaN();
  });
});

describe("quantile", () => {
  it("is linear between order statistics", () => {
    const sorted = [1, 2, 4, 8, 16];
    expect(quantile(sorted, 0)).toBe(1);
    expect(quantile(sorted, 1)).toBe(16);
    expect(quantile(sorted, 0.5)).toBe(4);
    // The example of NumPy's `percentile(…, 40)`, type 7: position 1.6.
    expect(relativeError(quantile(sorted, 0.4), 3.2)).toBeLessThanOrEqual(1e-15);
    expect(quantile([5], 0.3)).toBe(5);
    expect(() => quantile(sorted, 1.2)).toThrow("quantile: p is 1.2");
  });
});

describe("confidenceInterval", () => {
  it("agrees with the textbook interval for n = 10", () => {
    const sample = Array.from({ length: 10 }, (_, i) => i);
    const { mean: centre, low, high } = confidenceInterval(sample);
    // 4.5 ± t(0.975; 9) √(55/6/10)
    const reach = 2.262157162798205 * Math.sqrt(55 / 60);
    expect(centre).toBe(4.5);
    expect(relativeError(low, 4.5 - reach)).toBeLessThanOrEqual(1e-14);
    expect(relativeError(high, 4.5 + reach)).toBeLessThanOrEqual(1e-14);
  });

  it("covers the true mean as often as it says, with five observations only", () => {
    const repeats = 20_000;
    const z = normals(5 * repeats, 7);
    for (const confidence of [0.8, 0.95]) {
      let covered = 0;
      for (let r = 0; r < repeats; r++) {
        const { low, high } = confidenceInterval(z.subarray(5 * r, 5 * r + 5), confidence);
        if (low <= 0 && high >= 0) covered++;
      }
      // Four standard errors of a binomial proportion.
      const tolerance = 4 * Math.sqrt((confidence * (1 - confidence)) / repeats);
      expect(Math.abs(covered / repeats - confidence)).toBeLessThan(tolerance);
    }
  });

  it("refuses a confidence that is no probability", () => {
    expect(() => confidenceInterval([1, 2], 1)).toThrow("confidence is 1; allowed is a probability strictly between");
  });
});

describe("linearRegression", () => {
  it("finds a line exactly, and the textbook numbers for Anscombe's first set", () => {
    const line = linearRegression([0, 1, 2, 5], [1, 3, 5, 11]);
    expect(relativeError(line.slope, 2)).toBeLessThanOrEqual(1e-15);
    expect(relativeError(line.intercept, 1)).toBeLessThanOrEqual(1e-15);
    expect(line.standardError).toBeLessThan(1e-15);
    // F. J. Anscombe, The American Statistician 27 (1973) 17-21: slope 0.5001, standard error 0.1179, intercept 3.0001.
    const anscombe = linearRegression(
      [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5],
      [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
    );
    expect(anscombe.slope).toBeCloseTo(0.5000909, 7);
    expect(anscombe.intercept).toBeCloseTo(3.0000909, 7);
    expect(anscombe.standardError).toBeCloseTo(0.1179055, 7);
  });

  it("covers the true slope as often as it says", () => {
    const repeats = 5000;
    const x = [0, 1, 2, 3, 4, 5];
    const z = normals(6 * repeats, 11);
    let covered = 0;
    for (let r = 0; r < repeats; r++) {
      const y = x.map((value, i) => 1 - 0.5 * value + 0.3 * z[6 * r + i]);
      const { low, high } = linearRegression(x, y, { confidence: 0.9 });
      if (low <= -0.5 && high >= -0.5) covered++;
    }
    expect(Math.abs(covered / repeats - 0.9)).toBeLessThan(4 * Math.sqrt(0.09 / repeats));
  });

  it("refuses what makes no line", () => {
    expect(() => linearRegression([1, 2], [1, 2])).toThrow("linearRegression: x has length 2; allowed is at least 3");
    expect(() => linearRegression([1, 2, 3], [1, 2])).toThrow(
      "linearRegression: y has length 2; allowed is that of x, 3",
    );
    expect(() => linearRegression([1, 1, 1], [1, 2, 3])).toThrow("linearRegression: the x are all equal");
  });
});

describe("logLogSlope", () => {
  it("finds the exponent of a power", () => {
    const n = [10, 20, 50, 100, 1000];
    const fit = logLogSlope(
      n,
      n.map((value) => 3 * value ** -1.5),
    );
    expect(relativeError(fit.slope, -1.5)).toBeLessThanOrEqual(1e-14);
    expect(relativeError(Math.exp(fit.intercept), 3)).toBeLessThanOrEqual(1e-14);
    expect(fit.low).toBeLessThanOrEqual(fit.slope);
    expect(fit.high).toBeGreaterThanOrEqual(fit.slope);
    expect(fit.high - fit.low).toBeLessThan(1e-13);
  });

  it("refuses values that have no logarithm", () => {
    expect(() => logLogSlope([1, 2, 3], [1, 0, 1])).toThrow("logLogSlope: y[1] is 0; allowed are finite numbers > 0");
  });
});
