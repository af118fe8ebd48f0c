/** Where players of a finite game can get, and where they go on average. */

import type { Field } from "./flow.ts";
import type { Profile } from "./model.ts";

/** One for each state of a population in which somebody can ever be, whatever is played and however long, along a flow. */
export function enterable({ game, parts }: Field, p: number): Uint8Array {
  const { population, kernel } = parts[p];
  const { states, actions, declared } = population;
  const open = new Uint8Array(states);
  const waiting: number[] = [];
  const enter = (s: number): void => {
    if (open[s] === 1) return;
    open[s] = 1;
    waiting.push(s);
  };
  declared.initial.forEach((share, s) => share > 0 && enter(s));
  const rounds = game.times < 2 ? 0 : kernel.stride === 0 ? 1 : game.times - 1;
  for (let s = waiting.pop(); s !== undefined; s = waiting.pop()) {
    for (let t = 0; t < rounds; t++) {
      const row = t * kernel.stride + s * actions;
      for (let k = kernel.starts[row]; k < kernel.starts[row + actions]; k++)
        if (kernel.probability[k] > 0) enter(kernel.next[k] % states);
    }
  }
  return open;
}

/**
 * The mean step from each state along the last two axes of states, in cells, at 2s and 2s + 1; t < T.
 *
 * A step of more than half the way along an axis is taken for one around a circle.
 */
export function meanMoves(
  { parts }: Field,
  policy: Profile,
  p: number,
  t: number,
  sides: readonly number[],
): Float64Array {
  const { population, kernel } = parts[p];
  const { states, actions } = population;
  const [m, n] = sides;
  const out = new Float64Array(2 * states);
  const step = (from: number, to: number, side: number): number => {
    const plain = to - from;
    return Math.abs(plain) > side / 2 ? plain - Math.sign(plain) * side : plain;
  };
  for (let s = 0; s < states; s++) {
    for (let a = 0; a < actions; a++) {
      const chosen = policy[p][(t * states + s) * actions + a];
      if (chosen === 0) continue;
      const row = t * kernel.stride + s * actions + a;
      for (let k = kernel.starts[row]; k < kernel.starts[row + 1]; k++) {
        const share = chosen * kernel.probability[k];
        // Of moves of several steps, the place is what counts.
        const to = kernel.next[k] % states;
        out[2 * s] += share * step(Math.floor(s / n) % m, Math.floor(to / n) % m, m);
        out[2 * s + 1] += share * step(s % n, to % n, n);
      }
    }
  }
  return out;
}
