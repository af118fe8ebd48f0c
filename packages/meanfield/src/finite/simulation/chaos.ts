/**
 * How the empirical laws of N players go to the flow of the limit, and what they earn to what is earned there, under the
 * policy of a mean-field equilibrium; and what one of them gains by leaving that policy.
 *
 * Propagation of chaos: A.-S. Sznitman, "Topics in propagation of chaos", Lecture Notes in Mathematics 1464 (1991) 165–251.
 */

import { averages } from "../../core/estimate.ts";
import { checkChaos, meanFieldEquilibrium, RefusalError, rateSlope } from "../../core/index.ts";
import type { ChaosSettings, RateColumn, RateTable } from "../../core/index.ts";
import { greedy, respond } from "../best-response.ts";
import { emptyProfile } from "../compile.ts";
import type { CompiledGame } from "../compile.ts";
import { emptyValues, evaluate, worth } from "../evaluation.ts";
import { forgone } from "../exploitability.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import { adaptiveStep, startMirror } from "../mirror-step.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { startSearch } from "../search.ts";
import { crowdOf } from "./crowd.ts";
import { epsilonKind, exactEpsilon, sampledEpsilon } from "./epsilon.ts";
import { MOST_PLAYERS, lawDistance } from "./play.ts";
import { meanReward } from "./readings.ts";

/**
 * Errors against the number of players, one row for each; yields the share done.
 *
 * All players of all populations play an equilibrium's policy, found by online mirror descent, on `repeats` independent paths
 * from 0 to T, whatever `steps` says. `law_error` is E ½‖μ^N_t − μ_t‖₁, averaged over times and populations; `reward_error`
 * the mean distance of what the N players of a path earn on average to what is earned in the limit; `pair_error` is as
 * `law_error` for laws of pairs of state and action. `exploitability` is what one of the N gains at most by another policy of
 * its own state, as in `epsilon.ts`; where moves see the laws `deviation_gain` stands in its place, as in `simulateFinite`.
 * Stopped by its signal, it returns the numbers of players done.
 *
 * @throws InputError for players that do not increase from at least 2, and for repeats or seed that are no such numbers;
 * RefusalError where no equilibrium is found, or nothing would be computed.
 */
export function* chaosFinite(model: FiniteModel, settings: ChaosSettings): Generator<number, RateTable, void> {
  checkChaos({ ...settings, steps: Math.max(1, model.horizon) }, { players: MOST_PLAYERS, steps: Infinity });
  const { players, repeats, repeatsEach, seed, signal } = settings;
  const kind = epsilonKind(model);
  const simulated = repeats > 0 || repeatsEach !== undefined;
  if (!simulated && kind !== "exact")
    throw new RefusalError("repeats = 0: this game has no exact errors, only simulated ones");
  const found = yield* equilibriumOf(model, signal);
  const rows: Errors[] = [];
  for (const [i, count] of players.entries()) {
    const share = (own: number): number => (i + own) / players.length;
    const row = found && (yield* errorsOf(found, count, repeatsEach?.[i] ?? repeats, seed, signal, share));
    if (row === undefined) break;
    rows.push(row);
  }
  const reached = players.slice(0, rows.length);
  const left = found === undefined ? 0 : found.exploitability;
  const column = (k: number, own: Told): RateColumn => {
    const value = rows.map(({ mean }) => mean[k]);
    const standardError = rows.map((row) => row.standardError[k]);
    const exact = standardError.every((error) => error === 0);
    return { ...own, value, ...(exact ? {} : { standardError }), slope: rateSlope(reached, value) };
  };
  const gain = column(errorColumns.length, gainColumns[kind ?? "lower"]);
  return {
    players: reached,
    columns: [
      ...(simulated ? errorColumns.map((told, k) => column(k, told)) : []),
      kind === undefined ? gain : aboveWhatIsLeft(gain, reached, left),
    ],
  };
}

/** Values that are less than so many times what the policy leaves to gain in the limit say nothing about the rate. */
const leftMany = 3;

/** A column of gains without the numbers of players for which they are mostly the policy's own in the limit. */
function aboveWhatIsLeft(column: RateColumn, reached: readonly number[], left: number): RateColumn {
  if (left === 0) return column;
  const { value, standardError } = column;
  const known = reached.flatMap((_, i) => (value[i] > leftMany * left ? [i] : []));
  const number = left.toPrecision(2);
  if (known.length === 0)
    return {
      ...column,
      slope: null,
      remark: `hardly more than what the policy leaves to gain in the limit, ${number}`,
    };
  const players = known.map((i) => reached[i]);
  const values = known.map((i) => value[i]);
  return {
    ...column,
    value: values,
    ...(standardError === undefined ? {} : { standardError: known.map((i) => standardError[i]) }),
    slope: rateSlope(players, values),
    remark:
      `what the policy leaves to gain in the limit, ${number}, is part of it` +
      (known.length < reached.length ? `; left out where it is not ${leftMany} times that` : ""),
    ...(known.length < reached.length ? { players } : {}),
  };
}

type Told = Pick<RateColumn, "name" | "title" | "story" | "theory">;

const errorColumns: readonly Told[] = [
  {
    name: "law_error",
    title: "Error of the law",
    story:
      "Mean total variation distance of the empirical law of N players to the flow of the limit, averaged over times; " +
      "simulated.",
    theory: -0.5,
  },
  {
    name: "pair_error",
    title: "Error of the law of states and actions",
    story:
      "Mean total variation distance of the empirical law of pairs of state and action to that of the limit, averaged over " +
      "times; simulated.",
    theory: -0.5,
  },
  {
    name: "reward_error",
    title: "Error of the mean reward",
    story:
      "Mean distance of what N players earn on average to what is earned in the limit, of order N^−½ unless that is " +
      "stationary in the law, as at a planner's optimum; simulated.",
  },
];

const exploitable = {
  name: "exploitability",
  title: "Exploitability among N players",
  story:
    "What one of N players gains at most by another policy of its own state while the others keep the equilibrium's, so that " +
    "that is an ε-Nash equilibrium with this ε; at most of order N^−½, and N^−1 where rewards are smooth in the law",
} as const;

const gainColumns: Readonly<Record<"exact" | "sampled" | "lower", Told>> = {
  exact: { ...exploitable, story: `${exploitable.story}; computed without chance.` },
  sampled: {
    ...exploitable,
    story: `${exploitable.story}; estimated from simulated games, by best responses that are valued in games they have not seen.`,
  },
  lower: {
    name: "deviation_gain",
    title: "Gain of a deviation among N players",
    story:
      "What one of N players gains by the best response to the limit's flow while the others keep the equilibrium's policy: a " +
      "lower bound of the ε of that ε-Nash equilibrium; simulated.",
  },
};

interface Equilibrium {
  readonly game: CompiledGame;
  readonly policy: Profile;
  /** Along the policy's own flow. */
  readonly field: Field;
  /** Best responses to it, and what these gain over all populations. */
  readonly best: Profile;
  readonly exploitability: number;
}

const tolerance = 1e-6;
const mostIterations = 3000;
/** What may be left to gain by the policy where the search ends before its tolerance, relative to the value above one. */
const acceptable = 1e-3;

/** Nothing where it was stopped. */
function* equilibriumOf(
  model: FiniteModel,
  signal: AbortSignal | undefined,
): Generator<number, Equilibrium | undefined, void> {
  const search = startSearch(model, meanFieldEquilibrium, tolerance);
  const steps = startMirror(search.game, 5);
  for (let k = 0; k < mostIterations; k++) {
    if (adaptiveStep(search, steps, "").status !== "running") break;
    yield 0;
    if (signal?.aborted === true) return undefined;
  }
  const { game, best: found } = search;
  const { policy } = found;
  const field = emptyField(game);
  const [reply, own] = [emptyValues(game), emptyValues(game)];
  induce(field, policy);
  respond(field, reply);
  evaluate(field, policy, own);
  const exploitability = forgone(field, policy, reply).reduce((sum, gain) => sum + gain, 0);
  const size = worth(field, own).reduce((sum, one) => sum + Math.abs(one), 0);
  if (found.k < 0 || !(exploitability <= acceptable * Math.max(1, size)))
    throw new RefusalError("online mirror descent found no equilibrium whose policy the players could follow");
  const best = emptyProfile(game);
  greedy(game, reply.Q, best);
  return { game, policy, field, best, exploitability };
}

/** Of the columns in their order. */
interface Errors {
  readonly mean: readonly number[];
  /** 0 where there is no chance. */
  readonly standardError: readonly number[];
}

/** Every number of players has streams of its own, so that its results do not depend on the others asked for. */
const streamsEach = 2 ** 29;

/** Nothing where it was stopped. */
function* errorsOf(
  { game, policy, field: limit, best }: Equilibrium,
  players: number,
  repeats: number,
  seed: number,
  signal: AbortSignal | undefined,
  share: (own: number) => number,
): Generator<number, Errors | undefined, void> {
  const kind = epsilonKind(game.model);
  const crowd = crowdOf(game, policy, best, players, seed);
  const tally = averages(errorColumns.length + 1);
  const sampled = kind === "sampled" ? sampledEpsilon(game, policy, players) : undefined;
  for (let repeat = 0; repeat < repeats; repeat++) {
    yield share(repeat / repeats);
    if (signal?.aborted === true) return undefined;
    const path = players * streamsEach + repeat;
    crowd.start(path);
    let [distance, pairs, gap, gain] = [0, 0, 0, 0];
    for (let t = 0; t < game.times; t++) {
      const homes = crowd.members.slice();
      crowd.play(t);
      distance += lawDistance(crowd.field, limit, t) / game.times;
      pairs += lawDistance(crowd.field, limit, t, "pairs") / game.times;
      crowd.field.parts.forEach((part, p) => (gap += meanReward(part, t) - meanReward(limit.parts[p], t)));
      sampled?.observe(crowd, homes, t);
    }
    sampled?.next();
    if (kind === undefined) {
      const kept = crowd.earned.slice();
      for (let p = 0; p < kept.length; p++) {
        crowd.start(path, p);
        for (let t = 0; t < game.times; t++) crowd.play(t);
        gain += crowd.earned[p] - kept[p];
      }
    }
    tally.add(Float64Array.of(distance, pairs, Math.abs(gap) / game.populations.length, gain));
  }
  const [mean, standardError] = [[...tally.mean], [...tally.standardErrors()]];
  const last = errorColumns.length;
  if (kind === "exact") [mean[last], standardError[last]] = [exactEpsilon(game, policy, players), 0];
  if (sampled !== undefined) {
    const gain = sampled.estimate();
    [mean[last], standardError[last]] = [gain.mean, gain.standardError];
  }
  return { mean, standardError };
}
