import { describe, expect, it } from "vitest";
import { NotPositiveDefiniteError, choleskyDecompose } from "./cholesky.ts";
import { luDecompose } from "./lu.ts";
import { fromRows, matrix, multiply, multiplyVector, transpose } from "./matrix.ts";
import { distance, hilbert, randomVector, symmetricWithSpectrum, vectorDistance } from "./random-matrix.testing.ts";

const epsilon = Number.EPSILON;

describe("choleskyDecompose", () => {
  it("gives the matrix of ones for the covariance of a random walk", () => {
    // min(i, j) + 1 = sum over k <= min(i, j) of 1: L is one on and below the diagonal, exactly.
    const n = 12;
    const entry = (p: number) => Math.min(Math.floor(p / n), p % n) + 1;
    const { lower, logDeterminant } = choleskyDecompose(
      matrix(
        n,
        n,
        Array.from({ length: n * n }, (_, p) => entry(p)),
      ),
    );
    expect(Array.from(lower.data)).toEqual(
      Array.from({ length: n * n }, (_, p) => (p % n <= Math.floor(p / n) ? 1 : 0)),
    );
    expect(logDeterminant).toBe(0);
  });

  it.each([1, 1e4, 1e8, 1e12])("reconstructs and solves at condition %d", (condition) => {
    const n = 25;
    const spectrum = Array.from({ length: n }, (_, i) => condition ** (-i / (n - 1)));
    const A = symmetricWithSpectrum(spectrum, 3);
    const factored = choleskyDecompose(A);
    const { lower, logDeterminant } = factored;
    expect(distance(multiply(lower, transpose(lower)), A)).toBeLessThan(4 * epsilon);
    const b = randomVector(n, 4);
    const x = factored.solve(b);
    const size = Math.max(1, ...x.map((value) => Math.abs(value)));
    expect(vectorDistance(multiplyVector(A, x), b)).toBeLessThan(n * epsilon * size);
    expect(vectorDistance(x, luDecompose(A).solve(b))).toBeLessThan(n * epsilon * condition * size);
    // Each eigenvalue carries a relative error of up to condition * epsilon.
    const exact = spectrum.reduce((sum, value) => sum + Math.log(value), 0);
    expect(Math.abs(logDeterminant - exact)).toBeLessThan(n * epsilon * (condition + Math.abs(exact)));
    expect(factored.solve(b, b)).toEqual(x);
  });

  it("refuses matrices that are not positive definite or not symmetric", () => {
    const indefinite = fromRows([
      [1, 2],
      [2, 1],
    ]);
    expect(() => choleskyDecompose(indefinite)).toThrow(NotPositiveDefiniteError);
    expect(() => choleskyDecompose(indefinite)).toThrow(
      "the 2x2 matrix is not positive definite to working precision, -3 is left of diagonal entry 1 = 1",
    );
    expect(() =>
      choleskyDecompose(
        fromRows([
          [1, 1],
          [1, 1],
        ]),
      ),
    ).toThrow("0 is left of diagonal entry 1 = 1");
    // Condition 1e18: its smallest eigenvalue drowns in the rounding of its entries.
    expect(() => choleskyDecompose(hilbert(14))).toThrow(NotPositiveDefiniteError);
    expect(() =>
      choleskyDecompose(
        fromRows([
          [1, 0.5],
          [0, 1],
        ]),
      ),
    ).toThrow("must be symmetric, but entry (1, 0) is 0 and entry (0, 1) is 0.5");
  });
});
