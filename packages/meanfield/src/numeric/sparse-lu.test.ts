import { describe, expect, it } from "vitest";
import { luDecompose, SingularMatrixError } from "./lu.ts";
import { fromRows, transpose, zeros } from "./matrix.ts";
import { dissect } from "./nested-dissection.ts";
import { smallGenerator } from "./small-generator.testing.ts";
import { analyseSparse, factorSparse } from "./sparse-lu.ts";
import { assemble, assemblyOf, multiplySparse, multiplySparseTransposed } from "./sparse.ts";
import type { SparseMatrix } from "./sparse.ts";

/** A diffusion with random drift on a torus of N × N points, of `block` unknowns each that all react to each other. */
function torus(N: number, block: number) {
  const uniform = smallGenerator(N);
  const [row, column, value]: number[][] = [[], [], []];
  const at = (i: number, j: number): number => ((i + N) % N) * N + ((j + N) % N);
  for (let point = 0; point < N * N; point++) {
    const [i, j] = [Math.floor(point / N), point % N];
    for (const other of [point, at(i + 1, j), at(i - 1, j), at(i, j + 1), at(i, j - 1)]) {
      for (let b = 0; b < block; b++) {
        for (let c = 0; c < block; c++) {
          row.push(point * block + b);
          column.push(other * block + c);
          value.push(b !== c ? uniform() - 0.5 : other === point ? 5 + block : -uniform());
        }
      }
    }
  }
  const n = N * N * block;
  const A = assemble(assemblyOf(n, n, row, column), value);
  const place = (k: number): number => Math.floor(k / block);
  const coordinates = [
    Float64Array.from({ length: n }, (_, k) => Math.floor(place(k) / N)),
    Float64Array.from({ length: n }, (_, k) => place(k) % N),
  ];
  return { A, parts: dissect(A, coordinates) };
}

function dense({ rows, columns, start, index, data }: SparseMatrix) {
  const out = zeros(rows, columns);
  for (let r = 0; r < rows; r++)
    for (let k = start[r]; k < start[r + 1]; k++) out.data[r * columns + index[k]] = data[k];
  return out;
}

const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i])), 0);

describe("nested dissection", () => {
  it("puts all unknowns in parts once, each above the parts that it cuts apart", () => {
    const { A, parts } = torus(20, 1);
    expect(parts.flatMap(({ own }) => [...own]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 400 }, (_, i) => i),
    );
    parts.forEach(({ children }, p) => children.forEach((child) => expect(child).toBeLessThan(p)));
    // The torus is cut by two circles first.
    expect(parts.at(-1)?.own.length).toBe(40);
    expect(() => analyseSparse(A, parts)).not.toThrow();
  });

  it("keeps the factors of a grid of n points near n log n numbers", () => {
    const entries = [16, 32, 64].map((N) => {
      const { A, parts } = torus(N, 1);
      return analyseSparse(A, parts).entries / (N * N * Math.log2(N));
    });
    // A band of the torus would hold 4 N³ numbers: 256/6 times N² log₂ N for N = 64.
    for (const share of entries) expect(share).toBeLessThan(15);
  });
});

describe("sparse factorisation", () => {
  it.each([1, 2])("solves as the dense one does, with %i unknowns a point, and with the transpose", (block) => {
    const { A, parts } = torus(9, block);
    const lu = factorSparse(analyseSparse(A, parts), A);
    const b = Float64Array.from({ length: A.rows }, (_, i) => Math.sin(3 * i));
    const full = dense(A);
    // Well-conditioned (diagonally dominant): a few roundings.
    expect(largestDifference(lu.solve(b), luDecompose(full).solve(b))).toBeLessThan(1e-14);
    expect(largestDifference(lu.solveTransposed(b), luDecompose(transpose(full)).solve(b))).toBeLessThan(1e-14);
  });

  it("finds a known solution on 64 × 64 points, in place too", () => {
    const { A, parts } = torus(64, 2);
    const lu = factorSparse(analyseSparse(A, parts), A);
    const x = Float64Array.from({ length: A.rows }, (_, i) => Math.cos(i));
    const b = multiplySparse(A, x);
    expect(lu.solve(b, b)).toBe(b);
    expect(largestDifference(b, x)).toBeLessThan(1e-13);
    const c = multiplySparseTransposed(A, x);
    expect(largestDifference(lu.solveTransposed(c), x)).toBeLessThan(1e-13);
  });

  it("exchanges rows within a part: a zero on the diagonal is no harm there", () => {
    const rows = [
      [0, 2, 0, 1],
      [3, 1, 0, 0],
      [0, 0, 5, 1],
      [1, 0, 2, 4],
    ];
    const places = rows.flatMap((row, r) => row.flatMap((value, c) => (value === 0 ? [] : [[r, c, value]])));
    const A = assemble(
      assemblyOf(
        4,
        4,
        places.map(([r]) => r),
        places.map(([, c]) => c),
      ),
      places.map(([, , value]) => value),
    );
    const parts = [
      { own: Int32Array.of(0, 1), children: [] },
      { own: Int32Array.of(2), children: [] },
      { own: Int32Array.of(3), children: [0, 1] },
    ];
    const lu = factorSparse(analyseSparse(A, parts), A);
    const b = Float64Array.of(1, -2, 3, 0.5);
    expect(largestDifference(lu.solve(b), luDecompose(fromRows(rows)).solve(b))).toBeLessThan(1e-15);
    expect(largestDifference(lu.solveTransposed(b), luDecompose(transpose(fromRows(rows))).solve(b))).toBeLessThan(
      1e-15,
    );
  });

  it("refuses what it cannot do, in one line", () => {
    const { A, parts } = torus(4, 1);
    expect(() => analyseSparse(A, parts.slice(1))).toThrow(RangeError);
    const split = [
      { own: Int32Array.from({ length: 8 }, (_, i) => i), children: [] },
      { own: Int32Array.from({ length: 8 }, (_, i) => 8 + i), children: [] },
    ];
    expect(() => analyseSparse(A, split)).toThrow("joins part 0");
    const singular = { ...A, data: A.data.map(() => 0) };
    expect(() => factorSparse(analyseSparse(A, parts), singular)).toThrow(SingularMatrixError);
    expect(() => factorSparse(analyseSparse(A, parts), A).solve(new Float64Array(3))).toThrow("16 entries, got 3");
  });
});
