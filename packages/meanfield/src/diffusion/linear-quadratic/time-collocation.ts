import { gaussLegendre } from "../../numeric/gauss-rules.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { decompose } from "./dense.ts";

/**
 * Functions of time on [0, T] as polynomials through their values at Gauss–Legendre nodes.
 *
 * For the analytic paths of linear–quadratic games the error falls faster than any power of the number of nodes, and
 * integrals of quadratic costs are exact for the polynomials used. Gauss nodes rather than Chebyshev's because the
 * quadrature has positive weights of full degree, which keeps the Hessians of transcribed games symmetric and definite.
 *
 * L. N. Trefethen, Approximation Theory and Approximation Practice, SIAM 2013, chapters 4, 5 and 19.
 */
export interface TimeCollocation {
  readonly horizon: number;
  readonly count: number;
  /** In (0, T), increasing. */
  readonly nodes: Float64Array;
  /** Sum T. */
  readonly weights: Float64Array;
  /** Entry (i, j) is the integral from 0 to node i of the j-th Lagrange polynomial. */
  readonly integral: Matrix;
  /** The Lagrange polynomials at t, `count` numbers: the value of an interpolant is their product with its node values. */
  readonly basis: (t: number, out: Float64Array) => Float64Array;
  /** Values at t of `width` interpolants whose node values lie in rows of that width. */
  readonly interpolate: (values: Float64Array, width: number, t: number, out: Float64Array) => Float64Array;
  /**
   * The largest of the last three Legendre coefficients relative to the largest node value, over all interpolants: about
   * the error of the interpolation while it decays, and at most a few hundred roundings once everything is resolved.
   */
  readonly tail: (values: Float64Array, width: number) => number;
}

export function timeCollocation(horizon: number, count: number): TimeCollocation {
  const rule = gaussLegendre(count);
  const nodes = rule.nodes.map((x) => ((1 + x) * horizon) / 2);
  const weights = rule.weights.map((w) => (w * horizon) / 2);

  /** legendre[a * count + i] = L_a(x_i) for a = 0 … count. */
  const legendre = new Float64Array((count + 1) * count);
  rule.nodes.forEach((x, i) => {
    let before = 1;
    let current = x;
    legendre[i] = 1;
    legendre[count + i] = x;
    for (let a = 1; a < count; a++) {
      const next = ((2 * a + 1) * x * current - a * before) / (a + 1);
      legendre[(a + 1) * count + i] = next;
      before = current;
      current = next;
    }
  });
  // ∫ of L_a from −1 to x is (L_{a+1}(x) − L_{a−1}(x))/(2a + 1); the j-th Lagrange polynomial has the coefficients
  // (2a + 1)/2 · w_j L_a(x_j), exactly, because the rule integrates degree 2 count − 1.
  const integral = zeros(count, count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      let sum = (1 + rule.nodes[i]) / 2;
      for (let a = 1; a < count; a++) {
        const primitive = legendre[(a + 1) * count + i] - legendre[(a - 1) * count + i];
        sum += (legendre[a * count + j] * primitive) / 2;
      }
      integral.data[i * count + j] = weights[j] * sum;
    }
  }

  const barycentric = rule.nodes.map((x, i) => (i % 2 === 0 ? 1 : -1) * Math.sqrt((1 - x * x) * rule.weights[i]));
  const basis = (t: number, out: Float64Array): Float64Array => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const distance = t - nodes[i];
      if (distance === 0) {
        out.fill(0);
        out[i] = 1;
        return out;
      }
      out[i] = barycentric[i] / distance;
      sum += out[i];
    }
    for (let i = 0; i < count; i++) out[i] /= sum;
    return out;
  };
  const row = new Float64Array(count);
  return {
    horizon,
    count,
    nodes,
    weights,
    integral,
    basis,
    interpolate: (values, width, t, out) => {
      basis(t, row);
      out.fill(0);
      for (let i = 0; i < count; i++) {
        for (let c = 0; c < width; c++) out[c] += row[i] * values[i * width + c];
      }
      return out;
    },
    tail: (values, width) => {
      let largest = 0;
      let last = 0;
      for (const value of values) largest = Math.max(largest, Math.abs(value));
      for (let c = 0; c < width; c++) {
        for (let a = Math.max(0, count - 3); a < count; a++) {
          let sum = 0;
          for (let i = 0; i < count; i++) sum += rule.weights[i] * legendre[a * count + i] * values[i * width + c];
          last = Math.max(last, Math.abs(sum) * (a + 0.5));
        }
      }
      return largest === 0 ? 0 : last / largest;
    },
  };
}

/** The complaint where a collocated equation is singular to working precision. */
export function tooFast({ horizon, count }: TimeCollocation): string {
  return `T = ${horizon}: the states grow or fall too fast for ${count} polynomials in time`;
}

/** How node values of the state follow from its start and from node values of the control: y = free y(0) + controlled v. */
export interface TranscribedSystem {
  /** (count · states) × states; row i · states + a is component a at node i. */
  readonly free: Matrix;
  /** (count · states) × (count · controls). */
  readonly controlled: Matrix;
  /** The same at the horizon, states × states. */
  readonly freeEnd: Matrix;
  /** states × (count · controls). */
  readonly controlledEnd: Matrix;
}

/**
 * Solves y′ = A(t) y + B(t) v by collocation for every start and every polynomial control at once.
 *
 * @param drift writes (A(t) B(t)), states × (states + controls)
 * @throws RefusalError where the states grow or fall too fast for so few polynomials
 */
export function transcribe(
  time: TimeCollocation,
  states: number,
  controls: number,
  drift: (t: number, out: Matrix) => void,
): TranscribedSystem {
  const { count, nodes, weights, integral } = time;
  const rows = count * states;
  const width = states + controls;
  const at = Array.from(nodes, (t) => {
    const out = zeros(states, width);
    drift(t, out);
    return out.data;
  });
  const system = zeros(rows, rows);
  const right = zeros(rows, states + count * controls);
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < states; a++) {
      const row = i * states + a;
      system.data[row * rows + row] = 1;
      right.data[row * right.columns + a] = 1;
      for (let j = 0; j < count; j++) {
        const weight = integral.data[i * count + j];
        for (let b = 0; b < states; b++) system.data[row * rows + j * states + b] -= weight * at[j][a * width + b];
        for (let b = 0; b < controls; b++) {
          right.data[row * right.columns + states + j * controls + b] = weight * at[j][a * width + states + b];
        }
      }
    }
  }
  const solved = decompose(system, tooFast(time)).solveMatrix(right);
  const free = zeros(rows, states);
  const controlled = zeros(rows, count * controls);
  for (let row = 0; row < rows; row++) {
    const from = row * right.columns;
    free.data.set(solved.data.subarray(from, from + states), row * states);
    controlled.data.set(solved.data.subarray(from + states, from + right.columns), row * controlled.columns);
  }
  const freeEnd = zeros(states, states);
  const controlledEnd = zeros(states, count * controls);
  for (let a = 0; a < states; a++) {
    freeEnd.data[a * states + a] = 1;
    for (let j = 0; j < count; j++) {
      for (let b = 0; b < states; b++) {
        const weight = weights[j] * at[j][a * width + b];
        if (weight === 0) continue;
        const source = j * states + b;
        for (let c = 0; c < states; c++) freeEnd.data[a * states + c] += weight * free.data[source * states + c];
        for (let c = 0; c < controlled.columns; c++) {
          controlledEnd.data[a * controlled.columns + c] += weight * controlled.data[source * controlled.columns + c];
        }
      }
      for (let b = 0; b < controls; b++) {
        controlledEnd.data[a * controlled.columns + j * controls + b] += weights[j] * at[j][a * width + states + b];
      }
    }
  }
  return { free, controlled, freeEnd, controlledEnd };
}
