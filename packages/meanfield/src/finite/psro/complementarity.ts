/**
 * Linear complementarity: z ≥ 0, w = Mz + q ≥ 0, zᵀw = 0, by Lemke's pivots.
 *
 * C. E. Lemke, "Bimatrix equilibrium points and mathematical programming", Management Sci. 11 (1965) 681–689. For
 * copositive-plus M it ends at a solution wherever Mz + q ≥ 0 has one with z ≥ 0; such are the conditions of linear programmes,
 * of convex quadratic ones, and of equilibria of games whose payoffs are linear in the shares of players. One method therefore
 * serves all three. Ties of the ratio test go by the lexicographic rule, which does not cycle (many entries of q are zero
 * here).
 */

import type { Matrix } from "../../numeric/index.ts";

/** Entries below this, relative to the largest of the problem, are rounding. */
const rounding = 1e-11;

/** z; undefined where the pivots run away, as they may for other M. */
export function complementary({ rows: n, data: M }: Matrix, q: Float64Array): Float64Array | undefined {
  const width = 2 * n + 2;
  const scaleM = largest(M);
  const scaleQ = largest(q);
  // Columns: w, z, the artificial variable, and the right side; a row is w_i − (Mz)_i − z_0 = q_i.
  const table = Array.from({ length: n }, (_, i) => {
    const row = new Float64Array(width);
    row[i] = 1;
    for (let j = 0; j < n; j++) row[n + j] = -M[i * n + j] / scaleM;
    row[2 * n] = -1;
    row[2 * n + 1] = q[i] / scaleQ;
    return row;
  });
  const basis = Array.from({ length: n }, (_, i) => i);
  let row = 0;
  for (let i = 1; i < n; i++) if (q[i] < q[row]) row = i;
  if (!(q[row] < 0)) return new Float64Array(n);
  let entering = 2 * n;
  for (let count = 0; count < 50 * n + 100; count++) {
    pivot(table, row, entering);
    const leaving = basis[row];
    basis[row] = entering;
    if (leaving === 2 * n) return readOff(table, basis, scaleQ / scaleM);
    // Its complement may come in.
    entering = leaving < n ? leaving + n : leaving - n;
    const next = ratioTest(table, basis, entering);
    if (next === undefined) return undefined;
    row = next;
  }
  return undefined;
}

function pivot(table: readonly Float64Array[], row: number, column: number): void {
  const pivotal = table[row];
  const factor = 1 / pivotal[column];
  for (let j = 0; j < pivotal.length; j++) pivotal[j] *= factor;
  pivotal[column] = 1;
  table.forEach((other, i) => {
    const by = other[column];
    if (i === row || by === 0) return;
    for (let j = 0; j < other.length; j++) other[j] -= by * pivotal[j];
    other[column] = 0;
  });
}

/** The row that bounds how far a variable may grow; the artificial one leaves as soon as it may. */
function ratioTest(table: readonly Float64Array[], basis: readonly number[], column: number): number | undefined {
  const n = table.length;
  const right = 2 * n + 1;
  let rows = table.flatMap((entries, i) => (entries[column] > rounding ? [i] : []));
  if (rows.length === 0) return undefined;
  rows = least(rows, (i) => Math.max(0, table[i][right]) / table[i][column]);
  const artificial = rows.find((i) => basis[i] === 2 * n);
  if (artificial !== undefined) return artificial;
  for (let j = 0; j < n && rows.length > 1; j++) rows = least(rows, (i) => table[i][j] / table[i][column]);
  return rows[0];
}

/** Those of least ratio, up to rounding. */
function least(rows: readonly number[], ratio: (row: number) => number): number[] {
  const ratios = rows.map(ratio);
  const smallest = Math.min(...ratios);
  const margin = rounding * Math.max(1, Math.abs(smallest));
  return rows.filter((_, k) => ratios[k] <= smallest + margin);
}

function readOff(table: readonly Float64Array[], basis: readonly number[], scale: number): Float64Array {
  const n = table.length;
  const z = new Float64Array(n);
  basis.forEach((variable, i) => {
    if (variable >= n && variable < 2 * n) z[variable - n] = scale * Math.max(0, table[i][2 * n + 1]);
  });
  return z;
}

function largest(entries: Float64Array): number {
  return entries.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0) || 1;
}
