import { InputError } from "../../core/index.ts";
import { matrix, zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import type { Layout, TimeMatrix } from "./model.ts";

/**
 * Linear functionals and quadratic forms written as a person writes them, so that a game's file reads like its paper.
 *
 *     const gap = { mean: 1, state: -1 };                       // x̄ − x
 *     quadraticForm(layout).half(1, { control: 1 }).product(-q, { control: 1 }, gap).half(epsilon, gap)
 */
export interface Functional {
  readonly state?: number | readonly number[];
  readonly mean?: number | readonly number[];
  readonly common?: number | readonly number[];
  readonly control?: number | readonly number[];
  readonly meanControl?: number | readonly number[];
  readonly one?: number;
}

export interface QuadraticForm {
  /** Adds ½ · weight · f². */
  readonly half: (weight: number, f: Functional) => QuadraticForm;
  /** Adds weight · f · g. */
  readonly product: (weight: number, f: Functional, g: Functional) => QuadraticForm;
  /** Adds weight · f. */
  readonly linear: (weight: number, f: Functional) => QuadraticForm;
  /** The symmetric matrix Q with form = ½ z′Qz. */
  readonly matrix: Matrix;
}

/** A quadratic form on z = (x, x̄, s, α, ᾱ, 1), for running costs; starts at zero, or adds into `into`. */
export function quadraticForm(layout: Layout, into: Matrix = zeros(layout.size, layout.size)): QuadraticForm {
  return formOn(into, (f) => row(layout, f));
}

/** A quadratic form on w = (x, x̄, s, 1), for terminal costs. */
export function terminalForm(layout: Layout): QuadraticForm {
  return formOn(zeros(layout.stateSize, layout.stateSize), (f) => {
    for (const field of ["control", "meanControl"] as const) {
      if (f[field] !== undefined)
        throw new InputError(field, f[field], "left out of a terminal cost, which has no control");
    }
    const full = row(layout, f);
    const short = full.slice(0, layout.stateSize);
    short[layout.offset.stateOne] = full[layout.offset.one];
    return short;
  });
}

/** Rows of a drift matrix, one functional of z per coordinate. */
export function linearRows(layout: Layout, functionals: readonly Functional[]): Matrix {
  const out = zeros(functionals.length, layout.size);
  functionals.forEach((f, i) => out.data.set(row(layout, f), i * layout.size));
  return out;
}

/** A matrix that is the same at all times. */
export function constantMatrix(value: Matrix): TimeMatrix {
  return {
    rows: value.rows,
    columns: value.columns,
    timeDependent: false,
    into: (_t, out) => out.data.set(value.data),
  };
}

/** A matrix times a scalar function of time, such as a discount factor. */
export function scaledMatrix(value: Matrix, factor: (t: number) => number): TimeMatrix {
  return {
    rows: value.rows,
    columns: value.columns,
    timeDependent: true,
    into: (t, out) => {
      const scale = factor(t);
      for (let i = 0; i < value.data.length; i++) out.data[i] = scale * value.data[i];
    },
  };
}

/** A matrix that `write` fills anew at each time; `out` comes in zeroed. */
export function timeMatrix(rows: number, columns: number, write: (t: number, out: Matrix) => void): TimeMatrix {
  return {
    rows,
    columns,
    timeDependent: true,
    into: (t, out) => {
      out.data.fill(0);
      write(t, out);
    },
  };
}

/** A 1 × 1 matrix. */
export function scalarMatrix(value: number): Matrix {
  return matrix(1, 1, [value]);
}

function formOn(target: Matrix, toRow: (f: Functional) => Float64Array): QuadraticForm {
  const n = target.columns;
  const addProduct = (weight: number, f: Functional, g: Functional): QuadraticForm => {
    const a = toRow(f);
    const b = toRow(g);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const symmetric = a[i] * b[j] + b[i] * a[j];
        target.data[i * n + j] = target.data[i * n + j] + weight * symmetric;
      }
    }
    return form;
  };
  const form: QuadraticForm = {
    half: (weight, f) => addProduct(weight / 2, f, f),
    product: addProduct,
    linear: (weight, f) => addProduct(weight, f, { one: 1 }),
    matrix: target,
  };
  return form;
}

const FUNCTIONAL: readonly string[] = ["state", "mean", "common", "control", "meanControl", "one"];

/** @throws InputError for a coefficient of what is not in z, or for a wrong number of them. */
function row(layout: Layout, f: Functional): Float64Array {
  const out = new Float64Array(layout.size);
  const unknown = Object.keys(f).find((key) => !FUNCTIONAL.includes(key));
  if (unknown !== undefined) {
    throw new InputError(
      unknown,
      Object.entries(f).find(([key]) => key === unknown)?.[1],
      `one of ${FUNCTIONAL.join(", ")}`,
    );
  }
  const put = (values: number | readonly number[] | undefined, offset: number, length: number, name: string): void => {
    if (values === undefined) return;
    const list = typeof values === "number" ? [values] : values;
    if (!Array.isArray(list) || list.length !== length || !list.every((value) => Number.isFinite(value))) {
      throw new InputError(
        name,
        values,
        length === 1 ? "a finite number" : `${length} finite numbers, as in the layout`,
      );
    }
    out.set(list, offset);
  };
  const { offset } = layout;
  put(f.state, offset.state, layout.state, "state");
  put(f.mean, offset.mean, layout.state, "mean");
  put(f.common, offset.common, layout.common, "common");
  put(f.control, offset.control, layout.control, "control");
  put(f.meanControl, offset.meanControl, layout.control, "meanControl");
  put(f.one, offset.one, 1, "one");
  return out;
}
