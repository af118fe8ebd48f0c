import { describe, expect, it } from "vitest";
import { fromRows } from "../numeric/matrix.ts";
import { density, densityOf, gaussianDensity, mass, normalise } from "./density.ts";
import { gaussian, moments } from "./gaussian.ts";
import { productGrid, uniformGrid } from "./grid.ts";
import { marginal } from "./marginal.ts";
import { covarianceOf, meanOf } from "./moments-of.ts";
import { particles } from "./particles.ts";

describe("gaussianDensity", () => {
  it("has mass, mean and variance of its law to rounding on a wide grid", () => {
    const law = gaussianDensity(uniformGrid(-6, 8, 281), 0.7, 0.25);
    expect(mass(law)).toBeCloseTo(1, 14);
    expect(meanOf(law)[0]).toBeCloseTo(0.7, 14);
    expect(covarianceOf(law).data[0]).toBeCloseTo(0.25, 14);
  });

  it("falls short by what lies outside, and normalise makes up for it", () => {
    const half = gaussianDensity(uniformGrid(0, 9, 2001), 0, 1);
    // Half a normal law: mean √(2/π), variance 1 − 2/π. The trapezoidal rule is of second order here.
    expect(mass(half)).toBeCloseTo(0.5, 6);
    const whole = normalise(half);
    expect(mass(whole)).toBeCloseTo(1, 14);
    expect(meanOf(whole)[0]).toBeCloseTo(Math.sqrt(2 / Math.PI), 5);
    expect(meanOf(half)[0]).toBeCloseTo(meanOf(whole)[0], 14);
  });

  it("wraps around a circle", () => {
    const circle = uniformGrid(0, 1, 40, { periodic: true });
    const law = gaussianDensity(circle, 0.9, 0.04);
    // The characteristic numbers of a wrapped law are those of the law: E exp(2πikX) = exp(2πikm − 2π²k²s²).
    for (const k of [0, 1, 2]) {
      const cosine = mass(densityOf(circle, (x) => Math.cos(2 * Math.PI * k * (x - 0.9))));
      expect(cosine).toBeCloseTo(k === 0 ? 1 : 0, 14);
      const weighted = density(
        circle,
        law.values.map((value, i) => value * Math.cos(2 * Math.PI * k * (circle.axes[0].points[i] - 0.9))),
      );
      expect(mass(weighted)).toBeCloseTo(Math.exp(-2 * Math.PI ** 2 * k ** 2 * 0.04), 14);
    }
  });

  it("says what is wrong", () => {
    const grid = uniformGrid(0, 1, 3);
    expect(() => gaussianDensity(grid, 0, 0)).toThrow("gaussianDensity: variance is 0");
    expect(() => density(grid, Float64Array.of(1, 2))).toThrow(
      "density: values has length 2; allowed is the size of the grid, 3",
    );
    expect(() => density(grid, Float64Array.of(1, Number.NaN, 2))).toThrow("density: values[1] is NaN");
    expect(() => normalise(density(grid, new Float64Array(3)))).toThrow("normalise: the mass is 0");
  });
});

describe("moments in two dimensions", () => {
  const covariance = fromRows([
    [0.5, 0.2],
    [0.2, 0.3],
  ]);
  const determinant = 0.11;
  const grid = productGrid(uniformGrid(-5, 7, 121), uniformGrid(-6, 4, 101));
  const normal = densityOf(grid, (x, y) => {
    const [a, b] = [x - 1, y + 0.5];
    const square = (0.3 * a * a - 0.4 * a * b + 0.5 * b * b) / determinant;
    return Math.exp(-0.5 * square) / (2 * Math.PI * Math.sqrt(determinant));
  });

  it("are those of the law a density stands for", () => {
    expect(mass(normal)).toBeCloseTo(1, 13);
    [1, -0.5].forEach((m, c) => expect(meanOf(normal)[c]).toBeCloseTo(m, 12));
    covariance.data.forEach((entry, k) => expect(covarianceOf(normal).data[k]).toBeCloseTo(entry, 12));
  });

  it("pass to the marginals", () => {
    for (const [component, m, v] of [
      [0, 1, 0.5],
      [1, -0.5, 0.3],
    ] as const) {
      const own = marginal(normal, component);
      const exact = gaussianDensity(own.grid, m, v);
      expect(Math.max(...own.values.map((value, i) => Math.abs(value - exact.values[i])))).toBeLessThan(1e-12);
      const law = marginal(gaussian([1, -0.5], covariance), component);
      expect(law.mean[0]).toBe(m);
      expect(law.covariance.data[0]).toBe(v);
    }
    expect(() => marginal(normal, 2)).toThrow("marginal: component is 2; allowed is a whole number from 0 to 1");
  });
});

describe("particles", () => {
  it("have the moments of their empirical measure", () => {
    const square = particles(Float64Array.of(0, 0, 2, 0, 0, 4, 2, 4), 2);
    expect([...meanOf(square)]).toStrictEqual([1, 2]);
    expect([...covarianceOf(square).data]).toStrictEqual([1, 0, 0, 4]);
    const weighted = particles(Float64Array.of(0, 0, 2, 4), 2, [1, 3]);
    expect([...meanOf(weighted)]).toStrictEqual([1.5, 3]);
    expect([...covarianceOf(weighted).data]).toStrictEqual([0.75, 1.5, 1.5, 3]);
    const second = marginal(weighted, 1);
    expect([...second.positions]).toStrictEqual([0, 4]);
    expect([...meanOf(second)]).toStrictEqual([3]);
  });

  it("refuse what does not fit", () => {
    const two = Float64Array.of(1, 2);
    expect(() => particles(Float64Array.of(1, 2, 3), 2)).toThrow("particles: positions has length 3");
    expect(() => particles(two, 0)).toThrow("particles: dimension is 0");
    expect(() => particles(two, 1, [1])).toThrow("particles: weights has length 1");
    expect(() => particles(two, 1, [1, -1])).toThrow("particles: weights[1] is -1");
    expect(() => particles(two, 1, [0, 0])).toThrow("particles: the weights are all 0");
  });
});

describe("gaussian and moments", () => {
  it("hold copies of the mean, give copies of both, and check what they are given", () => {
    const law = gaussian(
      [1, 2],
      fromRows([
        [2, 1],
        [1, 3],
      ]),
    );
    covarianceOf(law).data[0] = 99;
    meanOf(law)[0] = 99;
    expect(law.covariance.data[0]).toBe(2);
    expect(law.mean[0]).toBe(1);
    expect(moments(0, 4).kind).toBe("moments");
    expect(() => gaussian([1, 2], 1)).toThrow(
      "gaussian: covariance is 1 by 1; allowed is a row and a column for each of the 2",
    );
    expect(() => gaussian(Number.NaN, 1)).toThrow("gaussian: mean[0] is NaN");
    expect(() => moments(0, -1)).toThrow("moments: variance 0 is -1");
    expect(() =>
      gaussian(
        [0, 0],
        fromRows([
          [1, 2],
          [0, 1],
        ]),
      ),
    ).toThrow("gaussian: the matrix must be symmetric");
  });
});
