import { RefusalError } from "../../core/index.ts";

/**
 * The fixed point of a contraction on the line, from `guess`, to rounding.
 *
 * @throws RefusalError where a hundred rounds do not settle it: steps in time are then too long for the driver.
 */
export function fixedPoint(map: (value: number) => number, guess: number): number {
  let value = guess;
  let before = Infinity;
  for (let round = 0; round < 100; round++) {
    const next = map(value);
    const size = Math.max(1, Math.abs(next));
    const change = Math.abs(next - value);
    // Changes that are small and no longer fall are the rounding of the map; not a number comes through, for the solver to report.
    if (!(change > 4e-16 * size) || (change >= before && change < 1e-9 * size)) return next;
    before = change;
    value = next;
  }
  throw new RefusalError(
    "a step in time is too long for its equation to be solved by iteration: more steps are needed",
  );
}
