/**
 * Conditional expectations as projections on a basis: of what belongs to one player, and of what belongs to a pair of players.
 *
 * All players of all copies are one sample, since they are exchangeable. Sums over the N(N − 1) pairs of a copy are products of sums
 * over its players, less the players paired with themselves: all exposures Z^{ij} cost no more than N of them.
 */

import type { Design } from "./basis.ts";
import { normalEquations } from "./normal-equations.ts";

/** Projects numbers that belong to one player each. */
export interface Projection {
  /** The coefficients for E[u w | states]; w is 1 where left out. */
  readonly coefficients: (u: Float64Array, w?: Float64Array) => Float64Array;
}

export function ownProjection(design: Design): Projection {
  const { basis, copies, shared } = design;
  const { functions, products, degree } = basis;
  const width = degree + 1;
  const { size } = functions;
  const gram = new Float64Array(size * size);
  const squares = squaresOf(width);
  const moments = squareSums(design);
  for (let copy = 0; copy < copies; copy++) {
    const first = copy * squares.count;
    const q = copy * products.length;
    for (let k = 0; k < size; k++) {
      const row = functions.own[k] * width;
      const share = shared[q + functions.product[k]];
      for (let l = 0; l <= k; l++) {
        const moment = moments[first + squares.at[row + functions.own[l]]];
        gram[k * size + l] += moment * share * shared[q + functions.product[l]];
      }
    }
  }
  const equations = normalEquations(gram, size);
  const sums = new Float64Array(copies * width);
  return {
    coefficients: (u, w) => {
      const right = new Float64Array(size);
      rightSums(design, u, w, sums);
      for (let copy = 0; copy < copies; copy++) {
        const q = copy * products.length;
        for (let k = 0; k < size; k++) {
          right[k] += sums[copy * width + functions.own[k]] * shared[q + functions.product[k]];
        }
      }
      return equations.solve(right);
    },
  };
}

/** Projects numbers of pairs i ≠ j. */
export interface PairProjection {
  /** Of u_i w_j. */
  readonly coefficients: (u: Float64Array, w: Float64Array) => Float64Array;
  /** Of any numbers, given as a matrix of players times players for every copy; the cost is that of all pairs. */
  readonly ofMatrices: (values: Float64Array) => Float64Array;
}

export function pairProjection(design: Design): PairProjection {
  const { basis, copies, players, own, shared } = design;
  const { pairs, products, degree } = basis;
  const width = degree + 1;
  const { size } = pairs;
  const equations = normalEquations(pairGram(design), size);
  const squares = squaresOf(width);
  const [left, right] = [new Float64Array(copies * width), new Float64Array(copies * width)];
  const mixed = new Float64Array(copies * squares.count);
  const both = new Float64Array(width * width);
  return {
    coefficients: (u, w) => {
      const target = new Float64Array(size);
      rightSums(design, u, undefined, left);
      rightSums(design, w, undefined, right);
      mixedSums(design, u, w, mixed);
      for (let copy = 0; copy < copies; copy++) {
        const q = copy * products.length;
        const first = copy * width;
        for (let k = 0; k < size; k++) {
          const [a, b] = [pairs.own[k], pairs.other[k]];
          const themselves = mixed[copy * squares.count + squares.at[a * width + b]];
          target[k] += (left[first + a] * right[first + b] - themselves) * shared[q + pairs.product[k]];
        }
      }
      return equations.solve(target);
    },
    ofMatrices: (values) => {
      const target = new Float64Array(size);
      for (let copy = 0; copy < copies; copy++) {
        both.fill(0);
        for (let i = 0; i < players; i++) {
          const first = (copy * players + i) * width;
          for (let j = 0; j < players; j++) {
            if (i === j) continue;
            const second = (copy * players + j) * width;
            const value = values[(copy * players + i) * players + j];
            for (let a = 0; a < width; a++) {
              for (let b = 0; b < width; b++) both[a * width + b] += own[first + a] * own[second + b] * value;
            }
          }
        }
        const q = copy * products.length;
        for (let k = 0; k < size; k++) {
          target[k] += both[pairs.own[k] * width + pairs.other[k]] * shared[q + pairs.product[k]];
        }
      }
      return equations.solve(target);
    },
  };
}

/** Σ φ_k φ_l over all pairs, the lower triangle. */
function pairGram(design: Design): Float64Array {
  const { basis, copies, players, own, shared, desk } = design;
  const { pairs, products, degree } = basis;
  const width = degree + 1;
  const { size } = pairs;
  const squares = squaresOf(width);
  const sums = squareSums(design);
  const gram = new Float64Array(size * size);
  const index = new Int32Array((size * (size + 1)) / 2);
  for (let k = 0, at = 0; k < size; k++) {
    const [row, other] = [pairs.own[k] * width, pairs.other[k] * width];
    for (let l = 0; l <= k; l++, at++) {
      index[at] = squares.at[row + pairs.own[l]] * squares.count + squares.at[other + pairs.other[l]];
    }
  }
  if (desk !== undefined) {
    const tables = { size, index, product: pairs.product, shared, products: products.length };
    desk.pairGram({ copies, players, width }, own, tables, sums, gram);
    return gram;
  }
  const all = new Float64Array(squares.count ** 2);
  for (let copy = 0; copy < copies; copy++) {
    // Sums over all players twice, less the players paired with themselves.
    diagonalSums(design, copy, squares.count, all);
    for (let m = 0; m < squares.count; m++) {
      const moment = sums[copy * squares.count + m];
      for (let n = 0; n < squares.count; n++) {
        const at = m * squares.count + n;
        all[at] = moment * sums[copy * squares.count + n] - all[at];
      }
    }
    const q = copy * products.length;
    for (let k = 0, at = 0; k < size; k++) {
      const share = shared[q + pairs.product[k]];
      for (let l = 0; l <= k; l++, at++) {
        gram[k * size + l] += all[index[at]] * share * shared[q + pairs.product[l]];
      }
    }
  }
  return gram;
}

/** Numbers the products he_a he_b = he_b he_a. */
function squaresOf(width: number): { readonly at: Int32Array; readonly count: number } {
  const at = new Int32Array(width * width);
  let count = 0;
  for (let a = 0; a < width; a++) {
    for (let b = 0; b <= a; b++) {
      at[a * width + b] = count;
      at[b * width + a] = count++;
    }
  }
  return { at, count };
}

/** Σ_i he_a he_b over the players of each copy, numbered by `squaresOf`; one sum at a time, which stays in a register. */
function squareSums({ basis, copies, players, own, desk }: Design): Float64Array {
  const width = basis.degree + 1;
  const count = (width * (width + 1)) / 2;
  const out = new Float64Array(copies * count);
  if (desk !== undefined) {
    desk.squareSums({ copies, players, width }, own, out);
    return out;
  }
  for (let copy = 0; copy < copies; copy++) {
    const end = (copy + 1) * players * width;
    // In blocks that stay in the nearest cache.
    for (let first = copy * players * width; first < end; first += 512 * width) {
      const last = Math.min(end, first + 512 * width);
      let at = copy * count;
      for (let a = 0; a < width; a++) {
        for (let b = 0; b <= a; b++, at++) {
          let sum = 0;
          for (let r = first; r < last; r += width) sum += own[r + a] * own[r + b];
          out[at] += sum;
        }
      }
    }
  }
  return out;
}

/** Writes Σ_i he_a u_i w_i over the players of each copy. */
function rightSums(
  { basis, copies, players, own, desk }: Design,
  u: Float64Array,
  w: Float64Array | undefined,
  out: Float64Array,
): void {
  const width = basis.degree + 1;
  if (desk !== undefined) {
    desk.rightSums({ copies, players, width }, own, u, w, out);
    return;
  }
  out.fill(0);
  for (let copy = 0; copy < copies; copy++) {
    for (let r = copy * players; r < (copy + 1) * players; r++) {
      const value = w === undefined ? u[r] : u[r] * w[r];
      for (let a = 0; a < width; a++) out[copy * width + a] += own[r * width + a] * value;
    }
  }
}

/** Writes Σ_i he_a he_b u_i w_i over the players of each copy, numbered by `squaresOf`. */
function mixedSums(
  { basis, copies, players, own, desk }: Design,
  u: Float64Array,
  w: Float64Array,
  out: Float64Array,
): void {
  const width = basis.degree + 1;
  if (desk !== undefined) {
    desk.mixedSums({ copies, players, width }, own, u, w, out);
    return;
  }
  out.fill(0);
  const count = (width * (width + 1)) / 2;
  for (let copy = 0; copy < copies; copy++) {
    for (let r = copy * players; r < (copy + 1) * players; r++) {
      let at = copy * count;
      for (let a = 0; a < width; a++) {
        const mixed = own[r * width + a] * u[r] * w[r];
        for (let b = 0; b <= a; b++) out[at++] += mixed * own[r * width + b];
      }
    }
  }
}

/** Σ_i of products of two of them. */
function diagonalSums({ basis, players, own }: Design, copy: number, count: number, out: Float64Array): void {
  const width = basis.degree + 1;
  const squares = new Float64Array(count);
  out.fill(0);
  for (let r = copy * players; r < (copy + 1) * players; r++) {
    let at = 0;
    for (let a = 0; a < width; a++) {
      for (let b = 0; b <= a; b++) squares[at++] = own[r * width + a] * own[r * width + b];
    }
    for (let k = 0; k < count; k++) for (let l = 0; l <= k; l++) out[k * count + l] += squares[k] * squares[l];
  }
  for (let k = 0; k < count; k++) for (let l = 0; l < k; l++) out[l * count + k] = out[k * count + l];
}

/** Writes Σ_k coefficient_k φ_k for every row. */
export function evaluate(
  { basis, copies, players, own, shared, desk }: Design,
  coefficients: Float64Array,
  out: Float64Array,
): void {
  const { functions, products, degree } = basis;
  const width = degree + 1;
  const weights = new Float64Array(copies * width);
  for (let copy = 0; copy < copies; copy++) {
    const q = copy * products.length;
    for (let k = 0; k < functions.size; k++) {
      weights[copy * width + functions.own[k]] += coefficients[k] * shared[q + functions.product[k]];
    }
  }
  if (desk !== undefined) {
    desk.fittedRows({ copies, players, width }, own, weights, out);
    return;
  }
  for (let copy = 0; copy < copies; copy++) {
    for (let r = copy * players; r < (copy + 1) * players; r++) {
      let sum = 0;
      for (let a = 0; a < width; a++) sum += weights[copy * width + a] * own[r * width + a];
      out[r] = sum;
    }
  }
}

/** Adds Σ_{j≠i} v(x_i, x_j)w_j to every row i, v the pair function with these coefficients. */
export function addPairSums(design: Design, coefficients: Float64Array, w: Float64Array, out: Float64Array): void {
  const { basis, copies, players, own, desk } = design;
  const width = basis.degree + 1;
  const area = width * width;
  const weights = new Float64Array(copies * area);
  for (let copy = 0; copy < copies; copy++) {
    pairWeights(design, coefficients, copy, weights.subarray(copy * area, (copy + 1) * area));
  }
  const sums = new Float64Array(copies * width);
  rightSums(design, w, undefined, sums);
  if (desk !== undefined) {
    desk.pairRows({ copies, players, width }, own, weights, sums, w, out);
    return;
  }
  for (let copy = 0; copy < copies; copy++) {
    for (let r = copy * players; r < (copy + 1) * players; r++) {
      const at = r * width;
      for (let a = 0; a < width; a++) {
        let slope = 0;
        for (let b = 0; b < width; b++) {
          slope += weights[copy * area + a * width + b] * (sums[copy * width + b] - own[at + b] * w[r]);
        }
        out[r] += own[at + a] * slope;
      }
    }
  }
}

/** Writes v(x_i, x_j) for all pairs of all copies, a matrix of players times players for each; i = j too. */
export function evaluatePairs(design: Design, coefficients: Float64Array, out: Float64Array): void {
  const { basis, copies, players, own } = design;
  const width = basis.degree + 1;
  const weights = new Float64Array(width * width);
  for (let copy = 0; copy < copies; copy++) {
    pairWeights(design, coefficients, copy, weights);
    for (let i = 0; i < players; i++) {
      for (let j = 0; j < players; j++) {
        const [first, second] = [(copy * players + i) * width, (copy * players + j) * width];
        let sum = 0;
        for (let a = 0; a < width; a++) {
          for (let b = 0; b < width; b++) sum += own[first + a] * weights[a * width + b] * own[second + b];
        }
        out[(copy * players + i) * players + j] = sum;
      }
    }
  }
}

/** Writes the matrix of v(x_i, x_j) = Σ_ab he_a(x_i) weight_ab he_b(x_j) in one copy. */
export function pairWeights(
  { basis, shared }: Design,
  coefficients: Float64Array,
  copy: number,
  out: Float64Array,
): void {
  const { pairs, products, degree } = basis;
  out.fill(0);
  const q = copy * products.length;
  for (let k = 0; k < pairs.size; k++) {
    out[pairs.own[k] * (degree + 1) + pairs.other[k]] += coefficients[k] * shared[q + pairs.product[k]];
  }
}
