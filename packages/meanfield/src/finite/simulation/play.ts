/**
 * Finite games with finitely many players, N of each population, who all play one policy: what they earn, how far their
 * empirical law is from that of the limit, and what one of them gains by another policy.
 *
 * Nobody of many gains much by leaving a mean-field equilibrium: N. Saldi, T. Başar, M. Raginsky, "Markov–Nash equilibria in
 * mean-field games with discounted cost", SIAM J. Control Optim. 56 (2018) 4256–4287.
 */

import { averages, estimate } from "../../core/estimate.ts";
import type { Averages } from "../../core/estimate.ts";
import { checkSimulation, RefusalError } from "../../core/index.ts";
import type { Estimate, SamplePath, Simulation, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import { greedy, respond } from "../best-response.ts";
import type { FiniteCandidate } from "../candidate.ts";
import { compile, emptyProfile } from "../compile.ts";
import type { CompiledGame } from "../compile.ts";
import { emptyValues, evaluate, worth } from "../evaluation.ts";
import { forgone } from "../exploitability.ts";
import { emptyField, induce } from "../flow.ts";
import type { Field } from "../flow.ts";
import type { FiniteModel, Profile } from "../model.ts";
import { placesOf } from "../space.ts";
import { crowdOf } from "./crowd.ts";
import { epsilonKind, sampledEpsilon } from "./epsilon.ts";
import type { SampledEpsilon } from "./epsilon.ts";
import type { Crowd } from "./crowd.ts";
import { meanReward, readingsOf } from "./readings.ts";
import type { Readings } from "./readings.ts";

/** Players are numbers only; with more the round-off of their binomial numbers would be seen. */
export const MOST_PLAYERS = 10_000_000;

/**
 * Plays the game of N players a population on independent paths from 0 to T, whatever `steps` says; yields the share done.
 *
 * It is the game of N players itself: transitions and rewards see, at every time, the empirical law of all N. `cost` is
 * minus, and `mean_reward` plus, what a player earns in all, averaged over players and populations; `law_error` is the total
 * variation distance E ½‖μ^N_t − μ_t‖₁ to the limit's law, averaged over times and populations; `pair_error` is that of the laws of pairs
 * of state and action.
 *
 * `exploitability` is what one of N gains at most by another policy of its own state, estimated as in `epsilon.ts` where the
 * rewards ask for it; where no chance is needed the wing tells it.
 *
 * `deviation_gain` is what one player of N earns more, the other N − 1 keeping the policy, by the best response to the
 * limit's flow of the policy, ties spread, than by keeping it: both games are played on the same luck, and everybody sees
 * what the deviation does to the empirical law. With several populations each has such a player, and the gains add up as
 * in NashConv. No gain of a deviation exceeds the exploitability among N players, so that this estimates a lower bound of
 * it; the gain tends to the limit's exploitability, and may be negative where that is small. `limits` has what these come to
 * with more and more players.
 *
 * Every path has random numbers of its own, those of its number: other paths do not change it.
 *
 * @throws InputError for players, paths or seed that are not such numbers or too large, and as `induce`; RefusalError where
 * the candidate's policy is of another game, and where the run was stopped before its first path was complete.
 */
export function* simulateFinite(
  model: FiniteModel,
  { policy }: FiniteCandidate,
  _events: SimulationEvents,
  settings: SimulationSettings,
): Generator<number, Simulation, void> {
  const { players, paths, seed, signal } = settings;
  checkSimulation(
    { ...settings, steps: Math.max(1, model.horizon) },
    { players: MOST_PLAYERS, steps: Infinity, draws: 1 },
  );
  const game = compile(model);
  checkPolicy(game, policy);
  const limit = limitOf(game, policy);
  const crowd = crowdOf(game, policy, limit.best, players, seed);
  const readings = readingsOf(model);
  const populations = game.populations.length;
  const tally = {
    scalars: averages(2 * populations + 4),
    along: averages(readings.names.length * readings.times.length),
  };
  const along = new Float64Array(readings.names.length * readings.times.length);
  const samples: SamplePath[] = [];
  const sampled = epsilonKind(model) === "sampled" ? sampledEpsilon(game, policy, players) : undefined;
  const work = game.populations.reduce((sum, { states, actions }) => sum + states * actions, overhead);
  let unreported = 0;
  for (let path = 0; path < paths; path++) {
    const rewards = new Float64Array(populations);
    const keeping = new Float64Array(populations);
    const gains = new Float64Array(populations);
    const sample = path < 2 ? newSample(readings) : undefined;
    let [error, pairError] = [0, 0];
    // First everybody keeps the policy; then the member of one population after the other deviates.
    for (let deviating = -1; deviating < populations; deviating++) {
      crowd.start(path, deviating);
      for (let t = 0, k = 0; t < game.times; t++) {
        const homes = crowd.members.slice();
        crowd.play(t);
        if (deviating < 0) {
          sampled?.observe(crowd, homes, t);
          crowd.field.parts.forEach((part, p) => (rewards[p] += meanReward(part, t)));
          error += lawDistance(crowd.field, limit.field, t) / game.times;
          pairError += lawDistance(crowd.field, limit.field, t, "pairs") / game.times;
          if (t === readings.times[k]) {
            if (sample !== undefined) record(sample, k, crowd, homes[0], t);
            readings.write(crowd.field, k++, along);
          }
        }
        unreported += work;
        if (unreported < workBetweenReports) continue;
        unreported = 0;
        yield (path + ((deviating + 1) * game.times + t) / ((populations + 1) * game.times)) / paths;
        if (signal?.aborted !== true) continue;
        if (path === 0) throw new RefusalError("stopped before the first path was complete");
        return resultOf(game, limit, readings, tally, samples, sampled);
      }
      if (deviating < 0) {
        keeping.set(crowd.earned);
        sampled?.next();
      } else gains[deviating] = crowd.earned[deviating] - keeping[deviating];
    }
    const total = rewards.reduce((sum, reward) => sum + reward, 0) / populations;
    const gain = gains.reduce((sum, one) => sum + one, 0);
    tally.scalars.add(Float64Array.of(total, error, pairError, gain, ...rewards, ...gains));
    tally.along.add(along);
    if (sample !== undefined) samples.push(sample);
  }
  return resultOf(game, limit, readings, tally, samples, sampled);
}

/** In rewards and rows of transitions looked at: some 10 ms, and what a step costs besides. */
const workBetweenReports = 300_000;
const overhead = 64;

/** What the policy is worth in the limit. */
interface Limit {
  /** Along the policy's own flow. */
  readonly field: Field;
  /** The best responses to it. */
  readonly best: Profile;
  /** By population. */
  readonly worth: readonly number[];
  readonly exploitability: readonly number[];
}

function limitOf(game: CompiledGame, policy: Profile): Limit {
  const field = emptyField(game);
  const [own, reply] = [emptyValues(game), emptyValues(game)];
  const best = emptyProfile(game);
  induce(field, policy);
  evaluate(field, policy, own);
  respond(field, reply);
  greedy(game, reply.Q, best);
  return { field, best, worth: worth(field, own), exploitability: forgone(field, policy, reply) };
}

/** @throws RefusalError for a policy of a game of other sizes or rules. */
function checkPolicy({ populations, times }: CompiledGame, policy: Profile): void {
  const fits =
    policy.length === populations.length &&
    populations.every(({ states, actions, allowed }, p) => {
      const table = policy[p];
      return table.length === times * states * actions && !allowed?.some((may, i) => may === 0 && table[i] > 0);
    });
  if (!fits) throw new RefusalError("the strategy is for a game with another horizon, other states or other actions");
}

/** ½‖μ_t − μ'_t‖₁, averaged over populations; of laws of pairs of state and action where asked. */
export function lawDistance(field: Field, limit: Field, t: number, of: "mu" | "pairs" = "mu"): number {
  let sum = 0;
  field.parts.forEach((part, p) => {
    const [law, exact] = [part[of], limit.parts[p][of]];
    const size = law.length / field.game.times;
    for (let i = t * size; i < (t + 1) * size; i++) sum += Math.abs(law[i] - exact[i]);
  });
  return sum / 2 / field.parts.length;
}

function newSample({ times }: Readings): SamplePath {
  return { players: [new Float64Array(times.length)], mean: new Float64Array(times.length) };
}

/** Along the first axis of the first population. */
function record({ players: [player], mean }: SamplePath, k: number, { field }: Crowd, member: number, t: number): void {
  const [{ population, mu }] = field.parts;
  const { declared, states } = population;
  const coordinate = (s: number): number => declared.states[0].grid[placesOf(declared.states, s)[0]];
  player[k] = coordinate(member);
  for (let s = 0; s < states; s++) mean[k] += mu[t * states + s] * coordinate(s);
}

function resultOf(
  { model, times }: CompiledGame,
  limit: Limit,
  readings: Readings,
  { scalars, along }: { readonly scalars: Averages; readonly along: Averages },
  samples: readonly SamplePath[],
  sampled: SampledEpsilon | undefined,
): Simulation {
  const { populations } = model;
  const count = scalars.count();
  const errors = scalars.standardErrors();
  const read = (i: number): Estimate => estimate(scalars.mean[i], errors[i], count);
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const each = <T>(word: string, of: (p: number) => T): Record<string, T> =>
    populations.length > 1 ? Object.fromEntries(populations.map(({ name }, p) => [`${word}_${name}`, of(p)])) : {};
  const [means, deviations] = [readings.rows(along.mean), readings.rows(along.standardErrors())];
  const exact = new Float64Array(along.mean.length);
  readings.times.forEach((_, k) => readings.write(limit.field, k, exact));
  const reward = read(0);
  const meanReward = total(limit.worth) / populations.length;
  const [axis] = populations[0].states;
  return {
    scheme: "exact-chain",
    pathsDone: count,
    cost: { ...reward, mean: -reward.mean, low: -reward.high, high: -reward.low },
    scalars: {
      mean_reward: reward,
      ...each("mean_reward", (p) => read(4 + p)),
      law_error: read(1),
      pair_error: read(2),
      deviation_gain: read(3),
      ...each("deviation_gain", (p) => read(4 + populations.length + p)),
      ...(sampled === undefined || count < 2 ? {} : { exploitability: sampled.estimate() }),
    },
    limits: {
      cost: -meanReward,
      mean_reward: meanReward,
      ...each("mean_reward", (p) => limit.worth[p]),
      law_error: 0,
      pair_error: 0,
      deviation_gain: total(limit.exploitability),
      ...each("deviation_gain", (p) => limit.exploitability[p]),
      ...(sampled === undefined || count < 2 ? {} : { exploitability: total(limit.exploitability) }),
    },
    t: Float64Array.from(readings.times),
    series: Object.fromEntries(
      readings.names.map((name) => [name, { mean: means[name], standardError: deviations[name] }]),
    ),
    limitSeries: readings.rows(exact),
    remarks: [
      ...(populations.length > 1 ? ["So many players play in each population."] : []),
      `The game's own times are played, t = 0 … ${times - 1}. deviation_gain is that of the best response to the limit's flow: ` +
        "a lower bound of what a player could gain among so many.",
    ],
    samples,
    sampleAxis: { title: titleOf(axis.name), symbol: axis.name.length === 1 ? axis.name : "s" },
  };
}

function titleOf(name: string): string {
  if (name.length === 1) return "State";
  const words = name.replaceAll("_", " ");
  return words[0].toUpperCase() + words.slice(1);
}
