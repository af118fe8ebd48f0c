/**
 * The game of N players who follow an answer of the limit: Euler steps, and what they see of each other from their own
 * empirical law.
 *
 * M. Huang, R. P. Malhamé, P. E. Caines, "Large population stochastic dynamic games", Commun. Inf. Syst. 6 (2006) 221–252: among many,
 * nobody gains much by doing something else. What one does gain is estimated: on every path up to sixteen of the players are
 * also played, each alone and on its own luck, with the best response on the grid to the limit's flow and to its own share in
 * the aggregates (`personal-game.ts`). That is a deviation, not the best one: who saw the others' chances could gain more.
 */

import { averages, estimate } from "../../core/estimate.ts";
import type { Averages } from "../../core/estimate.ts";
import { checkSimulation, recordedSteps, RefusalError } from "../../core/index.ts";
import type { Estimate, SamplePath, Simulation, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import { bestResponse } from "../pde/best-response.ts";
import type { DiffusionCandidate, GridCandidate } from "../pde/candidate.ts";
import { policyValue } from "../pde/evaluation.ts";
import { restingPolicy } from "../pde/iteration-flows.ts";
import { lagrangian } from "../pde/legendre.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { GridFlow, GridPolicy, GridProblem } from "../pde/problem.ts";
import { readingsOf } from "../pde/quantities.ts";
import { transportMass } from "../pde/transport.ts";
import { crowdOf, ruleOfThumb, seesDensity } from "./crowd.ts";
import { groundOf } from "./ground.ts";
import { endCost, land } from "./motion.ts";
import { advisedProblem, playedOnGrid } from "./on-grid.ts";
import { personalGame } from "./personal-game.ts";
import { playedDrifts, tabled } from "./played-drifts.ts";
import type { PlayedDrifts } from "./played-drifts.ts";
import { timesOf } from "./rounds.ts";
import { startLaw } from "./starts.ts";

/** What fits into memory: some hundred bytes a player. */
export const MOST_PLAYERS = 1_000_000;
export const MOST_STEPS = 20_000;
/** Players of a path who are also played with the deviation. */
const DEVIATORS = 16;
const STREAMS = { starts: 10, noise: 11, crossings: 12 } as const;
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
  const { players, paths, steps, signal } = settings;
  const times = timesOf(model, steps);
  const drifts = playedDrifts(model, candidate, times);
  const rival = candidate.kind === "stationary" ? undefined : deviationOf(model, candidate, players, times);
  yield 0;
  const play = player(model, drifts, rival, settings, times);
  const grid = recordedSteps(steps);
  const leaves = mayLeave(model);
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
      return resultOf(model, candidate, tally, samples, times, grid, leaves, play.deviators > 0);
    }
    play.finish();
    tally.take(play);
    if (sample !== undefined) samples.push(sample);
  }
  return resultOf(model, candidate, tally, samples, times, grid, leaves, play.deviators > 0);
}

/** Nobody ever drifts: the answer `zero`, on the grid that the game advises. */
export function zeroStrategy(model: DiffusionModel): GridCandidate {
  const problem = advisedProblem(model);
  const policy = restingPolicy(problem);
  const flow = transportMass(problem, policy);
  const question = { concept: "nash", players: Infinity, information: "feedback" } as const;
  return { kind: "grid", model, question, problem, flow, value: policyValue(problem, policy, flow), policy };
}

/** The best response on the grid of a player among N; undefined for the only player. */
function deviationOf(
  model: DiffusionModel,
  candidate: Exclude<DiffusionCandidate, { kind: "stationary" }>,
  players: number,
  times: Float64Array,
): PlayedDrifts {
  const { problem, flow, policy } = candidate.kind === "grid" ? candidate : playedOnGrid(candidate);
  const limit = { ...problem, model };
  const policies = [policy, bestResponse(limit, flow).policy];
  const reach = model.space.map((_, axis) => driftRange(limit, policies, flow, axis));
  const own: GridProblem = { ...problem, model: personalGame(model, players, reach) };
  return tabled(own, bestResponse(own, flow).policy, times);
}

/** Drifts that controls give, half as far again as any of these. */
function driftRange(
  problem: GridProblem,
  policies: readonly GridPolicy[],
  flow: GridFlow,
  axis: number,
): [number, number] {
  const { stages, model } = problem;
  let [low, high] = [0, 0];
  for (const [s, stage] of stages.entries()) {
    if (stage.axis !== axis) continue;
    for (const { rise, fall } of policies) {
      for (let k = 0; k < problem.size; k++) {
        const drift = rise[s][k] - fall[s][k];
        low = Math.min(low, drift);
        high = Math.max(high, drift);
      }
    }
  }
  const span = Math.max(high - low, 1e-6);
  const population = { density: 0, nearby: 0, aggregates: flow.aggregates[0] };
  const [x, y] = model.space.map((each) => 0.5 * (each.low + each.high));
  const allowed = (drift: number): boolean =>
    Number.isFinite(lagrangian(model.hamiltonian[axis] ?? model.hamiltonian[0], 0, x, y ?? 0, drift, population));
  return [allowed(low - 0.5 * span) ? low - 0.5 * span : low, allowed(high + 0.5 * span) ? high + 0.5 * span : high];
}

/** Whether players can leave before T. */
function mayLeave({ space, place }: DiffusionModel): boolean {
  return (
    place !== undefined ||
    space.some(({ ends }) => ends !== "periodic" && ends.some(({ kind }) => kind === "absorbing"))
  );
}

interface Player {
  readonly positions: Float64Array;
  readonly deviators: number;
  readonly start: (path: number) => void;
  /** Reads what everybody sees at the beginning of step n, or at T. */
  readonly look: (n: number) => void;
  readonly step: (path: number, n: number) => void;
  /** Pays the costs at T. */
  readonly finish: () => void;
  /** Drifts of the last step included at T, where costs see none. */
  readonly aggregates: Float64Array;
  /** Mean place on the first axis of those who are there. */
  readonly mean: () => number;
  readonly active: () => number;
  /** Cost per player so far, and what deviators saved on average. */
  readonly cost: () => number;
  readonly gain: () => number;
}

function player(
  model: DiffusionModel,
  drifts: PlayedDrifts,
  rival: PlayedDrifts | undefined,
  { players: N, steps, seed }: SimulationSettings,
  times: Float64Array,
): Player {
  const { space, hamiltonian, running, terminal, aggregates, volatility, discount } = model;
  const d = space.length;
  const plane = d === 2;
  const law = startLaw(model);
  const crowd = crowdOf(model, { bandwidth: ruleOfThumb(space, law.deviations, N), bins: plane ? 64 : 256 });
  const crowded = seesDensity(model) || model.nearby !== undefined;
  const walk = groundOf(drifts.problem);
  const [starts, noise, crossings] = [STREAMS.starts, STREAMS.noise, STREAMS.crossings].map((k) =>
    randomStream(seed, k),
  );
  // Rows after the players' are those of deviators: row N + j is player j doing something else.
  const deviators = rival === undefined || N === 1 ? 0 : Math.min(DEVIATORS, N);
  const rows = N + deviators;
  const positions = new Float64Array(rows * d);
  const alive = new Uint8Array(rows);
  const costs = new Float64Array(rows);
  const beta = new Float64Array(rows * d);
  const crowdPositions = plane ? new Float64Array(N * d) : positions.subarray(0, N);
  const z = new Float64Array(aggregates.length);
  const told = new Float64Array(aggregates.length);
  const own = new Float64Array(aggregates.length);
  const population = { density: 0, nearby: 0, aggregates: own };
  const normals = new Float64Array(N * d);
  const uniforms = new Float64Array(N);
  const landing = { place: 0, exit: 0 as -1 | 0 | 1 };
  const stride = { x: 0, y: 0, exit: false };
  const at = { x: 0, y: 0 };
  let tables = crowd.look(crowdPositions, alive.subarray(0, N), false);
  let now = 0;

  const yOf = (row: number): number => (plane ? positions[rows + row] : 0);
  /** What row contributes to aggregate k, times N. */
  const share = (row: number, k: number, t: number, moving = now < steps): number => {
    if (alive[row] === 0) return 0;
    const { state, drift } = aggregates[k];
    const [x, y] = [positions[row], yOf(row)];
    let sum = state?.(t, x, y) ?? 0;
    if (drift !== undefined && moving) for (let a = 0; a < d; a++) sum += drift[a](t, x, y) * beta[a * rows + row];
    return sum;
  };
  /** What the player of a row sees: of a deviator, its own share in place of the player's that it stands for. */
  const see = (row: number, t: number): void => {
    own.set(z);
    if (row >= N) for (let k = 0; k < own.length; k++) own[k] += (share(row, k, t) - share(row - N, k, t)) / N;
    if (!crowded) return;
    population.density = crowd.read(tables.density, positions[row], yOf(row));
    population.nearby = crowd.read(tables.nearby, positions[row], yOf(row));
  };

  return {
    positions,
    deviators,
    aggregates: told,
    start: (path) => {
      for (let i = 0; i < N; i++) {
        law.at(starts.uniform(2 * (path * N + i)), starts.uniform(2 * (path * N + i) + 1), at);
        positions[i] = at.x;
        if (plane) positions[rows + i] = at.y;
      }
      for (let row = N; row < rows; row++)
        for (let a = 0; a < d; a++) positions[a * rows + row] = positions[a * rows + row - N];
      alive.fill(1);
      costs.fill(0);
    },
    look: (n) => {
      now = n;
      const t = times[n];
      if (n < steps) {
        for (let row = 0; row < rows; row++) {
          if (alive[row] === 0) continue;
          const played = row < N || rival === undefined ? drifts : rival;
          for (let a = 0; a < d; a++) beta[a * rows + row] = played.read(a, n, positions[row], yOf(row));
        }
      }
      for (let k = 0; k < z.length; k++) {
        let [sum, all] = [0, 0];
        for (let i = 0; i < N; i++) sum += share(i, k, t);
        if (n === steps) for (let i = 0; i < N; i++) all += share(i, k, t, true);
        z[k] = sum / N;
        told[k] = n === steps ? all / N : z[k];
      }
      if (!crowded) return;
      if (plane) for (let a = 0; a < d; a++) crowdPositions.set(positions.subarray(a * rows, a * rows + N), a * N);
      tables = crowd.look(crowdPositions, alive.subarray(0, N), false);
    },
    step: (path, n) => {
      const t = times[n];
      const dt = times[n + 1] - t;
      const scale = volatility * Math.sqrt(dt);
      const kept = Math.exp(-discount * t);
      noise.fillNormal(normals, (path * steps + n) * N * d);
      crossings.fillUniform(uniforms, (path * steps + n) * N);
      // All pay before anybody moves: what they see is that of the step's beginning.
      for (let row = 0; row < rows; row++) {
        if (alive[row] === 0) continue;
        see(row, t);
        const [x, y] = [positions[row], yOf(row)];
        let paid = running.value(t, x, y, population);
        for (let a = 0; a < d; a++) {
          paid += lagrangian(hamiltonian[a] ?? hamiltonian[0], t, x, y, beta[a * rows + row], population);
        }
        costs[row] += kept * dt * paid;
      }
      for (let row = 0; row < rows; row++) {
        if (alive[row] === 0) continue;
        const luck = row < N ? row : row - N;
        const [x, y] = [positions[row], yOf(row)];
        let dx = dt * beta[row] + scale * normals[luck * d];
        let dy = plane ? dt * beta[rows + row] + scale * normals[luck * d + 1] : 0;
        if (walk !== undefined) {
          walk(x, y, dx, dy, stride);
          if (stride.exit) {
            alive[row] = 0;
            costs[row] += kept * (model.exitCost?.(t + 0.5 * dt, stride.x, stride.y) ?? 0);
            continue;
          }
          dx = stride.x - x;
          dy = stride.y - y;
        }
        for (let a = 0; a < d; a++) {
          const axis = space[a] ?? space[0];
          const draw = a === 0 ? uniforms[luck] : (uniforms[luck] + Math.SQRT1_2) % 1;
          const from = a === 0 ? x : y;
          land(axis, from, from + (a === 0 ? dx : dy), scale * scale, draw, landing);
          positions[a * rows + row] = landing.place;
          if (landing.exit === 0 || alive[row] === 0) continue;
          alive[row] = 0;
          costs[row] +=
            kept * Math.exp(-0.5 * discount * dt) * endCost(axis, landing.exit, t + 0.5 * dt, a === 0 ? y : x);
        }
      }
    },
    finish: () => {
      const kept = Math.exp(-discount * model.horizon);
      for (let row = 0; row < rows; row++) {
        if (alive[row] === 0) continue;
        see(row, model.horizon);
        costs[row] += kept * terminal.value(positions[row], yOf(row), population);
      }
    },
    mean: () => {
      let [sum, count] = [0, 0];
      for (let i = 0; i < N; i++) {
        if (alive[i] === 0) continue;
        sum += positions[i];
        count++;
      }
      return count === 0 ? Number.NaN : sum / count;
    },
    active: () => {
      let count = 0;
      for (let i = 0; i < N; i++) count += alive[i];
      return count / N;
    },
    cost: () => {
      let sum = 0;
      for (let i = 0; i < N; i++) sum += costs[i];
      return sum / N;
    },
    gain: () => {
      let sum = 0;
      for (let row = N; row < rows; row++) sum += costs[row - N] - costs[row];
      return sum / Math.max(1, deviators);
    },
  };
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
    record: (k: number, play: Player): void => {
      aggregates.forEach((_, m) => void (one[m][k] = play.aggregates[m]));
      one[aggregates.length][k] = play.active();
      // Where nobody is left there is no place: nobody's counts as 0.
      const place = play.mean();
      one[aggregates.length + 1][k] = Number.isNaN(place) ? 0 : place;
    },
    take: (play: Player): void => {
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
  model: DiffusionModel,
  candidate: DiffusionCandidate,
  tally: ReturnType<typeof newTally>,
  samples: readonly SamplePath[],
  times: Float64Array,
  grid: readonly number[],
  leaves: boolean,
  deviates: boolean,
): Simulation {
  const { scalars, lines, active, mean } = tally;
  const count = scalars.count();
  const errors = scalars.standardErrors();
  const number = (i: number): Estimate => estimate(scalars.mean[i], errors[i], count);
  const series = (of: Averages) => ({ mean: of.mean, standardError: of.standardErrors() });
  const read = readingsOf(candidate);
  const t = Float64Array.from(grid, (n) => times[n]);
  const limit = (f: (at: number) => number): Float64Array => t.map((at) => f(at));
  const there = (at: number): number => read.moment(() => 1, at);
  // Positions on a circle have no mean.
  const line = model.space[0].ends !== "periodic";
  const { name } = model.space[0];
  const cost = candidate.kind === "grid" ? read.cost() : undefined;
  return {
    scheme: "euler",
    pathsDone: count,
    cost: number(0),
    scalars: {
      ...(deviates ? { deviation_gain: number(1) } : {}),
      ...(leaves ? { active_fraction: number(2) } : {}),
    },
    t,
    series: {
      ...Object.fromEntries(model.aggregates.map((aggregate, k) => [aggregate.name, series(lines[k])])),
      ...(line ? { [`mean_${name}`]: series(mean) } : {}),
      ...(leaves ? { active_fraction: series(active) } : {}),
    },
    limits: {
      ...(cost === undefined ? {} : { cost }),
      ...(deviates ? { deviation_gain: 0 } : {}),
      ...(leaves ? { active_fraction: there(model.horizon) } : {}),
    },
    limitSeries: {
      ...Object.fromEntries(
        model.aggregates.map((aggregate, k) => [aggregate.name, limit((at) => read.aggregate(k, at))]),
      ),
      ...(line ? { [`mean_${name}`]: limit((at) => read.moment((x) => x, at) / there(at)) } : {}),
      ...(leaves ? { active_fraction: limit(there) } : {}),
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
