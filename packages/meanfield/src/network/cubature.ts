/**
 * Finite sums for averages over a standard normal vector of d numbers.
 *
 * A. H. Stroud, "Approximate calculation of multiple integrals", Prentice-Hall 1971, chapter 8 (degrees 3 and 5, the latter
 * with negative weights for d > 4, which exact sums of polynomials do not mind).
 */

import { gaussHermite, gaussLegendre } from "../numeric/gauss-rules.ts";

/** Points of d numbers, one after another, and their weights, which sum to 1. */
export interface Cubature {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** Exact for polynomials of degree up to 3, with 2d points. */
export function cubatureOfDegree3(d: number): Cubature {
  const points = new Float64Array(2 * d * d);
  for (let i = 0; i < d; i++) {
    points[2 * i * d + i] = Math.sqrt(d);
    points[(2 * i + 1) * d + i] = -Math.sqrt(d);
  }
  return { points, weights: new Float64Array(2 * d).fill(1 / (2 * d)) };
}

/** Exact for polynomials of degree up to 5, with 2d² + 1 points. */
export function cubatureOfDegree5(d: number): Cubature {
  const rows: number[][] = [Array.from({ length: d }, () => 0)];
  const weights: number[] = [2 / (d + 2)];
  const unit = (entries: readonly (readonly [number, number])[]): number[] => {
    const row = Array.from({ length: d }, () => 0);
    for (const [i, value] of entries) row[i] = value;
    return row;
  };
  for (let i = 0; i < d; i++) {
    for (const sign of [1, -1]) {
      rows.push(unit([[i, sign * Math.sqrt(d + 2)]]));
      weights.push((4 - d) / (2 * (d + 2) ** 2));
    }
  }
  const r = Math.sqrt((d + 2) / 2);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) {
      for (const [a, b] of [
        [r, r],
        [r, -r],
        [-r, r],
        [-r, -r],
      ]) {
        rows.push(
          unit([
            [i, a],
            [j, b],
          ]),
        );
        weights.push(1 / (d + 2) ** 2);
      }
    }
  }
  return { points: Float64Array.from(rows.flat()), weights: Float64Array.from(weights) };
}

/** The product of Gauss–Hermite rules of n nodes in each of d dimensions. */
export function productHermite(d: number, n: number): Cubature {
  const { nodes, weights } = gaussHermite(n);
  return product(d, nodes, weights);
}

/**
 * One dimension, for functions that are smooth on either side of 0, as averages over x of σ(wx) are for every σ with at most
 * a kink at 0: Gauss–Legendre on panels from 0 to ±8.
 */
export function splitAtZero(): Cubature {
  const edges = [0, 1, 3, 8];
  const rule = gaussLegendre(10);
  const points: number[] = [];
  const weights: number[] = [];
  for (const sign of [-1, 1]) {
    for (let panel = 0; panel + 1 < edges.length; panel++) {
      const half = (edges[panel + 1] - edges[panel]) / 2;
      for (let i = 0; i < rule.nodes.length; i++) {
        const x = edges[panel] + half * (1 + rule.nodes[i]);
        points.push(sign * x);
        weights.push((half * rule.weights[i] * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI));
      }
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { points: Float64Array.from(points), weights: Float64Array.from(weights, (weight) => weight / total) };
}

/** The product of a rule on the line with itself, d times. */
export function product(d: number, nodes: ArrayLike<number>, weights: ArrayLike<number>): Cubature {
  const n = nodes.length;
  const count = n ** d;
  const points = new Float64Array(count * d);
  const all = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let rest = k;
    let weight = 1;
    for (let i = 0; i < d; i++) {
      const digit = rest % n;
      rest = (rest - digit) / n;
      points[k * d + i] = nodes[digit];
      weight *= weights[digit];
    }
    all[k] = weight;
  }
  return { points, weights: all };
}
