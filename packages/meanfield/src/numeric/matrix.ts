/**
 * Dense real matrices as plain data, row by row in one `Float64Array`.
 *
 * Meant for the small and middling matrices of linear-quadratic games and collocation (up to a few hundred rows);
 * there is no blocking, and long products belong to the kernels.
 */

/** A dense real matrix; entry (i, j) is `data[i * columns + j]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** Zero is a size: a model without common state has matrices without rows. */
function requireSize(name: string, value: number, least = 0): void {
  if (!Number.isInteger(value) || value < least) {
    throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}.`);
  }
}

function requireSameShape(operation: string, A: Matrix, B: Matrix): void {
  if (A.rows !== B.rows || A.columns !== B.columns) {
    throw new RangeError(
      `${operation}: both matrices need one shape, got ${A.rows}x${A.columns} and ${B.rows}x${B.columns}.`,
    );
  }
}

/** Refuses (RangeError) a matrix that is not square; `operation` opens the message. */
export function requireSquare(operation: string, A: Matrix): void {
  if (A.rows !== A.columns)
    throw new RangeError(`${operation}: the matrix must be square, got ${A.rows}x${A.columns}.`);
}

/** Refuses (RangeError) a matrix with an entry that is infinite or not a number; `operation` opens the message. */
export function requireFinite(operation: string, A: Matrix): void {
  const { data, columns } = A;
  for (let p = 0; p < data.length; p++) {
    if (!Number.isFinite(data[p])) {
      const row = Math.floor(p / columns);
      throw new RangeError(`${operation}: entry (${row}, ${p - row * columns}) must be finite, got ${data[p]}.`);
    }
  }
}

/**
 * Refuses (RangeError) a matrix whose entries (i, j) and (j, i) differ by more than 1e-10 of its largest entry.
 *
 * A routine for symmetric matrices reads one triangle only and would answer for another matrix without saying so.
 */
export function requireSymmetric(operation: string, A: Matrix): void {
  requireSquare(operation, A);
  const n = A.rows;
  const allowed = 1e-10 * maximumNorm(A);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const below = A.data[i * n + j];
      const above = A.data[j * n + i];
      if (Math.abs(below - above) > allowed) {
        throw new RangeError(
          `${operation}: the matrix must be symmetric, but entry (${i}, ${j}) is ${below} and entry (${j}, ${i}) is ${above}.`,
        );
      }
    }
  }
}

/** A matrix with the given entries, row by row (copied), or all zeros; throws RangeError where the count is off. */
export function matrix(rows: number, columns: number, data?: ArrayLike<number>): Matrix {
  requireSize("rows", rows);
  requireSize("columns", columns);
  if (data === undefined) return { rows, columns, data: new Float64Array(rows * columns) };
  if (data.length !== rows * columns) {
    throw new RangeError(`data must hold rows * columns = ${rows * columns} entries, got ${data.length}.`);
  }
  return { rows, columns, data: Float64Array.from(data) };
}

/** The matrix with these rows; throws RangeError where there are none or their lengths differ. */
export function fromRows(rows: readonly (readonly number[])[]): Matrix {
  requireSize("rows.length", rows.length, 1);
  const columns = rows[0].length;
  requireSize("rows[0].length", columns, 1);
  const result = zeros(rows.length, columns);
  for (const [i, row] of rows.entries()) {
    if (row.length !== columns) {
      throw new RangeError(`rows[${i}] must have ${columns} entries like rows[0], got ${row.length}.`);
    }
    result.data.set(row, i * columns);
  }
  return result;
}

/** The rows as ordinary nested arrays. */
export function toRows(A: Matrix): number[][] {
  return Array.from({ length: A.rows }, (_, i) => Array.from(A.data.subarray(i * A.columns, (i + 1) * A.columns)));
}

/** The n x n identity. */
export function identity(n: number): Matrix {
  const result = zeros(n, n);
  for (let i = 0; i < n; i++) result.data[i * n + i] = 1;
  return result;
}

/** The rows x columns matrix of zeros. */
export function zeros(rows: number, columns: number): Matrix {
  return matrix(rows, columns);
}

/** The product A B, into `out` where one is given (it must not be A or B); throws RangeError where shapes do not fit. */
export function multiply(A: Matrix, B: Matrix, out: Matrix = zeros(A.rows, B.columns)): Matrix {
  if (A.columns !== B.rows) {
    throw new RangeError(
      `multiply: A.columns must equal B.rows, got ${A.rows}x${A.columns} and ${B.rows}x${B.columns}.`,
    );
  }
  if (out.rows !== A.rows || out.columns !== B.columns) {
    throw new RangeError(`multiply: out must be ${A.rows}x${B.columns}, got ${out.rows}x${out.columns}.`);
  }
  const a = A.data;
  const b = B.data;
  const c = out.data;
  if (c === a || c === b) throw new RangeError("multiply: out must not share its data with a factor.");
  const inner = A.columns;
  const columns = B.columns;
  c.fill(0);
  // Order i, k, j: the innermost loop runs along rows of B and out, so memory is read in sequence.
  for (let i = 0; i < A.rows; i++) {
    const target = i * columns;
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k];
      const source = k * columns;
      for (let j = 0; j < columns; j++) c[target + j] += factor * b[source + j];
    }
  }
  return out;
}

/** The product A x, into `out` where one is given (it must not be x); throws RangeError where lengths do not fit. */
export function multiplyVector(A: Matrix, x: Float64Array, out: Float64Array = new Float64Array(A.rows)): Float64Array {
  const { rows, columns, data } = A;
  if (x.length !== columns) throw new RangeError(`multiplyVector: x must have ${columns} entries, got ${x.length}.`);
  if (out.length !== rows) throw new RangeError(`multiplyVector: out must have ${rows} entries, got ${out.length}.`);
  if (out === x) throw new RangeError("multiplyVector: out must not be x.");
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    const start = i * columns;
    for (let j = 0; j < columns; j++) sum += data[start + j] * x[j];
    out[i] = sum;
  }
  return out;
}

/** The transpose, as a new matrix. */
export function transpose(A: Matrix): Matrix {
  const { rows, columns, data } = A;
  const result = zeros(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result.data[j * rows + i] = data[i * columns + j];
  }
  return result;
}

/** A + B, as a new matrix; throws RangeError where shapes differ. */
export function add(A: Matrix, B: Matrix): Matrix {
  requireSameShape("add", A, B);
  return { rows: A.rows, columns: A.columns, data: A.data.map((value, p) => value + B.data[p]) };
}

/** A - B, as a new matrix; throws RangeError where shapes differ. */
export function subtract(A: Matrix, B: Matrix): Matrix {
  requireSameShape("subtract", A, B);
  return { rows: A.rows, columns: A.columns, data: A.data.map((value, p) => value - B.data[p]) };
}

/** s A, as a new matrix. */
export function scale(A: Matrix, s: number): Matrix {
  return { rows: A.rows, columns: A.columns, data: A.data.map((value) => s * value) };
}

/** The sum of the diagonal; throws RangeError where A is not square. */
export function trace(A: Matrix): number {
  requireSquare("trace", A);
  let sum = 0;
  for (let i = 0; i < A.rows; i++) sum += A.data[i * A.columns + i];
  return sum;
}

/** The largest entry in absolute value (not an operator norm); not-a-number where an entry is. */
export function maximumNorm(A: Matrix): number {
  let largest = 0;
  for (let p = 0; p < A.data.length; p++) largest = Math.max(largest, Math.abs(A.data[p]));
  return largest;
}

/** The square root of the sum of squares, scaled so that it overflows only where the result does. */
export function frobeniusNorm(A: Matrix): number {
  const largest = maximumNorm(A);
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let p = 0; p < A.data.length; p++) {
    const ratio = A.data[p] / largest;
    sum += ratio * ratio;
  }
  return largest * Math.sqrt(sum);
}
