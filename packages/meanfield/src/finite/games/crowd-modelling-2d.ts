/**
 * Crowd modelling in two dimensions: rooms and mazes that a crowd fills, or a bar on a torus.
 *
 * M. Geist, J. Pérolat, M. Laurière, R. Elie, S. Perrin, O. Bachem, R. Munos, O. Pietquin, "Concave utility reinforcement
 * learning: the mean-field game viewpoint", AAMAS 2022 (four rooms); S. Perrin et al., NeurIPS 2020; the form, defaults and
 * floor plans of OpenSpiel.
 */

import { z } from "zod";
import { InputError, flag, json, whole } from "../../core/index.ts";
import type { Game, ParametersOf, Sketch } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { firstMoves } from "../first-moves.ts";
import { aroundCircle } from "../game-parts.ts";
import type { FiniteModel, Reward } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis, wholeAxis } from "../space.ts";
import { asPublished, moved, noiseParameter, publishedStart, stepsParameter, weightParameter } from "../walk-parts.ts";
import { fourRooms, maze } from "../floor-plans.ts";

const cells = (meaning: string, sketch?: Sketch) =>
  json(z.array(z.tuple([z.int().min(0), z.int().min(0)])), [], `${meaning}: cells [x, y]`, undefined, sketch);
const numbers = (meaning: string) => json(z.array(z.number()), [], meaning);

const parameters = z.object({
  size: whole(10, "Cells along each side", { minimum: 2, maximum: 1000 }),
  horizon: stepsParameter(10),
  only_distribution_reward: flag(false, "Whether only the crowd matters, neither places nor moves"),
  forbidden_states: cells("Walls", { as: "cells", side: "size" }),
  initial_distribution: cells("Where people start; none for everywhere alike"),
  initial_distribution_value: numbers("Shares of those cells"),
  positional_reward: cells("Bars; none for one in the middle"),
  positional_reward_value: numbers("Worth of those bars"),
  with_congestion: flag(false, "Whether moves cost in proportion to the crowd they are made in"),
  noise_intensity: noiseParameter(1, "Probability that chance takes a step of its own, any legal one alike"),
  crowd_aversion_coef: weightParameter(1, "Weight of the crowd"),
  faithful: asPublished(
    "distances are not measured around the torus, nothing is earned at the horizon, a move costs what the first path found to a cell cost, and starts have x and y swapped",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

const steps = [
  [0, -1],
  [-1, 0],
  [0, 0],
  [1, 0],
  [0, 1],
] as const;
const stay = 2;
const everyMove = [0, 1, 2, 3, 4];
const room = { only_distribution_reward: true, initial_distribution: [[1, 1]], initial_distribution_value: [1] } as {
  only_distribution_reward: boolean;
  initial_distribution: [number, number][];
  initial_distribution_value: number[];
};

/** People on a torus with walls who want to be alone, and perhaps near a bar. */
export const crowdModelling2d: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "crowd-modelling-2d",
  title: "Crowd modelling in two dimensions",
  family: "finite",
  story:
    "People on a torus, perhaps with walls, step to a neighbouring cell or stay, and chance steps once more; they want to be " +
    "near the bar, to move little, and to be where few are. In the presets only the crowd matters, and fills rooms or a maze " +
    "from a corner. In the published implementation distances do not go around the torus, the last time earns nothing, every " +
    "cell charges the move of the first path found to it instead of the move made, and starting cells have x and y swapped; " +
    "`faithful` reproduces all four.",
  reference:
    "M. Geist et al., Concave utility reinforcement learning: the mean-field game viewpoint, AAMAS 2022; S. Perrin et al., NeurIPS 2020",
  equations: [
    {
      caption: "Moves",
      tex: "s'=s+a+e,\\qquad P(e)=\\frac{\\nu}{|A(s+a)|}+(1-\\nu)\\mathbf 1_{e=0},\\quad e\\in A(s+a)\\ \\text{legal moves}",
    },
    {
      caption: "Reward",
      tex: "r_t(s,a,\\mu)=2-\\tfrac2n\\sum_iw_i\\,d(s,b_i)-\\frac{|a|}n(\\mu_t(s))\\mathbf 1_{t<T}-\\kappa\\ln\\mu_t(s)",
    },
  ],
  parameters,
  presets: {
    peer: { title: "As in OpenSpiel", parameters: { faithful: true } },
    "four-rooms": {
      title: "Four rooms, entered in a corner",
      parameters: { ...room, size: 13, horizon: 40, forbidden_states: fourRooms },
    },
    maze: {
      title: "A maze, entered in a corner",
      parameters: { ...room, size: 22, horizon: 100, forbidden_states: maze },
    },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: (p) => void planOf(p),
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

interface Plan {
  readonly wall: Uint8Array;
  readonly initial: Float64Array;
  /** Cells with their worth. */
  readonly bars: readonly (readonly [x: number, y: number, worth: number])[];
}

/** @throws InputError for cells outside, shares that are no law, and starts in walls. */
function planOf(p: Parameters): Plan {
  const { size, forbidden_states, initial_distribution, initial_distribution_value, faithful } = p;
  const wall = new Uint8Array(size * size);
  for (const cell of forbidden_states) wall[cellOf("forbidden_states", cell, size)] = 1;
  const free = wall.reduce((sum, one) => sum - one, size * size);
  if (free === 0) throw new InputError("forbidden_states", "all cells", "at least one free cell");
  const initial = new Float64Array(size * size);
  if (initial_distribution.length !== initial_distribution_value.length)
    throw new InputError("initial_distribution_value", initial_distribution_value, "one share a starting cell");
  if (faithful && free < size * size && initial_distribution.length === 0)
    throw new InputError("initial_distribution", [], "given, for faithful knows no law around walls");
  if (initial_distribution.length === 0) wall.forEach((one, s) => (initial[s] = one === 1 ? 0 : 1 / free));
  initial_distribution.forEach(([x, y], i) => {
    const s = cellOf("initial_distribution", faithful ? [y, x] : [x, y], size);
    if (wall[s] === 1) throw new InputError("initial_distribution", [x, y], "no walls");
    initial[s] += initial_distribution_value[i];
  });
  const sum = initial.reduce((total, share) => total + share, 0);
  if (!initial.every((share) => share >= 0) || !(Math.abs(sum - 1) <= 1e-6))
    throw new InputError(
      "initial_distribution_value",
      initial_distribution_value,
      "shares of at least 0 that sum to 1",
    );
  const { positional_reward, positional_reward_value } = p;
  if (positional_reward.length !== positional_reward_value.length)
    throw new InputError("positional_reward_value", positional_reward_value, "one number a bar");
  const middle = Math.floor(size / 2);
  for (const cell of positional_reward) cellOf("positional_reward", cell, size);
  const bars = positional_reward.map(([x, y], i) => [x, y, positional_reward_value[i]] as const);
  return { wall, initial: initial.map((share) => share / sum), bars: bars.length > 0 ? bars : [[middle, middle, 1]] };
}

function cellOf(field: string, [x, y]: readonly [number, number], size: number): number {
  if (x >= size || y >= size) throw new InputError(field, [x, y], `coordinates of at most ${size - 1}`);
  return x * size + y;
}

function modelOf(p: Parameters): FiniteModel {
  const { size, horizon, noise_intensity, faithful } = p;
  const { wall, initial, bars } = planOf(p);
  const to = (s: number, a: number): number => moved(s, steps[a], size, "torus");
  // Nobody is ever inside a wall; states must have an action all the same.
  const legal = Array.from(wall, (one, s) => (one === 1 ? [stay] : everyMove.filter((a) => wall[to(s, a)] === 0)));
  const charged = faithful ? firstCosts(size, horizon, initial, legal, to) : undefined;
  return {
    family: "finite",
    kind: "discrete-time",
    // Where nothing is earned at the horizon, the move before it is the last that may matter.
    horizon: faithful ? horizon - 1 : horizon,
    ...(faithful ? { ownStart: publishedStart } : {}),
    populations: [
      {
        name: "people",
        states: [wholeAxis("x", size), wholeAxis("y", size)],
        actions: [namedAxis("move", ["-y", "-x", "stay", "+x", "+y"])],
        ...(p.forbidden_states.length > 0
          ? { allowed: (_t, s, a) => legal[s].includes(a), closed: (s) => wall[s] === 1 }
          : {}),
        initial,
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) => {
            const aim = to(s, a);
            emit(aim, 1 - noise_intensity);
            for (const e of legal[aim]) emit(to(aim, e), noise_intensity / legal[aim].length);
          },
        },
        reward: rewardOf(p, { wall, initial, bars }, charged),
      },
    ],
  };
}

function rewardOf(p: Parameters, { wall, initial, bars }: Plan, charged: Float64Array | undefined): Reward {
  const { size, horizon, only_distribution_reward, with_congestion, crowd_aversion_coef, faithful } = p;
  // The published constant is of single precision.
  const floor = faithful ? Math.fround(1e-25) : 1e-25;
  const couplings = [{ form: "log-density", weight: crowd_aversion_coef, floor, floored: "added" }] as const;
  const apart = (from: number, to: number): number => (faithful ? Math.abs(from - to) : aroundCircle(from, to, size));
  const cost = (t: number, s: number, a: number): number =>
    (charged?.[t * size * size + s] ?? (t < horizon && a !== stay ? 1 : 0)) / size;
  const near = Float64Array.from(initial, (_, s) =>
    bars.reduce(
      (sum, [x, y, worth]) => sum - (2 * worth * (apart(Math.floor(s / size), x) + apart(s % size, y))) / size,
      2,
    ),
  );
  // In the published implementation the law is still taken for uniform at t = 0.
  const first = (t: number, s: number): number =>
    faithful && t === 0 ? crowd_aversion_coef * (Math.log(initial[s] + floor) - Math.log(1 / size ** 2 + floor)) : 0;
  // Walls, where nobody is, earn nothing instead of what an empty cell would.
  const emptiness = crowd_aversion_coef * Math.log(floor);
  if (only_distribution_reward)
    return { base: { timed: true, at: (t, s) => (wall[s] === 1 ? emptiness : first(t, s)) }, couplings };
  return {
    base: {
      timed: true,
      at: (t, s, a) => (wall[s] === 1 ? emptiness : near[s] + first(t, s) - (with_congestion ? 0 : cost(t, s, a))),
    },
    couplings,
    ...(with_congestion
      ? { coupled: { sees: "states", at: (t, s, a, { states: [mu] }) => -cost(t, s, a) * mu[s] } }
      : {}),
  };
}

function firstCosts(
  size: number,
  horizon: number,
  initial: Float64Array,
  legal: readonly (readonly number[])[],
  to: (s: number, a: number) => number,
): Float64Array {
  // Chance deals starting cells row by row, x running fastest.
  const starts = Array.from(initial, (_, i) => (i % size) * size + Math.floor(i / size)).filter((s) => initial[s] > 0);
  const moves = firstMoves({
    states: size * size,
    times: horizon,
    starts,
    actions: (s) => legal[s],
    aim: to,
    pushed: (s) => legal[s].map((e) => to(s, e)),
  });
  return Float64Array.from(moves, (a) => (a < 0 || a === stay ? 0 : 1));
}
