/**
 * The exponential of a matrix by scaling, diagonal Pade approximation and squaring.
 *
 * Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J. Matrix Anal. Appl. 26 (2005)
 * 1179-1193: the degrees and the norms up to which each is exact to double precision (backward) are his table 2.3.
 */

import { luDecompose } from "./lu.ts";
import type { Matrix } from "./matrix.ts";
import { add, identity, multiply, requireFinite, requireSquare, scale, subtract, zeros } from "./matrix.ts";

const degrees = [
  { degree: 3, norm: 1.495585217958292e-2 },
  { degree: 5, norm: 2.53939833006323e-1 },
  { degree: 7, norm: 9.504178996162932e-1 },
  { degree: 9, norm: 2.097847961257068 },
] as const;

const largestNorm = 5.371920351148152;

/** Coefficients of the numerator of the [m/m] approximation, the constant one first. */
function padeCoefficients(m: number): Float64Array {
  const b = new Float64Array(m + 1);
  b[0] = 1;
  for (let j = 1; j <= m; j++) b[j] = (b[j - 1] * (m - j + 1)) / (j * (2 * m - j + 1));
  return b;
}

function oneNorm(A: Matrix): number {
  let largest = 0;
  for (let j = 0; j < A.columns; j++) {
    let sum = 0;
    for (let i = 0; i < A.rows; i++) sum += Math.abs(A.data[i * A.columns + j]);
    largest = Math.max(largest, sum);
  }
  return largest;
}

/** The sum of weight times power over the powers given. */
function combine(weights: readonly number[], powers: readonly Matrix[]): Matrix {
  const result = zeros(powers[0].rows, powers[0].columns);
  for (const [p, power] of powers.entries()) {
    for (let q = 0; q < result.data.length; q++) result.data[q] += weights[p] * power.data[q];
  }
  return result;
}

/** (V - U)^-1 (V + U), U and V the odd and even parts of the numerator at A. */
function quotient(odd: Matrix, even: Matrix): Matrix {
  return luDecompose(subtract(even, odd)).solveMatrix(add(even, odd));
}

function padeLow(A: Matrix, m: number): Matrix {
  const b = padeCoefficients(m);
  const squared = multiply(A, A);
  const powers = [identity(A.rows), squared];
  while (powers.length < (m + 1) / 2) powers.push(multiply(powers[powers.length - 1], squared));
  const odd = combine(
    powers.map((_, p) => b[2 * p + 1]),
    powers,
  );
  const even = combine(
    powers.map((_, p) => b[2 * p]),
    powers,
  );
  return quotient(multiply(A, odd), even);
}

/** Degree 13 with six products (his (2.7) and (2.8)) where powers up to A^12 would take eight. */
function padeThirteen(A: Matrix): Matrix {
  const b = padeCoefficients(13);
  const A2 = multiply(A, A);
  const A4 = multiply(A2, A2);
  const A6 = multiply(A4, A2);
  const powers = [identity(A.rows), A2, A4, A6];
  const oddHigh = multiply(A6, combine([b[9], b[11], b[13]], [A2, A4, A6]));
  const evenHigh = multiply(A6, combine([b[8], b[10], b[12]], [A2, A4, A6]));
  const odd = multiply(A, add(oddHigh, combine([b[1], b[3], b[5], b[7]], powers)));
  const even = add(evenHigh, combine([b[0], b[2], b[4], b[6]], powers));
  return quotient(odd, even);
}

/**
 * exp(A) for a square matrix.
 *
 * The result is the exponential of a matrix within a rounding of A, apart from the rounding of the squarings, which
 * grows where the norm of A is large beside what exp(A) shows of it. Entries overflow to infinity where exp(A) does.
 * Throws RangeError where A is not square or not finite.
 */
export function matrixExponential(A: Matrix): Matrix {
  requireSquare("matrixExponential", A);
  requireFinite("matrixExponential", A);
  const norm = oneNorm(A);
  for (const entry of degrees) {
    if (norm <= entry.norm) return padeLow(A, entry.degree);
  }
  const squarings = Math.max(0, Math.ceil(Math.log2(norm / largestNorm)));
  let result = padeThirteen(scale(A, 2 ** -squarings));
  for (let k = 0; k < squarings; k++) result = multiply(result, result);
  return result;
}
