import { describe, expect, it } from "vitest";
import { randomStream } from "../numeric/random.ts";
import { openArena } from "./index.ts";

describe("the tridiagonal kernel", () => {
  it("solves diagonally dominant systems of every small size and a large one, reading no corner entries", () => {
    const { kernels, float64 } = openArena(100_000);
    const noise = randomStream(1, 0).sequence();
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 2000]) {
      const [lower, diagonal, upper, x, scratch] = Array.from({ length: 5 }, () => new Float64Array(n));
      const solution = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        lower[i] = i === 0 ? Number.NaN : noise.normal();
        upper[i] = i === n - 1 ? Number.NaN : noise.normal();
        diagonal[i] = 1 + (i === 0 ? 0 : Math.abs(lower[i])) + (i === n - 1 ? 0 : Math.abs(upper[i]));
        solution[i] = noise.normal();
      }
      for (let i = 0; i < n; i++) {
        x[i] = diagonal[i] * solution[i];
        if (i > 0) x[i] += lower[i] * solution[i - 1];
        if (i < n - 1) x[i] += upper[i] * solution[i + 1];
      }
      expect(solveInArena(lower, diagonal, upper, x, scratch)).toBeLessThan(1e-13);

      function solveInArena(...arrays: Float64Array[]): number {
        const inside = arrays.map((array) => {
          const copy = float64(n);
          copy.set(array);
          return copy;
        });
        const [a, b, c, r, s] = inside.map((array) => array.byteOffset);
        kernels.tridiagonalSolve(n, a, b, c, r, s);
        // The condition number is at most 1 + 2 max (|lower| + |upper|), about ten, in the maximum norm.
        return Math.max(...inside[3].map((value, i) => Math.abs(value - solution[i])));
      }
    }
  });
});
