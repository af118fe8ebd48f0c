import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { RightHandSide } from "../../numeric/ode.ts";
import { integrate } from "../../numeric/ode.ts";
import { symmetricEigen } from "../../numeric/symmetric-eigen.ts";

/**
 * A linear stochastic system dζ = (A ζ + a) dt + noise with independent increments, and a quadratic cost rate along it.
 *
 * The transition over a step is Gaussian and known exactly: C. W. Gardiner, Handbook of Stochastic Methods, 3rd ed.,
 * section 4.4.9. Its matrices solve ordinary differential equations, which is how time-dependent gains come in.
 */
export interface LinearSystem {
  readonly size: number;
  /** A and a as `update` left them. */
  readonly matrix: Matrix;
  readonly offset: Float64Array;
  /** Covariance rate of the noise. */
  readonly rate: Matrix;
  /** Q, (size + 1)², symmetric: the cost rate is ½ (ζ, 1)′Q(ζ, 1). */
  readonly form: Matrix;
  /** Typical sizes of the coordinates and of the cost, in whose units errors are controlled. */
  readonly unit: Float64Array;
  readonly costUnit: number;
}

/** One step: ζ ← matrix ζ + offset + root (independent standard normals). */
export interface Transition {
  readonly matrix: Matrix;
  readonly offset: Float64Array;
  /** A square root of the noise's covariance, size². */
  readonly root: Matrix;
  /** Π, (size + 1)²: given ζ at the start of the step, the expected cost over it is ½ (ζ, 1)′Π(ζ, 1). */
  readonly form: Matrix;
}

/**
 * The exact transitions of several systems between `start` and `end`, relative error 1e-12 in their units.
 *
 * @param update brings the matrices of all systems to a time in [start, end]
 */
export function exactTransitions(
  update: (t: number) => void,
  systems: readonly LinearSystem[],
  start: number,
  end: number,
): Transition[] {
  const places: Place[] = [];
  let length = 0;
  for (const system of systems) {
    const place = placeOf(system, length);
    places.push(place);
    length = place.end;
  }
  const field: RightHandSide = (t, y, dy) => {
    update(t);
    for (const place of places) slopes(place, y, dy);
  };
  const y0 = new Float64Array(length);
  for (const { n, flow } of places) for (let i = 0; i < n; i++) y0[flow + i * (n + 1) + i] = 1;
  // Steps are short against what changes, so that one step of order eight usually does: it is tried first.
  const options = { relative: 1e-12, absolute: 1e-14, initialStep: end - start };
  const solution = integrate(field, start, end, y0, options);
  if (solution.outcome !== "finished") throw new RangeError(`a transition could not be integrated: ${solution.reason}`);
  return places.map((place) => transitionAt(place, solution.end));
}

/** The Euler–Maruyama step from `start`, which the systems must have been updated to: weak order one in its length. */
export function eulerTransition(system: LinearSystem, length: number): Transition {
  const { size: n, matrix: A, offset: a, rate, form } = system;
  const out = zeros(n, n);
  const covariance = zeros(n, n);
  const step = zeros(n + 1, n + 1);
  for (let p = 0; p < n * n; p++) {
    out.data[p] = length * A.data[p];
    covariance.data[p] = length * rate.data[p];
  }
  for (let i = 0; i < n; i++) out.data[i * n + i] += 1;
  for (let p = 0; p < form.data.length; p++) step.data[p] = length * form.data[p];
  return { matrix: out, offset: a.map((value) => length * value), root: covarianceRoot(covariance), form: step };
}

/** A square root L of a positive semidefinite matrix, LL′ = C; eigenvalues that rounding made negative count as zero. */
export function covarianceRoot(covariance: Matrix): Matrix {
  const n = covariance.rows;
  const root = zeros(n, n);
  if (n === 0) return root;
  const { values, vectors } = symmetricEigen(covariance);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) root.data[i * n + j] = vectors.data[i * n + j] * Math.sqrt(Math.max(0, values[j]));
  }
  return root;
}

/** Where the parts of a system stand among the unknowns, all of them in the system's units. */
interface Place {
  readonly system: LinearSystem;
  readonly n: number;
  /** [Φ, φ], n × (n + 1): where ζ goes without noise. */
  readonly flow: number;
  /** Covariance of the noise so far, n². */
  readonly covariance: number;
  /** Π, (n + 1)². */
  readonly form: number;
  readonly end: number;
  readonly weighted: Float64Array;
}

function placeOf(system: LinearSystem, at: number): Place {
  const n = system.size;
  const covariance = at + n * (n + 1);
  const form = covariance + n * n;
  const end = form + (n + 1) * (n + 1);
  return { system, n, flow: at, covariance, form, end, weighted: new Float64Array((n + 1) * (n + 1)) };
}

/** dΦ = AΦ, dφ = Aφ + a, dC = AC + CA′ + rate, dΠ = [Φ φ; 0 1]′Q[Φ φ; 0 1] and the cost ½ tr QC of the noise. */
function slopes(place: Place, y: Float64Array, dy: Float64Array): void {
  const { system, n, flow, covariance, form, weighted } = place;
  const { matrix: A, offset: a, rate, form: Q, unit, costUnit } = system;
  const m = n + 1;
  const size = (i: number): number => (i === n ? 1 : unit[i]);
  const A_ = (i: number, j: number): number => (A.data[i * n + j] * unit[j]) / unit[i];
  const Q_ = (i: number, j: number): number => (Q.data[i * m + j] * size(i) * size(j)) / costUnit;

  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = j === n ? a[i] / unit[i] : 0;
      for (let k = 0; k < n; k++) sum += A_(i, k) * y[flow + k * m + j];
      dy[flow + i * m + j] = sum;
    }
    for (let j = 0; j <= i; j++) {
      let sum = rate.data[i * n + j] / (unit[i] * unit[j]);
      for (let k = 0; k < n; k++) {
        sum += A_(i, k) * y[covariance + k * n + j] + A_(j, k) * y[covariance + i * n + k];
      }
      dy[covariance + i * n + j] = sum;
      dy[covariance + j * n + i] = sum;
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      let sum = j === n ? Q_(i, n) : 0;
      for (let k = 0; k < n; k++) sum += Q_(i, k) * y[flow + k * m + j];
      weighted[i * m + j] = sum;
    }
  }
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      let sum = i === n ? weighted[n * m + j] : 0;
      for (let k = 0; k < n; k++) sum += y[flow + k * m + i] * weighted[k * m + j];
      dy[form + i * m + j] = sum;
    }
  }
  let noise = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) noise += Q_(i, j) * y[covariance + i * n + j];
  dy[form + n * m + n] += noise;
}

/** Back to the system's own units. */
function transitionAt(place: Place, y: Float64Array): Transition {
  const { system, n, flow, covariance, form } = place;
  const { unit, costUnit } = system;
  const m = n + 1;
  const matrix = zeros(n, n);
  const offset = new Float64Array(n);
  const noise = zeros(n, n);
  const cost = zeros(m, m);
  const size = (i: number): number => (i === n ? 1 : unit[i]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      matrix.data[i * n + j] = (y[flow + i * m + j] * unit[i]) / unit[j];
      noise.data[i * n + j] = y[covariance + i * n + j];
    }
    offset[i] = y[flow + i * m + n] * unit[i];
  }
  // The root is taken in the system's units: a coordinate of small size keeps its digits.
  const root = covarianceRoot(noise);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) root.data[i * n + j] *= unit[i];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) cost.data[i * m + j] = (y[form + i * m + j] * costUnit) / (size(i) * size(j));
  }
  return { matrix, offset, root, form: cost };
}
