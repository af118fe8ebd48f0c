import { InputError } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { StaticQuadraticGame } from "./best-response.ts";

/**
 * The smallest game with a mean field: J_i = ½ α_i² − b α_i + θ α_i ᾱ, N players with one number each.
 *
 * Everything is known in closed form, which makes it the test bench of the learning rules: simultaneous best responses
 * contract at the rate θ(N − 1)/(N + 2θ), so for θ > 1 and many players they diverge, while fictitious play converges.
 */
export interface StaticGameParameters {
  readonly players: number;
  readonly b: number;
  readonly theta: number;
}

export function staticGame({ players, b, theta }: StaticGameParameters): StaticQuadraticGame {
  if (!(Number.isInteger(players) && players >= 1)) throw new InputError("players", players, "a whole number from 1");
  if (!Number.isFinite(b)) throw new InputError("b", b, "a finite number");
  if (!(1 + (2 * theta) / players > 0)) {
    throw new InputError("theta", theta, `above −N/2 = ${-players / 2}, or no player has a best response`);
  }
  const filled = (diagonal: number, other: number): ReturnType<typeof zeros> => {
    const out = zeros(players, players);
    out.data.fill(other);
    for (let i = 0; i < players; i++) out.data[i * players + i] = diagonal;
    return out;
  };
  return {
    sizes: Array.from({ length: players }, () => 1),
    gradient: filled(1 + (2 * theta) / players, theta / players),
    gradientConstant: new Float64Array(players).fill(-b),
    cost: (player, profile) => {
      const own = profile[player];
      const mean = profile.reduce((sum, value) => sum + value, 0) / players;
      return own ** 2 / 2 - b * own + theta * own * mean;
    },
    total: () => ({
      hessian: filled(1 + (2 * theta) / players, (2 * theta) / players),
      linear: new Float64Array(players).fill(-b),
    }),
  };
}
