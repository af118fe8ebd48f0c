import { describe, expect, it } from "vitest";
import { gmres } from "./gmres.ts";
import { solveLinear } from "./lu.ts";
import { multiplyVector } from "./matrix.ts";
import { randomMatrix } from "./random-matrix.testing.ts";

const n = 30;
const A = randomMatrix(n, n, 7);
for (let i = 0; i < n; i++) A.data[i * n + i] += 8;
const b = Float64Array.from({ length: n }, (_, i) => Math.cos(3 * i));

describe("gmres", () => {
  it("agrees with elimination on a full matrix", () => {
    const { x, converged } = gmres((v) => multiplyVector(A, v), b, { tolerance: 1e-14 });
    expect(converged).toBe(true);
    const exact = solveLinear(A, b);
    // The matrix has a condition of about 3.
    x.forEach((entry, i) => expect(Math.abs(entry - exact[i])).toBeLessThan(1e-14));
  });

  it("knows its residual and never lets it grow", () => {
    const { x, residuals } = gmres((v) => multiplyVector(A, v), b, { maximumIterations: 9 });
    expect(residuals).toHaveLength(10);
    for (let k = 1; k < residuals.length; k++) expect(residuals[k]).toBeLessThanOrEqual(residuals[k - 1]);
    const product = multiplyVector(A, x);
    const rest = Math.hypot(...product.map((entry, i) => b[i] - entry)) / Math.hypot(...b);
    expect(Math.abs(rest - residuals[9])).toBeLessThan(1e-14);
  });

  it("ends after r + 1 products for the identity plus a matrix of rank r", () => {
    const waves = [1, 2, 3].map((k) => Float64Array.from({ length: 500 }, (_, i) => Math.sin((k * Math.PI * i) / 499)));
    const apply = (v: Float64Array): Float64Array => {
      const out = v.slice();
      waves.forEach((wave, k) => {
        const part = wave.reduce((sum, entry, i) => sum + entry * v[i], 0) / 250;
        const onto = waves[(k + 1) % 3];
        for (let i = 0; i < out.length; i++) out[i] += 2 * part * onto[i];
      });
      return out;
    };
    const rhs = Float64Array.from({ length: 500 }, (_, i) => Math.exp(-i / 100));
    const { x, residuals, converged } = gmres(apply, rhs, { tolerance: 1e-13 });
    expect(converged).toBe(true);
    expect(residuals.length - 1).toBeLessThanOrEqual(4);
    apply(x).forEach((entry, i) => expect(Math.abs(entry - rhs[i])).toBeLessThan(1e-13));
  });

  it("says so where the matrix is singular or the limit is met, and takes zero for zero", () => {
    const project = (v: Float64Array): Float64Array => Float64Array.of(v[0], 0);
    const { converged, residuals, x } = gmres(project, Float64Array.of(3, 4));
    expect(converged).toBe(false);
    expect(Math.abs((residuals.at(-1) ?? 0) - 0.8)).toBeLessThan(1e-15);
    expect(Math.abs(x[0] - 3)).toBeLessThan(1e-15);
    expect(gmres((v) => multiplyVector(A, v), b, { maximumIterations: 2 }).converged).toBe(false);
    expect(gmres(project, new Float64Array(2)).x).toEqual(new Float64Array(2));
  });

  it("refuses products that are no products", () => {
    expect(() => gmres(() => new Float64Array(2), b)).toThrow(RangeError);
    expect(() => gmres((v) => v.map(() => NaN), b)).toThrow("product 1 is not finite");
  });
});
