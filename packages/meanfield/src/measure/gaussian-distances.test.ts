import { describe, expect, it } from "vitest";
import {
  fromRows,
  identity,
  matrix,
  multiply,
  scale,
  subtract,
  trace,
  transpose,
  frobeniusNorm,
} from "../numeric/matrix.ts";
import { logLogSlope } from "../numeric/regression.ts";
import { relativeError } from "../numeric/relative-error.testing.ts";
import { smallGenerator } from "../numeric/small-generator.testing.ts";
import { chaosRecords } from "./chaos-records.testing.ts";
import { density, densityOf, gaussianDensity, normalise } from "./density.ts";
import { gaussian } from "./gaussian.ts";
import { uniformGrid } from "./grid.ts";
import { kullbackLeibler, kullbackLeiblerGaussian, logarithmicExcess } from "./kullback-leibler.ts";
import { polarFactor } from "./polar-factor.ts";
import { covarianceRoot, wassersteinGaussians } from "./wasserstein-gaussians.ts";
import type { Matrix } from "../numeric/matrix.ts";

function randomMatrix(n: number, seed: number): Matrix {
  const uniform = smallGenerator(seed);
  return matrix(
    n,
    n,
    Float64Array.from({ length: n * n }, () => 2 * uniform() - 1),
  );
}

function randomCovariance(n: number, seed: number): Matrix {
  const root = randomMatrix(n, seed);
  const square = multiply(root, transpose(root));
  for (let i = 0; i < n; i++) square.data[i * n + i] += 0.1;
  return square;
}

describe("polarFactor", () => {
  it("is orthogonal and leaves a symmetric positive semidefinite rest, also where the rank falls short", () => {
    const full = randomMatrix(6, 1);
    const low = multiply(
      full,
      fromRows(Array.from({ length: 6 }, (_, i) => Array.from({ length: 6 }, (__, j) => (i === j && i < 3 ? 1 : 0)))),
    );
    for (const C of [full, low, scale(full, 1e-200), identity(3), matrix(2, 2), randomMatrix(1, 5)]) {
      const Q = polarFactor(C);
      const n = C.rows;
      expect(frobeniusNorm(subtract(multiply(transpose(Q), Q), identity(n)))).toBeLessThan(1e-14);
      const rest = multiply(transpose(Q), C);
      const size = frobeniusNorm(C);
      expect(frobeniusNorm(subtract(rest, transpose(rest)))).toBeLessThanOrEqual(1e-14 * size);
      // Positive: its trace is the sum of the singular values, at least the norm.
      expect(trace(rest)).toBeGreaterThanOrEqual((1 - 1e-14) * size);
    }
  });
});

describe("wassersteinGaussians", () => {
  it("has the closed form of commuting covariances", () => {
    const turn = polarFactor(randomMatrix(4, 2));
    const from = [0.5, 2, 1, 0];
    const to = [1, 0.1, 1, 3];
    const diagonal = (values: number[]): Matrix =>
      fromRows(values.map((value, i) => values.map((_, j) => (i === j ? value : 0))));
    const turned = (values: number[]): Matrix => {
      const product = multiply(multiply(turn, diagonal(values)), transpose(turn));
      return scale(
        matrix(
          4,
          4,
          product.data.map((entry, k) => entry + product.data[(k % 4) * 4 + (k >> 2)]),
        ),
        0.5,
      );
    };
    const squares = from.reduce((sum, value, i) => sum + (Math.sqrt(value) - Math.sqrt(to[i])) ** 2, 0);
    const distance = wassersteinGaussians(gaussian([0, 1, 2, 3], turned(from)), gaussian([0, 1, 0, 3], turned(to)));
    // The eigenvalue 0 comes as 10⁻¹⁶, whose root is 10⁻⁸.
    expect(relativeError(distance, Math.sqrt(4 + squares))).toBeLessThan(1e-8);
    const regular = wassersteinGaussians(
      gaussian([0, 0, 0, 0], turned([0.5, 2, 1, 4])),
      gaussian([0, 0, 0, 0], turned(to)),
    );
    const expected = [0.5, 2, 1, 4].reduce((sum, value, i) => sum + (Math.sqrt(value) - Math.sqrt(to[i])) ** 2, 0);
    expect(relativeError(regular ** 2, expected)).toBeLessThan(1e-13);
  });

  it("agrees with trace(A + B − 2 (A^½ B A^½)^½) for general covariances", () => {
    for (let seed = 10; seed < 20; seed++) {
      const [A, B] = [randomCovariance(5, seed), randomCovariance(5, seed + 100)];
      const root = covarianceRoot("test", A);
      const product = multiply(multiply(root, B), root);
      const symmetric = matrix(
        5,
        5,
        product.data.map((entry, k) => (entry + product.data[(k % 5) * 5 + Math.floor(k / 5)]) / 2),
      );
      const square = trace(A) + trace(B) - 2 * trace(covarianceRoot("test", symmetric));
      const distance = wassersteinGaussians(gaussian(new Float64Array(5), A), gaussian(new Float64Array(5), B));
      expect(relativeError(distance ** 2, square)).toBeLessThan(1e-13);
    }
  });

  it("is a distance, and keeps its digits where it is small", () => {
    const laws = [1, 2, 3].map((seed) =>
      gaussian(Array.from(randomMatrix(3, seed).data.slice(0, 3)), randomCovariance(3, seed)),
    );
    const [a, b, c] = laws;
    expect(wassersteinGaussians(a, a)).toBeLessThan(1e-14);
    expect(relativeError(wassersteinGaussians(a, b), wassersteinGaussians(b, a))).toBeLessThan(1e-13);
    expect(wassersteinGaussians(a, c)).toBeLessThanOrEqual(wassersteinGaussians(a, b) + wassersteinGaussians(b, c));
    // (1 + ε)² A against A: ε √trace A.
    const grown = gaussian(a.mean, scale(a.covariance, (1 + 1e-6) ** 2));
    expect(relativeError(wassersteinGaussians(a, grown), 1e-6 * Math.sqrt(trace(a.covariance)))).toBeLessThan(1e-8);
    expect(wassersteinGaussians(gaussian(3, 4), gaussian(0, 64))).toBe(Math.hypot(3, 6));
  });

  it("says what is wrong", () => {
    expect(() => wassersteinGaussians(gaussian(0, 1), gaussian([0, 0], identity(2)))).toThrow(
      "the second law has 2 dimensions",
    );
    const indefinite = fromRows([
      [1, 2],
      [2, 1],
    ]);
    expect(() => wassersteinGaussians(gaussian([0, 0], indefinite), gaussian([0, 0], identity(2)))).toThrow(
      /has the eigenvalue -(1|0.99)/,
    );
  });
});

describe("kullbackLeiblerGaussian", () => {
  it("has its closed forms", () => {
    const oneDimensional = kullbackLeiblerGaussian(gaussian(1, 2), gaussian(-0.5, 3));
    expect(relativeError(oneDimensional, 0.5 * (2 / 3 + 2.25 / 3 - 1 + Math.log(1.5)))).toBeLessThan(1e-15);
    const first = gaussian(
      [1, 0],
      fromRows([
        [2, 0.5],
        [0.5, 1],
      ]),
    );
    const second = gaussian(
      [0, 0.5],
      fromRows([
        [1, -0.3],
        [-0.3, 2],
      ]),
    );
    // trace(B⁻¹A) = (2·2 + 2·0.3·0.5 + 1·1)/1.91, δ'B⁻¹δ = (2 + 2·0.3·(−0.5) + 0.25)/1.91, det A = 1.75, det B = 1.91.
    const exact = 0.5 * ((4 + 0.3 + 1) / 1.91 - 2 + (2 - 0.3 + 0.25) / 1.91 + Math.log(1.91 / 1.75));
    expect(relativeError(kullbackLeiblerGaussian(first, second), exact)).toBeLessThan(1e-14);
    expect(kullbackLeiblerGaussian(first, first)).toBe(0);
    expect(kullbackLeiblerGaussian(gaussian(0, 0), gaussian(0, 1))).toBe(Infinity);
    expect(() => kullbackLeiblerGaussian(first, gaussian(0, 1))).toThrow("the second law has 1 dimensions");
  });

  it("adds up over independent coordinates and does not change with the coordinates", () => {
    const [A, B, T] = [randomCovariance(4, 30), randomCovariance(4, 31), randomMatrix(4, 32)];
    const turned = (C: Matrix): Matrix => {
      const product = multiply(multiply(T, C), transpose(T));
      return matrix(
        4,
        4,
        product.data.map((entry, k) => (entry + product.data[(k % 4) * 4 + (k >> 2)]) / 2),
      );
    };
    const zero = new Float64Array(4);
    const entropy = kullbackLeiblerGaussian(gaussian(zero, A), gaussian(zero, B));
    expect(
      relativeError(kullbackLeiblerGaussian(gaussian(zero, turned(A)), gaussian(zero, turned(B))), entropy),
    ).toBeLessThan(1e-11);
  });

  it("keeps its digits where it is small: logarithmicExcess", () => {
    // mpmath, 40 digits.
    for (const [x, value] of [
      [-0.9, 1.402585092994046],
      [-0.1, 0.005360515657826302],
      [-0.0999, 0.005349410719097487],
      [-0.001, 5.003335835335002e-7],
      [-1e-9, 5.000000003333334e-19],
      [1e-12, 4.999999999996667e-25],
      [2e-5, 1.9999733337333273e-10],
      [0.0999, 0.004680733419066091],
      [0.1001, 0.004698915236747032],
      [0.7, 0.16937174893782958],
      [30.0, 26.566012795514855],
    ] as const)
      expect(relativeError(logarithmicExcess(x), value)).toBeLessThan(2e-15);
    expect(logarithmicExcess(-1)).toBe(Infinity);
  });
});

describe("the k players' law in the uncontrolled system of N banks", () => {
  // Set S1.A of the records: a = 0.5, σ = 0.3, T = 1, variance 0.04 at the start, dX = a (X̄ − X) dt + σ dW.
  const [a, sigma, T, v0] = [0.5, 0.3, 1, 0.04];
  /** Variance of one player around the mean in the limit, and N times the variance of the mean. */
  const d = v0 * Math.exp(-2 * a * T) + (sigma ** 2 * (1 - Math.exp(-2 * a * T))) / (2 * a);
  const meanVariance = v0 + sigma ** 2 * T;

  function laws(
    N: number,
    k: number,
  ): readonly [finite: ReturnType<typeof gaussian>, limit: ReturnType<typeof gaussian>] {
    const common = (meanVariance - d) / N;
    const zero = new Float64Array(k);
    const finite = matrix(
      k,
      k,
      Float64Array.from({ length: k * k }, (_, i) => common + (i % (k + 1) === 0 ? d : 0)),
    );
    return [gaussian(zero, finite), gaussian(zero, scale(identity(k), d))];
  }

  it("has the recorded relative entropy and W₂² to the law of k independent players of the limit", () => {
    for (const { id, value, args } of chaosRecords("S6.kl.A.")) {
      const [N, k] = [args?.N as number, args?.k as number];
      const [finite, limit] = laws(N, k);
      const x = (k * (meanVariance - d)) / (N * d);
      const entropy = kullbackLeiblerGaussian(finite, limit);
      expect(relativeError(entropy, 0.5 * logarithmicExcess(x)), `record ${id}`).toBeLessThan(1e-12);
      // Adding the common part to d rounds it at 10⁻¹⁶ d, that is 10⁻¹³ of it for N = 1000.
      expect(relativeError(entropy, value), `record ${id}`).toBeLessThan(2e-12);
      expect(
        relativeError(wassersteinGaussians(finite, limit) ** 2, args?.["W2^2"] as number),
        `record ${id}`,
      ).toBeLessThan(1e-11);
    }
  });

  it("approaches it in entropy as (k/N)², though players are off by 1/N in mean square", () => {
    const sizes = [100, 200, 400, 800, 1600];
    for (const k of [1, 3]) {
      const entropies = sizes.map((N) => kullbackLeiblerGaussian(...laws(N, k)));
      expect(logLogSlope(sizes, entropies).slope).toBeCloseTo(-2, 1);
    }
  });
});

describe("kullbackLeibler", () => {
  it("agrees with the closed form for normal laws on a wide grid", () => {
    const grid = uniformGrid(-12, 12, 401);
    const entropy = kullbackLeibler(gaussianDensity(grid, 0.3, 1.2), gaussianDensity(grid, 0, 1));
    expect(relativeError(entropy, kullbackLeiblerGaussian(gaussian(0.3, 1.2), gaussian(0, 1)))).toBeLessThan(1e-12);
  });

  it("is positive and zero only for equal densities, infinite off the support", () => {
    const grid = uniformGrid(0, 1, 11);
    const flat = densityOf(grid, () => 1);
    const rising = normalise(densityOf(grid, (x) => 0.5 + x));
    expect(kullbackLeibler(flat, flat)).toBe(0);
    expect(kullbackLeibler(flat, rising)).toBeGreaterThan(0);
    const half = densityOf(grid, (x) => (x < 0.55 ? 2 : 0));
    expect(kullbackLeibler(flat, half)).toBe(Infinity);
    expect(Number.isFinite(kullbackLeibler(half, flat))).toBe(true);
    expect(() =>
      kullbackLeibler(
        flat,
        densityOf(uniformGrid(0, 2, 11), () => 1),
      ),
    ).toThrow("kullbackLeibler: the densities live on different grids");
    expect(() =>
      kullbackLeibler(
        flat,
        density(
          grid,
          flat.values.map(() => -1),
        ),
      ),
    ).toThrow("kullbackLeibler: values[0] are 1 and -1");
  });
});
