/**
 * Crowd motion: towards a bar that moves, and away from the crowd.
 *
 * J. Pérolat et al., "Scaling mean field games by online mirror descent", AAMAS 2022, section 5.3; the form and defaults of MFGLib.
 */

import { z } from "zod";
import { json, real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import { mersenneTwister } from "../../numeric/mersenne-twister.ts";
import type { FiniteCandidate } from "../candidate.ts";
import {
  aroundCircle,
  clip,
  faithfulParameter,
  floorParameter,
  horizonParameter,
  initialLaw,
  initialParameter,
  stillParameter,
  wrap,
} from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { namedAxis, wholeAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(3),
  torus_l: whole(20, "Length", { minimum: 1, maximum: 10_000 }),
  torus_w: whole(20, "Width", { minimum: 1, maximum: 10_000 }),
  loc_change_freq: whole(2, "Steps after which the bar moves", { minimum: 1, maximum: 10_000 }),
  c: real(10, "Worth of being at the bar", { minimum: -1e6, maximum: 1e6 }),
  log_eps: floorParameter(1e-10),
  p_still: stillParameter(),
  seed: whole(0, "Seed of the bar's moves, drawn from the Mersenne twister as MFGLib draws them", {
    minimum: 0,
    maximum: 2 ** 32 - 1,
  }),
  bar: json(
    z.union([z.literal("drawn"), z.array(z.tuple([z.int().min(0), z.int().min(0)])).min(1)]),
    "drawn",
    "Where the bar is at t = 0, 1, …, its last place for ever after: a list of cells, or drawn",
  ),
  mu0: initialParameter("uniform", "one share a cell, row by row, or uniform"),
  faithful: faithfulParameter("the torus ends in walls, for people and bar, and distances are not measured around it"),
});

type Parameters = ParametersOf<typeof parameters>;

/** Along, back, right, left, still: for players and for chance. */
const steps = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
  [0, 0],
] as const;
const names = ["+x", "-x", "+y", "-y", "stay"] as const;

/** People on a torus who follow a bar that moves now and then. */
export const crowdMotionTorus: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "crowd-motion-torus",
  title: "Crowd motion on a torus",
  family: "finite",
  story:
    "People walk on a torus, pushed about by chance; they want to be near a bar that moves diagonally every few steps, all " +
    "knowing when and where, and away from each other. The published implementation says torus but has walls; `faithful` " +
    "reproduces that.",
  reference: "J. Pérolat et al., Scaling mean field games by online mirror descent, AAMAS 2022, section 5.3",
  equations: [
    { caption: "Moves", tex: "s'=s+a+e,\\qquad P(e=0)=p,\\quad P(e)=\\tfrac{1-p}4\\ \\text{ for the four neighbours}" },
    {
      caption: "Reward",
      tex: "r_t(s,\\mu)=c\\Bigl(1-\\frac{d(s,\\text{bar}_t)}{\\ell+w}\\Bigr)-\\ln(\\mu(s)+\\varepsilon)",
    },
  ],
  parameters,
  presets: {
    peer: { title: "As in MFGLib", parameters: { faithful: true } },
    small: { title: "Five by five", parameters: { T: 5, torus_l: 5, torus_w: 5 } },
  },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf(p: Parameters): FiniteModel {
  const { T, torus_l, torus_w, c, log_eps, p_still, mu0, faithful } = p;
  const place = faithful ? clip : wrap;
  const bars = barPath(p);
  const apart = (from: number, to: number, count: number): number =>
    faithful ? Math.abs(from - to) : aroundCircle(from, to, count);
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    populations: [
      {
        name: "people",
        states: [wholeAxis("x", torus_l), wholeAxis("y", torus_w)],
        actions: [namedAxis("move", names)],
        initial: initialLaw(mu0, torus_l * torus_w),
        transition: {
          sees: "nothing",
          timed: false,
          successors: (_t, s, a, _laws, emit) => {
            const [x, y] = [Math.floor(s / torus_w) + steps[a][0], (s % torus_w) + steps[a][1]];
            for (const [dx, dy] of steps) {
              const chance = dx === 0 && dy === 0 ? p_still : (1 - p_still) / 4;
              emit(place(x + dx, torus_l) * torus_w + place(y + dy, torus_w), chance);
            }
          },
        },
        reward: {
          base: {
            timed: true,
            at: (t, s) => {
              const [x, y] = bars[t];
              const distance = apart(Math.floor(s / torus_w), x, torus_l) + apart(s % torus_w, y, torus_w);
              return c * (1 - distance / (torus_l + torus_w));
            },
          },
          couplings: [{ form: "log-density", weight: 1, floor: log_eps, floored: "added" }],
        },
      },
    ],
  };
}

/** The bar at t = 0 … T: it starts in the middle, and a draw takes it one cell along and one across at a time. */
function barPath({
  T,
  torus_l,
  torus_w,
  loc_change_freq,
  seed,
  bar,
  faithful,
}: Parameters): (readonly [number, number])[] {
  if (bar !== "drawn")
    return Array.from({ length: T + 1 }, (_, t) => {
      const [x, y] = bar[Math.min(t, bar.length - 1)];
      return [clip(x, torus_l), clip(y, torus_w)];
    });
  const draw = mersenneTwister(seed);
  let [x, y] = [Math.floor(torus_l / 2), Math.floor(torus_w / 2)];
  const path: (readonly [number, number])[] = [[x, y]];
  for (let t = 0; t < T; t++) {
    if ((t + 1) % loc_change_freq === 0) {
      const [nextX, nextY] = [x + 2 * (draw() % 2) - 1, y + 2 * (draw() % 2) - 1];
      const inside = nextX >= 0 && nextX < torus_l && nextY >= 0 && nextY < torus_w;
      if (!faithful) [x, y] = [wrap(nextX, torus_l), wrap(nextY, torus_w)];
      else if (inside) [x, y] = [nextX, nextY];
    }
    path.push([x, y]);
  }
  return path;
}
