/**
 * Linear systems of stationary games: the derivative of both equations together, with the constant and the conditions that
 * make the answer unique, and of each equation alone.
 *
 * The matrix of a chain is singular: values may be shifted, masses scaled. A pin at one point takes that away; the constant λ
 * and the mass at the pin come back as two more unknowns, found from what the pinned system answers to their columns.
 */

import { once } from "../../core/index.ts";
import { dissect } from "../../numeric/nested-dissection.ts";
import { analyseSparse, factorSparse } from "../../numeric/sparse-lu.ts";
import type { SparseAnalysis, SparseLu } from "../../numeric/sparse-lu.ts";
import { assemble, assemblyOf, multiplySparse } from "../../numeric/sparse.ts";
import type { Assembly } from "../../numeric/sparse.ts";
import { outflowOf } from "./stationary-equations.ts";
import type { StationaryEquations } from "./stationary-equations.ts";
import type { StationaryProblem } from "./stationary-problem.ts";

/** A step of Newton's method. */
export interface CoupledStep {
  readonly u: Float64Array;
  readonly mass: Float64Array;
  readonly constant: number;
}

/** The derivative of both equations in values, masses and constant, ready to be solved with. */
export interface CoupledSystem {
  /**
   * The step with δ(hjb) + δλ = first, δ(outflow) = second (which sums to 0), Σ δπ = total, and δu = 0 at the pin.
   */
  readonly solve: (first: Float64Array, second: Float64Array, total: number) => CoupledStep;
}

/** Both equations of one chain by themselves. */
export interface ChainSystem {
  /** π with Gᵀ π = 0 and Σ π = 1. */
  readonly law: () => Float64Array;
  /** v and c with −G v + c = right (rows of open ends as in the equation), v = 0 at the pin. */
  readonly value: (right: Float64Array) => { readonly u: Float64Array; readonly constant: number };
}

interface Shape {
  readonly assembly: Assembly;
  readonly analysis: SparseAnalysis;
}

const shapes = new WeakMap<StationaryProblem, Map<"coupled" | "law" | "value", Shape>>();

/** Where an assembly puts its contributions, in an order that depends on the problem alone. */
interface Entries {
  readonly row: number[];
  readonly column: number[];
  readonly value: number[];
}

function shapeOf(problem: StationaryProblem, kind: "coupled" | "law" | "value", { row, column }: Entries): Shape {
  const { count, x, y } = problem;
  const mine = shapes.get(problem) ?? new Map<"coupled" | "law" | "value", Shape>();
  shapes.set(problem, mine);
  const known = mine.get(kind);
  if (known !== undefined) return known;
  const each = kind === "coupled" ? 2 : 1;
  const assembly = assemblyOf(each * count, each * count, row, column);
  const twice = (axis: Float64Array): Float64Array =>
    Float64Array.from({ length: each * count }, (_, k) => axis[Math.floor(k / each)]);
  const analysis = analyseSparse(assembly.pattern, dissect(assembly.pattern, [twice(x), twice(y)]));
  const made = { assembly, analysis };
  mine.set(kind, made);
  return made;
}

/** Calls back for every link, in an order that depends on the problem alone. */
function forEachLink(
  { axes, count }: StationaryProblem,
  visit: (a: number, from: number, to: number, side: "up" | "down") => void,
): void {
  axes.forEach(({ next, previous }, a) => {
    for (let i = 0; i < count; i++) {
      if (next[i] >= 0) visit(a, i, next[i], "up");
      if (previous[i] >= 0) visit(a, i, previous[i], "down");
    }
  });
}

/** For each axis, 1 at its open ends: rows of the first equation that links alone do not make. */
function openMarks({ axes, count }: StationaryProblem): readonly Uint8Array[] {
  return axes.map(({ open }) => {
    const marks = new Uint8Array(count);
    for (const { at } of open) marks[at] = 1;
    return marks;
  });
}

/** The unknown with most mass: where a pin disturbs least. */
function pinOf(mass: Float64Array): number {
  let best = 0;
  for (let i = 1; i < mass.length; i++) if (mass[i] > mass[best]) best = i;
  return best;
}

/** The rate at which players leave an unknown: the size of its diagonal entries. */
function leaving({ rates }: StationaryEquations, i: number): number {
  return rates.reduce((sum, { up, down }) => sum + Math.abs(up[i]) + Math.abs(down[i]), 0);
}

/**
 * Factors the derivative of both equations at values and masses that gave `equations`; what is seen beside the density counts
 * as fixed.
 *
 * Throws SingularMatrixError where the pinned matrix is singular.
 */
export function coupledSystem(
  problem: StationaryProblem,
  equations: StationaryEquations,
  mass: Float64Array,
): CoupledSystem {
  const { count: n, weights } = problem;
  // Masses in units of the mean cell: both kinds of unknowns are then of the same size.
  const unit = weights.reduce((sum, w) => sum + w, 0) / n;
  const pin = pinOf(mass);
  const strength = leaving(equations, pin);
  const entries = coupledEntries(problem, equations, mass, { unit, pin, strength });
  const { assembly, analysis } = shapeOf(problem, "coupled", entries);
  const matrix = assemble(assembly, entries.value);
  const lu = factorSparse(analysis, matrix);
  /** One refinement makes up for pivots that were small. */
  const solve = (right: Float64Array): Float64Array => {
    const z = lu.solve(right);
    const rest = multiplySparse(matrix, z);
    for (let k = 0; k < rest.length; k++) rest[k] = right[k] - rest[k];
    lu.solve(rest, rest);
    for (let k = 0; k < rest.length; k++) z[k] += rest[k];
    return z;
  };
  const column = (fill: (into: Float64Array) => void): Float64Array => {
    const right = new Float64Array(2 * n);
    fill(right);
    return solve(right);
  };
  const byConstant = column((into) => {
    for (let i = 0; i < n; i++) into[2 * i] = -1;
  });
  const byMass = column((into) => void (into[2 * pin + 1] = strength));
  const sumOfMasses = (z: Float64Array): number => {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += z[2 * i + 1];
    return sum;
  };
  const [uConstant, uMass] = [byConstant[2 * pin], byMass[2 * pin]];
  const [totalConstant, totalMass] = [sumOfMasses(byConstant), sumOfMasses(byMass)];
  const determinant = uConstant * totalMass - uMass * totalConstant;
  return {
    solve: (first, second, total) => {
      const z = column((into) => {
        for (let i = 0; i < n; i++) {
          into[2 * i] = first[i];
          into[2 * i + 1] = second[i] / unit;
        }
      });
      const u = -z[2 * pin];
      const rest = total / unit - sumOfMasses(z);
      const constant = (u * totalMass - uMass * rest) / determinant;
      const massAtPin = (uConstant * rest - totalConstant * u) / determinant;
      const step = { u: new Float64Array(n), mass: new Float64Array(n), constant };
      for (let i = 0; i < n; i++) {
        step.u[i] = z[2 * i] + constant * byConstant[2 * i] + massAtPin * byMass[2 * i];
        step.mass[i] = unit * (z[2 * i + 1] + constant * byConstant[2 * i + 1] + massAtPin * byMass[2 * i + 1]);
      }
      return step;
    },
  };
}

function coupledEntries(
  problem: StationaryProblem,
  { rates, ratesByDensity, stiffness, openRows, hjbByDensity }: StationaryEquations,
  mass: Float64Array,
  { unit, pin, strength }: { readonly unit: number; readonly pin: number; readonly strength: number },
): Entries {
  const { weights, axes, count } = problem;
  const open = openMarks(problem);
  const entries: Entries = { row: [], column: [], value: [] };
  const put = (row: number, column: number, value: number): void => {
    entries.row.push(row);
    entries.column.push(column);
    entries.value.push(value);
  };
  forEachLink(problem, (a, i, j, side) => {
    const rate = rates[a][side][i];
    const seen = open[a][i] === 1 ? 0 : rate;
    const flow = rate + (ratesByDensity === undefined ? 0 : (ratesByDensity[a][side][i] * mass[i]) / weights[i]);
    const push = (stiffness[a][side][i] * mass[i]) / unit;
    put(2 * i, 2 * j, -seen);
    put(2 * i, 2 * i, seen);
    put(2 * i + 1, 2 * i + 1, flow);
    put(2 * j + 1, 2 * i + 1, -flow);
    put(2 * i + 1, 2 * i, push);
    put(2 * i + 1, 2 * j, -push);
    put(2 * j + 1, 2 * j, push);
    put(2 * j + 1, 2 * i, -push);
  });
  axes.forEach((axis, a) => {
    axis.open.forEach(({ at, inner, innermost }, k) => {
      const row = openRows[a][k];
      [at, inner, innermost].forEach((to, part) => put(2 * at, 2 * to, row[part]));
    });
  });
  for (let i = 0; i < count; i++) {
    put(2 * i, 2 * i + 1, (hjbByDensity[i] * unit) / weights[i]);
    put(2 * i, 2 * i, i === pin ? strength : 0);
    put(2 * i + 1, 2 * i + 1, i === pin ? strength : 0);
  }
  return entries;
}

/** Factors a chain and its first equation at values that gave `equations`, pinned where `mass` is largest. */
export function chainSystem(
  problem: StationaryProblem,
  equations: StationaryEquations,
  mass: Float64Array,
): ChainSystem {
  const { count: n, axes } = problem;
  const pin = pinOf(mass);
  const strength = leaving(equations, pin);
  const entries = chainEntries(problem, equations, pin, strength);
  const { assembly, analysis } = shapeOf(problem, "law", entries);
  // Columns sum to 0 but for the pin, so that the largest pivots are on the diagonal and masses need no subtraction.
  const lu = factorSparse(analysis, assemble(assembly, entries.value));
  const values = once(() =>
    axes.every(({ open }) => open.length === 0)
      ? lu.solveTransposed
      : factorValue(problem, equations, pin, strength).solve,
  );
  return {
    law: () => {
      const masses = new Float64Array(n);
      masses[pin] = 1;
      lu.solve(masses, masses);
      // Columns of a matrix in double precision do not quite sum to 0, and the pin collects what is missing. What flows over
      // links is conserved to the last bit: it tells the correction.
      const rest = outflowOf(problem, equations.rates, masses).map((value) => -value);
      lu.solve(rest, rest);
      const refined = masses.map((value, i) => value + rest[i]);
      const total = refined.reduce((sum, value) => sum + value, 0);
      return refined.map((value) => value / total);
    },
    value: (right) => {
      const u = values()(right);
      const byConstant = values()(new Float64Array(n).fill(1));
      const constant = u[pin] / byConstant[pin];
      return { u: u.map((value, i) => value - constant * byConstant[i]), constant };
    },
  };
}

/** The pin, among zeros for all other points where it might be next time. */
function pinned(count: number, pin: number, strength: number): Entries {
  const diagonal = Array.from({ length: count }, (_, i) => i);
  return { row: diagonal, column: diagonal.slice(), value: diagonal.map((i) => (i === pin ? strength : 0)) };
}

function chainEntries(
  problem: StationaryProblem,
  { rates }: StationaryEquations,
  pin: number,
  strength: number,
): Entries {
  const entries = pinned(problem.count, pin, strength);
  forEachLink(problem, (a, i, j, side) => {
    const rate = rates[a][side][i];
    entries.row.push(i, j);
    entries.column.push(i, i);
    entries.value.push(rate, -rate);
  });
  return entries;
}

/** The first equation where open ends make it another matrix than the transpose of the second. */
function factorValue(
  problem: StationaryProblem,
  equations: StationaryEquations,
  pin: number,
  strength: number,
): SparseLu {
  const { rates, openRows } = equations;
  const open = openMarks(problem);
  const entries = pinned(problem.count, pin, strength);
  const put = (row: number, column: number, value: number): void => {
    entries.row.push(row);
    entries.column.push(column);
    entries.value.push(value);
  };
  forEachLink(problem, (a, i, j, side) => {
    const rate = open[a][i] === 1 ? 0 : rates[a][side][i];
    put(i, j, -rate);
    put(i, i, rate);
  });
  problem.axes.forEach((axis, a) => {
    axis.open.forEach(({ at, inner, innermost }, k) => {
      [at, inner, innermost].forEach((to, part) => put(at, to, openRows[a][k][part]));
    });
  });
  const { assembly, analysis } = shapeOf(problem, "value", entries);
  return factorSparse(analysis, assemble(assembly, entries.value));
}
