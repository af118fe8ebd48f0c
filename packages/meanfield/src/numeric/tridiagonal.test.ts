import { describe, expect, it } from "vitest";
import { SingularMatrixError, luDecompose } from "./lu.ts";
import { zeros } from "./matrix.ts";
import { randomVector, vectorDistance } from "./random-matrix.testing.ts";
import { solveCyclicTridiagonal, solveTridiagonal } from "./tridiagonal.ts";

const epsilon = Number.EPSILON;

/** Diagonally dominant random bands, and the dense matrix with or without the two corners. */
function sample(n: number, seed: number, cyclic: boolean) {
  const lower = randomVector(n, seed);
  const upper = randomVector(n, seed + 1);
  const diagonal = randomVector(n, seed + 2).map((value) => value + (value < 0 ? -2 : 2));
  const dense = zeros(n, n);
  for (let i = 0; i < n; i++) {
    dense.data[i * n + i] = diagonal[i];
    if (i > 0 || cyclic) dense.data[i * n + ((i + n - 1) % n)] += lower[i];
    if (i < n - 1 || cyclic) dense.data[i * n + ((i + 1) % n)] += upper[i];
  }
  return { lower, diagonal, upper, dense, rhs: randomVector(n, seed + 3) };
}

describe("solveTridiagonal", () => {
  it.each([1, 2, 3, 40])("agrees with dense elimination on %i rows", (n) => {
    const { lower, diagonal, upper, dense, rhs } = sample(n, n, false);
    const expected = luDecompose(dense).solve(rhs);
    // Outside the matrix, and never to be read.
    lower[0] = Number.NaN;
    upper[n - 1] = Number.NaN;
    const out = new Float64Array(n);
    expect(solveTridiagonal(lower, diagonal, upper, rhs, out, new Float64Array(n))).toBe(out);
    expect(vectorDistance(out, expected)).toBeLessThan(20 * epsilon);
    solveTridiagonal(lower, diagonal, upper, rhs, rhs, new Float64Array(n));
    expect(rhs).toEqual(out);
  });

  it("solves -u'' = 1 with zero ends, for which second differences are exact", () => {
    const n = 999;
    const h = 1 / (n + 1);
    const off = new Float64Array(n).fill(-1);
    const out = new Float64Array(n);
    solveTridiagonal(off, new Float64Array(n).fill(2), off, new Float64Array(n).fill(h * h), out, new Float64Array(n));
    const exact = out.map((_, i) => 0.5 * (i + 1) * h * (1 - (i + 1) * h));
    // Condition about 4e5.
    expect(vectorDistance(out, exact)).toBeLessThan(1e-11);
  });

  it("refuses a zero pivot and arrays that do not fit", () => {
    const one = Float64Array.of(1, 1);
    const zero = new Float64Array(2);
    expect(() => solveTridiagonal(one, zero, one, one, new Float64Array(2), new Float64Array(2))).toThrow(
      SingularMatrixError,
    );
    expect(() => solveTridiagonal(one, one, one, one, new Float64Array(2), new Float64Array(2))).toThrow(
      "meets the pivot 0 in row 1; it must be finite and not zero",
    );
    expect(() => solveTridiagonal(one, new Float64Array(3), one, one, one, one)).toThrow(
      "lower must have 3 entries like diagonal, got 2",
    );
    expect(() => solveTridiagonal(one, one, one, one, one, new Float64Array(1))).toThrow(
      "scratch must have at least 2 entries, got 1",
    );
  });
});

describe("solveCyclicTridiagonal", () => {
  it.each([3, 4, 40])("agrees with dense elimination on %i rows", (n) => {
    for (const seed of [1, 2, 3]) {
      const { lower, diagonal, upper, dense, rhs } = sample(n, seed, true);
      const expected = luDecompose(dense).solve(rhs);
      const out = new Float64Array(n);
      expect(solveCyclicTridiagonal(lower, diagonal, upper, rhs, out, new Float64Array(2 * n))).toBe(out);
      expect(vectorDistance(out, expected)).toBeLessThan(100 * epsilon);
      solveCyclicTridiagonal(lower, diagonal, upper, rhs, rhs, new Float64Array(2 * n));
      expect(rhs).toEqual(out);
    }
  });

  it("damps a wave by the symbol of the periodic heat step, a closed form", () => {
    const n = 64;
    const r = 7;
    const k = 5;
    const wave = Float64Array.from({ length: n }, (_, i) => Math.cos((2 * Math.PI * k * i) / n));
    const out = new Float64Array(n);
    const off = new Float64Array(n).fill(-r);
    solveCyclicTridiagonal(off, new Float64Array(n).fill(1 + 2 * r), off, wave, out, new Float64Array(2 * n));
    const symbol = 1 + 4 * r * Math.sin((Math.PI * k) / n) ** 2;
    expect(
      vectorDistance(
        out,
        wave.map((value) => value / symbol),
      ),
    ).toBeLessThan(20 * epsilon);
  });

  it("refuses the periodic Laplacian, which is singular, and too few rows", () => {
    const n = 16;
    const off = new Float64Array(n).fill(-1);
    const two = new Float64Array(n).fill(2);
    expect(() => solveCyclicTridiagonal(off, two, off, two, new Float64Array(n), new Float64Array(2 * n))).toThrow(
      SingularMatrixError,
    );
    const small = new Float64Array(2);
    expect(() => solveCyclicTridiagonal(small, small, small, small, small, new Float64Array(4))).toThrow(
      "diagonal must have at least 3 entries, got 2",
    );
    expect(() => solveCyclicTridiagonal(off, two, off, two, two, new Float64Array(n))).toThrow(
      "scratch must have at least 32 entries, got 16",
    );
  });
});
