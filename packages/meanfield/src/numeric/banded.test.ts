import { describe, expect, it } from "vitest";
import type { BandedMatrix } from "./banded.ts";
import { bandedLuDecompose, bandedMatrix, multiplyBandedVector } from "./banded.ts";
import { SingularMatrixError, luDecompose } from "./lu.ts";
import type { Matrix } from "./matrix.ts";
import { multiplyVector, zeros } from "./matrix.ts";
import { randomVector, testNumbers, vectorDistance } from "./random-matrix.testing.ts";

const epsilon = Number.EPSILON;

function randomBanded(n: number, lower: number, upper: number, seed: number): { banded: BandedMatrix; dense: Matrix } {
  const next = testNumbers(seed);
  const banded = bandedMatrix(n, lower, upper);
  const dense = zeros(n, n);
  // What sticks out of the matrix must not matter.
  banded.data.fill(Number.NaN);
  for (let i = 0; i < n; i++) {
    for (let j = Math.max(0, i - lower); j <= Math.min(n - 1, i + upper); j++) {
      const value = next();
      banded.data[i * (lower + upper + 1) + lower + j - i] = value;
      dense.data[i * n + j] = value;
    }
  }
  return { banded, dense };
}

describe("bandedLuDecompose", () => {
  it.each([
    [1, 0, 0],
    [6, 0, 2],
    [6, 2, 0],
    [10, 1, 1],
    [30, 2, 3],
    [30, 4, 1],
    [12, 11, 11],
  ])("agrees with dense elimination: size %i, lower %i, upper %i", (n, lower, upper) => {
    for (const seed of [1, 2, 3]) {
      const { banded, dense } = randomBanded(n, lower, upper, seed);
      const b = randomVector(n, seed + 9);
      const expected = luDecompose(dense).solve(b);
      const size = Math.max(1, ...expected.map((value) => Math.abs(value)));
      const x = bandedLuDecompose(banded).solve(b);
      expect(vectorDistance(multiplyBandedVector(banded, x), b)).toBeLessThan(10 * n * epsilon * size);
      expect(multiplyBandedVector(banded, x)).toEqual(multiplyVector(dense, x));
      // Both choose the same pivots and so make the same rounding errors, but for the order of sums.
      expect(vectorDistance(x, expected)).toBeLessThan(1e-9 * size);
      expect(bandedLuDecompose(banded).solve(b, b)).toEqual(x);
    }
  });

  it("exchanges rows where the diagonal is zero", () => {
    const A = bandedMatrix(4, 1, 1);
    // [[0 1 0 0] [1 0 1 0] [0 1 0 1] [0 0 1 0]]
    for (let i = 0; i < 4; i++) {
      A.data[3 * i] = 1;
      A.data[3 * i + 2] = 1;
    }
    const x = Float64Array.of(1, 2, 3, 4);
    expect(bandedLuDecompose(A).solve(multiplyBandedVector(A, x))).toEqual(x);
  });

  it("solves u'''' = 24 with clamped ends against its closed form at second order", () => {
    // u = x^2 (1 - x)^2. Reflection at the ends closes the five-point stencil with an error of h^2.
    const errors = [49, 99].map((n) => {
      const h = 1 / (n + 1);
      const A = bandedMatrix(n, 2, 2);
      for (let i = 0; i < n; i++) {
        for (const [p, weight] of [1, -4, 6, -4, 1].entries()) A.data[5 * i + p] = weight / h ** 4;
      }
      A.data[2] += 1 / h ** 4;
      A.data[5 * (n - 1) + 2] += 1 / h ** 4;
      const u = bandedLuDecompose(A).solve(new Float64Array(n).fill(24));
      return vectorDistance(
        u,
        u.map((_, i) => ((i + 1) * h * (1 - (i + 1) * h)) ** 2),
      );
    });
    expect(Math.log2(errors[0] / errors[1])).toBeCloseTo(2, 2);
  });

  it("refuses singular matrices and arguments out of range", () => {
    const A = bandedMatrix(5, 1, 1);
    // The second-difference matrix with free ends: constants are in its kernel.
    for (let i = 0; i < 5; i++) A.data.set([-1, i === 0 || i === 4 ? 1 : 2, -1], 3 * i);
    expect(() => bandedLuDecompose(A)).toThrow(SingularMatrixError);
    expect(() => bandedLuDecompose(A)).toThrow(/5x5 matrix is singular to working precision, pivot 4 is/);
    expect(() => bandedLuDecompose(bandedMatrix(2, 0, 0))).toThrow("its row 0 is zero");
    A.data[4] = Number.NaN;
    expect(() => bandedLuDecompose(A)).toThrow("entry (1, 1) must be finite, got NaN");
    expect(() => bandedMatrix(3, 3, 0)).toThrow("lower must be an integer from 0 to size - 1 = 2, got 3");
    expect(() => multiplyBandedVector(A, new Float64Array(4))).toThrow("x must have 5 entries, got 4");
  });
});
