import { describe, expect, it } from "vitest";
import { SingularMatrixError } from "./lu.ts";
import { fromRows, identity, matrix, multiply, multiplyVector, scale, transpose } from "./matrix.ts";
import { qrDecompose } from "./qr.ts";
import {
  distance,
  hilbert,
  randomMatrix,
  randomVector,
  randomWithCondition,
  vectorDistance,
} from "./random-matrix.testing.ts";

const epsilon = Number.EPSILON;

describe("qrDecompose", () => {
  it.each([
    [1, 1],
    [5, 1],
    [5, 5],
    [30, 12],
    [60, 60],
  ])("factors random %i x %i matrices", (m, n) => {
    const A = randomMatrix(m, n, m + n);
    const { q, r } = qrDecompose(A);
    expect(distance(multiply(q, r), A)).toBeLessThan(m * epsilon);
    expect(distance(multiply(transpose(q), q), identity(n))).toBeLessThan(m * epsilon);
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) expect(r.data[i * n + j]).toBe(0);
  });

  it("keeps Q orthogonal where columns are nearly or wholly dependent, and at any scale", () => {
    const dependent = fromRows([
      [1, 1, 0],
      [1, 1, 0],
      [1, 1, 0],
      [1, 1, 5],
    ]);
    for (const A of [hilbert(14), randomWithCondition(20, 1e15, 1), dependent, scale(hilbert(5), 1e-300)]) {
      const { q, r } = qrDecompose(A);
      expect(distance(multiply(transpose(q), q), identity(A.columns))).toBeLessThan(20 * epsilon);
      expect(distance(multiply(q, r), A)).toBeLessThan(20 * epsilon);
    }
    const huge = qrDecompose(fromRows([[3e200], [4e200]]));
    expect(Math.abs(huge.r.data[0]) / 5e200).toBeCloseTo(1, 14);
  });
});

describe("solveLeastSquares", () => {
  it("fits the line of closed form", () => {
    // y = 2 + 3 x plus the residuals (1, -2, 1), which are orthogonal to 1 and to x.
    const A = fromRows([
      [1, -1],
      [1, 0],
      [1, 1],
    ]);
    const x = qrDecompose(A).solveLeastSquares(Float64Array.of(-1 + 1, 2 - 2, 5 + 1));
    expect(vectorDistance(x, [2, 3])).toBeLessThan(4 * epsilon);
  });

  it("leaves a residual orthogonal to the columns, without squaring the condition number", () => {
    const A = randomMatrix(40, 8, 2);
    const b = randomVector(40, 3);
    const fitted = multiplyVector(A, qrDecompose(A).solveLeastSquares(b));
    const residual = b.map((value, i) => value - fitted[i]);
    expect(vectorDistance(multiplyVector(transpose(A), residual), new Float64Array(8))).toBeLessThan(100 * epsilon);
    // Lauchli's matrix: A'A = [[1 + e2, 1], [1, 1 + e2]] is singular in double precision at e = 1e-8, A is not.
    const e = 1e-8;
    const lauchli = fromRows([
      [1, 1],
      [e, 0],
      [0, e],
    ]);
    const x = qrDecompose(lauchli).solveLeastSquares(Float64Array.of(3, e, 2 * e));
    expect(vectorDistance(x, [1, 2])).toBeLessThan(1e-7);
  });

  it("refuses dependent columns, wide matrices and right-hand sides of the wrong length", () => {
    const dependent = qrDecompose(matrix(3, 2, [1, 2, 1, 2, 1, 2]));
    expect(() => dependent.solveLeastSquares(new Float64Array(3))).toThrow(SingularMatrixError);
    expect(() => dependent.solveLeastSquares(new Float64Array(3))).toThrow(/3x2 matrix has dependent columns/);
    expect(() => dependent.solveLeastSquares(new Float64Array(2))).toThrow("b must have 3 entries, got 2");
    expect(() => qrDecompose(matrix(2, 3))).toThrow("at least as many rows as columns, got 2x3");
  });
});
