/**
 * Gauss rules for sums of independent copies of a random variable.
 *
 * The moments of S + S′ up to degree 2m − 1 are made of those of S and S′ up to the same degree, so that the m-point Gauss rule of
 * the m² sums of two m-point Gauss rules is that of S + S′ itself: doubling reaches any number of copies, and nothing is lost on the
 * way. Rules of discrete measures are found by Lanczos's process with reorthogonalisation (W. Gautschi, "Orthogonal Polynomials:
 * Computation and Approximation", Oxford 2004, section 2.2.3.2; G. H. Golub, J. H. Welsch, Mathematics of Computation 23 (1969)
 * 221–230).
 */

import type { QuadratureRule } from "../../numeric/gauss-rules.ts";
import { zeros } from "../../numeric/matrix.ts";
import { symmetricEigen } from "../../numeric/symmetric-eigen.ts";

/**
 * Rules of at most `size` points for the sum of n copies.
 *
 * @param one of one copy, with weights of sum 1
 * @returns for n ≥ 0; those for powers of two are kept
 */
export function sumRules(one: QuadratureRule, size: number): (n: number) => QuadratureRule {
  const doubled = [gaussRuleOf(one, size)];
  return (n) => {
    let rule: QuadratureRule = { nodes: Float64Array.of(0), weights: Float64Array.of(1) };
    for (let k = 0, rest = n; rest > 0; k++, rest = Math.floor(rest / 2)) {
      if (k === doubled.length) doubled.push(sumOf(doubled[k - 1], doubled[k - 1], size));
      if (rest % 2 === 1) rule = sumOf(rule, doubled[k], size);
    }
    return rule;
  };
}

function sumOf(first: QuadratureRule, second: QuadratureRule, size: number): QuadratureRule {
  const width = second.nodes.length;
  const nodes = new Float64Array(first.nodes.length * width);
  const weights = new Float64Array(nodes.length);
  for (let i = 0, at = 0; i < first.nodes.length; i++) {
    for (let j = 0; j < width; j++, at++) {
      nodes[at] = first.nodes[i] + second.nodes[j];
      weights[at] = first.weights[i] * second.weights[j];
    }
  }
  return nodes.length <= size ? { nodes, weights } : gaussRuleOf({ nodes, weights }, size);
}

/** The Gauss rule of at most `size` points of a discrete measure of mass 1. */
export function gaussRuleOf({ nodes, weights }: QuadratureRule, size: number): QuadratureRule {
  const count = nodes.length;
  let centre = 0;
  for (let i = 0; i < count; i++) centre += weights[i] * nodes[i];
  const points = nodes.map((node) => node - centre);
  // Orthonormal polynomials on the points, times the roots of the weights.
  const basis = [weights.map(Math.sqrt)];
  const diagonal: number[] = [];
  const off: number[] = [];
  while (basis.length <= size) {
    const last = basis[basis.length - 1];
    const next = points.map((point, i) => point * last[i]);
    diagonal.push(dot(next, last));
    const length = Math.sqrt(dot(next, next));
    // Twice is enough, as Kahan says of Gram and Schmidt.
    for (let pass = 0; pass < 2; pass++) {
      for (const vector of basis) {
        const share = dot(next, vector);
        for (let i = 0; i < count; i++) next[i] -= share * vector[i];
      }
    }
    const norm = Math.sqrt(dot(next, next));
    if (basis.length === size || !(norm > 1e-12 * length)) break;
    off.push(norm);
    basis.push(next.map((value) => value / norm));
  }
  const order = diagonal.length;
  const jacobi = zeros(order, order);
  for (let k = 0; k < order; k++) {
    jacobi.data[k * order + k] = diagonal[k];
    if (k > 0) jacobi.data[k * order + k - 1] = jacobi.data[(k - 1) * order + k] = off[k - 1];
  }
  const { values, vectors } = symmetricEigen(jacobi);
  return {
    nodes: values.map((value) => value + centre),
    weights: Float64Array.from({ length: order }, (_, j) => vectors.data[j] ** 2),
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
