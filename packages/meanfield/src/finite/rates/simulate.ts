/** Games of controlled rates with finitely many players who all keep a policy of the limit. */

import { averages, estimate } from "../../core/estimate.ts";
import {
  RefusalError,
  checkChaos,
  checkSimulation,
  meanFieldEquilibrium,
  rateSlope,
  recordedSteps,
} from "../../core/index.ts";
import type {
  ChaosSettings,
  RateTable,
  SamplePath,
  Simulation,
  SimulationEvents,
  SimulationSettings,
} from "../../core/index.ts";
import { candidateFrom } from "./candidate.ts";
import type { RatesCandidate } from "./candidate.ts";
import { costOfKeeping } from "./certify.ts";
import { jumpingCrowd } from "./crowd.ts";
import { ratesGrid, restingFlow, row } from "./grid.ts";
import type { RatesModel } from "./model.ts";
import { byState } from "./quantities.ts";
import { fixedFlow } from "./social-cost.ts";

/** Every jump is made by itself. */
const MOST_PLAYERS = 1_000_000;
const MOST_STEPS = 1_000_000;

/**
 * Plays the game of N players on independent paths, every jump at its own time; yields the share done.
 *
 * `cost`, and `social_cost`, is what a player pays in all, averaged over players; `law_error` the total variation distance
 * E ½‖μ^N_t − μ_t‖₁ to the limit's law, averaged over steps. `limits` has what they come to with more and more players.
 *
 * @throws InputError for players, paths, steps or seed that are not such numbers or too large; RefusalError where the policy is
 * of another game, and where the run was stopped before its first path was complete.
 */
export function* simulateRates(
  model: RatesModel,
  candidate: RatesCandidate,
  _events: SimulationEvents,
  settings: SimulationSettings,
): Generator<number, Simulation, void> {
  const { players, paths, steps, seed, signal } = settings;
  checkSimulation(settings, { players: MOST_PLAYERS, steps: MOST_STEPS, draws: 1 });
  checkPolicy(model, candidate);
  const played = { ...candidate, model };
  const crowd = jumpingCrowd(played, players, steps, seed);
  const limit = limitLaws(candidate, steps);
  const { states } = candidate.grid;
  const recorded = recordedSteps(steps);
  const scalars = averages(2);
  const along = averages(recorded.length * states);
  const shares = new Float64Array(recorded.length * states);
  const samples: SamplePath[] = [];
  for (let path = 0; path < paths; path++) {
    crowd.start(path);
    const sample = { players: [new Float64Array(recorded.length)], mean: new Float64Array(recorded.length) };
    let error = 0;
    let k = 0;
    for (let step = 0; step <= steps; step++) {
      if (step > 0) crowd.play(step - 1);
      error += distance(crowd.mu, limit[step]) / (steps + 1);
      if (step === recorded[k]) {
        shares.set(crowd.mu, k * states);
        sample.players[0][k] = model.states.grid[crowd.member];
        sample.mean[k] = crowd.mu.reduce((sum, share, x) => sum + share * model.states.grid[x], 0);
        k++;
      }
      if (step % reportEvery !== 0) continue;
      yield (path + step / steps) / paths;
      if (signal?.aborted !== true) continue;
      if (path === 0) throw new RefusalError("stopped before the first path was complete");
      return resultOf();
    }
    scalars.add(Float64Array.of(crowd.paid, error));
    along.add(shares);
    if (path < 2) samples.push(sample);
  }
  return resultOf();

  function resultOf(): Simulation {
    const count = scalars.count();
    const errors = scalars.standardErrors();
    const [cost, lawError] = [0, 1].map((i) => estimate(scalars.mean[i], errors[i], count));
    const expected = costOfKeeping(candidate);
    const spread = along.standardErrors();
    const names = Array.from(
      model.states.grid,
      (place, x) => `share_${wordOf(model.states.labels?.[x] ?? `${place}`)}`,
    );
    const pick = (table: (k: number, x: number) => number, x: number): Float64Array =>
      Float64Array.from(recorded, (_, k) => table(k, x));
    return {
      scheme: "exact-jumps",
      pathsDone: count,
      cost,
      scalars: { social_cost: cost, law_error: lawError },
      limits: { cost: expected, social_cost: expected, law_error: 0 },
      t: Float64Array.from(recorded, (step) => (step * model.horizon) / steps),
      series: Object.fromEntries(
        names.map((name, x) => [
          name,
          {
            mean: pick((j, y) => along.mean[j * states + y], x),
            standardError: pick((j, y) => spread[j * states + y], x),
          },
        ]),
      ),
      limitSeries: Object.fromEntries(names.map((name, x) => [name, pick((j, y) => limit[recorded[j]][y], x)])),
      remarks: [
        `Players keep the policy of the limit, its controls constant on each of ${steps} steps; every jump has its own time.`,
      ],
      samples,
      sampleAxis: { title: "State", symbol: "x" },
    };
  }
}

/** Steps between two reports. */
const reportEvery = 10;

/** `undefended susceptible` as `undefended_susceptible`. */
function wordOf(label: string): string {
  return label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "_");
}

/** @throws RefusalError for a policy of a game with other states, moves or horizon. */
function checkPolicy({ horizon, states, moves }: RatesModel, { model }: RatesCandidate): void {
  const fits =
    model.states.grid.length === states.grid.length &&
    model.moves.length === moves.length &&
    model.moves.every(({ from, to }, m) => from === moves[m].from && to === moves[m].to) &&
    model.horizon === horizon;
  if (!fits) throw new RefusalError("the strategy is for a game with another horizon, other states or other moves");
}

/** μ at the ends of steps. */
function limitLaws(candidate: RatesCandidate, steps: number): Float64Array[] {
  const { model, grid, mu } = candidate;
  const flow = byState(grid, mu);
  return Array.from({ length: steps + 1 }, (_, step) => {
    if (step === steps) return row(mu, grid.t.length - 1, grid.states).slice();
    return model.states.grid.map((x) => flow.at((step * model.horizon) / steps, x));
  });
}

/** ½‖μ − ν‖₁. */
function distance(mu: Float64Array, nu: Float64Array): number {
  return mu.reduce((sum, share, x) => sum + Math.abs(share - nu[x]), 0) / 2;
}

/** Points of the grid on which chaos finds its equilibrium. */
const points = 401;

/**
 * Errors of N players against the limit under an equilibrium's policy, one row for each number of players; yields the share
 * done. `law_error` is E ½‖μ^N_t − μ_t‖₁, averaged over steps, and `cost_error` the mean distance of what the N players of a
 * path pay on average to what is paid in the limit.
 *
 * @throws InputError for players, repeats, steps or seed that are no such numbers; RefusalError where no equilibrium is found, or
 * nothing would be computed.
 */
export function* chaosRates(model: RatesModel, settings: ChaosSettings): Generator<number, RateTable, void> {
  checkChaos(settings, { players: MOST_PLAYERS, steps: MOST_STEPS });
  const { players, repeats, repeatsEach, steps, seed, signal } = settings;
  if (repeats === 0 && repeatsEach === undefined)
    throw new RefusalError("repeats = 0: this game has no exact errors, only simulated ones");
  const grid = ratesGrid(model, points, "heun");
  const flow = fixedFlow(grid, meanFieldEquilibrium, restingFlow(grid));
  if (flow === undefined)
    throw new RefusalError("Picard's iteration found no equilibrium that the players could follow");
  const candidate = candidateFrom(grid, meanFieldEquilibrium, flow);
  const [limit, expected] = [limitLaws(candidate, steps), costOfKeeping(candidate)];
  const rows: { readonly mean: Float64Array; readonly standardError: Float64Array }[] = [];
  for (const [i, count] of players.entries()) {
    const crowd = jumpingCrowd(candidate, count, steps, seed);
    const tally = averages(2);
    const many = repeatsEach?.[i] ?? repeats;
    for (let repeat = 0; repeat < many; repeat++) {
      yield (i + repeat / many) / players.length;
      if (signal?.aborted === true) return tableOf(players, rows);
      // Every number of players has streams of its own, so that its results do not depend on the others asked for.
      crowd.start(count * streamsEach + repeat);
      let error = distance(crowd.mu, limit[0]) / (steps + 1);
      for (let step = 0; step < steps; step++) {
        crowd.play(step);
        error += distance(crowd.mu, limit[step + 1]) / (steps + 1);
      }
      tally.add(Float64Array.of(error, Math.abs(crowd.paid - expected)));
    }
    rows.push({ mean: tally.mean, standardError: tally.standardErrors() });
  }
  return tableOf(players, rows);
}

const streamsEach = 2 ** 29;

function tableOf(
  players: readonly number[],
  rows: readonly { readonly mean: Float64Array; readonly standardError: Float64Array }[],
): RateTable {
  const reached = players.slice(0, rows.length);
  const column = (k: 0 | 1, name: string, title: string, story: string) => {
    const value = rows.map(({ mean }) => mean[k]);
    const standardError = rows.map((row) => row.standardError[k]);
    return { name, title, story, theory: -0.5, value, standardError, slope: rateSlope(reached, value) };
  };
  return {
    players: reached,
    columns: [
      column(
        0,
        "law_error",
        "Error of the law",
        "Mean total variation distance of the empirical law of N players to the flow of the limit, averaged over time; simulated.",
      ),
      column(
        1,
        "cost_error",
        "Error of the cost",
        "Mean distance of what N players pay on average to what is paid in the limit; simulated.",
      ),
    ],
  };
}
