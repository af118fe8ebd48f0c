import { describe, expect, it } from "vitest";
import { SingularMatrixError, luDecompose, solveLinear } from "./lu.ts";
import { fromRows, identity, matrix, maximumNorm, multiply, multiplyVector, scale, zeros } from "./matrix.ts";
import {
  diagonalMatrix,
  distance,
  hilbert,
  randomMatrix,
  randomOrthogonal,
  randomVector,
  randomWithCondition,
  vectorDistance,
} from "./random-matrix.testing.ts";

const epsilon = Number.EPSILON;

describe("luDecompose", () => {
  it.each([1, 2, 3, 10, 60])("inverts random %i x %i matrices and undoes the product", (n) => {
    const A = randomMatrix(n, n, n);
    const lu = luDecompose(A);
    // Residuals are backward errors: a modest multiple of n epsilon times the sizes that enter, whatever the condition.
    const inverse = lu.solveMatrix(identity(n));
    expect(distance(multiply(A, inverse), identity(n))).toBeLessThan(4 * n * epsilon * n * maximumNorm(inverse));
    const b = randomVector(n, n + 100);
    const x = lu.solve(b);
    expect(vectorDistance(multiplyVector(A, x), b)).toBeLessThan(
      4 * n * epsilon * n * Math.max(1, ...x.map((value) => Math.abs(value))),
    );
    expect(solveLinear(A, b)).toEqual(x);
  });

  it("has residuals at rounding level and errors up to condition times rounding on ill-conditioned matrices", () => {
    for (const condition of [1e4, 1e8, 1e12]) {
      const n = 20;
      const A = randomWithCondition(n, condition, 5);
      const x = randomVector(n, 6);
      const b = multiplyVector(A, x);
      const solved = solveLinear(A, b);
      expect(vectorDistance(multiplyVector(A, solved), b)).toBeLessThan(10 * epsilon);
      expect(vectorDistance(solved, x)).toBeLessThan(n * epsilon * condition);
    }
  });

  it("knows determinants: of Hilbert matrices, of rotations, of products, of permutations", () => {
    // det of the 6 x 6 Hilbert matrix is 1 / 186313420339200000; its condition is 1.5e7.
    expect(luDecompose(hilbert(6)).determinant * 186313420339200000).toBeCloseTo(1, 9);
    expect(Math.abs(luDecompose(randomOrthogonal(15, 3)).determinant)).toBeCloseTo(1, 13);
    const A = randomMatrix(8, 8, 1);
    const B = randomMatrix(8, 8, 2);
    const product = luDecompose(A).determinant * luDecompose(B).determinant;
    expect(luDecompose(multiply(A, B)).determinant / product).toBeCloseTo(1, 12);
    const cycle = [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ];
    expect(luDecompose(fromRows(cycle)).determinant).toBe(1);
    expect(luDecompose(fromRows([cycle[1], cycle[0], cycle[2]])).determinant).toBe(-1);
  });

  it("solves alike in any units of rows and columns", () => {
    const n = 6;
    const A = randomMatrix(n, n, 9);
    const rowUnits = [1, 1e-150, 1e120, 3, 1e-7, 1e100];
    const columnUnits = [1e50, 1, 1e-100, 2, 1e9, 1e-30];
    const B = matrix(n, n, A.data);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) B.data[i * n + j] *= rowUnits[i] * columnUnits[j];
    const x = Float64Array.from(columnUnits, (unit) => 1 / unit);
    const solved = luDecompose(B).solve(multiplyVector(B, x));
    expect(
      vectorDistance(
        solved.map((value, j) => value * columnUnits[j]),
        new Float64Array(n).fill(1),
      ),
    ).toBeLessThan(1e-12);
    expect(luDecompose(diagonalMatrix([1, 1e-200])).determinant).toBe(1e-200);
    expect(luDecompose(scale(identity(3), 5e-324)).solve(Float64Array.of(0, 5e-324, 0))).toEqual(
      Float64Array.of(0, 1, 0),
    );
  });

  it("writes into the array given", () => {
    const out = new Float64Array(2);
    expect(luDecompose(scale(identity(2), 2)).solve(Float64Array.of(2, 4), out)).toBe(out);
    expect(out).toEqual(Float64Array.of(1, 2));
  });

  it("refuses singular matrices, also those that rounding made regular", () => {
    expect(() =>
      luDecompose(
        fromRows([
          [1, 2],
          [2, 4],
        ]),
      ),
    ).toThrow(/2x2 matrix is singular to working precision, pivot 1 is 0 where more than/);
    expect(() => luDecompose(zeros(2, 2))).toThrow("the matrix is singular, its row 0 is zero");
    expect(() =>
      luDecompose(
        fromRows([
          [0.1, 0.2, 0.3],
          [0.4, 0.5, 0.6],
          [0.7, 0.8, 0.9],
        ]),
      ),
    ).toThrow(expect.objectContaining({ name: "SingularMatrixError", pivot: 2 }));
  });

  it("refuses most rounded matrices of deficient rank, and those that pass show it in their inverse", () => {
    let refused = 0;
    for (let seed = 0; seed < 100; seed++) {
      // Rank 29 of 30, with rounding in every entry.
      const A = multiply(randomMatrix(30, 29, seed), randomMatrix(29, 30, seed + 500));
      let inverseSize = Number.POSITIVE_INFINITY;
      try {
        inverseSize = maximumNorm(luDecompose(A).solveMatrix(identity(30)));
      } catch (error) {
        if (!(error instanceof SingularMatrixError)) throw error;
        refused++;
      }
      // Entries are known to some epsilons, so is the smallest singular value.
      expect(inverseSize).toBeGreaterThan(1e12);
    }
    // Measured: 84 of 100.
    expect(refused).toBeGreaterThan(75);
  });

  it("refuses what is no square finite matrix and vectors of the wrong length", () => {
    expect(() => luDecompose(zeros(2, 3))).toThrow("luDecompose: the matrix must be square, got 2x3");
    expect(() => luDecompose(fromRows([[1, Number.NaN].slice(1)]))).toThrow("entry (0, 0) must be finite, got NaN");
    const lu = luDecompose(identity(2));
    expect(() => lu.solve(new Float64Array(3))).toThrow("solve: b must have 2 entries, got 3");
    expect(() => lu.solveMatrix(zeros(3, 1))).toThrow("solveMatrix: B must have 2 rows, got 3");
    const b = new Float64Array(2);
    expect(() => lu.solve(b, b)).toThrow("solve: out must not be b");
  });
});
