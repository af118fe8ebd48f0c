import { RefusalError } from "../../core/index.ts";
import { NotPositiveDefiniteError, choleskyDecompose } from "../../numeric/cholesky.ts";
import { SingularMatrixError, luDecompose } from "../../numeric/lu.ts";
import type { LuDecomposition } from "../../numeric/lu.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { identity, zeros } from "../../numeric/matrix.ts";

/** Writes columns `from` to `from + out.columns` of rows `top` to `top + out.rows` into `out`. */
export function copyBlock(source: Matrix, top: number, from: number, out: Matrix): Matrix {
  for (let i = 0; i < out.rows; i++) {
    for (let j = 0; j < out.columns; j++) {
      out.data[i * out.columns + j] = source.data[(top + i) * source.columns + from + j];
    }
  }
  return out;
}

/** A′ B into `out`. */
export function multiplyTransposed(A: Matrix, B: Matrix, out: Matrix): Matrix {
  out.data.fill(0);
  for (let k = 0; k < A.rows; k++) {
    for (let i = 0; i < A.columns; i++) {
      const factor = A.data[k * A.columns + i];
      if (factor === 0) continue;
      for (let j = 0; j < B.columns; j++) out.data[i * B.columns + j] += factor * B.data[k * B.columns + j];
    }
  }
  return out;
}

/** tr(A B) for symmetric A or B of one shape. */
export function traceProduct(A: Matrix, B: Matrix): number {
  let sum = 0;
  for (let p = 0; p < A.data.length; p++) sum += A.data[p] * B.data[p];
  return sum;
}

/** x′ A y. */
export function bilinearForm(A: Matrix, x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.columns; j++) sum += x[i] * A.data[i * A.columns + j] * y[j];
  }
  return sum;
}

/** @throws RefusalError with `complaint` where R is singular to working precision. */
export function invert(R: Matrix, complaint: string): Matrix {
  return decompose(R, complaint).solveMatrix(identity(R.rows));
}

/** @throws RefusalError with `complaint` where A is singular to working precision. */
export function decompose(A: Matrix, complaint: string): LuDecomposition {
  try {
    return luDecompose(A);
  } catch (error) {
    if (error instanceof SingularMatrixError) throw new RefusalError(complaint);
    throw error;
  }
}

/** @throws RefusalError with `complaint` where the symmetric part of R is not positive definite. */
export function requirePositiveDefinite(R: Matrix, complaint: string): void {
  const k = R.rows;
  const symmetric = zeros(k, k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) symmetric.data[i * k + j] = (R.data[i * k + j] + R.data[j * k + i]) / 2;
  }
  try {
    choleskyDecompose(symmetric);
  } catch (error) {
    if (error instanceof NotPositiveDefiniteError) throw new RefusalError(complaint);
    throw error;
  }
}
