/**
 * The game of N players who follow an answer of the limit: Euler steps, and what they see of each other from their own
 * empirical law.
 *
 * M. Huang, R. P. Malhamé, P. E. Caines, "Large population stochastic dynamic games", Commun. Inf. Syst. 6 (2006) 221–252: among many,
 * nobody gains much by doing something else. What one does gain is estimated: on every path up to sixteen of the players are
 * also played, each alone and on its own luck, with the deviation of `deviation.ts`, learned on other paths: the best response to
 * the limit's flow, the player's own share in the aggregates, and what the others' luck makes of these. What it gains bounds the
 * exploitability of the policy from below, and in linear–quadratic games is all there is to gain.
 */

import { averages, estimate } from "../../core/estimate.ts";
import type { Averages } from "../../core/estimate.ts";
import { checkSimulation, recordedSteps, RefusalError } from "../../core/index.ts";
import type { Estimate, SamplePath, Simulation, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import type { DiffusionCandidate, GridCandidate } from "../pde/candidate.ts";
import { policyValue } from "../pde/evaluation.ts";
import { restingPolicy } from "../pde/iteration-flows.ts";
import type { DiffusionModel } from "../pde/model.ts";
import { readingsOf } from "../pde/quantities.ts";
import { transportMass } from "../pde/transport.ts";
import { seesDensity } from "./crowd.ts";
import { rivalOf, train, watches } from "./deviation.ts";
import { advisedProblem, playedIn } from "./on-grid.ts";
import { openPlay } from "./play.ts";
import type { Play } from "./play.ts";
import { requireFitting, tabled } from "./played-drifts.ts";
import { timesOf } from "./rounds.ts";

/** What fits into memory: some hundred bytes a player. */
export const MOST_PLAYERS = 1_000_000;
export const MOST_STEPS = 20_000;
/** The first of the random streams; solvers have those before. */
const STREAMS = 10;
/** Steps of players between two reports: some 10 ms. */
const WORK_BETWEEN_REPORTS = 100_000;

/**
 * Plays the game; yields the share done.
 *
 * `cost` is per player. `deviation_gain` is what a deviating player saves, on common random numbers; `active_fraction` who is still
 * there at T, where players can leave. `series`: the model's aggregates and the mean place of those who are there, and
 * `active_fraction`. Costs are left sums and drifts stand still over a step, so that all has an error of the order of the step.
 *
 * @throws InputError for players, paths, steps or seed that are not such numbers or too large to hold; RefusalError for answers
 * that cannot be played, and where the run was stopped before its first path was complete.
 */
export function* simulateFields(
  model: DiffusionModel,
  candidate: DiffusionCandidate,
  _events: SimulationEvents,
  settings: SimulationSettings,
): Generator<number, Simulation, void> {
  const plane = model.space.length === 2;
  checkSimulation(settings, { players: MOST_PLAYERS, steps: MOST_STEPS, draws: plane ? 2 : 1 });
  const { players, paths, steps, seed, signal } = settings;
  const times = timesOf(model, steps);
  if (candidate.kind === "stationary") {
    throw new RefusalError("a stationary answer has no horizon until which it could be played");
  }
  requireFitting(model, candidate.model);
  const limit = playedIn(model, candidate);
  const drifts = tabled(limit.problem, limit.policy, times);
  const rival = players > 1 ? rivalOf(limit, players, times) : undefined;
  yield 0;
  const playing = { players, steps, times, seed, streams: STREAMS };
  if (rival !== undefined && watches(model)) {
    for (const _path of train(model, drifts, rival, playing)) {
      yield 0;
      if (signal?.aborted === true) throw new RefusalError("stopped before the first path was complete");
    }
  }
  const play = openPlay(model, drifts, rival, playing);
  const grid = recordedSteps(steps);
  const tally = newTally(model, grid.length);
  const samples: SamplePath[] = [];
  let unreported = 0;
  for (let path = 0; path < paths; path++) {
    const sample = path < 2 ? newSample(players, grid.length) : undefined;
    play.start(path);
    let k = 0;
    for (let n = 0; n <= steps; n++) {
      play.look(n);
      if (n === grid[k]) {
        tally.record(k, play);
        if (sample !== undefined) {
          sample.mean[k] = play.mean();
          for (const [i, line] of sample.players.entries()) line[k] = play.positions[i];
        }
        k++;
      }
      if (n === steps) break;
      play.step(path, n);
      unreported += players + 2 * play.deviators;
      if (unreported < WORK_BETWEEN_REPORTS) continue;
      unreported = 0;
      yield (path + n / steps) / paths;
      if (signal?.aborted !== true) continue;
      if (path === 0) throw new RefusalError("stopped before the first path was complete");
      return resultOf(limit, tally, samples, times, grid, rival?.gain);
    }
    play.finish();
    tally.take(play);
    if (sample !== undefined) samples.push(sample);
  }
  return resultOf(limit, tally, samples, times, grid, rival?.gain);
}

/** Nobody ever drifts: the answer `zero`, on the grid that the game advises. */
export function zeroStrategy(model: DiffusionModel): GridCandidate {
  const problem = advisedProblem(model);
  const policy = restingPolicy(problem);
  const flow = transportMass(problem, policy);
  const question = { concept: "nash", players: Infinity, information: "feedback" } as const;
  return { kind: "grid", model, question, problem, flow, value: policyValue(problem, policy, flow), policy };
}

/** Whether players can leave before T. */
function mayLeave({ space, place }: DiffusionModel): boolean {
  return (
    place !== undefined ||
    space.some(({ ends }) => ends !== "periodic" && ends.some(({ kind }) => kind === "absorbing"))
  );
}

function newTally({ aggregates }: DiffusionModel, points: number) {
  const scalars = averages(3);
  const observation = new Float64Array(3);
  const lines: Averages[] = aggregates.map(() => averages(points));
  const active = averages(points);
  const mean = averages(points);
  const one = Array.from({ length: aggregates.length + 2 }, () => new Float64Array(points));
  return {
    scalars,
    lines,
    active,
    mean,
    record: (k: number, play: Play): void => {
      aggregates.forEach((_, m) => void (one[m][k] = play.aggregates[m]));
      one[aggregates.length][k] = play.active();
      // Where nobody is left there is no place: nobody's counts as 0.
      const place = play.mean();
      one[aggregates.length + 1][k] = Number.isNaN(place) ? 0 : place;
    },
    take: (play: Play): void => {
      observation.set([play.cost(), play.gain(), play.active()]);
      scalars.add(observation);
      for (const [m, line] of lines.entries()) line.add(one[m]);
      active.add(one[aggregates.length]);
      mean.add(one[aggregates.length + 1]);
    },
  };
}

function newSample(players: number, points: number): SamplePath {
  return {
    players: Array.from({ length: Math.min(12, players) }, () => new Float64Array(points)),
    mean: new Float64Array(points),
  };
}

function resultOf(
  candidate: GridCandidate,
  tally: ReturnType<typeof newTally>,
  samples: readonly SamplePath[],
  times: Float64Array,
  grid: readonly number[],
  gain: number | undefined,
): Simulation {
  const { model } = candidate;
  const leaves = mayLeave(model);
  const { scalars, lines, active, mean } = tally;
  const count = scalars.count();
  const errors = scalars.standardErrors();
  const number = (i: number): Estimate => estimate(scalars.mean[i], errors[i], count);
  const series = (of: Averages) => ({ mean: of.mean, standardError: of.standardErrors() });
  const read = readingsOf(candidate);
  const t = Float64Array.from(grid, (n) => times[n]);
  const along = (f: (at: number) => number): Float64Array => t.map((at) => f(at));
  const there = (at: number): number => read.moment(() => 1, at);
  // Positions on a circle have no mean.
  const line = model.space[0].ends !== "periodic";
  const { name } = model.space[0];
  return {
    scheme: "euler",
    pathsDone: count,
    cost: number(0),
    scalars: {
      ...(gain === undefined ? {} : { deviation_gain: number(1) }),
      ...(leaves ? { active_fraction: number(2) } : {}),
    },
    t,
    series: {
      ...Object.fromEntries(model.aggregates.map((aggregate, k) => [aggregate.name, series(lines[k])])),
      ...(line ? { [`mean_${name}`]: series(mean) } : {}),
      ...(leaves ? { active_fraction: series(active) } : {}),
    },
    limits: {
      cost: candidate.problem.initialMass.reduce(
        (sum, mass, k) => (mass === 0 ? sum : sum + mass * candidate.value.value[0][k]),
        0,
      ),
      ...(gain === undefined ? {} : { deviation_gain: gain }),
      ...(leaves ? { active_fraction: there(model.horizon) } : {}),
    },
    limitSeries: {
      ...Object.fromEntries(
        model.aggregates.map((aggregate, k) => [aggregate.name, along((at) => read.aggregate(k, at))]),
      ),
      ...(line ? { [`mean_${name}`]: along((at) => read.moment((x) => x, at) / there(at)) } : {}),
      ...(leaves ? { active_fraction: along(there) } : {}),
    },
    ...(seesDensity(model)
      ? {
          remarks: [
            "Players see the density of the others through a kernel, which shifts their costs however many they are.",
          ],
        }
      : {}),
    samples,
    sampleAxis: { title: "Position", symbol: name },
  };
}
