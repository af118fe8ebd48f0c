/** Solving the game restricted to a population of policies, as a lottery over mixtures: of one mixture for Nash equilibria. */

import type { CorrelationDevice } from "../candidate.ts";
import { deviatorsOf, regretRows, restrictedGap } from "./device.ts";
import type { Lottery } from "./device.ts";
import { hedge } from "./hedge.ts";
import { payoffs } from "./meta-game.ts";
import type { MetaGame, Shares } from "./meta-game.ts";
import { restrictedEquilibrium, switchingGain } from "./nash-search.ts";
import { polynomialWeights } from "./polynomial-weights.ts";
import { projectedReplicator } from "./projected-replicator.ts";
import { dot } from "./regret-minimiser.ts";
import type { RegretMinimiser } from "./regret-minimiser.ts";
import { regretMatching } from "./regret-matching.ts";
import { replicator } from "./replicator.ts";
import { selectWeights } from "./selection.ts";
import type { Selection } from "./selection.ts";
import { withoutSwapRegret } from "./swap-regret.ts";

export const minimisers = {
  hedge,
  "regret-matching": regretMatching,
  "polynomial-weights": polynomialWeights,
  replicator,
  "projected-replicator": projectedReplicator,
} as const satisfies Readonly<Record<string, (count: number) => RegretMinimiser>>;

export interface MetaSettings {
  /** Undefined for Nash equilibria. */
  readonly concept: CorrelationDevice["concept"] | undefined;
  readonly method: "automatic" | "nash-search" | keyof typeof minimisers;
  /** Of regret minimisers, each time. */
  readonly rounds: number;
  readonly selection: Selection | "average";
}

export interface MetaSolver {
  readonly settings: MetaSettings;
  /** One a population, which learn on while no policy joins. */
  learners: readonly RegretMinimiser[];
  /** Every mixture that was played since the population last grew, or every second, fourth, … */
  played: Float64Array[][];
  every: number;
  rounds: number;
  /** Of all mixtures since then. */
  sum: Float64Array[];
}

/** As many mixtures are given to a programme, and kept for averages, at most. */
const most = { programme: 100, average: 10_000 } as const;

const nothing = { learners: [], played: [], every: 1, rounds: 0, sum: [] } as const;

export function startMetaSolver(settings: MetaSettings): MetaSolver {
  return { settings, ...nothing, played: [], sum: [] };
}

/**
 * Solves the restricted game.
 *
 * @param before the solution before the last policies joined
 * @param grown whether any did; if none did, learning goes on where it was
 * @param tolerated what deviating within the population may gain before a search for an equilibrium is added to learning
 */
export function solveMetaGame(
  solver: MetaSolver,
  meta: MetaGame,
  before: Lottery,
  grown: boolean,
  tolerated: number,
): Lottery {
  const { concept, method } = solver.settings;
  if (grown) Object.assign(solver, nothing, { played: [], sum: [] });
  const earlier = before.recommendations.map((shares) => padded(meta, shares));
  const searches = method === "nash-search" || (method === "automatic" && concept === undefined);
  if (searches) {
    // Where nobody joined and there is still something to gain the search got stuck: on from what learning finds.
    const starts = grown ? [mean(earlier, before.weights)] : [...learn(solver, meta), mean(earlier, before.weights)];
    return single(bestOf(starts.map((start) => restrictedEquilibrium(meta, start))));
  }
  const ends = learn(solver, meta);
  if (concept === undefined)
    return single(bestOf(ends.map((shares) => ({ shares, gap: switchingGain(shares, payoffs(meta, shares)) }))));
  if (solver.settings.selection === "average") return alike(solver.played);
  const candidates = [
    ...earlier,
    ...solver.played,
    ...ends,
    ...(solver.settings.selection === "reward" ? payingWell(meta) : []),
  ];
  const found = select(solver, meta, candidates);
  if (method !== "automatic" || found.gap <= tolerated) return found.lottery;
  const { recommendations, weights } = found.lottery;
  const { shares } = restrictedEquilibrium(meta, mean(recommendations, weights));
  return select(solver, meta, [...candidates, shares]).lottery;
}

/** Plays on for some rounds; returns the mean of all mixtures since the population last grew, and the last one. */
function learn(solver: MetaSolver, meta: MetaGame): Float64Array[][] {
  const { concept, method, rounds, selection } = solver.settings;
  const make = minimisers[method === "automatic" || method === "nash-search" ? "hedge" : method];
  if (solver.learners.length === 0)
    solver.learners = meta.members.map(({ policies: { length } }) =>
      concept === "correlated" ? withoutSwapRegret(length, make) : make(length),
    );
  const now = (): Float64Array[] => solver.learners.map(({ shares }) => shares.slice());
  if (solver.sum.length === 0) solver.sum = now().map((shares) => shares.fill(0));
  const room = concept !== undefined && selection !== "average" ? most.programme : most.average;
  for (let round = 0; round < rounds; round++, solver.rounds++) {
    const shares = now();
    shares.forEach((own, p) => own.forEach((share, i) => (solver.sum[p][i] += share)));
    if (solver.rounds % solver.every === 0) solver.played.push(shares);
    if (solver.played.length > room) {
      solver.played = solver.played.filter((_, k) => k % 2 === 0);
      solver.every *= 2;
    }
    const worth = payoffs(meta, shares);
    solver.learners.forEach((learner, p) => learner.learn(worth[p]));
  }
  return [solver.sum.map((sum) => sum.map((total) => total / solver.rounds)), now()];
}

/** The law over mixtures that a programme selects. */
function select(
  { settings: { concept, selection } }: MetaSolver,
  meta: MetaGame,
  mixtures: readonly Float64Array[][],
): { readonly lottery: Lottery; readonly gap: number } {
  const kinds = deviatorsOf(meta, concept ?? "coarse-correlated");
  const worths = mixtures.map((shares) => payoffs(meta, shares));
  const regrets = regretRows(mixtures, worths, kinds);
  const rewards = Float64Array.from(mixtures, (shares, a) =>
    shares.reduce((sum, own, p) => sum + dot(own, worths[a][p]), 0),
  );
  const chosen = selection === "average" ? undefined : selectWeights(regrets, rewards, selection);
  const weights = chosen ?? alike(mixtures).weights;
  const kept = mixtures.flatMap((_, a) => (weights[a] > negligible ? [a] : []));
  return {
    lottery: normalised(
      kept.map((a) => weights[a]),
      kept.map((a) => mixtures[a]),
    ),
    gap: restrictedGap(regrets, weights),
  };
}

/**
 * Mixtures that learning hardly ever plays and that may pay best: everybody told the same, and the equilibria found from there;
 * with several populations only where all of them are told their first policies, or their last, and so on.
 */
function payingWell(meta: MetaGame): Float64Array[][] {
  const most = Math.max(...meta.members.map(({ policies }) => policies.length));
  const pure = Array.from({ length: most }, (_, i) =>
    meta.members.map(({ policies: { length } }) => {
      const shares = new Float64Array(length);
      shares[Math.min(i, length - 1)] = 1;
      return shares;
    }),
  );
  return [...pure, ...pure.map((shares) => restrictedEquilibrium(meta, shares).shares)];
}

/** Weights below this are what pivots leave of zero. */
const negligible = 1e-12;

function normalised(weights: readonly number[], recommendations: readonly Float64Array[][]): Lottery {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { weights: Float64Array.from(weights, (weight) => weight / sum), recommendations };
}

function alike(recommendations: readonly Float64Array[][]): Lottery {
  const weights = new Float64Array(recommendations.length).fill(1 / recommendations.length);
  // A copy: learning goes on.
  return { weights, recommendations: [...recommendations] };
}

function single(shares: Float64Array[]): Lottery {
  return { weights: Float64Array.of(1), recommendations: [shares] };
}

function bestOf(found: readonly { readonly shares: Float64Array[]; readonly gap: number }[]): Float64Array[] {
  return found.reduce((best, other) => (other.gap < best.gap ? other : best)).shares;
}

/** Σ_a ρ_a ν_a. */
export function mean(mixtures: readonly Shares[], weights: Float64Array): Float64Array[] {
  return mixtures[0].map((first, p) => {
    const sum = new Float64Array(first.length);
    mixtures.forEach((shares, a) => {
      for (let i = 0; i < sum.length; i++) sum[i] += weights[a] * shares[p][i];
    });
    return sum;
  });
}

/** Shares of nothing for policies that have joined since. */
export function padded({ members }: MetaGame, shares: Shares): Float64Array[] {
  return members.map(({ policies }, p) => {
    const out = new Float64Array(policies.length);
    out.set(shares[p]);
    return out;
  });
}
