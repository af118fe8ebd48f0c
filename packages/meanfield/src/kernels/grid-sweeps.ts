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

/** Pairs of numbers in a record. */
const FIELDS = 16;

export interface GridSweeps {
  /**
   * For each place of the kernels' order the index in the grid's: lines in pairs, their rows in turn. The last line comes twice
   * where lines are odd in number. One line is folded into two halves, `mirrored` the second; a circle's last row is in both.
   */
  readonly order: Int32Array;
  /** The first place that is used: 1 where a folded line has halves of different lengths, else 0. */
  readonly first: 0 | 1;
  /** 1 where every second place looks the other way: what it calls up is down in the grid, and its momenta are negative. */
  readonly mirrored: 0 | 1;
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
  /** Pairs of lines, and places in each. */
  readonly pairs: number;
  readonly places: number;
  /** Numbers of the best response's stage, live: field n of place q is records[recordAt(q) + 2 n]. */
  readonly records: Float64Array;
  /** Fixes what `respond` solves. */
  readonly prepareResponse: (options: RespondOptions) => void;
  /** Newton's method for the values of a pair of lines in the records; its steps, or −1 where they fail. */
  readonly respond: (pair: number) => number;
  /** The largest residual of the pair solved last. */
  readonly residual: () => number;
}

/** Where in the records the first field of place q stands. */
export function recordAt(q: number): number {
  return ((q >> 1) << 5) | (q & 1);
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
  const mirrored = lines === 1 ? 1 : 0;
  // Of a folded line: rows that are folded, rows of a half, and whether the first half has one less.
  const inner = periodic ? count - 1 : count;
  const half = Math.ceil(inner / 2);
  const first = mirrored === 1 && inner % 2 === 1 ? 1 : 0;
  const rows = mirrored === 1 ? half + (count - inner) : count;
  const pairs = Math.ceil(lines / 2);
  const places = 2 * rows;
  const all = pairs * places;
  const bytes = (length: number): number => 8 * length + 64;
  const arena = openArena(3 * bytes(all) + bytes(3 * places) + bytes(FIELDS * all) + bytes(16));
  const [up, down, given] = [arena.float64(all), arena.float64(all), arena.float64(all)];
  const scratch = arena.float64(3 * places);
  const records = arena.float64(FIELDS * all);
  const call = arena.float64(16);
  const order = Int32Array.from({ length: all }, (_, q) => {
    if (mirrored === 1) {
      const row = q >> 1;
      if (row === half) return (count - 1) * stride;
      return ((q & 1) === 0 ? Math.max(0, row - first) : inner - 1 - row) * stride;
    }
    const pair = Math.floor(q / places);
    const row = (q - pair * places) >> 1;
    return row * stride + Math.min(2 * pair + (q & 1), lines - 1) * between;
  });
  const gather = (ups: Float64Array, downs: Float64Array, values: Float64Array): void => {
    for (let q = first; q < all; q++) {
      const k = order[q];
      const turned = mirrored & q;
      up[q] = turned === 1 ? downs[k] : ups[k];
      down[q] = turned === 1 ? ups[k] : downs[k];
      given[q] = values[k];
    }
  };
  const scatter = (into: Float64Array): void => {
    for (let q = first; q < all; q++) into[order[q]] = given[q];
  };
  call.set([rows, pairs, periodic ? 1 : 0]);
  call[12] = mirrored + first;
  const prepare = (length: number, kept: number): void =>
    call.set([length, kept, up.byteOffset, down.byteOffset, given.byteOffset, scratch.byteOffset], 3);
  const solveValues = (length: number, kept: number): void => {
    prepare(length, kept);
    arena.kernels.gridValues(call.byteOffset);
  };
  const solveMasses = (length: number): void => {
    prepare(length, 1);
    arena.kernels.gridMasses(call.byteOffset);
  };
  return {
    order,
    first,
    mirrored,
    pairs,
    places,
    records,
    up,
    down,
    given,
    solveValues,
    solveMasses,
    values(ups, downs, length, kept, f) {
      gather(ups, downs, f);
      solveValues(length, kept);
      scatter(f);
    },
    masses(ups, downs, length, mass) {
      gather(ups, downs, mass);
      solveMasses(length);
      scatter(mass);
    },
    prepareResponse({ length, discounted, mostRounds, rising, falling }) {
      call.set([length, discounted, mostRounds, rising ? 1 : 0, falling ? 1 : 0], 3);
      call[9] = scratch.byteOffset;
    },
    respond(pair) {
      call[8] = records.byteOffset + 8 * FIELDS * places * pair;
      return arena.kernels.gridResponse(call.byteOffset);
    },
    residual: () => call[10],
  };
}
