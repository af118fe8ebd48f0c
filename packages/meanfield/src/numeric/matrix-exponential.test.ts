import { describe, expect, it } from "vitest";
import { luDecompose } from "./lu.ts";
import { matrixExponential } from "./matrix-exponential.ts";
import { fromRows, identity, matrix, maximumNorm, multiply, scale, trace, transpose, zeros } from "./matrix.ts";
import { integrate } from "./ode.ts";
import { diagonalMatrix, distance, randomMatrix, randomOrthogonal } from "./random-matrix.testing.ts";

const epsilon = Number.EPSILON;

describe("matrixExponential", () => {
  // Norms that reach every degree (3, 5, 7, 9, 13) and up to ten squarings.
  const sizes = [1e-10, 0.01, 0.1, 0.7, 1.5, 4, 20, 200, 4000];

  it.each(sizes)("turns a rotation by %d radians", (angle) => {
    const E = matrixExponential(
      fromRows([
        [0, -angle],
        [angle, 0],
      ]),
    );
    const exact = fromRows([
      [Math.cos(angle), -Math.sin(angle)],
      [Math.sin(angle), Math.cos(angle)],
    ]);
    // The angle itself is known to epsilon only, relative; squaring doubles errors each time.
    expect(distance(E, exact)).toBeLessThan(4 * epsilon * Math.max(1, angle));
  });

  it.each(sizes)("solves the two-state chain with rates of size %d", (rate) => {
    const a = rate;
    const b = 0.3 * rate;
    const E = matrixExponential(
      fromRows([
        [-a, a],
        [b, -b],
      ]),
    );
    const left = -Math.expm1(-(a + b)) / (a + b);
    const exact = fromRows([
      [1 - a * left, a * left],
      [b * left, 1 - b * left],
    ]);
    expect(distance(E, exact)).toBeLessThan(4 * epsilon * Math.max(1, rate));
  });

  it("is right on the example that breaks truncated series", () => {
    // Moler & Van Loan, Nineteen dubious ways, section 1: eigenvalues -1 and -17 with vectors (1, 2) and (3, 4).
    const A = fromRows([
      [-49, 24],
      [-64, 31],
    ]);
    const slow = Math.exp(-1);
    const fast = Math.exp(-17);
    const exact = fromRows([
      [-2 * slow + 3 * fast, 1.5 * (slow - fast)],
      [-4 * slow + 4 * fast, 3 * slow - 2 * fast],
    ]);
    expect(distance(matrixExponential(A), exact)).toBeLessThan(1e-13);
  });

  it("is exact on diagonal and nilpotent matrices to rounding, and the identity at zero", () => {
    expect(matrixExponential(zeros(3, 3))).toEqual(identity(3));
    const E = matrixExponential(diagonalMatrix([-700, -1, 0, 1, 30]));
    for (const [i, x] of [-700, -1, 0, 1, 30].entries()) {
      // One rounding of an exponent of size 700, magnified by the squarings that size calls for.
      expect(Math.abs(E.data[i * 6] / Math.exp(x) - 1)).toBeLessThan(4 * 700 * epsilon);
    }
    const N = fromRows([
      [0, 1, 2],
      [0, 0, 3],
      [0, 0, 0],
    ]);
    expect(
      distance(
        matrixExponential(N),
        fromRows([
          [1, 1, 3.5],
          [0, 1, 3],
          [0, 0, 1],
        ]),
      ),
    ).toBeLessThan(4 * epsilon);
  });

  it("obeys exp(A) exp(-A) = 1, exp(2 A) = exp(A)^2, det exp(A) = e^trace, exp(A)' = exp(A')", () => {
    for (const size of [0.01, 0.3, 1, 5, 20]) {
      const n = 6;
      const random = randomMatrix(n, n, 3);
      const A = scale(random, size / n);
      const E = matrixExponential(A);
      const inverse = matrixExponential(scale(A, -1));
      const condition = n * maximumNorm(E) * maximumNorm(inverse);
      const allowed = 20 * n * epsilon * Math.max(1, size);
      expect(distance(multiply(E, inverse), identity(n))).toBeLessThan(allowed * condition);
      const twice = matrixExponential(scale(A, 2));
      expect(distance(twice, multiply(E, E))).toBeLessThan(allowed * n * maximumNorm(E) ** 2);
      expect(luDecompose(E).determinant / Math.exp(trace(A))).toBeCloseTo(1, 9);
      expect(distance(transpose(E), matrixExponential(transpose(A)))).toBeLessThan(allowed * maximumNorm(E));
    }
  });

  it("keeps the rows of a generator's exponential stochastic", () => {
    const n = 8;
    const Q = randomMatrix(n, n, 2);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        Q.data[i * n + j] = 10 * Math.abs(Q.data[i * n + j]);
        sum += Q.data[i * n + j];
      }
      Q.data[i * n + i] = -sum;
    }
    const P = matrixExponential(Q);
    for (let i = 0; i < n; i++) {
      const row = P.data.subarray(i * n, (i + 1) * n);
      expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...row)).toBeGreaterThan(0);
    }
  });

  it("agrees with integrating y' = A y", () => {
    const n = 5;
    const q = randomOrthogonal(n, 1);
    const A = multiply(multiply(q, diagonalMatrix([-3, -1, 0, 0.5, 1])), randomOrthogonal(n, 2));
    const E = matrixExponential(scale(A, 2));
    for (let j = 0; j < n; j++) {
      const start = new Float64Array(n);
      start[j] = 1;
      const { end } = integrate(
        (_, y, dy) => {
          for (let i = 0; i < n; i++) {
            dy[i] = 0;
            for (let k = 0; k < n; k++) dy[i] += A.data[i * n + k] * y[k];
          }
        },
        0,
        2,
        start,
      );
      for (let i = 0; i < n; i++) expect(Math.abs(end[i] - E.data[i * n + j])).toBeLessThan(1e-10 * maximumNorm(E));
    }
  });

  it("refuses what is not square or not finite", () => {
    expect(() => matrixExponential(matrix(2, 3))).toThrow("matrixExponential: the matrix must be square, got 2x3");
    expect(() => matrixExponential(fromRows([[Number.NaN]]))).toThrow("entry (0, 0) must be finite, got NaN");
  });
});
