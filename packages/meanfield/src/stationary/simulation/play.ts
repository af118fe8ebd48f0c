/**
 * Stationary games with finitely many players who all play one policy: what each earns, how far the field is from the
 * stationary one, and what one of them gains by answering that one with a best response.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 2: the game of n agents that the mean field stands for. That nobody gains
 * much by deviating from a mean-field equilibrium among many is M. Huang, R. P. Malhamé, P. E. Caines, "Large population
 * stochastic dynamic games", Commun. Inf. Syst. 6 (2006) 221–252.
 */

import { averages, estimate } from "../../core/estimate.ts";
import type { Averages } from "../../core/estimate.ts";
import { checkSimulation, recordedSteps, RefusalError } from "../../core/index.ts";
import type { Estimate, SamplePath, Simulation, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import { dimensionless } from "../candidate.ts";
import type { StationaryCandidate } from "../candidate.ts";
import { deviation } from "../exploitability.ts";
import { meanPosition } from "../finite-model.ts";
import type { StationaryModel } from "../model.ts";
import type { PlayedPolicy, ThresholdPolicy } from "../policy-class.ts";
import { exploitability } from "../repair/certify-repair.ts";
import { evaluator, stationaryField } from "../repair/characteristics.ts";
import { bestResponseThreshold, repairPaysAtZero } from "../repair/closed-form.ts";
import { ruleOf } from "../repair/repair-rule.ts";
import type { Crowd } from "./crowd.ts";
import { finiteCrowd } from "./finite-crowd.ts";
import { repairCrowd } from "./repair-crowd.ts";
import { settlingRepairReturn, settlingReturn } from "./settling.ts";

/** What fits into memory: some thirty bytes a player. */
export const MOST_PLAYERS = 10_000_000;
export const MOST_STEPS = 100_000;

/**
 * Plays the game of N players from ξ₀ on independent paths; yields the share done.
 *
 * It is the game of N players itself: in every step each sees, through P and r, the empirical law of all N at that time.
 * Rewards enter as their expectation given all states, so that they are unbiased at less noise.
 *
 * `cost` is minus, and `performance` plus, the discounted return per player. All start from ξ₀, so that the field moves
 * before it settles, and for many players this is not J, which judges one who comes from ξ₀ into a settled population. So
 * in the middle of every path somebody does: `newcomer_performance` is its return, and `deviation_gain` what it gains where
 * it alone plays the best response to the policy's frozen stationary field z, on the same luck. `mean_field` is ⟨Z_t⟩ over
 * that second half, `mean_field_error` is E|⟨Z_t⟩ − ⟨z⟩| there. What comes after the last step is at most
 * `truncation_bound` for a player and `newcomer_truncation_bound` for the newcomer, γ^steps/(1 − γ) times the largest reward
 * of any state and action at the fields that occurred. `limits` has what these come to with more and more players.
 * `series`: `mean_field_path`, ⟨Z_t⟩ at no more than 401 times.
 *
 * Every path has random numbers of its own, those of its number: other paths do not change it.
 *
 * @throws InputError for players, paths, steps or seed that are not such numbers or too large to hold; RefusalError where
 * the candidate's policy is of another game, and where the run was stopped before its first path was complete.
 */
export function* simulateStationary(
  model: StationaryModel,
  candidate: StationaryCandidate,
  _events: SimulationEvents,
  settings: SimulationSettings,
): Generator<number, Simulation, void> {
  checkSimulation(settings, { players: MOST_PLAYERS, steps: MOST_STEPS, draws: 1 });
  const { players, paths, steps, signal } = settings;
  const settled = settledGame(model, candidate.policy);
  const crowd = crowdOf(model, candidate.policy, settled?.best ?? candidate.policy, settings);
  const grid = recordedSteps(steps);
  const half = Math.floor(steps / 2);
  const tally = { scalars: averages(5), along: averages(grid.length) };
  const along = new Float64Array(grid.length);
  const samples: SamplePath[] = [];
  let unreported = 0;
  for (let path = 0; path < paths; path++) {
    const sample = path < 2 ? newSample(players, grid.length) : undefined;
    const one = { performance: 0, mean: 0, error: 0, newcomer: 0, gain: 0 };
    let k = 0;
    crowd.start(path);
    for (let t = 0; t <= steps; t++) {
      if (t === half && settled !== undefined) crowd.join();
      const mean = crowd.mean();
      if (t >= half) {
        const share = 1 / (t - half + 1);
        one.mean += share * (mean - one.mean);
        if (settled !== undefined) one.error += share * (Math.abs(mean - settled.mean) - one.error);
      }
      if (t === grid[k]) record(crowd, along, sample, k++);
      if (t === steps) break;
      one.performance += model.discount ** t * crowd.reward();
      if (t >= half && settled !== undefined) {
        const { keeping, deviating } = crowd.newcomer();
        one.newcomer += model.discount ** (t - half) * keeping;
        one.gain += model.discount ** (t - half) * (deviating - keeping);
      }
      crowd.advance(t);
      unreported += players + OVERHEAD;
      if (unreported < WORK_BETWEEN_REPORTS) continue;
      unreported = 0;
      yield (path + t / steps) / paths;
      if (signal?.aborted !== true) continue;
      if (path === 0) throw new RefusalError("stopped before the first path was complete");
      return resultOf(model, crowd, settled, grid, tally, samples);
    }
    tally.scalars.add(Float64Array.of(one.performance, one.mean, one.error, one.newcomer, one.gain));
    tally.along.add(along);
    if (sample !== undefined) samples.push(sample);
  }
  return resultOf(model, crowd, settled, grid, tally, samples);
}

/** In moves of one player: some 10 ms, and what a step costs besides its players. */
const WORK_BETWEEN_REPORTS = 300_000;
const OVERHEAD = 32;

/** A policy at its stationary field, and the best response to that. */
interface SettledGame {
  /** ⟨z⟩. */
  readonly mean: number;
  /** J. */
  readonly performance: number;
  /** E(π). */
  readonly exploitability: number;
  /** The return of `steps` steps of infinitely many who all start from ξ₀; undefined where it is not known. */
  readonly settling: (steps: number) => number | undefined;
  readonly best: PlayedPolicy;
}

/** Nothing where the policy has no stationary field. */
function settledGame(model: StationaryModel, policy: PlayedPolicy): SettledGame | undefined {
  if (model.kind === "repair") {
    const own = thresholdIn(policy);
    // States are numbers near 1, which tell apart no two thresholds that round to the same.
    if ((own.length ?? 0) > 25)
      throw new RefusalError(`a threshold that lies e^−${Math.round(own.length ?? 0)} below 1 cannot be simulated`);
    const rule = ruleOf(own);
    const { mean } = stationaryField(rule);
    const c = model.k + mean;
    const threshold = bestResponseThreshold(model, c) ?? 1;
    const atZero = repairPaysAtZero(model, c) ? 1 : 0;
    return {
      mean,
      performance: evaluator(model, rule)(mean).performance,
      exploitability: exploitability(model, own, mean),
      settling: (steps) => settlingRepairReturn(model, own, steps),
      best: { kind: "threshold", threshold, width: 0, atZero },
    };
  }
  try {
    const table = tableIn(model, policy);
    const { field, own, best, exploitability: gain } = deviation(model, table);
    return {
      mean: meanPosition(model, field),
      performance: own.J,
      exploitability: gain,
      settling: (steps) => settlingReturn(model, table, steps),
      best: { kind: "table", probabilities: best.policy },
    };
  } catch (error) {
    if (error instanceof RefusalError) return undefined;
    throw error;
  }
}

/** @param deviating what the newcomer plays in its second life */
export function crowdOf(
  model: StationaryModel,
  policy: PlayedPolicy,
  deviating: PlayedPolicy,
  { players, seed }: Pick<SimulationSettings, "players" | "seed">,
): Crowd {
  return model.kind === "repair"
    ? repairCrowd(model, thresholdIn(policy), thresholdIn(deviating), players, seed)
    : finiteCrowd(model, tableIn(model, policy), tableIn(model, deviating), players, seed);
}

export function thresholdIn(policy: PlayedPolicy): ThresholdPolicy {
  if (policy.kind === "threshold") return policy;
  throw new RefusalError("the strategy is for a game with finitely many states, this one has a continuous state");
}

export function tableIn({ states, actions }: { states: number; actions: number }, policy: PlayedPolicy): Float64Array {
  if (policy.kind !== "table")
    throw new RefusalError("the strategy is for a game with a continuous state, this one has finitely many states");
  const { probabilities } = policy;
  if (probabilities.length !== states * actions) {
    throw new RefusalError(
      `the strategy is a table of ${probabilities.length} probabilities, this game has ${states} states of ${actions} actions`,
    );
  }
  return probabilities;
}

function newSample(players: number, points: number): SamplePath {
  return {
    players: Array.from({ length: Math.min(4, players) }, () => new Float64Array(points)),
    mean: new Float64Array(points),
  };
}

function record(crowd: Crowd, along: Float64Array, sample: SamplePath | undefined, k: number): void {
  along[k] = crowd.mean();
  if (sample === undefined) return;
  sample.mean[k] = along[k];
  for (const [i, player] of sample.players.entries()) player[k] = crowd.position(i);
}

function resultOf(
  { discount }: StationaryModel,
  crowd: Crowd,
  settled: SettledGame | undefined,
  grid: readonly number[],
  { scalars, along }: { readonly scalars: Averages; readonly along: Averages },
  samples: readonly SamplePath[],
): Simulation {
  const count = scalars.count();
  const errors = scalars.standardErrors();
  const read = (i: number): Estimate => estimate(scalars.mean[i], errors[i], count);
  const steps = grid[grid.length - 1];
  const bound = (played: number): Estimate => {
    const left = (discount ** played * crowd.largestReward()) / (1 - discount);
    return { mean: left, standardError: 0, low: left, high: left, count };
  };
  const performance = read(0);
  const result = {
    scheme: "exact-chain",
    pathsDone: count,
    cost: { ...performance, mean: -performance.mean, low: -performance.high, high: -performance.low },
    t: Float64Array.from(grid),
    series: { mean_field_path: { mean: along.mean, standardError: along.standardErrors() } },
    samples,
  } as const;
  const scalarsOfAll = { performance, mean_field: read(1), truncation_bound: bound(steps) };
  if (settled === undefined) {
    const remark =
      "The policy has no stationary field: what is measured against one (mean_field_error, newcomer_performance, " +
      "deviation_gain) is left out.";
    return { ...result, scalars: scalarsOfAll, remarks: [remark] };
  }
  const settling = settled.settling(steps);
  const rest = steps - Math.floor(steps / 2);
  const cut = bound(rest).mean;
  // A bound below the noise changes nothing that can be seen.
  const early = cut > read(3).standardError;
  const remark =
    `The newcomer's return is that of ${rest} steps: what comes later may be up to ${dimensionless(cut)}, so that it can ` +
    "differ from its limit by as much; more steps lower that.";
  return {
    ...result,
    scalars: {
      ...scalarsOfAll,
      mean_field_error: read(2),
      newcomer_performance: read(3),
      deviation_gain: read(4),
      newcomer_truncation_bound: bound(rest),
    },
    limits: {
      ...(settling === undefined ? {} : { cost: -settling, performance: settling }),
      mean_field: settled.mean,
      mean_field_error: 0,
      newcomer_performance: settled.performance,
      deviation_gain: settled.exploitability,
    },
    ...(early ? { remarks: [remark] } : {}),
  };
}
