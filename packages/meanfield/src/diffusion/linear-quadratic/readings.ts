/** What games read off a candidate of the family, each computed once and only when asked for. */

import type { Question } from "../../core/index.ts";
import { once } from "../../core/index.ts";
import { zeros } from "../../numeric/matrix.ts";
import type { LinearQuadraticCandidate } from "./candidate.ts";
import { expectedCost } from "./cost.ts";
import { moments } from "./moments.ts";
import type { Moments } from "./moments.ts";
import { solvePlanner } from "./planner.ts";

export interface Readings {
  /** K(t), row-major, k × (2d+e+1); a fresh copy. */
  readonly gain: (t: number) => Float64Array;
  readonly moments: () => Moments;
  readonly cost: () => number;
  /** The least average cost that one hand could reach with as many players. */
  readonly plannerCost: () => number;
}

/** Reads the candidate's strategy as played by the players of the question. */
export function readings(question: Question, candidate: LinearQuadraticCandidate): Readings {
  const { model, strategy } = candidate;
  const { players } = question;
  const { layout } = model;
  return {
    gain: (t) => {
      const out = zeros(layout.control, layout.stateSize);
      strategy.gain(t, out);
      return out.data;
    },
    moments: once(() => moments(model, players, strategy)),
    cost: once(() => expectedCost(model, players, strategy)),
    plannerCost: once(() => solvePlanner(model, players).cost),
  };
}
