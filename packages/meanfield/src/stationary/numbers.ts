/** Small conventions that the quantities of both kinds of model share. */

/** The grid with one more point in its place. */
export function withPoint(grid: Float64Array, point: number): Float64Array {
  return grid.includes(point) ? grid : Float64Array.from([...grid, point].toSorted((a, b) => a - b));
}

/** Cost over cost, or reward over reward, so that it is at least one; undefined where the signs differ. */
export function priceOf(equilibrium: number, optimum: number): number | undefined {
  if (equilibrium < 0 && optimum < 0) return equilibrium / optimum;
  if (equilibrium > 0 && optimum > 0) return optimum / equilibrium;
  return undefined;
}
