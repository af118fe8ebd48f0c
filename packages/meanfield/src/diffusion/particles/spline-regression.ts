/**
 * Least squares on B-splines with a small penalty on third differences of neighbouring coefficients, which says what to take
 * where no particle is: the quadratic that goes on from the others.
 *
 * P. H. C. Eilers, B. D. Marx, "Flexible smoothing with B-splines and penalties", Statistical Science 11 (1996) 89–121. Particles come
 * in groups, each of which is also fitted alone: how far these fits are apart tells how well the whole is known.
 */

import { choleskyDecompose } from "../../numeric/cholesky.ts";
import type { SplineBasis } from "./cubic-splines.ts";

export interface SplineRegression {
  /** Forgets all observations. */
  readonly clear: () => void;
  readonly add: (group: number, x: number, y: number, target: number) => void;
  /** Requires value or derivative at a point as many observations would; of no group. */
  readonly pin: (x: number, y: number, derivative: "value" | "x" | "y", target: number, weight: number) => void;
  /** Coefficients by all observations, and by those of each group. */
  readonly solve: (smoothing: number) => { readonly all: Float64Array; readonly groups: readonly Float64Array[] };
}

export function splineRegression(basis: SplineBasis, groups: number): SplineRegression {
  const { count, support } = basis;
  const index = new Int32Array(support);
  const weight = new Float64Array(support);
  const grams = Array.from({ length: groups + 1 }, () => new Float64Array(count * count));
  const rights = Array.from({ length: groups + 1 }, () => new Float64Array(count));
  const penalty = thirdDifferences(basis);
  const observations = new Float64Array(groups + 1);
  const take = (group: number, target: number, factor: number): void => {
    const [gram, right] = [grams[group], rights[group]];
    for (let i = 0; i < support; i++) {
      const row = index[i] * count;
      const w = factor * weight[i];
      right[index[i]] += w * target;
      for (let j = 0; j < support; j++) gram[row + index[j]] += w * weight[j];
    }
  };
  const fit = (gram: Float64Array, right: Float64Array, smoothing: number): Float64Array => {
    let largest = 0;
    for (let i = 0; i < count; i++) largest = Math.max(largest, gram[i * count + i]);
    const data = gram.map((entry, k) => entry + smoothing * largest * penalty[k]);
    for (let i = 0; i < count; i++) data[i * count + i] += 1e-10 * largest + Number.MIN_VALUE;
    for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) data[i * count + j] = data[j * count + i];
    return choleskyDecompose({ rows: count, columns: count, data }).solve(right);
  };
  return {
    clear: () => {
      for (const each of [...grams, ...rights, observations]) each.fill(0);
    },
    add: (group, x, y, target) => {
      basis.locate(x, y, index, weight);
      take(group, target, 1);
      observations[group]++;
    },
    pin: (x, y, derivative, target, factor) => {
      basis.locate(x, y, index, weight, derivative);
      take(groups, target, factor);
    },
    solve: (smoothing) => {
      const [pinned, pinnedRight] = [grams[groups], rights[groups]];
      const whole = pinned.slice();
      const right = pinnedRight.slice();
      for (let g = 0; g < groups; g++) {
        for (let k = 0; k < whole.length; k++) whole[k] += grams[g][k];
        for (let k = 0; k < count; k++) right[k] += rights[g][k];
      }
      const own = Array.from({ length: groups }, (_, g) => {
        // A requirement weighs as much beside one group's observations as beside all of them.
        const share = 1 / groups;
        const gram = grams[g].map((entry, k) => entry + share * pinned[k]);
        return fit(
          gram,
          rights[g].map((entry, k) => entry + share * pinnedRight[k]),
          smoothing,
        );
      });
      return { all: fit(whole, right, smoothing), groups: own };
    },
  };
}

/** Σ (third differences)² of the coefficients along each axis, as a matrix. */
function thirdDifferences({ axes, count }: SplineBasis): Float64Array {
  const matrix = new Float64Array(count * count);
  const columns = axes.length === 2 ? axes[1].count : 1;
  const rows = count / columns;
  const pattern = [-1, 3, -3, 1];
  const along = (length: number, periodic: boolean, at: (i: number) => number): void => {
    for (let from = 0; from < (periodic ? length : length - 3); from++) {
      for (let i = 0; i < 4; i++) {
        for (let j = 0; j < 4; j++) {
          matrix[at((from + i) % length) * count + at((from + j) % length)] += pattern[i] * pattern[j];
        }
      }
    }
  };
  for (let j = 0; j < columns; j++) along(rows, axes[0].periodic, (i) => i * columns + j);
  if (axes.length === 2) for (let i = 0; i < rows; i++) along(columns, axes[1].periodic, (j) => i * columns + j);
  return matrix;
}
