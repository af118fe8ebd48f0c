/**
 * Sparse real matrices as plain data, row by row: for each row its columns in increasing order, and one number for each.
 *
 * A pattern is made once from the places that an assembly writes to; the numbers can then be assembled any number of times.
 */

/** Where a matrix may have entries. Row r has the columns `index[start[r]] … index[start[r + 1] − 1]`, increasing. */
export interface SparsePattern {
  readonly rows: number;
  readonly columns: number;
  readonly start: Int32Array;
  readonly index: Int32Array;
}

export interface SparseMatrix extends SparsePattern {
  /** One number for each entry of `index`. */
  readonly data: Float64Array;
}

/** A pattern with the way from a list of contributions into it. */
export interface Assembly {
  readonly pattern: SparsePattern;
  /** Contribution k belongs to entry `place[k]` of the pattern. */
  readonly place: Int32Array;
}

/**
 * The pattern of the places (row[k], column[k]), k = 0, 1, …, each named as often as wished; `values[k]` of an assembly
 * goes to the k-th.
 *
 * Throws RangeError where the lists differ in length or a place is outside the matrix.
 */
export function assemblyOf(rows: number, columns: number, row: ArrayLike<number>, column: ArrayLike<number>): Assembly {
  if (row.length !== column.length) {
    throw new RangeError(`assemblyOf: row has ${row.length} entries, column ${column.length}.`);
  }
  const count = row.length;
  const inRow = new Int32Array(rows + 1);
  for (let k = 0; k < count; k++) {
    const [r, c] = [row[k], column[k]];
    if (!(r >= 0 && r < rows && c >= 0 && c < columns)) {
      throw new RangeError(`assemblyOf: place (${r}, ${c}) is outside a ${rows}x${columns} matrix.`);
    }
    inRow[r + 1]++;
  }
  for (let r = 0; r < rows; r++) inRow[r + 1] += inRow[r];
  const next = inRow.slice(0, rows);
  const byRow = new Int32Array(count);
  for (let k = 0; k < count; k++) byRow[next[row[k]]++] = k;
  const start = new Int32Array(rows + 1);
  const index = new Int32Array(count);
  const place = new Int32Array(count);
  let used = 0;
  for (let r = 0; r < rows; r++) {
    const members = byRow.subarray(inRow[r], inRow[r + 1]).toSorted((a, b) => column[a] - column[b]);
    start[r] = used;
    for (const k of members) {
      if (used === start[r] || index[used - 1] !== column[k]) index[used++] = column[k];
      place[k] = used - 1;
    }
  }
  start[rows] = used;
  return { pattern: { rows, columns, start, index: index.slice(0, used) }, place };
}

/** The matrix in which every place of the assembly has the sum of its contributions. */
export function assemble({ pattern, place }: Assembly, values: ArrayLike<number>): SparseMatrix {
  if (values.length !== place.length) {
    throw new RangeError(`assemble: ${values.length} values for ${place.length} places.`);
  }
  const data = new Float64Array(pattern.index.length);
  for (let k = 0; k < place.length; k++) data[place[k]] += values[k];
  return { ...pattern, data };
}

/** A x, into `out` where one is given (it must not be x); throws RangeError where lengths do not fit. */
export function multiplySparse(
  A: SparseMatrix,
  x: Float64Array,
  out: Float64Array = new Float64Array(A.rows),
): Float64Array {
  const { rows, columns, start, index, data } = A;
  if (x.length !== columns) throw new RangeError(`multiplySparse: x must have ${columns} entries, got ${x.length}.`);
  if (out === x) throw new RangeError("multiplySparse: out must not be x.");
  for (let r = 0; r < rows; r++) {
    let sum = 0;
    for (let k = start[r]; k < start[r + 1]; k++) sum += data[k] * x[index[k]];
    out[r] = sum;
  }
  return out;
}

/** Aᵀ x, into `out` where one is given (it must not be x); throws RangeError where lengths do not fit. */
export function multiplySparseTransposed(
  A: SparseMatrix,
  x: Float64Array,
  out: Float64Array = new Float64Array(A.columns),
): Float64Array {
  const { rows, start, index, data } = A;
  if (x.length !== rows) {
    throw new RangeError(`multiplySparseTransposed: x must have ${rows} entries, got ${x.length}.`);
  }
  if (out === x) throw new RangeError("multiplySparseTransposed: out must not be x.");
  out.fill(0);
  for (let r = 0; r < rows; r++) {
    for (let k = start[r]; k < start[r + 1]; k++) out[index[k]] += data[k] * x[r];
  }
  return out;
}
