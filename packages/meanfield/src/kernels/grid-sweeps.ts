/**
 * Implicit steps on all lines of a grid along one axis, in WebAssembly: values, masses, and quadratic best responses
 * (kernels/grid-sweeps.ts and grid-response.ts say how).
 *
 * Arrays of the caller are in the grid's own order; the kernels' are in the order of lines, two lines at a time in the plane.
 */
import { openArena } from "./arena.ts";

export interface LineShape {
  /** Points of a line, at least 3, and how far apart they lie in an array. */
  readonly count: number;
  readonly stride: number;
  /** Lines, and how far apart they begin. */
  readonly lines: number;
  readonly between: number;
  /** Whether lines are circles. */
  readonly periodic: boolean;
}

/** Places in a record; `rise` and `fall` are written by the kernel, and `value` improved from a guess. */
export const recordField = {
  value: 0,
  later: 1,
  source: 2,
  scale: 3,
  rest: 4,
  floor: 5,
  addUp: 6,
  addDown: 7,
  diffuseUp: 8,
  diffuseDown: 9,
  gainUp: 10,
  gainDown: 11,
  central: 12,
  free: 13,
  rise: 14,
  fall: 15,
} as const;

/** Numbers of a record. */
const FIELDS = 16;

export interface GridSweeps {
  /** For each place of the kernels' order the index in the grid's; the last line comes twice where lines are odd in number. */
  readonly order: Int32Array;
  /** Numbers of the best response's stage, live: field n of place q is records[at[q] + n · step]. */
  readonly records: Float64Array;
  readonly at: Int32Array;
  readonly step: number;
  /** Rates, and what is given and becomes the solution, live and in the kernels' order, for the two solves after. */
  readonly up: Float64Array;
  readonly down: Float64Array;
  readonly given: Float64Array;
  readonly solveValues: (length: number, kept: number) => void;
  readonly solveMasses: (length: number) => void;
  /** Solves kept f + length (up (f − f_next) + down (f − f_previous)) = what `f` holds; in place. */
  readonly values: (up: Float64Array, down: Float64Array, length: number, kept: number, f: Float64Array) => void;
  /** Solves the transpose with kept = 1; in place. */
  readonly masses: (up: Float64Array, down: Float64Array, length: number, mass: Float64Array) => void;
  /** Newton's method for the values in the records: its steps (−1 if it fails) and the largest residual. */
  readonly respond: (options: RespondOptions) => { readonly rounds: number; readonly residual: number };
}

export interface RespondOptions {
  readonly length: number;
  /** Length times discount rate. */
  readonly discounted: number;
  readonly mostRounds: number;
  /** Whether momenta above, and below rest cost. */
  readonly rising: boolean;
  readonly falling: boolean;
}

/** Room and kernels for the lines of one axis. */
export function gridSweeps({ count, stride, lines, between, periodic }: LineShape): GridSweeps {
  if (!(Number.isSafeInteger(count) && count >= 3)) throw new RangeError(`count must be an integer >= 3, got ${count}`);
  const together = lines === 1 ? 1 : 2;
  const groups = Math.ceil(lines / together);
  const places = groups * count * together;
  const bytes = (length: number): number => 8 * length + 64;
  const arena = openArena(3 * bytes(places) + bytes(3 * count * together) + bytes(FIELDS * places) + bytes(16));
  const [up, down, given] = [arena.float64(places), arena.float64(places), arena.float64(places)];
  const scratch = arena.float64(3 * count * together);
  const records = arena.float64(FIELDS * places);
  const call = arena.float64(16);
  const order = new Int32Array(places);
  const at = new Int32Array(places);
  for (let q = 0; q < places; q++) {
    const lane = q % together;
    const row = (q - lane) / together;
    const group = Math.floor(row / count);
    const line = Math.min(group * together + lane, lines - 1);
    order[q] = (row - group * count) * stride + line * between;
    at[q] = row * FIELDS * together + lane;
  }
  const pairs = together === 2;
  const inOrder = order.every((k, q) => k === q);
  const gather = (from: Float64Array, into: Float64Array): void => {
    if (inOrder) into.set(from);
    else for (let q = 0; q < into.length; q++) into[q] = from[order[q]];
  };
  const scatter = (from: Float64Array, into: Float64Array): void => {
    if (inOrder) into.set(from);
    else for (let q = 0; q < from.length; q++) into[order[q]] = from[q];
  };
  call.set([count, groups, periodic ? 1 : 0]);
  const prepare = (length: number, kept: number): void =>
    call.set([length, kept, up.byteOffset, down.byteOffset, given.byteOffset, scratch.byteOffset], 3);
  const solveValues = (length: number, kept: number): void => {
    prepare(length, kept);
    arena.kernels.gridValues(call.byteOffset, pairs);
  };
  const solveMasses = (length: number): void => {
    prepare(length, 1);
    arena.kernels.gridMasses(call.byteOffset, pairs);
  };
  return {
    order,
    records,
    at,
    step: together,
    up,
    down,
    given,
    solveValues,
    solveMasses,
    values(ups, downs, length, kept, f) {
      gather(ups, up);
      gather(downs, down);
      gather(f, given);
      solveValues(length, kept);
      scatter(given, f);
    },
    masses(ups, downs, length, mass) {
      gather(ups, up);
      gather(downs, down);
      gather(mass, given);
      solveMasses(length);
      scatter(given, mass);
    },
    respond({ length, discounted, mostRounds, rising, falling }) {
      const [above, below] = [rising ? 1 : 0, falling ? 1 : 0];
      call.set([length, discounted, mostRounds, above, below, records.byteOffset, scratch.byteOffset, 0], 3);
      const rounds = arena.kernels.gridResponse(call.byteOffset, pairs);
      return { rounds, residual: call[10] };
    },
  };
}
