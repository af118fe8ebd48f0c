import { expect, it } from "vitest";
import { assemble, assemblyOf, multiplySparse, multiplySparseTransposed } from "./sparse.ts";

// [ 1 0 5 ]
// [ 0 0 0 ]   with 5 = 2 + 3 written in two parts, and the rows given out of order.
// [ 4 6 0 ]
// [ 0 7 0 ]
const assembly = assemblyOf(4, 3, [3, 0, 2, 0, 2, 0], [1, 2, 1, 0, 0, 2]);
const A = assemble(assembly, [7, 2, 6, 1, 4, 3]);

it("sums contributions to one place, in rows of increasing columns", () => {
  expect([...A.start]).toEqual([0, 2, 2, 4, 5]);
  expect([...A.index]).toEqual([0, 2, 0, 1, 1]);
  expect([...A.data]).toEqual([1, 5, 4, 6, 7]);
});

it("multiplies vectors, and those by the transpose", () => {
  expect([...multiplySparse(A, Float64Array.of(1, 10, 100))]).toEqual([501, 0, 64, 70]);
  expect([...multiplySparseTransposed(A, Float64Array.of(1, 10, 100, 1000))]).toEqual([401, 7600, 5]);
});

it("refuses sizes that do not fit, in one line", () => {
  expect(() => assemblyOf(2, 2, [0], [0, 1])).toThrow(RangeError);
  expect(() => assemblyOf(2, 2, [0], [2])).toThrow("place (0, 2) is outside a 2x2 matrix");
  expect(() => assemble(assembly, [1])).toThrow("1 values for 6 places");
  expect(() => multiplySparse(A, new Float64Array(4))).toThrow("must have 3 entries, got 4");
  expect(() => multiplySparseTransposed(A, new Float64Array(3))).toThrow("must have 4 entries, got 3");
});
