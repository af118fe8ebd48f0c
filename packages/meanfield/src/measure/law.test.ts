import { describe, expect, it } from "vitest";
import { integrateAdaptive } from "../numeric/adaptive-quadrature.ts";
import { logLogSlope } from "../numeric/regression.ts";
import { relativeError } from "../numeric/relative-error.testing.ts";
import { density, densityOf, gaussianDensity } from "./density.ts";
import { densityLaw } from "./density-law.ts";
import { gaussian, moments } from "./gaussian.ts";
import { gridOf, productGrid, uniformGrid } from "./grid.ts";
import { normalLaw, uniformLaw } from "./law.ts";
import { particles } from "./particles.ts";
import { quantileOf } from "./quantile-of.ts";
import type { Law } from "./law.ts";

/** Four pieces that are exact for a density linear between its points. */
const bumpy = density(gridOf([-1, 0, 0.5, 2, 3]), Float64Array.of(0, 2, 0, 0, 1));

const laws: readonly (readonly [name: string, law: Law])[] = [
  ["uniform", uniformLaw(-1, 3)],
  ["normal", normalLaw(2, 0.25)],
  ["density", densityLaw(gaussianDensity(uniformGrid(-3, 5, 60), 1, 0.5))],
  ["density with a gap", densityLaw(bumpy)],
  ["density on a circle", densityLaw(densityOf(uniformGrid(0, 1, 9, { periodic: true }), (x) => 1 + x))],
];

describe.each(laws)("the %s law", (_, law) => {
  it("has a quantile that inverts its distribution", () => {
    for (let k = 1; k < 200; k++) {
      const p = k / 200;
      expect(relativeError(law.distribution(law.quantile(p)), p)).toBeLessThan(1e-14);
    }
  });

  it("has the partial integrals of its quantile", () => {
    for (const p of [0.001, 0.03, 0.4, 0.5, 0.77, 0.999]) {
      const first = integrateAdaptive((u) => law.quantile(u) - law.centre, 0, p, { relative: 1e-11 });
      const second = integrateAdaptive((u) => (law.quantile(u) - law.centre) ** 2, 0, p, { relative: 1e-11 });
      expect(Math.abs(law.partialMean(p) - first.value)).toBeLessThan(1e-10);
      expect(Math.abs(law.partialSquare(p) - second.value)).toBeLessThan(1e-10);
    }
    expect(Math.abs(law.partialMean(0))).toBe(0);
    expect(law.partialSquare(0)).toBe(0);
    // Centred at the mean, all of the first integral vanishes.
    expect(Math.abs(law.partialMean(1))).toBeLessThan(1e-15);
  });
});

describe("uniformLaw and normalLaw", () => {
  it("have their variances", () => {
    expect(uniformLaw(-1, 3).partialSquare(1)).toBeCloseTo(16 / 12, 15);
    expect(normalLaw(2, 0.25).partialSquare(1)).toBe(0.25);
    expect(() => uniformLaw(1, 1)).toThrow("uniformLaw: the ends are 1 and 1");
    expect(() => normalLaw(0, 0)).toThrow("normalLaw: mean is 0 and variance 0");
  });
});

describe("densityLaw", () => {
  it("is exact for a triangle", () => {
    const law = densityLaw(density(gridOf([0, 1, 2]), Float64Array.of(0, 5, 0)));
    for (const p of [0.01, 0.2, 0.5]) {
      expect(relativeError(law.quantile(p), Math.sqrt(2 * p))).toBeLessThan(1e-15);
      expect(relativeError(law.quantile(1 - p), 2 - Math.sqrt(2 * p))).toBeLessThan(1e-14);
    }
    expect(law.centre).toBe(1);
    expect(relativeError(law.partialSquare(1), 1 / 6)).toBeLessThan(1e-15);
  });

  it("starts and ends at the support, and jumps over gaps", () => {
    const law = densityLaw(density(gridOf([-5, 0, 1, 2, 3, 4, 9]), Float64Array.of(0, 0, 1, 0, 0, 1, 0)));
    expect(law.quantile(0)).toBe(0);
    expect(law.quantile(1)).toBe(9);
    // Masses 1/2 + 1/2 before the gap from 2 to 3, 1/2 + 5/2 after it.
    expect(law.quantile(0.25)).toBe(2);
    expect(law.quantile(0.25 + 1e-9)).toBeGreaterThan(3);
  });

  it("approaches a smooth law with the second order of its grid", () => {
    const counts = [20, 40, 80, 160];
    const exact = normalLaw(0, 1);
    const errors = counts.map((count) => {
      const law = densityLaw(gaussianDensity(uniformGrid(-8, 8, count + 1), 0, 1));
      let worst = 0;
      for (let k = 1; k < 50; k++) worst = Math.max(worst, Math.abs(law.quantile(k / 50) - exact.quantile(k / 50)));
      return worst;
    });
    expect(logLogSlope(counts, errors).slope).toBeLessThan(-1.9);
  });

  it("forgives rounding below zero and refuses more", () => {
    const grid = gridOf([0, 1, 2]);
    expect(densityLaw(density(grid, Float64Array.of(-1e-15, 1, 0))).quantile(0.5)).toBeCloseTo(1, 12);
    expect(() => densityLaw(density(grid, Float64Array.of(-0.1, 1, 0)))).toThrow(
      "densityLaw: values[0] is -0.1; allowed are numbers >= 0",
    );
    expect(() => densityLaw(density(grid, new Float64Array(3)))).toThrow("densityLaw: the density has mass 0");
    expect(() => densityLaw(densityOf(productGrid(grid, grid), () => 1))).toThrow(
      "densityLaw: the grid has 2 dimensions",
    );
    expect(() => densityLaw(bumpy).quantile(1.5)).toThrow("quantile: p is 1.5");
  });
});

describe("quantileOf", () => {
  it("is the generalised inverse of the empirical distribution", () => {
    const q = quantileOf(particles(Float64Array.of(5, 1, 3, 3)));
    expect([0, 0.25, 0.26, 0.75, 0.76, 1].map(q)).toStrictEqual([1, 1, 3, 3, 5, 5]);
    const weighted = quantileOf(particles(Float64Array.of(5, 1, 3), 1, [0.5, 0, 0.5]));
    expect([0, 0.5, 0.51, 1].map(weighted)).toStrictEqual([3, 3, 5, 5]);
    expect(() => q(-1)).toThrow("quantile: p is -1");
  });

  it("serves densities and normal laws, points among them, and refuses the rest", () => {
    expect(quantileOf(bumpy)(1)).toBe(3);
    expect(quantileOf(gaussian(1, 4))(0.975)).toBeCloseTo(1 + 2 * 1.959963984540054, 14);
    expect(quantileOf(gaussian(1, 0))(0)).toBe(1);
    expect(() => quantileOf(moments(0, 1))).toThrow("quantileOf: the measure is known by its moments only");
    expect(() => quantileOf(particles(new Float64Array(4), 2))).toThrow("quantileOf: the measure has 2 dimensions");
  });
});
