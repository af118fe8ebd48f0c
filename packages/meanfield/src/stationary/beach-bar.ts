/**
 * The beach bar on a line: everybody wants to be near the bar and nobody wants to lie in a crowd.
 *
 * S. Perrin, J. Pérolat, M. Laurière, M. Geist, R. Elie, O. Pietquin, "Fictitious play for mean field games: continuous
 * time analysis and applications", NeurIPS 2020, section 4 (beach bar process); crowd aversion that makes the game monotone:
 * J.-M. Lasry, P.-L. Lions, "Mean field games", Jpn. J. Math. 2 (2007) 229–260.
 */

import { finiteModel } from "./finite-model.ts";
import type { Successor } from "./finite-model.ts";
import type { FiniteStationaryModel } from "./model.ts";

export const aversions = ["log", "linear"] as const;

export interface BeachBar {
  /** Places in a row; the bar is in the middle. */
  readonly n: number;
  /** What it costs to lie at an end of the beach, the farthest from the bar. */
  readonly distance: number;
  /** Cost of a step. */
  readonly move: number;
  /** κ, aversion to crowds. */
  readonly kappa: number;
  readonly aversion: (typeof aversions)[number];
  /** Share of steps that chance takes instead: left, stay or right alike. */
  readonly noise: number;
  /** Added to shares under the logarithm, which an empty place would send to infinity. */
  readonly floor: number;
  readonly gamma: number;
}

/** The game; places are numbered from the bar, −(n−1)/2, …, (n−1)/2. */
export function beachBar(beach: BeachBar): FiniteStationaryModel {
  const { n, distance, move, noise, gamma } = beach;
  const half = (n - 1) / 2;
  const step = (x: number, d: number): number => Math.min(n - 1, Math.max(0, x + d));
  return finiteModel({
    positions: Array.from({ length: n }, (_, x) => x - half),
    actionNames: ["left", "stay", "right"],
    discount: gamma,
    features: "law",
    // An end of the beach is left by chance alone with probability noise/3: under every policy the chain is irreducible
    // and aperiodic, which needs steps by chance instead of chosen ones, not on top of them.
    successors: (x, a): Successor[] => [
      [step(x, a - 1), 1 - noise],
      [step(x, -1), noise / 3],
      [x, noise / 3],
      [step(x, 1), noise / 3],
    ],
    reward: (x, a, z) => -(distance * Math.abs(x - half)) / half - move * Math.abs(a - 1) - crowding(beach, z[x]),
    rewardSlope: (x, _a, z, _y, f) => (f === x ? -crowdingSlope(beach, z[x]) : 0),
  });
}

/** What it costs to share a place with this share of all: κ log((z + floor)/(1/n + floor)), or κ (n z − 1). */
export function crowding({ aversion, kappa, n, floor }: BeachBar, share: number): number {
  return aversion === "log" ? kappa * Math.log((share + floor) / (1 / n + floor)) : kappa * (n * share - 1);
}

function crowdingSlope({ aversion, kappa, n, floor }: BeachBar, share: number): number {
  return aversion === "log" ? kappa / (share + floor) : kappa * n;
}
