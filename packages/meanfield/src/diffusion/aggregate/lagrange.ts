/**
 * Interpolation on even grids by the polynomial through the eight points around, of seventh degree.
 *
 * J.-P. Berrut, L. N. Trefethen, "Barycentric Lagrange interpolation", SIAM Review 46 (2004) 501–517.
 */

/** Points of the polynomial. */
export const stencil = 8;

/** Barycentric weights of eight even points, (−1)ⁱ C(7, i). */
const barycentric = [-1, 7, -21, 35, -35, 21, -7, 1] as const;

/** The first of the eight points that serve a place, and the weights of their values and of their slope. */
export interface Stencil {
  first: number;
  readonly weights: Float64Array;
  /** Of the derivative with respect to the index. */
  readonly slopes: Float64Array;
}

/** Room for a stencil, to be filled again and again. */
export function emptyStencil(): Stencil {
  return { first: 0, weights: new Float64Array(stencil), slopes: new Float64Array(stencil) };
}

/** The stencil at the place `index` (a real number) among `count` even points, at least eight, into `out`. */
export function stencilAt(index: number, count: number, out: Stencil = emptyStencil()): Stencil {
  const { weights, slopes } = out;
  const first = Math.min(count - stencil, Math.max(0, Math.floor(index) - stencil / 2 + 1));
  const x = index - first;
  // Products of the distances left and right of each point: free of division, so exact at the points too.
  for (let i = 0; i < stencil; i++) {
    let product = 1;
    let derivative = 0;
    for (let j = 0; j < stencil; j++) {
      if (j === i) continue;
      derivative = derivative * (x - j) + product;
      product *= x - j;
    }
    // w_i(x) = Π (x − j) / Π (i − j), and Π (i − j) = 7!/barycentric_i.
    weights[i] = (product * barycentric[i]) / 5040;
    slopes[i] = (derivative * barycentric[i]) / 5040;
  }
  out.first = first;
  return out;
}

/** Values at even points from `start` to `end` as a function between them. */
export function evenInterpolation(values: Float64Array, start: number, end: number): (x: number) => number {
  const cells = values.length - 1;
  const room = emptyStencil();
  return (x) => {
    const { first, weights } = stencilAt((cells * (x - start)) / (end - start), values.length, room);
    let sum = 0;
    for (let i = 0; i < stencil; i++) sum += weights[i] * values[first + i];
    return sum;
  };
}
