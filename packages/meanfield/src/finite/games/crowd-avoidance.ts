/**
 * Two populations in two rooms that want to change sides without meeting.
 *
 * The game of that name in M. Lanctot et al., "OpenSpiel: a framework for reinforcement learning in games", arXiv:1908.09453,
 * python_mfg_crowd_avoidance.
 */

import { z } from "zod";
import { InputError, json } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { twoRooms } from "../floor-plans.ts";
import { initialOf, oncePublished, populationNames } from "../gridded-populations.ts";
import type { FiniteModel } from "../model.ts";
import { measureFinite, quantitiesOf } from "../quantities.ts";
import { namedAxis, wholeAxis } from "../space.ts";
import {
  asPublished,
  crossMoves,
  crossNames,
  geometryParameter,
  moved,
  noiseParameter,
  publishedStart,
  sizeParameter,
  stepsParameter,
  weightParameter,
} from "../walk-parts.ts";

const cell = z.tuple([z.int().min(0), z.int().min(0)]);
const names = populationNames.slice(0, 2);

const left = [
  [0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0],
  [0, 0.4, 0.4, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0],
  [0, 0.2, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 0, 0],
];
/** The other side of the point in the middle. */
const right = left.toReversed().map((row) => row.toReversed());

const parameters = z.object({
  size: sizeParameter(7),
  horizon: stepsParameter(10),
  congestion_matrix: json(
    z.array(z.array(z.number())),
    [
      [0, 1],
      [1, 0],
    ],
    "C: how much each population minds each, a row a population",
    "C",
  ),
  geometry: geometryParameter(),
  init_distrib: json(
    z.array(z.array(z.array(z.number()))),
    [left, right],
    "Initial laws: for each population rows of shares, y from row to row and x along them",
  ),
  proba_noise: noiseParameter(0.5, "Probability that chance takes a step of its own, in any of four directions"),
  coef_congestion: weightParameter(1, "Weight of crowds"),
  forbidden_states: json(z.array(cell), twoRooms, "Walls: cells [x, y]; who walks into one stays", undefined, {
    as: "cells",
    side: "size",
  }),
  coef_target: weightParameter(1, "Worth of being at one's target"),
  target_positions: json(
    z.tuple([cell, cell]),
    [
      [5, 3],
      [1, 3],
    ],
    "Targets: a cell [x, y] for each population",
  ),
  faithful: asPublished(
    "nothing is earned at the horizon, and at t = 0 densities are read from the initial laws in another order than they are written in; coef_congestion is 0 there unless set",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

/** Two populations that walk to each other's side through two doors. */
export const crowdAvoidance: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "crowd-avoidance",
  title: "Crowd avoidance of two populations",
  family: "finite",
  story:
    "Two populations start in two rooms that are joined by two doors, each has a target in the other's room, and each minds " +
    "the other where they meet. The published implementation ships with a coefficient of congestion of 0, so that nobody " +
    "minds anybody; here it is 1. It also earns nothing at the last time and reads densities at t = 0 in the wrong order: " +
    "`faithful` reproduces these two, and preset `peer` all three.",
  reference: "OpenSpiel, python_mfg_crowd_avoidance; M. Lanctot et al., OpenSpiel, arXiv:1908.09453",
  equations: [
    {
      caption: "Moves",
      tex: "s'=s+a+e,\\qquad P(e=0)=1-\\nu,\\quad P(e)=\\tfrac\\nu4\\ \\text{ for the four directions}",
    },
    { caption: "Reward", tex: "r^i(s,\\mu)=w\\,\\mathbf 1_{s=g_i}-c\\sum_jC_{ij}\\mu^j(s)" },
  ],
  parameters,
  presets: { peer: { title: "As in OpenSpiel", parameters: { faithful: true, coef_congestion: 0 } } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check,
  build: modelOf,
  quantities: quantitiesOf(names),
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function check({ size, congestion_matrix, init_distrib, forbidden_states, target_positions }: Parameters): void {
  if (congestion_matrix.length !== 2 || congestion_matrix.some((row) => row.length !== 2))
    throw new InputError("congestion_matrix", congestion_matrix, "two rows of two numbers");
  const laws = initialOf(init_distrib, 2, size);
  for (const [field, places] of [
    ["forbidden_states", forbidden_states] as const,
    ["target_positions", target_positions] as const,
  ])
    for (const place of places)
      if (Math.max(...place) >= size) throw new InputError(field, place, `coordinates of at most ${size - 1}`);
  for (const [x, y] of forbidden_states)
    if (laws.some((law) => law[x * size + y] > 0)) throw new InputError("init_distrib", [x, y], "nobody in walls");
}

function modelOf(p: Parameters): FiniteModel {
  check(p);
  const { size, horizon, geometry, init_distrib, proba_noise, coef_congestion, coef_target, faithful } = p;
  const laws = initialOf(init_distrib, 2, size);
  const read = oncePublished(laws, size);
  const wall = new Uint8Array(size * size);
  for (const [x, y] of p.forbidden_states) wall[x * size + y] = 1;
  const step = (s: number, move: readonly [number, number]): number => {
    const to = moved(s, move, size, geometry);
    return wall[to] === 1 ? s : to;
  };
  const weights = p.congestion_matrix.map((row) => Float64Array.from(row, (one) => -coef_congestion * one));
  const targets = p.target_positions.map(([x, y]) => x * size + y);
  return {
    family: "finite",
    kind: "discrete-time",
    // Where nothing is earned at the horizon, the move before it is the last that may matter.
    horizon: faithful ? horizon - 1 : horizon,
    ...(faithful ? { ownStart: publishedStart } : {}),
    populations: names.map((name, i) => ({
      name,
      states: [wholeAxis("x", size), wholeAxis("y", size)],
      actions: [namedAxis("move", crossNames)],
      closed: (s) => wall[s] === 1,
      initial: laws[i],
      transition: {
        sees: "nothing",
        timed: false,
        successors: (_t, s, a, _laws, emit) => {
          const aim = step(s, crossMoves[a]);
          for (const e of crossMoves) emit(step(aim, e), e === crossMoves[0] ? 1 - proba_noise : proba_noise / 4);
        },
      },
      reward: {
        base: {
          timed: true,
          at: (t, s) => {
            const worth = s === targets[i] ? coef_target : 0;
            if (!faithful || t > 0) return worth;
            return weights[i].reduce((sum, weight, j) => sum + weight * (read[j][s] - laws[j][s]), worth);
          },
        },
        couplings: [{ form: "local", weights: weights[i] }],
      },
    })),
  };
}
