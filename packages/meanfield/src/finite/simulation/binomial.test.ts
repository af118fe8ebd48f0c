import { describe, expect, it } from "vitest";
import { incompleteBetaOf } from "../../numeric/incomplete-beta.ts";
import { smallGenerator } from "../../numeric/small-generator.testing.ts";
import { binomialMean, binomialQuantile } from "./binomial.ts";

/** P(X ≤ k), added up from Pascal's rule: no formula shared with what is tested. */
function distribution(n: number, p: number): Float64Array {
  let law = Float64Array.of(1);
  for (let i = 1; i <= n; i++) {
    const next = new Float64Array(i + 1);
    law.forEach((share, k) => {
      next[k] += (1 - p) * share;
      next[k + 1] += p * share;
    });
    law = next;
  }
  let sum = 0;
  return law.map((share) => (sum += share));
}

describe("binomial numbers", () => {
  it.each([
    [1, 0.3],
    [2, 2 / 3],
    [7, 0.01],
    [40, 0.99],
    [59, 0.5],
    [61, 0.5],
    [300, 0.2],
    [300, 0.85],
  ])("of %i trials of probability %f jump where the distribution function does", (n, p) => {
    const below = distribution(n, p);
    const chance = (k: number): number => below[k] - (k > 0 ? below[k - 1] : 0);
    // The sums err by some units in the last place of one, which in the far tails is more than there is.
    const slack = 1e-12;
    const jumps = Array.from({ length: n }, (_, k) => k).filter((k) => Math.min(chance(k), chance(k + 1)) > 3 * slack);
    expect(jumps.length).toBeGreaterThan(0);
    for (const k of jumps) {
      expect(binomialQuantile(n, p, below[k] - slack)).toBe(k);
      expect(binomialQuantile(n, p, below[k] + slack)).toBe(k + 1);
    }
  });

  it("of a million trials are the quantiles to the accuracy of the incomplete beta function", () => {
    const next = smallGenerator(4);
    for (const p of [4e-5, 0.3, 0.999]) {
      for (let i = 0; i < 30; i++) {
        const u = next();
        const k = binomialQuantile(1e6, p, u);
        const upTo = (j: number): number => (j < 0 ? 0 : incompleteBetaOf(1e6 - j, j + 1, 1 - p, p));
        expect(upTo(k)).toBeGreaterThan(u - 1e-8);
        expect(upTo(k - 1)).toBeLessThan(u + 1e-8);
      }
    }
  });

  it.each([
    [1, 0.3],
    [40, 0.99],
    [300, 0.2],
    [300, 1e-4],
  ])("of %i trials of probability %f have means of functions", (n, p) => {
    const below = distribution(n, p);
    const f = (k: number): number => Math.log(k + 0.01);
    const mean = below.reduce((sum, share, k) => sum + (share - (k > 0 ? below[k - 1] : 0)) * f(k), 0);
    // The sums of probabilities err by some units in the last place of one.
    expect(Math.abs(binomialMean(n, p, f) - mean)).toBeLessThan(1e-12);
    expect(Math.abs(binomialMean(1e7, p, (k) => k) / (1e7 * p) - 1)).toBeLessThan(1e-12);
  });

  it("stay among 0 … n at the ends of the uniform numbers and of p", () => {
    for (const n of [0, 1, 50, 10_000]) {
      for (const u of [0, 1 - 2 ** -53]) {
        expect(binomialQuantile(n, 0, u)).toBe(0);
        expect(binomialQuantile(n, 1, u)).toBe(n);
        for (const p of [1e-12, 0.5, 1 - 1e-12]) {
          const k = binomialQuantile(n, p, u);
          expect(k >= 0 && k <= n).toBe(true);
        }
      }
    }
  });
});
