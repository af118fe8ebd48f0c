/**
 * The stationary laws of a finite Markov chain, periodic or not, by linear algebra.
 *
 * J. G. Kemeny, J. L. Snell, "Finite Markov Chains", Springer 1976, chapters 3 and 5.
 */

import { luDecompose } from "../numeric/lu.ts";
import { zeros } from "../numeric/matrix.ts";
import type { Matrix } from "../numeric/matrix.ts";

export interface StationaryLaw {
  /** z with z = zP and Σz = 1. */
  readonly law: Float64Array;
  /** Number of closed classes: one where the stationary law is the only one. */
  readonly classes: number;
}

/**
 * The stationary law of a chain; where there are several, the one that the chain started from `start` settles to on
 * average over time.
 */
export function stationaryLaw(P: Matrix, start: Float64Array): StationaryLaw {
  const closed = closedClasses(P);
  const law = new Float64Array(P.rows);
  const absorbed = closed.length === 1 ? [1] : absorption(P, closed, start);
  closed.forEach((members, k) => {
    const inside = lawOfClass(P, members);
    members.forEach((x, i) => (law[x] = absorbed[k] * inside[i]));
  });
  return { law, classes: closed.length };
}

/**
 * By elimination of one state after the other, without a subtraction: shares are right relative to themselves however
 * rarely parts of the class are left, and whatever its period.
 *
 * W. K. Grassmann, M. I. Taksar, D. P. Heyman, "Regenerative analysis and steady state distributions for Markov chains",
 * Operations Research 33 (1985) 1107–1116.
 *
 * @throws RangeError where shares leave the range of numbers.
 */
function lawOfClass({ rows, data }: Matrix, members: readonly number[]): Float64Array {
  const n = members.length;
  const A = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) A[i * n + j] = data[members[i] * rows + members[j]];
  for (let k = n - 1; k > 0; k--) {
    // What is left of state k leads on to those before it.
    let leaving = 0;
    for (let j = 0; j < k; j++) leaving += A[k * n + j];
    for (let i = 0; i < k; i++) {
      const visits = A[i * n + k] / leaving;
      A[i * n + k] = visits;
      if (visits === 0) continue;
      for (let j = 0; j < k; j++) A[i * n + j] += visits * A[k * n + j];
    }
  }
  const law = new Float64Array(n);
  law[0] = 1;
  let sum = 1;
  for (let k = 1; k < n; k++) {
    for (let i = 0; i < k; i++) law[k] += law[i] * A[i * n + k];
    sum += law[k];
  }
  if (!Number.isFinite(sum)) throw new RangeError("a stationary law has shares that differ by more than 1e308");
  return law.map((p) => p / sum);
}

/** The probability of ending in each closed class from the law `start`. */
function absorption({ rows, data }: Matrix, closed: readonly (readonly number[])[], start: Float64Array): number[] {
  const classOf = new Int32Array(rows).fill(-1);
  closed.forEach((members, k) => members.forEach((x) => (classOf[x] = k)));
  const transient = [...classOf.keys()].filter((x) => classOf[x] < 0);
  const result = closed.map((members) => members.reduce((sum, x) => sum + start[x], 0));
  if (transient.length === 0) return result;
  const n = transient.length;
  // Visits to transient states: v = s(I − P_TT)⁻¹, then one step into the classes.
  const system = zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      system.data[j * n + i] = (i === j ? 1 : 0) - data[transient[i] * rows + transient[j]];
    }
  }
  const visits = luDecompose(system).solve(Float64Array.from(transient, (x) => start[x]));
  transient.forEach((x, i) => {
    for (let y = 0; y < rows; y++) if (classOf[y] >= 0) result[classOf[y]] += visits[i] * data[x * rows + y];
  });
  const sum = result.reduce((total, p) => total + p, 0);
  return result.map((p) => p / sum);
}

/**
 * The closed communicating classes: from each of their states exactly the class can be reached.
 *
 * From any state, whatever can be reached and does not lead back is nearer to a closed class; go there until all leads
 * back. States from which a class already found can be reached hold no other. A few searches of |X|² each.
 */
function closedClasses({ rows, data }: Matrix): number[][] {
  const forward = (x: number, y: number): boolean => data[x * rows + y] > 0;
  const backward = (x: number, y: number): boolean => data[y * rows + x] > 0;
  const classes: number[][] = [];
  const settled = new Uint8Array(rows);
  for (let start = settled.indexOf(0); start >= 0; start = settled.indexOf(0)) {
    let x = start;
    for (;;) {
      const reached = search(rows, x, forward);
      const leading = search(rows, x, backward);
      const away = reached.findIndex((seen, y) => seen === 1 && leading[y] === 0);
      if (away < 0) {
        classes.push([...reached.keys()].filter((y) => reached[y] === 1));
        leading.forEach((seen, y) => {
          if (seen === 1) settled[y] = 1;
        });
        break;
      }
      x = away;
    }
  }
  return classes;
}

function search(rows: number, from: number, leads: (x: number, y: number) => boolean): Uint8Array {
  const seen = new Uint8Array(rows);
  seen[from] = 1;
  const queue = [from];
  for (let x = queue.pop(); x !== undefined; x = queue.pop()) {
    for (let y = 0; y < rows; y++) {
      if (seen[y] === 0 && leads(x, y)) {
        seen[y] = 1;
        queue.push(y);
      }
    }
  }
  return seen;
}
