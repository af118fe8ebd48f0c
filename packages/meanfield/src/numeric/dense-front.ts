/**
 * Elimination of the first unknowns of a dense matrix in place: the inner loop of sparse factorisations.
 *
 * Blocked by columns, so that nearly all of the work is the product of a tall and a wide block, taken two rows and four
 * columns at a time from the cache (G. H. Golub, C. F. Van Loan, "Matrix Computations", 4th edition 2013, algorithm 3.4.4).
 */

/** Columns eliminated between two products. */
const block = 32;

/**
 * Overwrites the first `pivots` rows and columns of the `size` × `size` matrix by U and the multipliers of L, and the rest
 * by its Schur complement; pivots are chosen by size among the first `pivots` rows.
 *
 * `order[k]` is the row that became row k. Returns −1, or the number of the pivot that was 0 or not finite.
 */
export function eliminate(a: Float64Array, size: number, pivots: number, order: Int32Array): number {
  for (let k = 0; k < pivots; k++) order[k] = k;
  for (let first = 0; first < pivots; first += block) {
    const last = Math.min(first + block, pivots);
    const failed = eliminatePanel(a, size, pivots, first, last, order);
    if (failed >= 0) return failed;
    // Rows of U to the right of the panel.
    for (let k = first + 1; k < last; k++) {
      for (let j = first; j < k; j++) {
        const factor = a[k * size + j];
        if (factor !== 0) subtractRow(a, k * size, j * size, factor, last, size);
      }
    }
    subtractProduct(a, size, first, last);
  }
  return -1;
}

/** Columns first … last − 1 of all rows below, with row exchanges over whole rows. */
function eliminatePanel(
  a: Float64Array,
  size: number,
  pivots: number,
  first: number,
  last: number,
  order: Int32Array,
): number {
  for (let k = first; k < last; k++) {
    let best = k;
    for (let i = k + 1; i < pivots; i++) if (Math.abs(a[i * size + k]) > Math.abs(a[best * size + k])) best = i;
    if (best !== k) {
      for (let j = 0; j < size; j++) {
        const kept = a[k * size + j];
        a[k * size + j] = a[best * size + j];
        a[best * size + j] = kept;
      }
      const kept = order[k];
      order[k] = order[best];
      order[best] = kept;
    }
    const pivot = a[k * size + k];
    if (pivot === 0 || !Number.isFinite(pivot)) return k;
    for (let i = k + 1; i < size; i++) {
      const row = i * size;
      const entry = a[row + k];
      if (entry === 0) continue;
      const factor = entry / pivot;
      a[row + k] = factor;
      subtractRow(a, row, k * size, factor, k + 1, last);
    }
  }
  return -1;
}

/** a[target + j] −= factor · a[source + j] for from ≤ j < to. */
function subtractRow(a: Float64Array, target: number, source: number, factor: number, from: number, to: number): void {
  for (let j = from; j < to; j++) a[target + j] -= factor * a[source + j];
}

/** Rows and columns from `last` on, less the product of columns and rows first … last − 1. */
function subtractProduct(a: Float64Array, size: number, first: number, last: number): void {
  let i = last;
  for (; i + 1 < size; i += 2) {
    const [row, next] = [i * size, (i + 1) * size];
    let k = first;
    for (; k + 3 < last; k += 4) {
      const f0 = a[row + k];
      const f1 = a[row + k + 1];
      const f2 = a[row + k + 2];
      const f3 = a[row + k + 3];
      const g0 = a[next + k];
      const g1 = a[next + k + 1];
      const g2 = a[next + k + 2];
      const g3 = a[next + k + 3];
      const s0 = k * size;
      const s1 = s0 + size;
      const s2 = s1 + size;
      const s3 = s2 + size;
      for (let j = last; j < size; j++) {
        const u0 = a[s0 + j];
        const u1 = a[s1 + j];
        const u2 = a[s2 + j];
        const u3 = a[s3 + j];
        a[row + j] -= f0 * u0 + f1 * u1 + f2 * u2 + f3 * u3;
        a[next + j] -= g0 * u0 + g1 * u1 + g2 * u2 + g3 * u3;
      }
    }
    for (; k < last; k++) {
      subtractRow(a, row, k * size, a[row + k], last, size);
      subtractRow(a, next, k * size, a[next + k], last, size);
    }
  }
  for (; i < size; i++) {
    for (let k = first; k < last; k++) subtractRow(a, i * size, k * size, a[i * size + k], last, size);
  }
}
