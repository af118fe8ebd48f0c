import { InputError, RefusalError, describeParameters, tabulate } from "meanfield";
import type { Certificate, Preparation, Quantity, QuantityTable, Solution, SolveRequest, Solver } from "meanfield";

/** One cell of a comparison: one solver, and one value of the varied parameter where there is one. */
export interface Cell {
  readonly solver: string;
  readonly value: number | undefined;
}

/** A cell that may be solved, or was refused already. */
export interface PlannedCell extends Cell {
  readonly plan: Preparation | RefusalError;
}

/** A solved cell. */
export interface Compared extends Cell {
  readonly solution: Solution;
  /** Seconds from the start of the solve to the end of each iteration. */
  readonly elapsed: readonly number[];
}

/** A cell whose question turned out to have no answer, such as a horizon beyond an explosion. */
export interface Refused extends Cell {
  readonly refusal: string;
}

/** One row of the table and of the JSON document. */
export interface Row {
  readonly solver: string;
  readonly value?: number;
  readonly outcome: string;
  readonly reason: string;
  readonly iterations: number | null;
  readonly seconds: number | null;
  readonly certificate: Certificate | null;
  readonly scalars: Readonly<Record<string, number>>;
}

/**
 * The request of one cell: each solver takes those options (and the tolerance) that it has.
 *
 * @throws InputError for an option that none of the compared solvers has.
 */
export function cellRequest(
  request: SolveRequest,
  solvers: readonly Solver[],
  solver: Solver,
  name: string | undefined,
  value: number | undefined,
): SolveRequest {
  const { options = {}, tolerance, ...rest } = request;
  const has = (candidate: Solver, option: string): boolean =>
    Object.hasOwn(describeParameters(candidate.options), option);
  for (const [option, given] of Object.entries({ ...options, ...(tolerance === undefined ? {} : { tolerance }) })) {
    if (!solvers.some((candidate) => has(candidate, option))) {
      const names = solvers.map((candidate) => candidate.name).join(" or ");
      throw new InputError(`option ${option}`, given, `an option of ${names}`);
    }
  }
  return {
    ...rest,
    solver: solver.name,
    options: Object.fromEntries(Object.entries(options).filter(([option]) => has(solver, option))),
    ...(tolerance === undefined || !has(solver, "tolerance") ? {} : { tolerance }),
    ...(name === undefined ? {} : { parameters: { ...request.parameters, [name]: value } }),
  };
}

/** The result of `work`, or the refusal it threw; other errors pass. */
export function orRefusal<T>(work: () => T): T | RefusalError {
  try {
    return work();
  } catch (error) {
    if (error instanceof RefusalError) return error;
    throw error;
  }
}

export function rowOf(cell: Compared | Refused): Row {
  const { solver, value } = cell;
  const start = { solver, ...(value === undefined ? {} : { value }) };
  if ("refusal" in cell) {
    const nothing = { iterations: null, seconds: null, certificate: null, scalars: {} };
    return { ...start, outcome: "refused", reason: cell.refusal, ...nothing };
  }
  const { outcome, certificate, seconds } = cell.solution;
  return {
    ...start,
    outcome: outcome.outcome,
    reason: outcome.reason,
    iterations: outcome.iterations,
    seconds,
    certificate,
    scalars: scalarsOf(cell.solution),
  };
}

export function scalarsOf(solution: Solution): Record<string, number> {
  return Object.fromEntries(
    Object.entries(solution.quantities).flatMap(([name, quantity]) =>
      quantity.axes.length === 0 ? [[name, quantity.at()]] : [],
    ),
  );
}

/** The names of all scalars that any row has, in the order they appear. */
export function scalarNames(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ scalars }) => Object.keys(scalars)))];
}

/** The outcome of the whole: stopped, else the first row that did not converge, else converged. */
export function worstOutcome(rows: readonly Row[], stopped: boolean): { outcome: string; reason: string } {
  if (stopped || rows.some(({ outcome }) => outcome === "aborted")) {
    return { outcome: "aborted", reason: "stopped by request" };
  }
  const bad = rows.find(({ outcome }) => outcome !== "converged");
  if (bad === undefined) return { outcome: "converged", reason: `${rows.length} solves, all converged` };
  const where = bad.value === undefined ? bad.solver : `${bad.solver} at ${bad.value}`;
  return { outcome: bad.outcome, reason: `${where}: ${bad.reason}` };
}

/** How far two solvers' answers lie apart, by quantity. */
export interface PairDistance {
  readonly solvers: readonly [string, string];
  readonly distance: Readonly<Record<string, number>>;
}

/** Of every two solvers the largest distance of each quantity that both have. */
export function pairDistances(compared: readonly Compared[]): PairDistance[] {
  return compared.flatMap((first, i) =>
    compared.slice(i + 1).map(({ solver, solution }): PairDistance => {
      const [ours, theirs] = [first.solution.quantities, solution.quantities];
      const names = Object.keys(ours).filter((name) => Object.hasOwn(theirs, name));
      const distance = names.flatMap((name) => {
        const value = distanceOf(ours[name], theirs[name]);
        return value === undefined ? [] : [[name, value] as const];
      });
      return { solvers: [first.solver, solver], distance: Object.fromEntries(distance) };
    }),
  );
}

/** Largest distance between any two solvers, for every quantity that all have. */
export function differences(pairs: readonly PairDistance[]): Record<string, number> {
  const names = Object.keys(pairs[0]?.distance ?? {}).filter((name) =>
    pairs.every(({ distance }) => Object.hasOwn(distance, name)),
  );
  return Object.fromEntries(names.map((name) => [name, Math.max(...pairs.map(({ distance }) => distance[name]))]));
}

/**
 * Largest distance on the coarser of the two grids, where methods draw the same quantity on grids of their own.
 *
 * Undefined where they have different axes, or no point in common.
 */
function distanceOf(a: Quantity, b: Quantity): number | undefined {
  const points = ({ axes }: Quantity): number => axes.reduce((product, { grid }) => product * grid.length, 1);
  const [coarse, fine] = points(a) <= points(b) ? [a, b] : [b, a];
  const same =
    coarse.axes.length === fine.axes.length && coarse.axes.every(({ name }, i) => name === fine.axes[i].name);
  if (!same) return undefined;
  const shared = coarse.axes.map(({ name, grid }, i) => {
    const other = fine.axes[i];
    const within =
      other.kind === "discrete"
        ? (x: number): boolean => other.grid.includes(x)
        : (x: number): boolean => x >= other.grid[0] && x <= other.grid[other.grid.length - 1];
    return [name, [...grid].filter(within)] as const;
  });
  if (shared.some(([, grid]) => grid.length === 0)) return undefined;
  const at = Object.fromEntries(shared);
  const [left, right] = [valuesOf(tabulate(coarse, at)), valuesOf(tabulate(fine, at))];
  return left.reduce((largest, value, i) => Math.max(largest, Math.abs(value - right[i])), 0);
}

/** Scalars by solver (`cost_riccati`), or along the varied parameter at the values that were solved. */
export function quantitiesOf(compared: readonly Compared[], vary: string | undefined): Record<string, QuantityTable> {
  const quantities: Record<string, QuantityTable> = {};
  for (const solver of new Set(compared.map((cell) => cell.solver))) {
    const cells = compared
      .filter((cell) => cell.solver === solver)
      .map(({ value, solution }) => ({ value, scalars: scalarsOf(solution) }));
    for (const name of new Set(cells.flatMap(({ scalars }) => Object.keys(scalars)))) {
      const having = cells.filter(({ scalars }) => Object.hasOwn(scalars, name));
      const value = having.map(({ scalars }) => scalars[name]);
      quantities[`${name}_${solver.replaceAll("-", "_")}`] =
        vary === undefined ? value[0] : { axes: { [vary]: having.map((cell) => cell.value as number) }, value };
    }
  }
  return quantities;
}

function valuesOf(quantity: QuantityTable): readonly number[] {
  return typeof quantity === "number" ? [quantity] : quantity.value;
}
