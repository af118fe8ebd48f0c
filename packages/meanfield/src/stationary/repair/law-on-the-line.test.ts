import { describe, expect, it } from "vitest";
import { wassersteinSampleLaw } from "../../measure/index.ts";
import { integrateAdaptive } from "../../numeric/adaptive-quadrature.ts";
import { meanField, stationaryLaw } from "./closed-form.ts";
import { lawOnTheLine } from "./law-on-the-line.ts";

const lengthOf = (threshold: number): number => -Math.log1p(-threshold);

describe.each([
  [0.4851620216, 0],
  [0.2120709306, 0],
  [0.97, 0],
  [0, 0],
  [0, 0.6],
])("threshold %d, repair at 0 with probability %d", (threshold, atZero) => {
  const law = lawOnTheLine(lengthOf(threshold), atZero);
  const density = stationaryLaw(threshold, atZero);

  it("is the stationary law", () => {
    expect(law.centre).toBeCloseTo(meanField(threshold, atZero), 14);
    for (const x of [0, 0.1, threshold, 0.6, 0.99, 1])
      expect(law.distribution(x)).toBeCloseTo(density.distribution(x), 14);
  });

  it("has the quantile of its distribution, an atom at 0", () => {
    for (const p of [0.05, 0.3, 0.55, 0.8, 0.95, 1])
      expect(law.distribution(law.quantile(p))).toBeCloseTo(Math.max(p, density.atom), 13);
    for (const share of [0.01, 0.5, 0.99]) expect(law.quantile(share * density.atom)).toBe(0);
  });

  it("has the integrals of its quantile", () => {
    const knots = [0, density.atom, law.distribution(threshold), 1].toSorted((a, b) => a - b);
    for (const p of [0.2, 0.5, 0.7, 0.9, 1]) {
      let [once, twice] = [0, 0];
      for (let i = 1; i < knots.length; i++) {
        const [low, high] = [Math.min(p, knots[i - 1]), Math.min(p, knots[i])];
        once += integrateAdaptive((u) => law.quantile(u) - law.centre, low, high).value;
        twice += integrateAdaptive((u) => (law.quantile(u) - law.centre) ** 2, low, high).value;
      }
      expect(law.partialMean(p)).toBeCloseTo(once, 9);
      expect(law.partialSquare(p)).toBeCloseTo(twice, 9);
    }
  });

  it("is near its own quantiles and as far from a point as it should be", () => {
    const n = 20_000;
    const sample = Float64Array.from({ length: n }, (_, i) => law.quantile((i + 0.5) / n));
    // Every quantile is off by at most its spacing, which sums to the length of [0, 1].
    expect(wassersteinSampleLaw(sample, law, 1)).toBeLessThan(1 / n);
    expect(wassersteinSampleLaw([0], law, 1)).toBeCloseTo(law.centre, 14);
    expect(wassersteinSampleLaw([1], law, 1)).toBeCloseTo(1 - law.centre, 14);
  });
});

it("is a point where nobody ever repairs, or everybody always", () => {
  expect(wassersteinSampleLaw([0.25], lawOnTheLine(Infinity, 0), 1)).toBeCloseTo(0.75, 15);
  expect(wassersteinSampleLaw([0.25], lawOnTheLine(0, 1), 1)).toBeCloseTo(0.25, 15);
});
