/** Parts that games of controlled rates declare alike. */

import type { Moment, Move, Piece, Slopes } from "./model.ts";

/** A number that is what it is. */
function fixed(value: number): Piece {
  return { value: () => value, pull: () => 0 };
}

/** A control that is the rate itself. */
export const itself: Piece = { value: (a) => a, pull: (_a, _at, weight) => weight };

/** A control that costs nothing. */
export const free: Piece = fixed(0);

/** A jump by chance alone, at a rate that may depend on γ and μ. */
export function chance(
  from: number,
  to: number,
  rate: (at: Moment) => number,
  pull: (at: Moment, weight: number, into: Slopes) => void,
): Move {
  return {
    from,
    to,
    range: [0, 0],
    control: free,
    cost: free,
    rate: {
      value: (_a, at) => rate(at),
      pull: (_a, at, weight, into) => {
        pull(at, weight, into);
        return 0;
      },
    },
  };
}

/** The jumps from everywhere to everywhere else. */
export function everywhere(states: number, move: (from: number, to: number) => Move): Move[] {
  return Array.from({ length: states * states }, (_, i) => [Math.floor(i / states), i % states])
    .filter(([from, to]) => from !== to)
    .map(([from, to]) => move(from, to));
}
