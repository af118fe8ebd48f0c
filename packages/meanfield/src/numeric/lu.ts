/**
 * LU decomposition with row scaling and partial pivoting (Golub & Van Loan, Matrix Computations, 4th ed., 3.4-3.5).
 */

import type { Matrix } from "./matrix.ts";
import { requireFinite, requireSquare, zeros } from "./matrix.ts";

/** A matrix was singular to working precision; `pivot` is the elimination step (from 0) at which that showed. */
export class SingularMatrixError extends Error {
  override readonly name = "SingularMatrixError";
  readonly pivot: number;

  constructor(message: string, pivot: number) {
    super(message);
    this.pivot = pivot;
  }
}

/** A factored matrix, ready for any number of right-hand sides. */
export interface LuDecomposition {
  /** The x with A x = b, into `out` where one is given (it may not be b); throws RangeError where lengths are off. */
  solve(b: Float64Array, out?: Float64Array): Float64Array;
  /** The X with A X = B; throws RangeError where B.rows is off. */
  solveMatrix(B: Matrix): Matrix;
  readonly determinant: number;
}

/** 2^-e for the e with 2^e just at or above the size: multiplying by it rounds nothing. */
export function powerOfTwoScale(size: number): number {
  return 2 ** -Math.min(1022, Math.max(-1022, Math.ceil(Math.log2(size))));
}

/**
 * Factors a square matrix as P R A = L U, R a diagonal of powers of two that brings each row's largest entry near 1.
 *
 * Throws RangeError where A is not square or not finite, and SingularMatrixError where a pivot is at most n machine
 * epsilons of its column's largest entry (after row scaling). The test does not change when rows or columns of A are
 * measured in other units, so diag(1, 1e-200) is solved. It is no bound on the condition number: a singular matrix
 * whose entries were rounded is mostly refused, but may pass (random ones of 10 to 100 rows: one in ten to one in
 * three) and then gives solutions of size 1 / epsilon; any answer may lose as many digits as the condition has.
 */
export function luDecompose(A: Matrix): LuDecomposition {
  requireSquare("luDecompose", A);
  requireFinite("luDecompose", A);
  const n = A.rows;
  const lu = A.data.slice();
  const rowScale = new Float64Array(n);
  const columnSize = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let size = 0;
    for (let j = 0; j < n; j++) size = Math.max(size, Math.abs(lu[i * n + j]));
    if (size === 0) throw new SingularMatrixError(`luDecompose: the matrix is singular, its row ${i} is zero.`, 0);
    const factor = powerOfTwoScale(size);
    rowScale[i] = factor;
    for (let j = 0; j < n; j++) {
      lu[i * n + j] *= factor;
      columnSize[j] = Math.max(columnSize[j], Math.abs(lu[i * n + j]));
    }
  }

  const order = Int32Array.from({ length: n }, (_, i) => i);
  let determinant = 1;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(lu[i * n + k]) > Math.abs(lu[best * n + k])) best = i;
    }
    if (best !== k) {
      for (let j = 0; j < n; j++) {
        const kept = lu[k * n + j];
        lu[k * n + j] = lu[best * n + j];
        lu[best * n + j] = kept;
      }
      const kept = order[k];
      order[k] = order[best];
      order[best] = kept;
      determinant = -determinant;
    }
    const pivot = lu[k * n + k];
    const allowed = n * Number.EPSILON * columnSize[k];
    if (!(Math.abs(pivot) > allowed)) {
      throw new SingularMatrixError(
        `luDecompose: the ${n}x${n} matrix is singular to working precision, pivot ${k} is ${pivot} where more than ${allowed} in size is needed.`,
        k,
      );
    }
    determinant *= pivot / rowScale[order[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = lu[i * n + k] / pivot;
      lu[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++) lu[i * n + j] -= factor * lu[k * n + j];
    }
  }

  /** Both triangular solves on column `column` of a right-hand side with `width` columns, whose rows are x already permuted and scaled. */
  const substitute = (x: Float64Array, width: number, column: number): void => {
    for (let i = 1; i < n; i++) {
      let sum = x[i * width + column];
      for (let j = 0; j < i; j++) sum -= lu[i * n + j] * x[j * width + column];
      x[i * width + column] = sum;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i * width + column];
      for (let j = i + 1; j < n; j++) sum -= lu[i * n + j] * x[j * width + column];
      x[i * width + column] = sum / lu[i * n + i];
    }
  };

  return {
    determinant,
    solve(b, out = new Float64Array(n)) {
      if (b.length !== n) throw new RangeError(`solve: b must have ${n} entries, got ${b.length}.`);
      if (out.length !== n) throw new RangeError(`solve: out must have ${n} entries, got ${out.length}.`);
      if (out === b) throw new RangeError("solve: out must not be b.");
      for (let i = 0; i < n; i++) out[i] = b[order[i]] * rowScale[order[i]];
      substitute(out, 1, 0);
      return out;
    },
    solveMatrix(B) {
      if (B.rows !== n) throw new RangeError(`solveMatrix: B must have ${n} rows, got ${B.rows}.`);
      const width = B.columns;
      const result = zeros(n, width);
      const x = result.data;
      for (let i = 0; i < n; i++) {
        const source = order[i];
        for (let j = 0; j < width; j++) x[i * width + j] = B.data[source * width + j] * rowScale[source];
      }
      for (let j = 0; j < width; j++) substitute(x, width, j);
      return result;
    },
  };
}

/** The x with A x = b for one right-hand side; throws as `luDecompose` does. */
export function solveLinear(A: Matrix, b: Float64Array): Float64Array {
  return luDecompose(A).solve(b);
}
