/** Matrices with known properties for the tests of this room, reproducible from a seed. */

import type { Matrix } from "./matrix.ts";
import { matrix, maximumNorm, multiply, scale, subtract, transpose } from "./matrix.ts";
import { qrDecompose } from "./qr.ts";
import { smallGenerator } from "./small-generator.testing.ts";

/** Uniform numbers on (-1, 1). */
export function testNumbers(seed: number): () => number {
  const next = smallGenerator(seed);
  return () => 2 * next() - 1;
}

export function randomVector(n: number, seed: number): Float64Array {
  return Float64Array.from({ length: n }, testNumbers(seed));
}

export function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  return matrix(rows, columns, randomVector(rows * columns, seed));
}

export function randomOrthogonal(n: number, seed: number): Matrix {
  return qrDecompose(randomMatrix(n, n, seed)).q;
}

/** Diagonal matrix of the given entries. */
export function diagonalMatrix(entries: readonly number[]): Matrix {
  const n = entries.length;
  const result = matrix(n, n);
  for (const [i, entry] of entries.entries()) result.data[i * n + i] = entry;
  return result;
}

/** Q diag(values) Q', exactly symmetric. */
export function symmetricWithSpectrum(values: readonly number[], seed: number): Matrix {
  const q = randomOrthogonal(values.length, seed);
  const product = multiply(multiply(q, diagonalMatrix(values)), transpose(q));
  return scale(subtract(product, scale(transpose(product), -1)), 0.5);
}

/** U diag(singular values) V' with U, V orthogonal and the singular values from 1 down to 1 / condition. */
export function randomWithCondition(n: number, condition: number, seed: number): Matrix {
  const values = Array.from({ length: n }, (_, i) => condition ** (-i / (n - 1)));
  return multiply(multiply(randomOrthogonal(n, seed), diagonalMatrix(values)), randomOrthogonal(n, seed + 1000));
}

/** The Hilbert matrix, 1 / (i + j + 1). */
export function hilbert(n: number): Matrix {
  return matrix(
    n,
    n,
    Array.from({ length: n * n }, (_, p) => 1 / (Math.floor(p / n) + (p % n) + 1)),
  );
}

/** The largest difference between entries. */
export function distance(A: Matrix, B: Matrix): number {
  return maximumNorm(subtract(A, B));
}

/** The largest difference between entries of vectors. */
export function vectorDistance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let largest = x.length === y.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i++) largest = Math.max(largest, Math.abs(x[i] - y[i]));
  return largest;
}
