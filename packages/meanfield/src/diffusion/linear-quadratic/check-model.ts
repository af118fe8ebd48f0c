/** What a person's own model must be before anything is computed with it; types alone are gone when it runs. */

import { InputError } from "../../core/index.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import { symmetricEigen } from "../../numeric/symmetric-eigen.ts";
import { layout } from "./model.ts";
import type { LinearQuadraticModel, TimeMatrix } from "./model.ts";

const checked = new WeakSet<LinearQuadraticModel>();

/** Rounding in a person's own arithmetic, relative to the largest entry. */
const ROUNDING = 1e-10;

/**
 * Checks sizes, finite entries, symmetry and definiteness, once for each model; matrices that depend on time are looked
 * at the start, the middle and the end.
 *
 * @throws InputError naming the part of the model, such as `model.running`.
 */
export function checkModel(model: LinearQuadraticModel): void {
  if (checked.has(model)) return;
  const { horizon, noise, initial } = model;
  checkLayout(model);
  const { state: d, common: e, size, stateSize, offset } = model.layout;
  if (!(Number.isFinite(horizon) && horizon > 0)) throw new InputError("model.horizon", horizon, "a finite number > 0");
  checkTimeMatrix("model.drift", model.drift, d, size, horizon);
  checkTimeMatrix("model.commonDrift", model.commonDrift, e, size, horizon, (matrix) => {
    for (let p = 0; p < matrix.data.length; p++) {
      const column = p % size;
      const own = column < d || (column >= offset.control && column < offset.meanControl);
      if (own && matrix.data[p] !== 0) {
        throw new InputError(
          "model.commonDrift",
          matrix.data[p],
          `zero in row ${Math.floor(p / size)}, column ${column}: one player's state and control move s only through the means`,
        );
      }
    }
  });
  checkTimeMatrix("model.running", model.running, size, size, horizon, (matrix) =>
    checkSymmetric("model.running", matrix),
  );
  checkMatrix("model.terminal", model.terminal, stateSize, stateSize);
  checkSymmetric("model.terminal", model.terminal);
  checkMatrix("model.noise.own", noise?.own, d);
  checkMatrix("model.noise.common", noise.common, d);
  checkMatrix("model.noise.commonState", noise.commonState, e, noise.common.columns);
  checkVector("model.initial.mean", initial?.mean, d);
  checkVector("model.initial.commonState", initial.commonState, e);
  checkMatrix("model.initial.covariance", initial.covariance, d, d);
  checkSymmetric("model.initial.covariance", initial.covariance);
  const { values } = symmetricEigen(initial.covariance);
  const largest = Math.max(...values);
  const least = Math.min(...values);
  if (least < -ROUNDING * Math.abs(largest)) {
    throw new InputError("model.initial.covariance", `a matrix with the eigenvalue ${least}`, "positive semidefinite");
  }
  checked.add(model);
}

function checkLayout({ layout: given }: LinearQuadraticModel): void {
  const whole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && Number(value) >= least;
  if (!(whole(given?.state, 1) && whole(given.control, 1) && whole(given.common, 0))) {
    throw new InputError("model.layout", given, "made by layout(state, control, common), the first two at least 1");
  }
  const right = layout(given.state, given.control, given.common);
  const { offset, ...sizes } = right;
  const agree = (want: object, have: object | undefined): boolean =>
    have !== undefined && Object.entries(want).every(([key, value]) => Reflect.get(have, key) === value);
  if (!(agree(sizes, given) && agree(offset, given.offset))) {
    throw new InputError("model.layout", given, "made by layout(state, control, common)");
  }
}

function checkTimeMatrix(
  field: string,
  given: TimeMatrix,
  rows: number,
  columns: number,
  horizon: number,
  look: (matrix: Matrix) => void = () => undefined,
): void {
  if (typeof given?.into !== "function") {
    throw new InputError(field, given, "a matrix of time, made by constantMatrix or timeMatrix");
  }
  checkSize(field, given, rows, columns);
  for (const t of given.timeDependent ? [0, horizon / 2, horizon] : [0]) {
    const matrix = zeros(rows, columns);
    given.into(t, matrix);
    checkFinite(given.timeDependent ? `${field} at t = ${t}` : field, matrix.data);
    look(matrix);
  }
}

function checkMatrix(field: string, given: Matrix | undefined, rows: number, columns = given?.columns ?? 0): void {
  if (!(given?.data instanceof Float64Array)) throw new InputError(field, given, `a matrix with ${rows} rows`);
  checkSize(field, given, rows, columns);
  if (given.data.length !== rows * columns) {
    throw new InputError(field, `${given.data.length} entries`, `${rows * columns} entries for ${rows} × ${columns}`);
  }
  checkFinite(field, given.data);
}

function checkSize(field: string, given: { readonly rows: number; readonly columns: number }, r: number, c: number) {
  if (given.rows === r && given.columns === c) return;
  throw new InputError(field, `${given.rows} × ${given.columns}`, `of size ${r} × ${c} by the layout`);
}

function checkVector(field: string, given: Float64Array | undefined, length: number): void {
  if (!(given instanceof Float64Array && given.length === length)) {
    throw new InputError(field, given, `a Float64Array of length ${length}`);
  }
  checkFinite(field, given);
}

function checkFinite(field: string, values: Float64Array): void {
  const broken = values.find((value) => !Number.isFinite(value));
  if (broken !== undefined) throw new InputError(field, broken, "finite in every entry");
}

function checkSymmetric(field: string, { rows, data }: Matrix): void {
  const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [data[i * rows + j], data[j * rows + i]];
      if (Math.abs(below - above) <= ROUNDING * largest) continue;
      throw new InputError(field, `${below} at (${i}, ${j}) and ${above} at (${j}, ${i})`, "symmetric");
    }
  }
}
