/**
 * Predator and prey: three or four populations that hunt each other in a ring.
 *
 * J. Pérolat, S. Perrin, R. Elie, M. Laurière, G. Piliouras, M. Geist, K. Tuyls, O. Pietquin, "Scaling mean field games by online
 * mirror descent", AAMAS 2022, section 5.4; the form and defaults of OpenSpiel.
 */

import { z } from "zod";
import { InputError, json, whole } from "../../core/index.ts";
import type { Game, ParametersOf, QuantityDefinition } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { cornerLaws, initialOf, oncePublished, populationNames } from "../gridded-populations.ts";
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

const matrix = z.array(z.array(z.number()));

const parameters = z.object({
  size: sizeParameter(5),
  horizon: stepsParameter(10),
  players: whole(3, "Populations", { minimum: 2, maximum: 4 }),
  reward_matrix: json(
    z.union([z.literal("ring"), matrix]),
    "ring",
    "R: what populations are worth to each other where they meet, a row a population; ring: each is drawn to one neighbour and shuns the other",
    "R",
  ),
  geometry: geometryParameter(),
  init_distrib: json(
    z.union([z.literal("corners"), z.array(matrix)]),
    "corners",
    "Initial laws: for each population rows of shares, y from row to row and x along them; corners: each starts in its own",
  ),
  noise_probability: noiseParameter(0.8, "Probability that chance takes a step of its own, in any of four directions"),
  congestion_coeff: weightParameter(1, "Weight of one's own crowd"),
  faithful: asPublished(
    "nothing is earned at the horizon, and at t = 0 densities are read from the initial laws in another order than they are written in",
  ),
});

type Parameters = ParametersOf<typeof parameters>;

const rings: Readonly<Record<number, number[][]>> = {
  3: [
    [0, -1, 1],
    [1, 0, -1],
    [-1, 1, 0],
  ],
  4: [
    [0, 1, 0, -1],
    [-1, 0, 1, 0],
    [0, -1, 0, 1],
    [1, 0, -1, 0],
  ],
};

/** Populations on a grid, each drawn to one and shunning another. */
export const predatorPrey: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "predator-prey",
  title: "Predator and prey",
  family: "finite",
  story:
    "Three or four populations walk on a grid, each drawn to one of the others, which shuns it, and all avoid crowds of their " +
    "own kind. No potential, no rest: they chase each other. In the published implementation the last time earns nothing and " +
    "densities at t = 0 are read in the wrong order; `faithful` reproduces that.",
  reference: "J. Pérolat et al., Scaling mean field games by online mirror descent, AAMAS 2022, section 5.4",
  equations: [
    {
      caption: "Moves",
      tex: "s'=s+a+e,\\qquad P(e=0)=1-\\nu,\\quad P(e)=\\tfrac\\nu4\\ \\text{ for the four directions}",
    },
    { caption: "Reward", tex: "r^i(s,\\mu)=-c\\ln\\mu^i(s)+\\sum_jR_{ij}\\mu^j(s)" },
  ],
  parameters,
  presets: {
    peer: { title: "As in OpenSpiel", parameters: { faithful: true } },
    "four-populations": { title: "Four populations, twenty steps", parameters: { players: 4, horizon: 20 } },
    torus: { title: "On a torus", parameters: { geometry: "torus" } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  check: (p) => {
    matrixOf(p);
    lawsOf(p);
  },
  build: modelOf,
  quantities: quantitiesOf(populationNames).map(onlyWhereThere),
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

/** Says of the third and the fourth population which games have them: with the defaults there are three. */
function onlyWhereThere(definition: QuantityDefinition): QuantityDefinition {
  const [, which] = /_(third|fourth)$/.exec(definition.name) ?? [];
  if (which === undefined) return definition;
  const where = which === "fourth" ? "Only with players = 4." : "Only with players of at least 3.";
  return { ...definition, story: `${where} ${definition.story}` };
}

function matrixOf({ players, reward_matrix }: Parameters): number[][] {
  const R = reward_matrix === "ring" ? rings[players] : reward_matrix;
  if (R === undefined) throw new InputError("reward_matrix", "ring", "a matrix, for other than 3 or 4 populations");
  if (R.length !== players || R.some((row) => row.length !== players))
    throw new InputError("reward_matrix", reward_matrix, `${players} rows of ${players} numbers`);
  return R;
}

function lawsOf({ players, size, init_distrib }: Parameters): Float64Array[] {
  return initialOf(init_distrib === "corners" ? cornerLaws(players, size) : init_distrib, players, size);
}

function modelOf(p: Parameters): FiniteModel {
  const { size, horizon, players, geometry, noise_probability, congestion_coeff, faithful } = p;
  const R = matrixOf(p);
  const laws = lawsOf(p);
  const floor = 1e-25;
  const read = oncePublished(laws, size);
  const log = (share: number): number => congestion_coeff * Math.log(share + floor);
  const first = (i: number, s: number): number =>
    R[i].reduce((sum, weight, j) => sum + weight * (read[j][s] - laws[j][s]), log(laws[i][s]) - log(read[i][s]));
  return {
    family: "finite",
    kind: "discrete-time",
    // Where nothing is earned at the horizon, the move before it is the last that may matter.
    horizon: faithful ? horizon - 1 : horizon,
    ...(faithful ? { ownStart: publishedStart } : {}),
    populations: Array.from({ length: players }, (_, i) => ({
      name: populationNames[i],
      states: [wholeAxis("x", size), wholeAxis("y", size)],
      actions: [namedAxis("move", crossNames)],
      initial: laws[i],
      transition: {
        sees: "nothing",
        timed: false,
        successors: (_t, s, a, _laws, emit) => {
          const aim = moved(s, crossMoves[a], size, geometry);
          for (const e of crossMoves)
            emit(moved(aim, e, size, geometry), e === crossMoves[0] ? 1 - noise_probability : noise_probability / 4);
        },
      },
      reward: {
        ...(faithful ? { base: { timed: true, at: (t, s) => (t === 0 ? first(i, s) : 0) } } : {}),
        couplings: [
          { form: "log-density", weight: congestion_coeff, floor, floored: "added" },
          { form: "local", weights: Float64Array.from(R[i]) },
        ],
      },
    })),
  };
}
