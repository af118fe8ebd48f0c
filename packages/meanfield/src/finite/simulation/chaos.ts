/**
 * How the empirical laws of N players go to the flow of the limit, and what they earn to what is earned there, under the
 * policy of a mean-field equilibrium.
 *
 * Propagation of chaos: A.-S. Sznitman, "Topics in propagation of chaos", Lecture Notes in Mathematics 1464 (1991) 165–251.
 */

import { averages } from "../../core/estimate.ts";
import { checkChaos, meanFieldEquilibrium, RefusalError, rateSlope } from "../../core/index.ts";
import type { ChaosSettings, RateColumn, RateTable } from "../../core/index.ts";
import type { CompiledGame } from "../compile.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import { adaptiveStep, startMirror } from "../mirror-step.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { startSearch } from "../search.ts";
import { crowdOf } from "./crowd.ts";
import { MOST_PLAYERS, lawDistance } from "./play.ts";
import { meanReward } from "./readings.ts";

/**
 * Errors against the number of players, one row for each; yields the share done.
 *
 * All players of all populations play an equilibrium's policy, found by online mirror descent, on `repeats` independent paths
 * from 0 to T, whatever `steps` says. `law_error` is E ½‖μ^N_t − μ_t‖₁, averaged over times and populations; `reward_error`
 * the mean distance of what the N players of a path earn on average to what is earned in the limit. Stopped by its signal, it
 * returns the numbers of players done.
 *
 * @throws InputError for players that do not increase from at least 2, and for repeats or seed that are no such numbers;
 * RefusalError where no equilibrium is found, or nothing would be computed.
 */
export function* chaosFinite(model: FiniteModel, settings: ChaosSettings): Generator<number, RateTable, void> {
  checkChaos({ ...settings, steps: Math.max(1, model.horizon) }, { players: MOST_PLAYERS, steps: Infinity });
  const { players, repeats, repeatsEach, seed, signal } = settings;
  if (repeats === 0 && repeatsEach === undefined)
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
  const column = (k: 0 | 1, own: Pick<RateColumn, "name" | "title" | "story" | "theory">): RateColumn => {
    const value = rows.map(({ mean }) => mean[k]);
    const standardError = rows.map((row) => row.standardError[k]);
    return { ...own, value, standardError, slope: rateSlope(reached, value) };
  };
  return {
    players: reached,
    columns: [
      column(0, {
        name: "law_error",
        title: "Error of the law",
        story:
          "Mean total variation distance of the empirical law of N players to the flow of the limit, averaged over times; " +
          "simulated.",
        theory: -0.5,
      }),
      column(1, {
        name: "reward_error",
        title: "Error of the mean reward",
        story:
          "Mean distance of what N players earn on average to what is earned in the limit, of order N^−½ unless that is " +
          "stationary in the law, as at a planner's optimum; simulated.",
      }),
    ],
  };
}

interface Equilibrium {
  readonly game: CompiledGame;
  readonly policy: Profile;
  /** Along the policy's own flow. */
  readonly field: Field;
}

const tolerance = 1e-6;
const mostIterations = 3000;

/** Nothing where it was stopped. */
function* equilibriumOf(
  model: FiniteModel,
  signal: AbortSignal | undefined,
): Generator<number, Equilibrium | undefined, void> {
  const search = startSearch(model, meanFieldEquilibrium, tolerance);
  const steps = startMirror(search.game, 5);
  for (let k = 0; k < mostIterations; k++) {
    const { status } = adaptiveStep(search, steps, "");
    if (status === "diverged") break;
    if (status === "converged") {
      const { policy } = search.best;
      const field = emptyField(search.game);
      induce(field, policy);
      return { game: search.game, policy, field };
    }
    yield 0;
    if (signal?.aborted === true) return undefined;
  }
  throw new RefusalError("online mirror descent found no equilibrium whose policy the players could follow");
}

/** Of the law, then of the mean reward. */
interface Errors {
  readonly mean: Float64Array;
  readonly standardError: Float64Array;
}

/** Every number of players has streams of its own, so that its results do not depend on the others asked for. */
const streamsEach = 2 ** 29;

/** Nothing where it was stopped. */
function* errorsOf(
  { game, policy, field: limit }: Equilibrium,
  players: number,
  repeats: number,
  seed: number,
  signal: AbortSignal | undefined,
  share: (own: number) => number,
): Generator<number, Errors | undefined, void> {
  const crowd = crowdOf(game, policy, policy, players, seed);
  const tally = averages(2);
  for (let repeat = 0; repeat < repeats; repeat++) {
    yield share(repeat / repeats);
    if (signal?.aborted === true) return undefined;
    crowd.start(players * streamsEach + repeat);
    let [distance, gap] = [0, 0];
    for (let t = 0; t < game.times; t++) {
      crowd.play(t);
      distance += lawDistance(crowd.field, limit, t) / game.times;
      crowd.field.parts.forEach((part, p) => (gap += meanReward(part, t) - meanReward(limit.parts[p], t)));
    }
    tally.add(Float64Array.of(distance, Math.abs(gap) / game.populations.length));
  }
  return { mean: tally.mean, standardError: tally.standardErrors() };
}
