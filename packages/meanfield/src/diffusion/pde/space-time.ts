/**
 * The linear system of a Newton step in all unknowns at once: the changes of values, masses and aggregates of all levels, as
 * one sparse matrix, solved by elimination.
 *
 * The equations are those of `linearised.ts` with nothing eliminated (Y. Achdou, I. Capuzzo-Dolcetta, SIAM J. Numer. Anal. 48
 * (2010) 1136–1162, section 4): each row joins two neighbouring levels and three neighbouring points, so that a dissection in
 * space and time keeps the factors small. A kernel joins all points of a level, and then only time is dissected; aggregates are
 * rows and columns that join all points of a level.
 */

import { RefusalError } from "../../core/index.ts";
import { dissect } from "../../numeric/nested-dissection.ts";
import { NoConvergenceError } from "../../numeric/roots.ts";
import { analyseSparse, factorSparse } from "../../numeric/sparse-lu.ts";
import type { SparseAnalysis } from "../../numeric/sparse-lu.ts";
import { assemble, assemblyOf, multiplySparse } from "../../numeric/sparse.ts";
import type { Assembly } from "../../numeric/sparse.ts";
import { fields } from "./environment.ts";
import type { Reply } from "./iteration.ts";
import type { GridFlow, GridProblem } from "./problem.ts";
import { emitEntries, layoutOf, readsNearby } from "./space-time-entries.ts";

/** What all systems of one grid share. */
export interface SpaceTime {
  readonly assembly: Assembly;
  readonly analysis: SparseAnalysis;
}

export interface SpaceTimeStep {
  /** δ, to be added to the flow. */
  readonly change: GridFlow;
  /** |A x − b| / |b|, in the largest entry. */
  readonly residual: number;
}

/** Residuals that refinement is content with, and beyond which the factors are no use. */
const exact = 1e-13;
const useless = 1e-6;
const mostRefinements = 4;

/** Contributions to the matrix that are not too many; numbers of its factors (8 bytes each); products (some 1e9 a second). */
const mostEntries = 5e6;
const mostNumbers = 5e7;
const mostProducts = 1.2e10;

/**
 * Finds the shape of the systems of a problem; any reply in it will do, or in the same game of another viscosity.
 *
 * @throws RefusalError where they are too large.
 */
export function spaceTimeOf(problem: GridProblem, reply: Reply): SpaceTime {
  const { model, grid, size, stages } = problem;
  const rows = growing();
  const columns = growing();
  emitEntries(problem, reply, (row, column) => {
    if (rows.count() === mostEntries) throw tooLarge(problem, "entries", mostEntries);
    rows.push(row);
    columns.push(column);
  });
  const { places, length } = layoutOf(problem);
  const [r, c] = [rows.taken(), columns.taken()];
  // Every entry has a partner across the diagonal, as dissections want it.
  const assembly = assemblyOf(length, length, joinedPlaces(r, c), joinedPlaces(c, r));
  const [t, x, y] = fields(3, length);
  const second = grid.axes[1]?.points.length ?? 1;
  for (let s = 0; s <= stages.length; s++) {
    const at = places(s);
    for (let k = 0; k < size; k++) {
      t[at.value + k] = s;
      // Masses belong with the values one level earlier: those react to them.
      t[at.mass + k] = s - 1;
      x[at.value + k] = x[at.mass + k] = Math.floor(k / second);
      y[at.value + k] = y[at.mass + k] = k % second;
    }
    // Aggregates see a whole level: they stand at its edge, and go into the first cut through it.
    for (let n = 0; n < model.aggregates.length; n++) {
      t[at.aggregate + n] = s;
      x[at.aggregate + n] = y[at.aggregate + n] = -1;
    }
  }
  const local = !readsNearby(problem);
  const analysis = analyseSparse(assembly.pattern, dissect(assembly.pattern, local ? [t, x, y] : [t]));
  const numbers = analysis.entries + analysis.workspace;
  if (numbers > mostNumbers) throw tooLarge(problem, "numbers in its factors", numbers);
  const products = analysis.fronts.reduce((sum, { pivots, unknowns: { length: n } }) => {
    return sum + pivots * (n * (n - pivots) + (pivots * pivots) / 3);
  }, 0);
  if (products > mostProducts) throw tooLarge(problem, "products to be formed", products);
  return { assembly, analysis };
}

function tooLarge({ grid, stages }: GridProblem, what: string, count: number): RefusalError {
  return new RefusalError(
    `linear = direct: the system of ${grid.size} points and ${stages.length} stages has ${count.toPrecision(2)} ${what} or more, ` +
      "too many to be eliminated; take fewer points and steps, or linear = krylov",
  );
}

/**
 * The step δ from the flow of a reply: δ = r + Φ' δ, r being how far the flow induced is from it.
 *
 * @throws NoConvergenceError where elimination without exchanges across parts loses the solution.
 */
export function spaceTimeStep({ assembly, analysis }: SpaceTime, problem: GridProblem, reply: Reply): SpaceTimeStep {
  const { size, stages, model } = problem;
  const { flow, induced } = reply;
  const { places, length } = layoutOf(problem);
  const known = new Float64Array(length);
  for (let s = 0; s <= stages.length; s++) {
    const { mass, aggregate } = places(s);
    for (let k = 0; k < size; k++) known[mass + k] = induced.mass[s][k] - flow.mass[s][k];
    for (let n = 0; n < model.aggregates.length; n++) {
      known[aggregate + n] = induced.aggregates[s][n] - flow.aggregates[s][n];
    }
  }
  const values = new Float64Array(assembly.place.length);
  const b = new Float64Array(length);
  let count = 0;
  emitEntries(problem, reply, (row, column, value, seen) => {
    values[count++] = value;
    if (seen) b[row] -= value * known[column];
  });
  const matrix = assemble(assembly, values);
  const { solve } = factorSparse(analysis, matrix);
  const x = new Float64Array(length);
  const rest = b.slice();
  const image = new Float64Array(length);
  const scale = largest(b);
  let residual = scale === 0 ? 0 : 1;
  for (let round = 0; round < mostRefinements && residual > exact; round++) {
    solve(rest, image);
    for (let i = 0; i < length; i++) x[i] += image[i];
    multiplySparse(matrix, x, image);
    for (let i = 0; i < length; i++) rest[i] = b[i] - image[i];
    const left = largest(rest) / scale;
    if (!(left < residual)) break;
    residual = left;
  }
  if (!(residual <= useless)) {
    throw new NoConvergenceError(
      `linear = direct: elimination leaves a residual of ${residual}; linear = krylov needs none`,
    );
  }
  const mass = fields(stages.length + 1, size);
  const aggregates = fields(stages.length + 1, model.aggregates.length);
  for (let s = 0; s <= stages.length; s++) {
    const at = places(s);
    for (let k = 0; k < size; k++) mass[s][k] = known[at.mass + k] + x[at.mass + k];
    for (let n = 0; n < model.aggregates.length; n++) {
      aggregates[s][n] = known[at.aggregate + n] + x[at.aggregate + n];
    }
  }
  return { change: { mass, aggregates }, residual };
}

function largest(v: Float64Array): number {
  let most = 0;
  for (const each of v) if (!(Math.abs(each) <= most)) most = Math.abs(each);
  return most;
}

/** A list of indices that may become long. */
function growing() {
  let room = new Int32Array(1 << 16);
  let count = 0;
  return {
    push: (index: number): void => {
      if (count === room.length) {
        const larger = new Int32Array(2 * count);
        larger.set(room);
        room = larger;
      }
      room[count++] = index;
    },
    count: (): number => count,
    taken: (): Int32Array => room.subarray(0, count),
  };
}

function joinedPlaces(a: Int32Array, b: Int32Array): Int32Array {
  const out = new Int32Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
