import { describe, expect, it } from "vitest";
import { eigenvalues, spectralRadius } from "./eigenvalues.ts";
import { luDecompose } from "./lu.ts";
import type { Matrix } from "./matrix.ts";
import { fromRows, matrix, multiply, scale, trace, transpose, zeros } from "./matrix.ts";
import { randomMatrix, randomOrthogonal, symmetricWithSpectrum, vectorDistance } from "./random-matrix.testing.ts";
import { symmetricEigen } from "./symmetric-eigen.ts";

const epsilon = Number.EPSILON;

/** Companion matrix of the monic polynomial with these coefficients, that of the highest power but one first. */
function companion(coefficients: readonly number[]): Matrix {
  const n = coefficients.length;
  const C = zeros(n, n);
  for (let j = 0; j < n; j++) C.data[j] = -coefficients[j];
  for (let i = 1; i < n; i++) C.data[i * n + i - 1] = 1;
  return C;
}

describe("eigenvalues", () => {
  it("finds the roots of (x - 1) ... (x - 6) from the companion matrix", () => {
    // Exact integer coefficients. The worst root of Wilkinson's polynomial of degree 6 has condition about 1e4.
    const { real, imaginary } = eigenvalues(companion([-21, 175, -735, 1624, -1764, 720]));
    expect(vectorDistance(real, [1, 2, 3, 4, 5, 6])).toBeLessThan(1e4 * epsilon * 10);
    expect(Array.from(imaginary)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it.each([2, 3, 4, 5, 7, 12, 30])("finds the %i-th roots of unity, on which plain shifts would cycle", (n) => {
    const { real, imaginary } = eigenvalues(companion([...Array.from({ length: n - 1 }, () => 0), -1]));
    for (let i = 0; i < n; i++) {
      const angle = Math.atan2(imaginary[i], real[i]);
      const nearest = (Math.round((angle * n) / (2 * Math.PI)) * 2 * Math.PI) / n;
      expect(Math.hypot(real[i] - Math.cos(nearest), imaginary[i] - Math.sin(nearest))).toBeLessThan(10 * n * epsilon);
    }
    // All of them, each once: their angles are spread evenly.
    const angles = Array.from(real, (value, i) => Math.round((Math.atan2(imaginary[i], value) * n) / (2 * Math.PI)));
    expect(new Set(angles.map((angle) => (angle + n) % n)).size).toBe(n);
  });

  it("recovers real and complex eigenvalues put into a random orthogonal basis", () => {
    const n = 30;
    const blocks = zeros(n, n);
    const expected: { real: number; imaginary: number }[] = [];
    for (let k = 0; k < n; k += 2) {
      const a = Math.cos(k);
      const b = 0.1 + k / n;
      blocks.data[k * n + k] = blocks.data[(k + 1) * n + k + 1] = a;
      blocks.data[k * n + k + 1] = b;
      blocks.data[(k + 1) * n + k] = -b;
      expected.push({ real: a, imaginary: -b }, { real: a, imaginary: b });
    }
    expected.sort((x, y) => x.real - y.real || x.imaginary - y.imaginary);
    const q = randomOrthogonal(n, 4);
    const { real, imaginary } = eigenvalues(multiply(multiply(q, blocks), transpose(q)));
    // The matrix is normal, so its eigenvalues move no more than its entries do.
    expect(
      vectorDistance(
        real,
        expected.map((value) => value.real),
      ),
    ).toBeLessThan(10 * n * epsilon);
    expect(
      vectorDistance(
        imaginary,
        expected.map((value) => value.imaginary),
      ),
    ).toBeLessThan(10 * n * epsilon);
  });

  it("agrees with the symmetric solver, with the trace and with the determinant", () => {
    const S = symmetricWithSpectrum(
      Array.from({ length: 40 }, (_, i) => Math.sin(i)),
      7,
    );
    const general = eigenvalues(S);
    expect(vectorDistance(general.real, symmetricEigen(S).values)).toBeLessThan(400 * epsilon);
    expect(Math.max(...general.imaginary.map((value) => Math.abs(value)))).toBe(0);
    const A = randomMatrix(25, 25, 8);
    const { real, imaginary } = eigenvalues(A);
    expect(real.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace(A), 12);
    let re = 1;
    let im = 0;
    for (let i = 0; i < 25; i++) [re, im] = [re * real[i] - im * imaginary[i], re * imaginary[i] + im * real[i]];
    expect(re / luDecompose(A).determinant).toBeCloseTo(1, 11);
    expect(Math.abs(im / re)).toBeLessThan(1e-12);
  });

  it("takes triangular, defective, empty-coupled and badly scaled matrices", () => {
    const triangular = fromRows([
      [3, 100, -7],
      [0, 1, 1e6],
      [0, 0, 2],
    ]);
    expect(vectorDistance(eigenvalues(triangular).real, [1, 2, 3])).toBeLessThan(1e-10);
    // A Jordan block of size 3 disturbed by epsilon: the cube root of it.
    const q = randomOrthogonal(3, 1);
    const jordan = fromRows([
      [1, 1, 0],
      [0, 1, 1],
      [0, 0, 1],
    ]);
    const moved = eigenvalues(multiply(multiply(q, jordan), transpose(q)));
    for (let i = 0; i < 3; i++) expect(Math.hypot(moved.real[i] - 1, moved.imaginary[i])).toBeLessThan(3e-5);
    expect(Array.from(eigenvalues(zeros(4, 4)).real)).toEqual([0, 0, 0, 0]);
    const turned = eigenvalues(
      fromRows([
        [0, 1e150],
        [-1e-150, 0],
      ]),
    );
    expect(vectorDistance(turned.imaginary, [-1, 1])).toBeLessThan(1e-15);
    for (const s of [1e-300, 1e300]) {
      const scaled = eigenvalues(scale(companion([-6, 11, -6]), s));
      expect(
        vectorDistance(
          scaled.real.map((value) => value / s),
          [1, 2, 3],
        ),
      ).toBeLessThan(1e-12);
    }
  });

  it("gives a random stochastic matrix the spectral radius 1", () => {
    const n = 20;
    const P = randomMatrix(n, n, 5);
    for (let i = 0; i < n; i++) {
      const row = P.data.subarray(i * n, (i + 1) * n);
      const sum = row.reduce((total, value) => total + Math.abs(value), 0);
      for (let j = 0; j < n; j++) row[j] = Math.abs(row[j]) / sum;
    }
    expect(Math.abs(spectralRadius(P) - 1)).toBeLessThan(10 * n * epsilon);
    expect(spectralRadius(matrix(2, 2, [0, -3, 3, 0]))).toBeCloseTo(3, 14);
  });

  it("refuses what is not square or not finite", () => {
    expect(() => eigenvalues(zeros(2, 3))).toThrow("eigenvalues: the matrix must be square, got 2x3");
    expect(() => eigenvalues(fromRows([[Number.NaN]]))).toThrow("eigenvalues: entry (0, 0) must be finite, got NaN");
  });
});
