/**
 * N players who jump one at a time: as many numbers as there are states, since players in one state are alike.
 *
 * Between two jumps all rates are constant but for the policy's change with time, which is taken in steps: within a step each
 * control is that of its middle. D. T. Gillespie, "Exact stochastic simulation of coupled chemical reactions", J. Phys. Chem. 81
 * (1977) 2340–2361.
 */

import { randomStream } from "../../numeric/random.ts";
import type { RandomSequence } from "../../numeric/random.ts";
import type { RatesCandidate } from "./candidate.ts";
import type { Moment } from "./model.ts";
import { costRate } from "./stage.ts";

export interface JumpingCrowd {
  /** The empirical law of all players now. */
  readonly mu: Float64Array;
  /** What a player has paid so far, on average over all. */
  paid: number;
  /** The state of a player like any other: who started first. */
  member: number;
  /** Draws the players' states at 0 from μ_0, for the game of this number. */
  readonly start: (path: number) => void;
  /** Plays a step, one after the other from 0 on; pays the cost at the end with the last. */
  readonly play: (step: number) => void;
}

export function jumpingCrowd(
  { model, grid, controls }: RatesCandidate,
  players: number,
  steps: number,
  seed: number,
): JumpingCrowd {
  const { states, moves, parameters } = grid;
  const counts = new Float64Array(states);
  const rates = new Float64Array(moves);
  const now = new Float64Array(moves);
  const mu = new Float64Array(states);
  const at: Moment = { t: 0, gamma: new Float64Array(parameters), mu };
  const h = model.horizon / steps;
  let draws: RandomSequence = randomStream(seed, 0).sequence();

  const look = (): number => {
    for (let x = 0; x < states; x++) mu[x] = counts[x] / players;
    model.parameters.at(at.t, mu, at.gamma);
    let total = 0;
    for (let m = 0; m < moves; m++) {
      const { from, rate } = model.moves[m];
      rates[m] = counts[from] > 0 ? counts[from] * rate.value(now[m], at) : 0;
      total += rates[m];
    }
    return total;
  };

  const crowd: JumpingCrowd = {
    mu,
    paid: 0,
    member: 0,
    start: (path) => {
      draws = randomStream(seed, path).sequence();
      counts.fill(0);
      for (let i = 0; i < players; i++) {
        const x = draws.categorical(model.initial);
        counts[x]++;
        if (i === 0) crowd.member = x;
      }
      for (let x = 0; x < states; x++) mu[x] = counts[x] / players;
      crowd.paid = 0;
    },
    play: (step) => {
      at.t = (step + 0.5) * h;
      controlsAround(controls, (at.t / model.horizon) * (grid.t.length - 1), now);
      let left = h;
      for (;;) {
        const total = look();
        const wait = total > 0 ? draws.exponential() / total : Infinity;
        crowd.paid += Math.min(wait, left) * costRate(model, at, now);
        if (wait >= left) break;
        left -= wait;
        const { from, to } = model.moves[draws.categorical(rates)];
        if (crowd.member === from && draws.uniform() * counts[from] < 1) crowd.member = to;
        counts[from]--;
        counts[to]++;
      }
      if (step < steps - 1) return;
      at.t = model.horizon;
      model.parameters.at(at.t, mu, at.gamma);
      for (let x = 0; x < states; x++) crowd.paid += mu[x] * model.terminal.value(x, at);
    },
  };
  return crowd;
}

/** Controls straight between points of the grid, at a place in units of its step. */
function controlsAround(controls: Float64Array, place: number, out: Float64Array): void {
  const moves = out.length;
  const i = Math.min(Math.floor(place), controls.length / moves - 2);
  const share = place - i;
  for (let m = 0; m < moves; m++)
    out[m] = (1 - share) * controls[i * moves + m] + share * controls[(i + 1) * moves + m];
}
