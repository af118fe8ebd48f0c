/** |actual − expected|/|expected|; 0 where the two are the same number, Infinity where only the expected one is 0. */
export function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
}

/** The largest relative error of f over a table of [x, f(x)]. */
export function largestRelativeError(
  f: (x: number) => number,
  table: readonly (readonly [x: number, value: number])[],
): number {
  return table.reduce((worst, [x, value]) => Math.max(worst, relativeError(f(x), value)), 0);
}
