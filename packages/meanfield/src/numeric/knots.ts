/** What the interpolations share: checks of the tabulated points, and the interval a point lies in. */

/** Copies of tabulated points; throws `RangeError` unless there are `least` of them, finite, with x increasing. */
export function knots(
  name: string,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  least: number,
): readonly [x: Float64Array, y: Float64Array] {
  if (x.length < least) throw new RangeError(`${name}: x has length ${x.length}; allowed is at least ${least}`);
  if (y.length !== x.length) {
    throw new RangeError(`${name}: y has length ${y.length}; allowed is that of x, ${x.length}`);
  }
  checkIncreasing(name, "x", x);
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i])) throw new RangeError(`${name}: y[${i}] is ${y[i]}; allowed are finite numbers`);
  }
  return [Float64Array.from(x), Float64Array.from(y)];
}

/** Throws `RangeError` unless the values are finite and increase strictly. */
export function checkIncreasing(name: string, field: string, x: ArrayLike<number>): void {
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i])) throw new RangeError(`${name}: ${field}[${i}] is ${x[i]}; allowed are finite numbers`);
    if (i > 0 && !(x[i] > x[i - 1])) {
      throw new RangeError(
        `${name}: ${field}[${i}] is ${x[i]} after ${x[i - 1]}; allowed are numbers in increasing order`,
      );
    }
  }
}

/**
 * The i with x[i] <= at <= x[i + 1], for increasing x of length at least 2.
 *
 * Points outside by no more than 1e-12 of the whole length count as rounding and get the first or last interval; further
 * out it throws `RangeError`.
 */
export function intervalOf(name: string, x: Float64Array, at: number): number {
  const last = x.length - 1;
  if (!(at >= x[0] && at <= x[last])) {
    const slack = 1e-12 * (x[last] - x[0]);
    if (!(at >= x[0] - slack && at <= x[last] + slack)) {
      throw new RangeError(`${name}: asked at ${at}; allowed is ${x[0]} to ${x[last]}`);
    }
  }
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}
