import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "../numeric/adaptive-quadrature.ts";
import { gaussLegendreIntegrate } from "../numeric/quadrature.ts";
import { logGamma } from "../numeric/log-gamma.ts";
import { normalDensity, normalDistribution, normalQuantile } from "../numeric/normal-distribution.ts";
import { logLogSlope } from "../numeric/regression.ts";
import { relativeError } from "../numeric/relative-error.testing.ts";
import { smallGenerator } from "../numeric/small-generator.testing.ts";
import { meanWithError } from "../numeric/statistics.ts";
import { chaosRecords } from "./chaos-records.testing.ts";
import { densityOf, gaussianDensity } from "./density.ts";
import { densityLaw } from "./density-law.ts";
import { gaussian, moments } from "./gaussian.ts";
import { gridOf, uniformGrid } from "./grid.ts";
import { normalLaw, uniformLaw } from "./law.ts";
import { particles } from "./particles.ts";
import { wasserstein } from "./wasserstein.ts";
import { wassersteinLaws } from "./wasserstein-laws.ts";
import { wassersteinSampleLaw } from "./wasserstein-sample-law.ts";
import { wassersteinSamples } from "./wasserstein-samples.ts";

function normals(count: number, seed: number): Float64Array {
  const uniform = smallGenerator(seed);
  return Float64Array.from({ length: count }, () => normalQuantile(uniform()));
}

describe("wassersteinSamples", () => {
  it("moves points to points: by hand", () => {
    expect(wassersteinSamples([3, 0], [1, 5], 1)).toBe(1.5);
    expect(wassersteinSamples([3, 0], [1, 5], 2)).toBeCloseTo(Math.sqrt(2.5), 15);
    expect(wassersteinSamples([3, 0], [1, 5], 3)).toBeCloseTo(Math.cbrt(4.5), 15);
    // Three points to two: 1/3 of 0→1, 1/6 of 2→1, 1/6 of 2→4, 1/3 of 7→4.
    expect(wassersteinSamples([0, 2, 7], [1, 4], 1)).toBeCloseTo(1 / 3 + 1 / 6 + 2 / 6 + 1, 15);
    expect(wassersteinSamples([0, 2, 7], [1, 4], 2) ** 2).toBeCloseTo(1 / 3 + 1 / 6 + 4 / 6 + 3, 14);
  });

  it("is a distance, moves with translations and grows with scale", () => {
    const [a, b, c] = [normals(40, 1), normals(55, 2), normals(40, 3)];
    for (const order of [1, 1.5, 2, 4]) {
      expect(wassersteinSamples(a, a, order)).toBe(0);
      expect(wassersteinSamples(a, b, order)).toBeCloseTo(wassersteinSamples(b, a, order), 14);
      const straight = wassersteinSamples(a, c, order);
      expect(straight).toBeLessThanOrEqual(wassersteinSamples(a, b, order) + wassersteinSamples(b, c, order));
      expect(
        wassersteinSamples(
          a,
          a.map((x) => x + 0.3),
          order,
        ),
      ).toBeCloseTo(0.3, 14);
      expect(
        wassersteinSamples(
          a.map((x) => 2 * x),
          c.map((x) => 2 * x),
          order,
        ),
      ).toBeCloseTo(2 * straight, 14);
    }
    // Jensen: it grows with the order.
    expect(wassersteinSamples(a, b, 1)).toBeLessThan(wassersteinSamples(a, b, 2));
  });

  it("takes weights for what they are: repeated points", () => {
    const few = particles(Float64Array.of(5, -1, 2), 1, [0.25, 0.5, 0.25]);
    const many = Float64Array.of(-1, -1, 2, 5);
    const other = normals(7, 4);
    for (const order of [1, 2, 3]) {
      expect(wassersteinSamples(few, many, order)).toBe(0);
      expect(wassersteinSamples(few, other, order)).toBeCloseTo(wassersteinSamples(many, other, order), 14);
    }
  });

  it("of order one is the area between the distribution functions", () => {
    const [a, b] = [normals(30, 5), normals(21, 6)];
    const places = [...a, ...b].toSorted((x, y) => x - y);
    const share = (sample: Float64Array, x: number): number =>
      sample.filter((value) => value <= x).length / sample.length;
    let area = 0;
    for (let k = 1; k < places.length; k++) {
      area += (places[k] - places[k - 1]) * Math.abs(share(a, places[k - 1]) - share(b, places[k - 1]));
    }
    expect(relativeError(wassersteinSamples(a, b, 1), area)).toBeLessThan(1e-14);
  });

  it("says what is wrong", () => {
    expect(() => wassersteinSamples([], [1], 1)).toThrow("wassersteinSamples: the sample has length 0");
    expect(() => wassersteinSamples([1], [1], 0.5)).toThrow(
      "wassersteinSamples: order is 0.5; allowed is a finite number >= 1",
    );
    expect(() => wassersteinSamples([1, Number.NaN], [1], 1)).toThrow("wassersteinSamples: observation 1 is NaN");
    expect(() => wassersteinSamples(particles(new Float64Array(4), 2), [1], 1)).toThrow(
      "the particles have 2 dimensions",
    );
  });
});

describe("wassersteinSampleLaw", () => {
  it("from a point to a law: E|X − x| and E(X − x)²", () => {
    for (const x of [-2, 0.3, 5]) {
      const normal = normalLaw(1, 4);
      expect(relativeError(wassersteinSampleLaw([x], normal, 2) ** 2, (x - 1) ** 2 + 4)).toBeLessThan(1e-15);
      const z = (x - 1) / 2;
      const mean = 2 * (2 * normalDensity(z) + z * (2 * normalDistribution(z) - 1));
      expect(relativeError(wassersteinSampleLaw([x], normal, 1), mean)).toBeLessThan(1e-15);
    }
    expect(relativeError(wassersteinSampleLaw([0.2], uniformLaw(0, 1), 1), (0.2 ** 2 + 0.8 ** 2) / 2)).toBeLessThan(
      1e-15,
    );
    expect(relativeError(wassersteinSampleLaw([3], uniformLaw(0, 1), 1), 2.5)).toBeLessThan(1e-15);
  });

  it("from the best n points to the uniform law: midpoints, 1/(4n) and 1/(n√12)", () => {
    for (const n of [1, 2, 10, 1000]) {
      const midpoints = Float64Array.from({ length: n }, (_, i) => (i + 0.5) / n);
      expect(relativeError(wassersteinSampleLaw(midpoints, uniformLaw(0, 1), 1), 1 / (4 * n))).toBeLessThan(
        1e-15 * (4 + n * n),
      );
      expect(relativeError(wassersteinSampleLaw(midpoints, uniformLaw(0, 1), 2), 1 / (n * Math.sqrt(12)))).toBeLessThan(
        1e-9,
      );
    }
  });

  it("agrees with quadrature of |F − G| and of the quantiles, for plain and weighted samples", () => {
    const sample = normals(25, 7);
    const weighted = particles(
      sample,
      1,
      Float64Array.from({ length: 25 }, (_, i) => 1 + (i % 3)),
    );
    for (const [observations, shares] of [
      [sample, new Float64Array(25).fill(1 / 25)],
      [weighted, weighted.weights as Float64Array],
    ] as const) {
      const sorted = [...sample.keys()].toSorted((i, j) => sample[i] - sample[j]);
      for (const law of [normalLaw(0.2, 0.7), densityLaw(gaussianDensity(uniformGrid(-6, 6, 50), 0, 1))]) {
        let [area, squares, level] = [0, 0, 0];
        sorted.forEach((i, k) => {
          const upper = k === sorted.length - 1 ? 1 : level + shares[i];
          const piece = (order: number): number =>
            integrateAdaptive((u) => Math.abs(sample[i] - law.quantile(u)) ** order, level, upper, { relative: 1e-10 })
              .value;
          area += piece(1);
          squares += piece(2);
          level = upper;
        });
        expect(relativeError(wassersteinSampleLaw(observations, law, 1), area)).toBeLessThan(1e-8);
        expect(relativeError(wassersteinSampleLaw(observations, law, 2), Math.sqrt(squares))).toBeLessThan(1e-8);
      }
    }
  });

  it("does not cancel far from the origin", () => {
    const sample = normals(100, 8);
    const near = wassersteinSampleLaw(sample, normalLaw(0, 1), 2);
    const far = wassersteinSampleLaw(
      sample.map((x) => x + 2 ** 20),
      normalLaw(2 ** 20, 1),
      2,
    );
    // The sample itself is rounded to 2^-32 there.
    expect(Math.abs(far - near)).toBeLessThan(2 ** -32);
  });

  it("is the limit of distances to fine samples of the law", () => {
    const sample = normals(50, 9);
    const counts = [500, 1000, 2000, 4000];
    const exact = wassersteinSampleLaw(sample, uniformLaw(-2, 2), 1);
    const errors = counts.map((count) => {
      const fine = Float64Array.from({ length: count }, (_, i) => -2 + (4 * (i + 0.5)) / count);
      return Math.abs(wassersteinSamples(sample, fine, 1) - exact);
    });
    expect(logLogSlope(counts, errors).slope).toBeLessThan(-0.9);
    expect(errors[3]).toBeLessThan(1e-5);
  });

  it("refuses other orders", () => {
    expect(() => wassersteinSampleLaw([1], uniformLaw(0, 1), 3 as 1)).toThrow(
      "wassersteinSampleLaw: order is 3; allowed is 1 or 2",
    );
  });
});

describe("the mean distance of a sample to its law", () => {
  it("is E W₂² = 1/(6n) exactly for the uniform law: integrated over all samples of one and of two", () => {
    const square = (x: number[]): number => wassersteinSampleLaw(x, uniformLaw(0, 1), 2) ** 2;
    // The square is a polynomial of degree two in each observation: three Gauss nodes are exact.
    expect(gaussLegendreIntegrate((x) => square([x]), 0, 1, 3)).toBeCloseTo(1 / 6, 14);
    const pairs = gaussLegendreIntegrate((y) => gaussLegendreIntegrate((x) => square([x, y]), 0, y, 4), 0, 1, 4);
    expect(2 * pairs).toBeCloseTo(1 / 12, 14);
  });

  it("is E W₂² = 1/(6n) for the uniform law: the recorded values by simulation", () => {
    for (const { value, args } of chaosRecords("S6.emp.W2sq_uniform")) {
      const n = args?.N as number;
      const uniform = smallGenerator(n);
      const repeats = 600;
      const squares = Float64Array.from({ length: repeats }, () => {
        const sample = Float64Array.from({ length: n }, uniform);
        return wassersteinSampleLaw(sample, uniformLaw(0, 1), 2) ** 2;
      });
      const { mean, standardError } = meanWithError(squares);
      expect(value).toBe(1 / (6 * n));
      expect(Math.abs(mean - value)).toBeLessThan(4 * standardError);
      // A tolerance that would let anything pass is no test: it is within a sixth of the value.
      expect(4 * standardError).toBeLessThan(value / 6);
    }
  });

  /**
   * E W₁ of n normal observations, exactly: the mean absolute deviation of a binomial number is (de Moivre)
   * E|B − np| = 2 m C(n, m) p^m (1 − p)^(n−m+1), m = ⌊np⌋ + 1, and E W₁ = ∫ E|B(Φ(x)) − nΦ(x)|/n dx.
   */
  function meanFirstOrder(n: number): number {
    let sum = 0;
    // By symmetry twice the lower half; smooth between the places where np is whole.
    for (let m = 1; m <= n / 2; m++) {
      const constant = Math.log(2 * m) + logGamma(n + 1) - logGamma(m + 1) - logGamma(n - m + 1) - Math.log(n);
      const deviation = (x: number): number => {
        const p = normalDistribution(x);
        return Math.exp(constant + m * Math.log(p) + (n - m + 1) * Math.log1p(-p));
      };
      const low = m === 1 ? -37 : normalQuantile((m - 1) / n);
      const high = normalQuantile(m / n);
      sum += m === 1 ? integrateAdaptive(deviation, low, high).value : gaussLegendreIntegrate(deviation, low, high, 6);
    }
    return 2 * sum;
  }

  it("tends to the recorded constant as √n E W₁ for the normal law", () => {
    const [{ value: limit }] = chaosRecords("S6.emp.W1_gauss_const");
    // One observation: E|Z − Z'| = 2/√π. Even n only above; two observations come by the same formula.
    const counts = [100, 1000, 10_000, 100_000];
    const gaps = counts.map((n) => Math.abs(Math.sqrt(n) * meanFirstOrder(n) - limit));
    // The tails beyond the extreme observations are what is missing: of order 1/√(n ln n).
    expect(logLogSlope(counts, gaps).slope).toBeLessThan(-0.45);
    expect(gaps[3]).toBeLessThan(0.003);
  });

  it("has the exact mean for the normal law, by simulation, and with it the recorded constant", () => {
    const [{ value: limit }] = chaosRecords("S6.emp.W1_gauss_const");
    for (const [n, repeats] of [
      [10, 20_000],
      [2000, 400],
    ] as const) {
      const z = normals(n * repeats, n);
      const law = normalLaw(0, 1);
      const scaled = Float64Array.from(
        { length: repeats },
        (_, r) => Math.sqrt(n) * wassersteinSampleLaw(z.subarray(n * r, n * r + n), law, 1),
      );
      const { mean, standardError } = meanWithError(scaled);
      const exact = Math.sqrt(n) * meanFirstOrder(n);
      expect(Math.abs(mean - exact)).toBeLessThan(4 * standardError);
      // The stated bias: what is left of the constant at this n.
      expect(Math.abs(mean - limit)).toBeLessThan(4 * standardError + Math.abs(exact - limit));
      expect(4 * standardError).toBeLessThan(0.1);
    }
  });
});

describe("wassersteinLaws", () => {
  it("between normal laws has the closed forms of both orders", () => {
    for (const [m, v] of [
      [0.5, 1],
      [0, 2.25],
      [-1, 0.3],
      [1e-3, 1.001],
    ] as const) {
      const [first, second] = [normalLaw(0, 1), normalLaw(m, v)];
      expect(relativeError(wassersteinLaws(first, second, 2), Math.hypot(m, Math.sqrt(v) - 1))).toBeLessThan(1e-10);
      const closed = wasserstein(gaussian(0, 1), gaussian(m, v), 1);
      expect(relativeError(wassersteinLaws(first, second, 1), closed)).toBeLessThan(1e-10);
    }
  });

  it("between uniform laws has the closed form of every order", () => {
    // The quantiles differ by p: (∫ u^k du)^(1/k).
    for (const order of [1, 1.5, 2, 3]) {
      const distance = wassersteinLaws(uniformLaw(0, 1), uniformLaw(0, 2), order);
      expect(relativeError(distance, (1 / (order + 1)) ** (1 / order))).toBeLessThan(1e-10);
    }
    expect(wassersteinLaws(uniformLaw(0, 1), uniformLaw(0, 1), 2)).toBe(0);
  });
});

describe("wasserstein", () => {
  it("between densities: exact for shifted ones, of second order for tabulated normal laws", () => {
    const triangle = (shift: number) =>
      densityOf(gridOf([shift - 1, shift, shift + 1]), (x) => 1 - Math.abs(x - shift));
    for (const order of [1, 2] as const) {
      expect(relativeError(wasserstein(triangle(0), triangle(0.3), order), 0.3)).toBeLessThan(1e-9);
      const counts = [25, 50, 100, 200];
      const exact = wasserstein(gaussian(0, 1), gaussian(0.4, 2), order);
      const errors = counts.map((count) => {
        const grid = uniformGrid(-9, 10, count + 1);
        const distance = wasserstein(gaussianDensity(grid, 0, 1), gaussianDensity(grid, 0.4, 2), order);
        return Math.abs(distance - exact) / exact;
      });
      expect(logLogSlope(counts, errors).slope).toBeLessThan(-1.8);
      expect(errors[3]).toBeLessThan(2e-3);
    }
  });

  it("gives 0 for equal densities, on one grid or on a finer one of the same polygon", () => {
    const coarse = densityOf(gridOf([0, 1, 3]), (x) => (x <= 1 ? 1 + x : 2 - 0.5 * (x - 1)));
    const fine = densityOf(gridOf([0, 0.25, 1, 1.5, 2.5, 3]), (x) => (x <= 1 ? 1 + x : 2 - 0.5 * (x - 1)));
    for (const order of [1, 2] as const) {
      expect(wasserstein(coarse, coarse, order)).toBe(0);
      expect(wasserstein(coarse, fine, order)).toBeLessThan(1e-11);
    }
  });

  it("takes every pair of forms, in either order of arguments", () => {
    const grid = uniformGrid(-8, 9, 400);
    const cloud = particles(
      Float64Array.from({ length: 4000 }, (_, i) => 0.5 + 1.2 * normalQuantile((i + 0.5) / 4000)),
    );
    const forms = [cloud, gaussianDensity(grid, 0.5, 1.44), gaussian(0.5, 1.44)] as const;
    const others = [particles(Float64Array.of(-0.7)), gaussianDensity(grid, -0.7, 0.5), gaussian(-0.7, 0)] as const;
    const spread = [0, 0.5, 0];
    for (const form of forms) {
      others.forEach((other, k) => {
        const exact = Math.hypot(1.2, 1.2 - Math.sqrt(spread[k]));
        expect(relativeError(wasserstein(form, other, 2), exact)).toBeLessThan(2e-3);
        expect(relativeError(wasserstein(other, form, 2), wasserstein(form, other, 2))).toBeLessThan(1e-13);
        expect(relativeError(wasserstein(other, form, 1), wasserstein(form, other, 1))).toBeLessThan(1e-13);
      });
    }
  });

  it("between normal laws of order one: shift, spread, both", () => {
    expect(wasserstein(gaussian(1, 4), gaussian(-2, 4), 1)).toBe(3);
    expect(relativeError(wasserstein(gaussian(1, 4), gaussian(1, 1), 1), Math.sqrt(2 / Math.PI))).toBeLessThan(1e-15);
    const folded = integrateAdaptive((z) => Math.abs(0.7 + 1.5 * z) * normalDensity(z), -Infinity, Infinity, {
      relative: 1e-11,
    });
    expect(relativeError(wasserstein(gaussian(0.7, 6.25), gaussian(0, 1), 1), folded.value)).toBeLessThan(1e-9);
  });

  it("says what it cannot take", () => {
    expect(() => wasserstein(moments(0, 1), gaussian(0, 1), 2)).toThrow(
      "wasserstein: a measure is known by its moments only",
    );
    expect(() => wasserstein(particles(new Float64Array(4), 2), gaussian(0, 1), 2)).toThrow(
      "the measures have 2 and 1 dimensions",
    );
    expect(() => wasserstein(gaussian(0, 1), gaussian(0, 1), 3 as 1)).toThrow("wasserstein: order is 3");
  });
});
