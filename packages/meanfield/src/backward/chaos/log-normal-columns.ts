import { closedLinearSolution } from "../closed-forms/linear.ts";
import type { LinearErrors } from "../linear/second-moments.ts";
import { martingaleOf } from "../model.ts";
import type { LinearSystem } from "../model.ts";
import type { ExactColumn } from "./columns.ts";
import { MOST_EMPIRICAL, expectedLogNormalDistance } from "./empirical-law.ts";
import { logNormalLaws } from "./log-normal-laws.ts";

/** Beyond it ln M has no quantiles that double precision could hold apart. */
const MOST_DEVIATION = 3;

/**
 * Laws of Y of a log-normal system at half time against the limit's.
 *
 * Their relative entropy is infinite, and so is none of the columns: where the other players' M^j are small (large, with B < 0), Y of
 * N players falls below all that the limit can reach.
 *
 * @param errorsOf mean square errors of so many players
 */
export function logNormalColumns(
  horizon: number,
  system: LinearSystem,
  errorsOf: (players: number) => LinearErrors,
): ExactColumn[] {
  const half = horizon / 2;
  const { s, variance } = martingaleOf(system);
  const deviation = Math.abs(s) * Math.sqrt(half);
  const limit = closedLinearSolution(horizon, system, Infinity).at(half);
  if (limit.own === 0 || deviation === 0 || deviation > MOST_DEVIATION) return [];
  const finite = (players: number) => closedLinearSolution(horizon, system, players).at(half);
  const laws = logNormalLaws(deviation, limit);
  const known = new Map<number, number | undefined>();
  const single = (players: number): number | undefined => {
    if (!known.has(players)) known.set(players, laws.squaredDistance(1, players, finite(players)));
    return known.get(players);
  };
  const missing = "no rule of a few dozen points stands for the other players' share";
  const both = "the law of (Y¹, Y²) at T/2 and the limit's product law";
  return [
    {
      name: "w2_squared_marginal",
      title: "Squared Wasserstein distance of one player",
      story:
        "W₂² between the law of Y of one player at T/2 and the limit's; exact, by quantile functions, that of N players by Gauss " +
        "rules for the sum of the others.",
      theory: -2,
      missing,
      value: single,
    },
    {
      name: "w2_squared_pair_least",
      title: "Squared Wasserstein distance of two players, at least",
      story:
        `W₂² between ${both} is at least that of Y¹ + Y² and of Y¹ − Y², each over √2, and twice that of one player; these are ` +
        "exact, and the larger is given.",
      theory: -2,
      missing,
      value: (players) => {
        const loads = finite(players);
        const one = single(players);
        const sum = laws.squaredDistance(2, players, loads);
        if (one === undefined || sum === undefined) return undefined;
        // Y¹ − Y² = A(M¹ − M²) is the limit's, stretched.
        return Math.max(2 * one, 0.5 * sum + (loads.own - limit.own) ** 2 * variance(half));
      },
    },
    {
      name: "w2_squared_pair_most",
      title: "Squared Wasserstein distance of two players, at most",
      story:
        `W₂² between ${both} is at most 2 E|Y^{i,N} − Y^i|², what the coupling by the same Brownian motions costs; exact. Proofs go ` +
        "this way, and lose an order of N by it.",
      theory: -1,
      value: (players) => 2 * errorsOf(players).y(half),
    },
    {
      name: "empirical_w2_squared",
      title: "Squared Wasserstein distance of the empirical law",
      story:
        "E W₂² between the empirical law of all Y^{i,N} at T/2 and the law of Y in the limit; exact, by order statistics. " +
        "Independent samples of a log-normal law come near it like 1/N times a power of e^{√ln N}, which looks like a slope above −1.",
      theory: -1,
      most: MOST_EMPIRICAL,
      value: (players) => {
        const { own, mean } = finite(players);
        const spread = variance(half);
        const sample = own * limit.own * expectedLogNormalDistance(players, deviation);
        const average = (mean * (mean + 2 * own) * spread) / players;
        return (own - limit.own) ** 2 * spread + sample + average + errorsOf(players).bias(half);
      },
    },
  ];
}
