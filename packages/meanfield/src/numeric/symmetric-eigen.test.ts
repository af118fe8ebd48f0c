import { describe, expect, it } from "vitest";
import type { Matrix } from "./matrix.ts";
import { fromRows, identity, matrix, multiply, scale, transpose, zeros } from "./matrix.ts";
import { diagonalMatrix, distance, symmetricWithSpectrum, vectorDistance } from "./random-matrix.testing.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const epsilon = Number.EPSILON;

function expectEigen(A: Matrix, size: number): void {
  const n = A.rows;
  const { values, vectors } = symmetricEigen(A);
  const product = multiply(multiply(vectors, diagonalMatrix(Array.from(values))), transpose(vectors));
  expect(distance(product, A)).toBeLessThan(4 * n * epsilon * size);
  expect(distance(multiply(transpose(vectors), vectors), identity(n))).toBeLessThan(4 * n * epsilon);
  for (let j = 1; j < n; j++) expect(values[j]).toBeGreaterThanOrEqual(values[j - 1]);
}

describe("symmetricEigen", () => {
  it("finds the eigenvalues and sines of the second-difference matrix", () => {
    const n = 50;
    const A = zeros(n, n);
    for (let i = 0; i < n; i++) {
      A.data[i * n + i] = 2;
      if (i > 0) A.data[i * n + i - 1] = A.data[(i - 1) * n + i] = -1;
    }
    const { values, vectors } = symmetricEigen(A);
    const exact = Array.from({ length: n }, (_, k) => 4 * Math.sin(((k + 1) * Math.PI) / (2 * (n + 1))) ** 2);
    expect(vectorDistance(values, exact)).toBeLessThan(4 * n * epsilon);
    // The vector of k = 1 is a positive half wave; vectors lose a factor of the gap between eigenvalues, 0.01 here.
    const first = Array.from({ length: n }, (_, i) => vectors.data[i * n]);
    const wave = first.map((_, i) => Math.sqrt(2 / (n + 1)) * Math.sin(((i + 1) * Math.PI) / (n + 1)));
    expect(vectorDistance(first, wave)).toBeLessThan((n * epsilon) / 0.01);
  });

  it.each([1, 2, 3, 20, 80])("recovers a spectrum of %i values put into a random basis", (n) => {
    const spectrum = Array.from({ length: n }, (_, i) => Math.sin(3 * i) * 5 ** (i % 3)).toSorted((a, b) => a - b);
    const A = symmetricWithSpectrum(spectrum, n);
    expectEigen(A, 25);
    // Weyl: eigenvalues move by no more than the matrix, whose entries were rounded when it was put together.
    expect(vectorDistance(symmetricEigen(A).values, spectrum)).toBeLessThan(4 * n * epsilon * 25);
  });

  it("copes with multiple, zero and clustered eigenvalues and with any scale", () => {
    expectEigen(zeros(4, 4), 1);
    expectEigen(identity(5), 1);
    expectEigen(symmetricWithSpectrum([1, 1, 1, 1, -2, -2, 0, 0], 1), 2);
    expectEigen(matrix(6, 6, new Float64Array(36).fill(1)), 6);
    expect(
      vectorDistance(symmetricEigen(matrix(6, 6, new Float64Array(36).fill(1))).values, [0, 0, 0, 0, 0, 6]),
    ).toBeLessThan(20 * epsilon);
    expectEigen(symmetricWithSpectrum([1, 1 + 1e-15, 1 + 1e-8, 3], 2), 3);
    for (const s of [1e-150, 1e150, 1e300]) expectEigen(scale(symmetricWithSpectrum([1, 2, 3, 5], 3), s), 5 * s);
  });

  it("solves the 2 x 2 case of closed form with positive largest entries", () => {
    const { values, vectors } = symmetricEigen(
      fromRows([
        [2, 1],
        [1, 2],
      ]),
    );
    expect(vectorDistance(values, [1, 3])).toBeLessThan(8 * epsilon);
    const r = Math.SQRT1_2;
    expect(Math.abs(vectors.data[1] - r)).toBeLessThan(4 * epsilon);
    expect(Math.abs(vectors.data[3] - r)).toBeLessThan(4 * epsilon);
    expect(vectors.data[0] * vectors.data[2]).toBeCloseTo(-0.5, 14);
  });

  it("refuses what is not symmetric or not finite", () => {
    expect(() =>
      symmetricEigen(
        fromRows([
          [1, 2],
          [3, 4],
        ]),
      ),
    ).toThrow("symmetricEigen: the matrix must be symmetric, but entry (1, 0) is 3 and entry (0, 1) is 2");
    expect(() => symmetricEigen(fromRows([[Number.POSITIVE_INFINITY]]))).toThrow("entry (0, 0) must be finite");
    expect(() => symmetricEigen(zeros(2, 3))).toThrow("must be square, got 2x3");
  });
});
