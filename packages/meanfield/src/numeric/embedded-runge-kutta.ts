/**
 * One step of an explicit embedded Runge-Kutta pair with continuous extension, for any tableau whose last regular
 * stage is the new value itself ("first same as last").
 *
 * Hairer, Norsett & Wanner, Solving Ordinary Differential Equations I, 2nd ed., II.4-II.6 and II.10 (the notation
 * k_i, a_ij, c_i, theta is theirs). Both Dormand-Prince pairs of this folder are data for it.
 */

/** Writes dy/dt at (t, y) into `dy`; `y` is the solver's own array and must not be changed or kept. */
export type RightHandSide = (t: number, y: Float64Array, dy: Float64Array) => void;

/** An embedded pair as data. Rows list the weights of k_0, k_1, ... and may be shorter than the number of stages. */
export interface EmbeddedPair {
  readonly order: number;
  /** c_i for every stage, those of the continuous extension last. */
  readonly nodes: readonly number[];
  /** a_ij for every stage; row 0 is empty. */
  readonly stages: readonly (readonly number[])[];
  /** Index of the stage at c = 1 whose row holds the weights b of the new value. */
  readonly last: number;
  /** Error estimators: one row (the local error is its sum), or two (fifth- and third-order, combined as in DOP853). */
  readonly errors: readonly (readonly number[])[];
  /** The rows of the continuous extension beyond the three that its end values and slopes fix. */
  readonly dense: readonly (readonly number[])[];
  /** Step-size control (book, IV.2): h grows by at most `growth`, shrinks to at least `shrink`; `damping` is beta. */
  readonly controller: {
    readonly exponent: number;
    readonly damping: number;
    readonly shrink: number;
    readonly growth: number;
  };
}

/** Rows with their zeros left out, laid end to end. */
interface SparseRows {
  readonly start: Int32Array;
  readonly column: Int32Array;
  readonly value: Float64Array;
}

function sparseRows(rows: readonly (readonly number[])[]): SparseRows {
  const start = [0];
  const column: number[] = [];
  const value: number[] = [];
  for (const row of rows) {
    for (const [j, weight] of row.entries()) {
      if (weight === 0) continue;
      column.push(j);
      value.push(weight);
    }
    start.push(value.length);
  }
  return { start: Int32Array.from(start), column: Int32Array.from(column), value: Float64Array.from(value) };
}

/** The moving part of an integration: a point, its slope, and room for the stages of the step that leaves it. */
export interface Stepper {
  /** The state at the start of the step. */
  readonly y: Float64Array;
  /** The slope there; whoever sets `y` evaluates it with `evaluate`. */
  readonly slope: Float64Array;
  /** The state and slope at the end of the attempted step. */
  readonly yNew: Float64Array;
  readonly slopeNew: Float64Array;
  /** Coefficients per component per step of the continuous extension. */
  readonly denseCount: number;
  /** Calls the right-hand side and counts the call. */
  evaluate(t: number, y: Float64Array, dy: Float64Array): void;
  evaluations(): number;
  /** Tries a step of (signed) size h: the scaled error (at most 1 is acceptable), or NaN where a value is not finite. */
  attempt(t: number, h: number, relative: number, absolute: number): number;
  /** Writes denseCount * n coefficients for the attempted step; false where a value is not finite. */
  writeDense(t: number, h: number, target: Float64Array, offset: number): boolean;
  /** Makes the end of the attempted step the start of the next. */
  advance(): void;
}

function allFinite(x: Float64Array): boolean {
  for (let i = 0; i < x.length; i++) if (!Number.isFinite(x[i])) return false;
  return true;
}

/** A stepper of the pair for a system of n equations; steps allocate nothing. */
export function createStepper(pair: EmbeddedPair, f: RightHandSide, n: number): Stepper {
  const { nodes, last } = pair;
  const stages = sparseRows(pair.stages);
  const errors = sparseRows(pair.errors);
  const dense = sparseRows(pair.dense);
  const twoEstimates = pair.errors.length === 2;
  const denseCount = 3 + pair.dense.length;
  const flat = new Float64Array(nodes.length * n);
  const k = nodes.map((_, s) => flat.subarray(s * n, (s + 1) * n));
  const y = new Float64Array(n);
  const yNew = new Float64Array(n);
  const yStage = new Float64Array(n);
  let evaluations = 0;

  const weigh = (rows: SparseRows, row: number, i: number): number => {
    let sum = 0;
    for (let p = rows.start[row]; p < rows.start[row + 1]; p++) sum += rows.value[p] * flat[rows.column[p] * n + i];
    return sum;
  };

  const evaluate = (t: number, at: Float64Array, dy: Float64Array): void => {
    evaluations++;
    f(t, at, dy);
  };

  const runStage = (s: number, t: number, h: number, target: Float64Array): void => {
    for (let i = 0; i < n; i++) target[i] = y[i] + h * weigh(stages, s, i);
    evaluate(t + nodes[s] * h, target, k[s]);
  };

  return {
    y,
    slope: k[0],
    yNew,
    slopeNew: k[last],
    denseCount,
    evaluate,
    evaluations: () => evaluations,
    attempt(t, h, relative, absolute) {
      for (let s = 1; s < last; s++) runStage(s, t, h, yStage);
      runStage(last, t, h, yNew);
      if (!allFinite(yNew) || !allFinite(k[last])) return Number.NaN;
      let main = 0;
      let low = 0;
      for (let i = 0; i < n; i++) {
        const tolerance = absolute + relative * Math.max(Math.abs(y[i]), Math.abs(yNew[i]));
        const e = weigh(errors, 0, i) / tolerance;
        main += e * e;
        if (twoEstimates) {
          const e3 = weigh(errors, 1, i) / tolerance;
          low += e3 * e3;
        }
      }
      if (!twoEstimates) return Math.abs(h) * Math.sqrt(main / n);
      // DOP853 (book, II.10): err5^2 / sqrt(err5^2 + 0.01 err3^2), of order h^8.
      const both = main + 0.01 * low;
      // An overflowing estimate from finite values is a very bad step, not a broken one.
      if (both === Number.POSITIVE_INFINITY) return both;
      return both === 0 ? 0 : (Math.abs(h) * main) / Math.sqrt(both * n);
    },
    writeDense(t, h, target, offset) {
      for (let s = last + 1; s < nodes.length; s++) runStage(s, t, h, yStage);
      const start = k[0];
      const end = k[last];
      let finite = true;
      for (let i = 0; i < n; i++) {
        const difference = yNew[i] - y[i];
        const bend = h * start[i] - difference;
        target[offset + i] = difference;
        target[offset + n + i] = bend;
        target[offset + 2 * n + i] = difference - h * end[i] - bend;
        for (let r = 3; r < denseCount; r++) {
          const coefficient = h * weigh(dense, r - 3, i);
          target[offset + r * n + i] = coefficient;
          if (!Number.isFinite(coefficient)) finite = false;
        }
      }
      return finite;
    },
    advance() {
      y.set(yNew);
      k[0].set(k[last]);
    },
  };
}

/**
 * The continuous extension at the fraction theta of a step, into `out`.
 *
 * y0 + theta (r0 + (1 - theta) (r1 + theta (r2 + (1 - theta) (r3 + ...)))), the nested form of the book's codes: it
 * takes both end values exactly (up to the last addition) and the end slopes from r1 and r2. `start` holds y0 from
 * `startOffset`; `coefficients` holds r0, r1, ... each of length n, from `offset`.
 */
export function evaluateDense(
  start: Float64Array,
  startOffset: number,
  coefficients: Float64Array,
  offset: number,
  denseCount: number,
  theta: number,
  out: Float64Array,
): void {
  const n = out.length;
  const rest = 1 - theta;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let r = denseCount - 1; r >= 0; r--) {
      sum = (coefficients[offset + r * n + i] + sum) * (r % 2 === 0 ? theta : rest);
    }
    out[i] = start[startOffset + i] + sum;
  }
}
