/** Players of the malware game with its continuous state, each of whom pays for the mean state of all. */

import { randomStream } from "../../numeric/random.ts";
import type { RepairModel } from "../model.ts";
import { logistic } from "../policy-class.ts";
import type { ThresholdPolicy } from "../policy-class.ts";
import { newcomerDraw, startDraws, stepDraws } from "./crowd.ts";
import type { Crowd } from "./crowd.ts";

/** One of the newcomer's two lives: moves do not depend on the field, so that the others are the same in both. */
interface Life {
  readonly chance: (x: number) => number;
  state: number;
  repair: number;
}

/** @param deviating what the newcomer plays in its second life */
export function repairCrowd(
  { k, lambda }: RepairModel,
  policy: ThresholdPolicy,
  deviating: ThresholdPolicy,
  players: number,
  seed: number,
): Crowd {
  const chance = chanceOf(policy);
  const states = new Float64Array(players);
  const repairs = new Float64Array(players);
  const luck = new Float64Array(players);
  let stream = randomStream(seed, 0);
  let lives: readonly Life[] = [];
  let [mean, repaired] = [0, 0];

  const lookAround = (): void => {
    [mean, repaired] = [0, 0];
    for (let i = 0; i < players; i++) {
      mean += states[i];
      repaired += repairs[i] = chance(states[i]);
    }
    mean /= players;
    repaired /= players;
    for (const life of lives) life.repair = life.chance(life.state);
  };

  const rewardOf = ({ state, repair }: Life): number =>
    -(k + mean + (state - states[0]) / players) * state - lambda * repair;

  return {
    start: (path) => {
      stream = randomStream(seed, path);
      stream.fillUniform(states, startDraws);
      lives = [];
      lookAround();
    },
    join: () => {
      const state = stream.uniform(newcomerDraw);
      lives = [chance, chanceOf(deviating)].map((own) => ({ chance: own, state, repair: own(state) }));
    },
    advance: (step) => {
      stream.fillUniform(luck, stepDraws(step, players));
      for (const life of lives) life.state = next(life.state, life.repair, luck[0]);
      for (let i = 0; i < players; i++) states[i] = next(states[i], repairs[i], luck[i]);
      lookAround();
    },
    mean: () => mean,
    reward: () => -(k + mean) * mean - lambda * repaired,
    newcomer: () => ({ keeping: rewardOf(lives[0]), deviating: rewardOf(lives[1]) }),
    position: (player) => states[player],
    largestReward: () => k + 1 + lambda,
  };
}

/** The probability of repair in a state. */
export function chanceOf({ threshold, width, atZero = 0 }: ThresholdPolicy): (x: number) => number {
  if (width > 0) return (x) => logistic((x - threshold) / width);
  return (x) => (x > threshold ? 1 : x === 0 ? atZero : 0);
}

/** One draw decides on the repair, and what is left of it on the move. */
export function next(x: number, repair: number, u: number): number {
  return u < repair ? 0 : x + ((1 - x) * (u - repair)) / (1 - repair);
}
