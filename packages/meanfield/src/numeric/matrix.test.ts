import { describe, expect, it } from "vitest";
import { choleskyDecompose } from "./cholesky.ts";
import { spectralRadius } from "./eigenvalues.ts";
import { luDecompose } from "./lu.ts";
import { matrixExponential } from "./matrix-exponential.ts";
import {
  add,
  frobeniusNorm,
  fromRows,
  identity,
  matrix,
  maximumNorm,
  multiply,
  multiplyVector,
  requireSymmetric,
  scale,
  subtract,
  toRows,
  trace,
  transpose,
  zeros,
} from "./matrix.ts";
import { randomMatrix, randomVector } from "./random-matrix.testing.ts";
import { qrDecompose } from "./qr.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

describe("matrix", () => {
  it("lays entries out row by row and copies what it is given", () => {
    const source = [1, 2, 3, 4, 5, 6];
    const A = matrix(2, 3, source);
    source[0] = 99;
    expect(toRows(A)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(
      fromRows([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual(A);
    expect(toRows(transpose(A))).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  it("multiplies, adds, subtracts and scales small matrices by hand", () => {
    const A = fromRows([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const B = fromRows([
      [7, 8, 9],
      [10, 11, 12],
    ]);
    expect(toRows(multiply(A, B))).toEqual([
      [27, 30, 33],
      [61, 68, 75],
      [95, 106, 117],
    ]);
    const out = matrix(3, 3, [9, 9, 9, 9, 9, 9, 9, 9, 9]);
    expect(multiply(A, B, out)).toBe(out);
    expect(out).toEqual(multiply(A, B));
    expect(Array.from(multiplyVector(A, Float64Array.of(1, -1)))).toEqual([-1, -1, -1]);
    expect(toRows(add(A, A))).toEqual(toRows(scale(A, 2)));
    expect(maximumNorm(subtract(A, A))).toBe(0);
    expect(trace(multiply(A, B))).toBe(212);
    expect(multiply(identity(3), A)).toEqual(A);
    expect(maximumNorm(zeros(2, 2))).toBe(0);
  });

  it("agrees with itself: (A B)' = B' A' entry for entry, and columns of A B are A times columns of B", () => {
    const A = randomMatrix(7, 5, 1);
    const B = randomMatrix(5, 6, 2);
    // Both sides add the same products in the same order.
    expect(transpose(multiply(A, B))).toEqual(multiply(transpose(B), transpose(A)));
    const x = randomVector(5, 3);
    expect(multiplyVector(A, x)).toEqual(multiply(A, matrix(5, 1, x)).data);
  });

  it("takes norms without overflow", () => {
    expect(frobeniusNorm(fromRows([[3e200, -4e200]])) / 5e200).toBeCloseTo(1, 15);
    expect(frobeniusNorm(fromRows([[3, 4, 12]]))).toBeCloseTo(13, 14);
    expect(frobeniusNorm(zeros(2, 3))).toBe(0);
    expect(maximumNorm(fromRows([[-3, 2]]))).toBe(3);
    expect(maximumNorm(fromRows([[1, Number.NaN]]))).toBe(Number.NaN);
  });

  it("lets sizes be zero: an empty sum is zero", () => {
    expect(multiply(zeros(2, 0), zeros(0, 3))).toEqual(zeros(2, 3));
    expect(multiplyVector(zeros(2, 0), new Float64Array(0))).toEqual(new Float64Array(2));
    expect(transpose(zeros(0, 3))).toEqual(zeros(3, 0));
    expect(trace(zeros(0, 0))).toBe(0);
    expect(luDecompose(zeros(0, 0)).determinant).toBe(1);
    expect(luDecompose(zeros(0, 0)).solveMatrix(zeros(0, 2))).toEqual(zeros(0, 2));
    expect(choleskyDecompose(zeros(0, 0)).logDeterminant).toBe(0);
    expect(symmetricEigen(zeros(0, 0)).vectors).toEqual(zeros(0, 0));
    expect(spectralRadius(zeros(0, 0))).toBe(0);
    expect(matrixExponential(zeros(0, 0))).toEqual(zeros(0, 0));
    expect(qrDecompose(zeros(3, 0)).solveLeastSquares(new Float64Array(3))).toEqual(new Float64Array(0));
  });

  it("refuses shapes that do not fit, naming them", () => {
    expect(() => matrix(-1, 2)).toThrow("rows must be an integer of at least 0, got -1");
    expect(() => matrix(2, 1.5)).toThrow("columns must be an integer of at least 0, got 1.5");
    expect(() => fromRows([])).toThrow("rows.length must be an integer of at least 1, got 0");
    expect(() => matrix(2, 2, [1])).toThrow("data must hold rows * columns = 4 entries, got 1");
    expect(() => fromRows([[1, 2], [3]])).toThrow("rows[1] must have 2 entries like rows[0], got 1");
    expect(() => multiply(zeros(2, 3), zeros(2, 3))).toThrow("A.columns must equal B.rows, got 2x3 and 2x3");
    expect(() => multiply(zeros(2, 3), zeros(3, 2), zeros(2, 3))).toThrow("out must be 2x2, got 2x3");
    const A = identity(2);
    expect(() => multiply(A, A, A)).toThrow("out must not share its data with a factor");
    expect(() => multiplyVector(A, new Float64Array(3))).toThrow("x must have 2 entries, got 3");
    expect(() => add(A, zeros(3, 3))).toThrow("add: both matrices need one shape, got 2x2 and 3x3");
    expect(() => trace(zeros(2, 3))).toThrow("trace: the matrix must be square, got 2x3");
    expect(() =>
      requireSymmetric(
        "here",
        fromRows([
          [1, 2],
          [2.1, 1],
        ]),
      ),
    ).toThrow("here: the matrix must be symmetric, but entry (1, 0) is 2.1 and entry (0, 1) is 2");
  });
});
