/** Which category a uniform number falls into: inversion of the cumulative weights. */

/**
 * The index i with w(0) + ... + w(i-1) <= uniform * total < w(0) + ... + w(i); never one of weight zero.
 *
 * `uniform` in [0, 1). RangeError where a weight is negative or not finite, or all are zero.
 */
export function categoryOf(uniform: number, weights: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (!(weight >= 0)) throw new RangeError(`weights[${i}] must be a number >= 0, got ${weight}`);
    total += weight;
  }
  if (!(total > 0 && total < Infinity)) {
    throw new RangeError(`weights must have a positive finite sum, got ${total} over ${weights.length} weights`);
  }
  // uniform <= 1 - 2^-53, so the rounded product is below the total, and the same sums in the same order reach it.
  const target = uniform * total;
  let index = -1;
  let cumulative = 0;
  while (cumulative <= target) cumulative += weights[++index];
  return index;
}
