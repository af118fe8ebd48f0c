/**
 * Evacuation of a building: downstairs, but not with everybody at once.
 *
 * B. Djehiche, A. Tcheukam, H. Tembine, "A mean-field game of evacuation in multilevel building", IEEE Trans. Automat.
 * Control 62 (2017) 5154–5169; as a finite game J. Pérolat et al., AAMAS 2022, section 5.2; the form and defaults of MFGLib.
 */

import { z } from "zod";
import { real, whole } from "../../core/index.ts";
import type { Game, ParametersOf } from "../../core/index.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { clip, horizonParameter, initialLaw, initialParameter } from "../game-parts.ts";
import type { FiniteModel } from "../model.ts";
import { finiteQuantities, measureFinite } from "../quantities.ts";
import { indexOf, namedAxis, placesOf, wholeAxis } from "../space.ts";

const parameters = z.object({
  T: horizonParameter(3),
  n_floor: whole(5, "Floors; the lowest is the way out", { minimum: 1, maximum: 1000 }),
  floor_l: whole(10, "Length of a floor", { minimum: 1, maximum: 1000 }),
  floor_w: whole(10, "Width of a floor", { minimum: 1, maximum: 1000 }),
  log_eps: real(1e-20, "Shares below this count as this much", {
    symbol: "\\varepsilon",
    minimum: 0,
    open: "minimum",
    maximum: 1,
    scale: "log",
  }),
  eta: real(1, "Aversion to crowds", { symbol: "\\eta", minimum: 0, maximum: 1e6 }),
  evac_r: real(10, "Reward of a time step spent on the lowest floor", { minimum: -1e6, maximum: 1e6 }),
  mu0: initialParameter("uniform", "one share a cell, floor by floor and row by row, or uniform"),
});

/** Along the floor, across it, down and up. */
const moves = ["+l", "-l", "-w", "+w", "down", "up"] as const;

/** People in a building who want to get to its lowest floor by two staircases, without a crush. */
export const buildingEvacuation: Game<typeof parameters, FiniteModel, FiniteCandidate> = {
  id: "building-evacuation",
  title: "Building evacuation",
  family: "finite",
  story:
    "People stand on the floors of a building and want to be on the lowest one, yet not where it is crowded. One staircase " +
    "in a corner of each floor leads down, one in the opposite corner up; to stand still one tries a staircase that is not " +
    "there. Moves are certain, so that only the crowd matters.",
  reference:
    "B. Djehiche, A. Tcheukam, H. Tembine, IEEE Trans. Automat. Control 62 (2017) 5154–5169; J. Pérolat et al., AAMAS 2022, section 5.2",
  equations: [
    {
      caption: "Reward",
      tex: "r(s,\\mu)=-\\eta\\,\\ln\\max\\{\\mu(s),\\varepsilon\\}+R\\,\\mathbf 1_{\\{\\text{floor}(s)=0\\}}",
    },
  ],
  parameters,
  presets: { tower: { title: "Twenty steps", parameters: { T: 20 } } },
  concepts: ["nash", "planner"],
  information: ["feedback"],
  build: modelOf,
  quantities: finiteQuantities,
  measure: (_p, _question, candidate) => measureFinite(candidate),
};

function modelOf(p: ParametersOf<typeof parameters>): FiniteModel {
  const { T, n_floor, floor_l, floor_w, log_eps, eta, evac_r, mu0 } = p;
  const states = [wholeAxis("floor", n_floor), wholeAxis("l", floor_l), wholeAxis("w", floor_w)];
  const area = floor_l * floor_w;
  const step = (s: number, a: number): number => {
    const [f, l, w] = placesOf(states, s);
    if (a === 0 || a === 1) return indexOf(states, [f, clip(l + 1 - 2 * a, floor_l), w]);
    if (a === 2 || a === 3) return indexOf(states, [f, l, clip(w + 2 * a - 5, floor_w)]);
    const stairs = a === 4 ? l === 0 && w === 0 : l === floor_l - 1 && w === floor_w - 1;
    return stairs ? indexOf(states, [clip(f + 2 * a - 9, n_floor), l, w]) : s;
  };
  return {
    family: "finite",
    kind: "discrete-time",
    horizon: T,
    populations: [
      {
        name: "people",
        states,
        actions: [namedAxis("move", moves)],
        initial: initialLaw(mu0, n_floor * area),
        transition: { sees: "nothing", timed: false, successors: (_t, s, a, _laws, emit) => emit(step(s, a), 1) },
        reward: {
          base: { timed: false, at: (_t, s) => (s < area ? evac_r : 0) },
          couplings: [{ form: "log-density", weight: eta, floor: log_eps, floored: "least" }],
        },
      },
    ],
  };
}
