/**
 * N players of every population who move together, as numbers of players by state: how many take which action, and go
 * where, is multinomial, which is the law of that many who draw for themselves. One of each population, its member, is
 * followed by itself, so that it can play another policy than the other N − 1.
 */

import { randomStream } from "../../numeric/random.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { emptyField, observeAt } from "../flow.ts";
import type { Field, FieldPart } from "../flow.ts";
import type { CompiledGame, CompiledPopulation } from "../compile.ts";
import type { Profile } from "../model.ts";
import { binomialQuantile } from "./binomial.ts";

export interface Crowd {
  /** What the game looks like at the empirical laws of all players, the members among them, at the times played so far. */
  readonly field: Field;
  /** The state of each population's member, or that it is under way to. */
  readonly members: Int32Array;
  /** What it did when it last decided. */
  readonly acts: Int32Array;
  /** What each member has earned in this game. */
  readonly earned: Float64Array;
  /**
   * Places everybody by the initial laws for the game of this number; the member of population `deviating` plays another
   * policy, everybody else that of all. Games of one number have the same luck, whoever deviates.
   */
  readonly start: (path: number, deviating?: number) => void;
  /** Everybody acts at t, is paid, and moves where t < T; times one after the other from 0 on. */
  readonly play: (t: number) => void;
}

/** @param other what a member plays who deviates */
export function crowdOf(game: CompiledGame, policy: Profile, other: Profile, players: number, seed: number): Crowd {
  const field = emptyField(game);
  const seats = field.parts.map((part) => seatOf(part));
  const addresses = addressesOf(game);
  const members = new Int32Array(seats.length);
  const acts = new Int32Array(seats.length);
  // When each member decides next: moves may take several steps.
  const due = new Int32Array(seats.length);
  const earned = new Float64Array(seats.length);
  let stream: RandomStream = randomStream(seed, 0);
  let deviator = -1;

  const act = ({ part, counts, choices }: Seat, p: number, t: number): void => {
    const { population, mu, pairs } = part;
    const { states, actions } = population;
    const first = addresses.at(t, p);
    const own = p === deviator ? other[p] : policy[p];
    const member = due[p] === t ? members[p] : -1;
    if (member >= 0) acts[p] = categoryAt(own, (t * states + members[p]) * actions, actions, stream.uniform(first));
    const shares = policy[p];
    const from = t * states;
    choices.fill(0);
    for (let s = 0; s < states; s++) {
      const row = (from + s) * actions;
      const draws = first + 2 + s * actions;
      split(counts[from + s], shares, row, actions, stream, draws, (a, count) => (choices[s * actions + a] = count));
      mu[from + s] = (counts[from + s] + (s === member ? 1 : 0)) / players;
      for (let a = 0; a < actions; a++) {
        const here = s === member && a === acts[p] ? 1 : 0;
        pairs[row + a] = (choices[s * actions + a] + here) / players;
      }
    }
  };

  const move = ({ part, counts, choices }: Seat, p: number, t: number): void => {
    const { population, kernel } = part;
    const { states, actions } = population;
    const { starts, next, probability, stride } = kernel;
    const first = addresses.at(t, p);
    const rows = t * stride;
    const draws = first + 2 + states * actions;
    const ends = endsOf(population);
    const later = (t + 1) * states;
    for (let i = 0; i < choices.length; i++) {
      const start = starts[rows + i];
      const many = starts[rows + i + 1] - start;
      split(choices[i], probability, start, many, stream, draws + i * ends, (k, count) => {
        counts[later + next[start + k]] += count;
      });
    }
    if (due[p] !== t) return;
    const row = rows + members[p] * actions + acts[p];
    const many = starts[row + 1] - starts[row];
    const to = next[starts[row] + categoryAt(probability, starts[row], many, stream.uniform(first + 1))];
    members[p] = to % states;
    due[p] = t + 1 + Math.floor(to / states);
  };

  return {
    field,
    members,
    acts,
    earned,
    start: (path, deviating = -1) => {
      stream = randomStream(seed, path);
      deviator = deviating;
      earned.fill(0);
      due.fill(0);
      seats.forEach(({ part, counts }, p) => {
        const { states, declared } = part.population;
        const first = addresses.start(p);
        counts.fill(0);
        split(players - 1, declared.initial, 0, states, stream, first + 1, (s, count) => (counts[s] = count));
        members[p] = categoryAt(declared.initial, 0, states, stream.uniform(first));
      });
    },
    play: (t) => {
      seats.forEach((seat, p) => act(seat, p, t));
      observeAt(field, t);
      seats.forEach(({ part }, p) => {
        if (due[p] === t) earned[p] += rewardAt(part, t, members[p], acts[p]);
      });
      if (t + 1 < game.times) seats.forEach((seat, p) => move(seat, p, t));
    },
  };
}

/** r_t(s,a) at the laws that the field holds. */
export function rewardAt({ population, here, table, tableStride }: FieldPart, t: number, s: number, a: number): number {
  return here[t * population.states + s] + table[tableStride * t + s * population.actions + a];
}

/** Of one population. */
interface Seat {
  readonly part: FieldPart;
  /** How many decide in each state at each time, and now take each action, besides the member. */
  readonly counts: Int32Array;
  readonly choices: Int32Array;
}

function seatOf(part: FieldPart): Seat {
  const { states, actions } = part.population;
  return { part, counts: new Int32Array(part.mu.length), choices: new Int32Array(states * actions) };
}

/** Draws of a path by what they are for: a number for everything that could be drawn, whatever the laws. */
function addressesOf({ populations }: CompiledGame): {
  readonly start: (p: number) => number;
  /** Action and move of the member, then one draw for each state and action, then one for each possible move. */
  readonly at: (t: number, p: number) => number;
} {
  const starts: number[] = [];
  const offsets: number[] = [];
  let [placing, block] = [0, 0];
  for (const population of populations) {
    const { states, actions } = population;
    starts.push(placing);
    offsets.push(block);
    placing += 1 + states;
    block += 2 + states * actions * (1 + endsOf(population));
  }
  return { start: (p) => starts[p], at: (t, p) => placing + t * block + offsets[p] };
}

/** How many places and times a move may end in. */
function endsOf({ states, declared }: CompiledPopulation): number {
  return states * (declared.transition.longest ?? 1);
}

/** Splits `count` players by the shares weights[first …], which sum to one: one binomial number after the other. */
function split(
  count: number,
  weights: Float64Array,
  first: number,
  many: number,
  stream: RandomStream,
  draws: number,
  take: (category: number, count: number) => void,
): void {
  if (count === 0) return;
  let rest = 1;
  let left = count;
  let last = many - 1;
  // What rounding leaves over belongs to a category that is possible.
  while (last > 0 && weights[first + last] === 0) last--;
  for (let k = 0; k < many && left > 0; k++) {
    const weight = weights[first + k];
    if (weight === 0) continue;
    const taken = k === last ? left : binomialQuantile(left, weight / rest, stream.uniform(draws + k));
    rest -= weight;
    left -= taken;
    if (taken > 0) take(k, taken);
  }
}

/** The category in which u lies. */
function categoryAt(weights: Float64Array, first: number, many: number, u: number): number {
  let sum = 0;
  let last = 0;
  for (let k = 0; k < many; k++) {
    if (weights[first + k] === 0) continue;
    sum += weights[first + k];
    last = k;
    if (u < sum) break;
  }
  return last;
}
