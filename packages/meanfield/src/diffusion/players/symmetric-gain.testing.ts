import { zeros } from "../../numeric/matrix.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { controlCount } from "./model.ts";
import type { PlayersModel, PlayersStrategy } from "./model.ts";

/** K(t) of a profile as rows. */
export function gainRows(game: PlayersModel, strategy: PlayersStrategy, t: number): number[][] {
  const out = zeros(controlCount(game), game.states + 1);
  strategy.gain(t, out);
  return Array.from({ length: out.rows }, (_, i) => [...out.data.subarray(i * out.columns, (i + 1) * out.columns)]);
}

/** The largest difference between a profile and a symmetric gain on (x, x̄, s, 1), over all players and 21 times. */
export function distanceToSymmetric(
  model: LinearQuadraticModel,
  players: number,
  game: PlayersModel,
  strategy: PlayersStrategy,
  symmetric: PlayersStrategy,
): number {
  const { state: d, common: e, control: k, stateSize } = model.layout;
  const small = zeros(k, stateSize);
  let largest = 0;
  for (let step = 0; step <= 20; step++) {
    const t = (model.horizon * step) / 20;
    symmetric.gain(t, small);
    gainRows(game, strategy, t).forEach((row, r) => {
      const player = Math.floor(r / k);
      const from = (r % k) * stateSize;
      row.forEach((value, c) => {
        let expected = 0;
        if (c < players * d) {
          expected = small.data[from + d + (c % d)] / players;
          if (Math.floor(c / d) === player) expected += small.data[from + (c % d)];
        } else expected = small.data[from + 2 * d + (c === row.length - 1 ? e : c - players * d)];
        largest = Math.max(largest, Math.abs(value - expected));
      });
    });
  }
  return largest;
}
