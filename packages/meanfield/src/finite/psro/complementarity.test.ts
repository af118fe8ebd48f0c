import { describe, expect, it } from "vitest";
import { matrix, randomStream, zeros } from "../../numeric/index.ts";
import type { Matrix } from "../../numeric/index.ts";
import { complementary } from "./complementarity.ts";

/** The largest violation of z ≥ 0, w = Mz + q ≥ 0, z_i w_i = 0. */
function violation({ rows: n, data: M }: Matrix, q: Float64Array, z: Float64Array): number {
  let most = 0;
  for (let i = 0; i < n; i++) {
    const w = z.reduce((sum, entry, j) => sum + M[i * n + j] * entry, q[i]);
    most = Math.max(most, -z[i], -w, Math.abs(z[i] * w));
  }
  return most;
}

describe("linear complementarity", () => {
  it.each([1, 2, 3, 4, 5])("is solved for random definite matrices with skew parts, seed %i", (seed) => {
    const n = 12;
    const { normal } = randomStream(seed, 0).sequence();
    const A = Float64Array.from({ length: n * n }, normal);
    const B = Float64Array.from({ length: n * n }, normal);
    const M = zeros(n, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = B[i * n + j] - B[j * n + i];
        for (let k = 0; k < n; k++) sum += A[i * n + k] * A[j * n + k];
        M.data[i * n + j] = sum;
      }
    const q = Float64Array.from({ length: n }, normal);
    const z = complementary(M, q) ?? new Float64Array(n).fill(Number.NaN);
    expect(violation(M, q, z)).toBeLessThan(1e-11);
  });

  it("solves a degenerate linear programme", () => {
    // max x + y under x ≤ 1, y ≤ 1, x + y ≤ 2, x − y ≤ 0: at (1, 1) four constraints meet.
    const A = [
      [1, 0],
      [0, 1],
      [1, 1],
      [1, -1],
    ];
    const b = [1, 1, 2, 0];
    const system = zeros(6, 6);
    A.forEach((row, k) => {
      row.forEach((entry, j) => {
        system.data[(2 + k) * 6 + j] = -entry;
        system.data[j * 6 + 2 + k] = entry;
      });
    });
    const z = complementary(system, Float64Array.of(-1, -1, ...b));
    expect(Array.from(z?.subarray(0, 2) ?? [])).toEqual([1, 1]);
  });

  it("has nothing to do where q is not negative, and says where there is no solution", () => {
    expect(complementary(matrix(2, 2, [1, 0, 0, 1]), Float64Array.of(0, 3))).toEqual(new Float64Array(2));
    // w = −z − 1 is negative for every z ≥ 0.
    expect(complementary(matrix(1, 1, [-1]), Float64Array.of(-1))).toBeUndefined();
  });
});
