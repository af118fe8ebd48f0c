/**
 * Players of a game with finitely many states, each of whom moves by P and is paid by r at the empirical law of all.
 *
 * Moves are drawn by inverting distribution functions, so that laws that are close give moves that agree: where P depends
 * on the field, the populations around the newcomer's two lives stay near each other.
 */

import { randomStream } from "../../numeric/random.ts";
import { averageOver, policyKernel } from "../evaluation.ts";
import { featuresAt } from "../finite-model.ts";
import type { FiniteStationaryModel } from "../model.ts";
import { tablesAt } from "../tables.ts";
import { newcomerDraw, startDraws, stepDraws } from "./crowd.ts";
import type { Crowd } from "./crowd.ts";

/** Bytes of laws and rewards that are kept: n players give a feature few values, and come back to them. */
const keptBytes = 2 ** 25;

/** What the players do and earn at one field. */
interface Prospects {
  /** Distribution functions of the next state under the policy, one row a state. */
  readonly moves: Float64Array;
  /** The same for a deviator. */
  readonly otherMoves: Float64Array;
  /** r_π(x), and the same for a deviator. */
  readonly rewards: Float64Array;
  readonly otherRewards: Float64Array;
  readonly largest: number;
}

/** One of the newcomer's two lives. */
interface Life {
  readonly deviates: boolean;
  state: number;
  /** Everybody in it, the newcomer first; empty where the others are those of the game, since P does not depend on the field. */
  readonly all: Int32Array;
  prospects: Prospects;
}

/**
 * @param policy π(a|x) at x·|A| + a
 * @param deviating what the newcomer plays in its second life
 */
export function finiteCrowd(
  model: FiniteStationaryModel,
  policy: Float64Array,
  deviating: Float64Array,
  players: number,
  seed: number,
): Crowd {
  const { states, positions, initial, transitionsCoupled } = model;
  const prospectsAt = prospectsOf(model, policy, deviating);
  const start = distributions(initial, states);
  const agents = new Int32Array(players);
  const luck = new Float64Array(players);
  const counts = new Float64Array(states);
  const counted = new Float64Array(states);
  const field = new Float64Array(states);
  let stream = randomStream(seed, 0);
  let here = prospectsAt(featuresAt(model, initial));
  let lives: readonly Life[] = [];
  let largest = 0;

  const look = (numbers: Float64Array): Prospects => {
    for (let x = 0; x < states; x++) field[x] = numbers[x] / players;
    const prospects = prospectsAt(featuresAt(model, field));
    largest = Math.max(largest, prospects.largest);
    return prospects;
  };

  const lookAround = (): void => {
    count(agents, counts);
    here = look(counts);
    for (const life of lives) {
      if (transitionsCoupled) count(life.all, counted);
      else {
        counted.set(counts);
        counted[agents[0]]--;
        counted[life.state]++;
      }
      life.prospects = look(counted);
    }
  };

  const rewardOf = ({ deviates, state, prospects }: Life): number =>
    (deviates ? prospects.otherRewards : prospects.rewards)[state];

  return {
    start: (path) => {
      stream = randomStream(seed, path);
      stream.fillUniform(luck, startDraws);
      for (let i = 0; i < players; i++) agents[i] = draw(start, 0, states, luck[i]);
      lives = [];
      lookAround();
    },
    join: () => {
      const state = draw(start, 0, states, stream.uniform(newcomerDraw));
      lives = [false, true].map((deviates) => {
        const all = transitionsCoupled ? agents.slice() : new Int32Array(0);
        if (transitionsCoupled) all[0] = state;
        return { deviates, state, all, prospects: here };
      });
      lookAround();
    },
    advance: (step) => {
      stream.fillUniform(luck, stepDraws(step, players));
      for (const life of lives) {
        const { deviates, all, prospects } = life;
        life.state = draw(deviates ? prospects.otherMoves : prospects.moves, life.state, states, luck[0]);
        move(all, prospects.moves, states, luck);
        if (transitionsCoupled) all[0] = life.state;
      }
      move(agents, here.moves, states, luck);
      lookAround();
    },
    mean: () => {
      let sum = 0;
      for (let x = 0; x < states; x++) sum += positions[x] * counts[x];
      return sum / players;
    },
    reward: () => {
      let sum = 0;
      for (let x = 0; x < states; x++) sum += counts[x] * here.rewards[x];
      return sum / players;
    },
    newcomer: () => ({ keeping: rewardOf(lives[0]), deviating: rewardOf(lives[1]) }),
    position: (player) => positions[agents[player]],
    largestReward: () => largest,
  };
}

/** Laws and rewards at the features of a field, kept for a single feature. */
function prospectsOf(
  model: FiniteStationaryModel,
  policy: Float64Array,
  deviating: Float64Array,
): (phi: Float64Array) => Prospects {
  const { states, transitionsCoupled } = model;
  const most = Math.max(1, Math.floor(keptBytes / (8 * states * (transitionsCoupled ? 2 * states + 2 : 2))));
  const kept = new Map<number, Prospects>();
  let moves: Pick<Prospects, "moves" | "otherMoves"> | undefined;
  return (phi) => {
    const known = phi.length === 1 ? kept.get(phi[0]) : undefined;
    if (known !== undefined) return known;
    const { P, r } = tablesAt(model, phi);
    if (moves === undefined || transitionsCoupled) {
      moves = {
        moves: distributions(policyKernel(model, P, policy).data, states),
        otherMoves: distributions(policyKernel(model, P, deviating).data, states),
      };
    }
    const prospects = {
      ...moves,
      rewards: averageOver(model, policy, r),
      otherRewards: averageOver(model, deviating, r),
      largest: r.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    };
    if (phi.length === 1) {
      if (kept.size === most) kept.clear();
      kept.set(phi[0], prospects);
    }
    return prospects;
  };
}

/** Rows of probabilities as distribution functions, one from the last possible state on. */
export function distributions(laws: Float64Array, states: number): Float64Array {
  const out = new Float64Array(laws.length);
  for (let row = 0; row < laws.length; row += states) {
    let sum = 0;
    let last = 0;
    for (let y = 0; y < states; y++) {
      sum += laws[row + y];
      out[row + y] = sum;
      if (laws[row + y] > 0) last = y;
    }
    out.fill(1, row + last, row + states);
  }
  return out;
}

/** The first state whose distribution function exceeds u. */
export function draw(distribution: Float64Array, row: number, states: number, u: number): number {
  let low = row * states;
  const first = low;
  let high = low + states - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (u < distribution[middle]) high = middle;
    else low = middle + 1;
  }
  return low - first;
}

function move(agents: Int32Array, moves: Float64Array, states: number, luck: Float64Array): void {
  for (let i = 0; i < agents.length; i++) agents[i] = draw(moves, agents[i], states, luck[i]);
}

function count(agents: Int32Array, counts: Float64Array): void {
  counts.fill(0);
  for (let i = 0; i < agents.length; i++) counts[agents[i]]++;
}
