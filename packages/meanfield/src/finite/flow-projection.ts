/**
 * The nearest flow: min ½‖x − v‖² over x ≥ 0 with Σ_a x_0(s,a) = μ_0(s) and Σ_a x_{t+1}(s',a) = Σ_{s,a} P_t(s'|s,a) x_t(s,a),
 * the kernel held.
 *
 * By its dual: x = max(0, v + Aᵀy) with (Aᵀy)_t(s,a) = y_t(s) − Σ_{s'} P_t(s'|s,a) y_{t+1}(s'), where y minimises
 * φ(y) = ½‖max(0, v + Aᵀy)‖² − bᵀy, whose gradient Ax − b is what is missing to a flow. φ is smooth and piecewise quadratic:
 * Newton's method on its pieces ends after finitely many steps, each a system A D Aᵀ solved by conjugate gradients, so that
 * no matrix is written down. X.-Y. Zhao, D. Sun, K.-C. Toh, "A Newton-CG augmented Lagrangian method for semidefinite
 * programming", SIAM J. Optim. 20 (2010) 1737–1765, section 3.
 */

import type { FieldPart } from "./flow.ts";

export interface Projection {
  /** max |Ax − b|. */
  readonly residual: number;
  /** Whether that is at most `flowTolerance`, relative to the largest entry of v where that exceeds one. */
  readonly converged: boolean;
  /** Newton's steps. */
  readonly iterations: number;
}

export const flowTolerance = 1e-12;
const mostIterations = 200;
/** Of conjugate gradients, in one step of Newton's. */
const mostInner = 500;
/**
 * Added to the curvature, times what is missing: where no share of a state is positive φ has none, and steps would have no end.
 * Small numbers let steps run over many kinks of φ, and then the search is long.
 */
const addedCurvature = 10;

/**
 * Projects v onto the flows of a population under the kernel that `part` holds.
 *
 * @param v at (t·|S| + s)·|A| + a
 * @param y at t·|S| + s, where the search begins; overwritten by its end, near which that of a near v will be
 * @param x is written to
 */
export function projectOntoFlows(
  part: FieldPart,
  times: number,
  v: Float64Array,
  y: Float64Array,
  x: Float64Array,
): Projection {
  const n = y.length;
  const { initial } = part.population.declared;
  const scale = v.reduce((most, entry) => Math.max(most, Math.abs(entry)), 1);
  const aim = flowTolerance * scale;
  const [g, step, tried] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const value = (at: Float64Array): number => {
    primal(part, times, v, at, x);
    let sum = 0;
    for (const entry of x) sum += 0.5 * entry * entry;
    initial.forEach((share, s) => (sum -= share * at[s]));
    return sum;
  };
  const slope = (): number => {
    missing(part, times, x, g);
    initial.forEach((share, s) => (g[s] -= share));
    return g.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
  };
  let phi = value(y);
  let residual = slope();
  let iterations = 0;
  while (residual > aim && iterations < mostIterations) {
    iterations++;
    const slant = newtonStep(part, times, x, g, (addedCurvature * Math.min(1, residual)) / scale, step);
    let length = 1;
    let next = phi;
    for (; length > 1e-12; length /= 2) {
      for (let i = 0; i < n; i++) tried[i] = y[i] + length * step[i];
      next = value(tried);
      // Beside Armijo's fall what sums of squares leave of themselves.
      if (next <= phi + 1e-4 * length * slant + 1e-14 * (1 + Math.abs(phi))) break;
    }
    y.set(tried);
    phi = next;
    residual = slope();
  }
  return { residual, converged: residual <= aim, iterations };
}

/** x = max(0, v + Aᵀy), 0 where actions may not be taken. */
function primal(part: FieldPart, times: number, v: Float64Array, y: Float64Array, x: Float64Array): void {
  const { allowed } = part.population;
  transposed(part, times, y, x);
  for (let i = 0; i < x.length; i++) x[i] = allowed === undefined || allowed[i] === 1 ? Math.max(0, v[i] + x[i]) : 0;
}

/** Aᵀy. */
function transposed(
  { population: { states, actions }, kernel: { starts, next, probability, stride } }: FieldPart,
  times: number,
  y: Float64Array,
  out: Float64Array,
): void {
  for (let t = 0, i = 0; t < times; t++) {
    const later = (t + 1) * states;
    for (let s = 0, row = t * stride; s < states; s++) {
      for (let a = 0; a < actions; a++, i++, row++) {
        let sum = y[t * states + s];
        if (t + 1 < times)
          for (let k = starts[row]; k < starts[row + 1]; k++) sum -= probability[k] * y[later + next[k]];
        out[i] = sum;
      }
    }
  }
}

/** Ax: what is there less what flows there. */
function missing(
  { population: { states, actions }, kernel: { starts, next, probability, stride } }: FieldPart,
  times: number,
  x: Float64Array,
  out: Float64Array,
): void {
  out.fill(0);
  for (let t = 0, i = 0; t < times; t++) {
    const later = (t + 1) * states;
    for (let s = 0, row = t * stride; s < states; s++) {
      for (let a = 0; a < actions; a++, i++, row++) {
        if (x[i] === 0) continue;
        out[t * states + s] += x[i];
        if (t + 1 < times)
          for (let k = starts[row]; k < starts[row + 1]; k++) out[later + next[k]] -= probability[k] * x[i];
      }
    }
  }
}

/** Solves (A D Aᵀ + εI) step = −g by conjugate gradients, D one where x is positive; returns gᵀstep, which is negative. */
function newtonStep(
  part: FieldPart,
  times: number,
  x: Float64Array,
  g: Float64Array,
  damping: number,
  step: Float64Array,
): number {
  const n = g.length;
  const scale = diagonal(part, times, x);
  const [rest, direction, image] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
  const wide = new Float64Array(x.length);
  step.fill(0);
  let size = 0;
  for (let i = 0; i < n; i++) {
    rest[i] = -g[i];
    direction[i] = rest[i] / scale[i];
    size += rest[i] * direction[i];
  }
  const norm = Math.sqrt(size);
  // The nearer, the more exact: then steps are Newton's where it matters.
  const enough = norm * Math.max(1e-10, Math.min(0.01, norm));
  for (let k = 0; k < mostInner && Math.sqrt(size) > enough; k++) {
    transposed(part, times, direction, wide);
    for (let i = 0; i < wide.length; i++) if (x[i] === 0) wide[i] = 0;
    missing(part, times, wide, image);
    let curvature = 0;
    for (let i = 0; i < n; i++) {
      image[i] += damping * direction[i];
      curvature += direction[i] * image[i];
    }
    if (!(curvature > 0)) break;
    const length = size / curvature;
    let next = 0;
    for (let i = 0; i < n; i++) {
      step[i] += length * direction[i];
      rest[i] -= length * image[i];
      next += (rest[i] * rest[i]) / scale[i];
    }
    for (let i = 0; i < n; i++) direction[i] = rest[i] / scale[i] + (next / size) * direction[i];
    size = next;
  }
  return g.reduce((sum, entry, i) => sum + entry * step[i], 0);
}

/** The diagonal of A D Aᵀ, or a hundredth where that is less: hardly anybody comes there, and lengths should not hang on it. */
function diagonal(
  { population: { states, actions }, kernel: { starts, next, probability, stride } }: FieldPart,
  times: number,
  x: Float64Array,
): Float64Array {
  const out = new Float64Array(times * states);
  for (let t = 0, i = 0; t < times; t++) {
    const later = (t + 1) * states;
    for (let s = 0, row = t * stride; s < states; s++) {
      for (let a = 0; a < actions; a++, i++, row++) {
        if (x[i] === 0) continue;
        out[t * states + s]++;
        if (t + 1 < times)
          for (let k = starts[row]; k < starts[row + 1]; k++) out[later + next[k]] += probability[k] ** 2;
      }
    }
  }
  return out.map((entry) => Math.max(entry, 0.01));
}
