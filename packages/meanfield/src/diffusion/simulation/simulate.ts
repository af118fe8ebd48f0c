import { checkSimulation, recordedSteps, RefusalError } from "../../core/index.ts";
import type { Estimate, SamplePath, Simulation, SimulationEvents, SimulationSettings } from "../../core/index.ts";
import { averages, estimate, proportion, shareOf } from "../../core/estimate.ts";
import type { Averages } from "../../core/estimate.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import { randomStream } from "../../numeric/random.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import { checkModel } from "../linear-quadratic/check-model.ts";
import { noiseRates } from "../linear-quadratic/coefficients.ts";
import { traceProduct } from "../linear-quadratic/dense.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import type { Crossings, Monitoring } from "./crossings.ts";
import { crossings } from "./crossings.ts";
import { deviations, streams } from "./deviations.ts";
import { MOST_PLAYERS, MOST_STEPS } from "./limits.ts";
import type { GameSteps, Scheme } from "./game-steps.ts";
import { gameSteps } from "./game-steps.ts";

export interface SimulationMethod {
  /** Default `exact-gaussian`. */
  readonly scheme?: Scheme;
  /** Whether crossings of the default level between the grid's times count; default `continuous`. */
  readonly monitoring?: Monitoring;
}

/**
 * Plays the N-player game under a symmetric linear strategy on independent paths; yields the share done.
 *
 * States have their exact joint law on the grid, whatever its step (`exact-gaussian`), and the cost is unbiased at any
 * step too: the running cost of a step enters as its conditional expectation given the states at the step's start, a
 * quadratic form known exactly. So the number of steps matters to defaults and figures only. With `euler` both have a
 * bias of the order of the step.
 *
 * Random numbers are addressed by seed, source, path, step and player: the first paths of a longer run are those of a
 * shorter one,
 * and a team of threads changes nothing but the time.
 *
 * `series`: `mean_state` (of x̄), `var_deviation` (of x_i − x̄) and `var_state` (of x_i), first state coordinate, at no
 * more than 401 times. With a default level `defaults` is present.
 *
 * @throws InputError for players, paths, steps or seed that are not such numbers or too large to hold; RefusalError for
 * a model that is declared in the limit only, and where the run was stopped before its first path was complete.
 */
export function* simulateLinearQuadratic(
  model: LinearQuadraticModel,
  strategy: LinearStrategy,
  events: SimulationEvents,
  settings: SimulationSettings,
  method: SimulationMethod = {},
): Generator<number, Simulation, void> {
  checkModel(model);
  requireFiniteGame(model, settings);
  const { players, paths, steps, seed, signal } = settings;
  const { scheme = "exact-gaussian", monitoring = "continuous" } = method;
  const { state: d } = model.layout;
  const { initial } = model;
  const game = yield* gameSteps(model, players, strategy, steps, scheme);
  const { aggregate: g, times } = game;
  const crowd = deviations(players, initial.covariance, steps, seed, settings.team);
  const common = randomStream(seed, streams.common);
  const level = events.defaultLevel;
  const watch = level === undefined ? undefined : watchFor(model, level, crowd, settings, monitoring);

  const grid = recordedSteps(steps);
  const expected = expectedMeans(game);
  const tally = newTally(grid.length, players);
  const samples: SamplePath[] = [];
  const y = new Float64Array(g);
  const next = new Float64Array(g);
  const normals = new Float64Array(g);
  const second = zeros(d, d);
  const one = seriesBuffers(grid.length);

  const begin = (path: number): void => {
    crowd.start(path);
    y.set(game.start);
    for (let i = 0; i < d; i++) y[i] += crowd.centre[i];
    watch?.start(path, y[0]);
  };
  const advance = (path: number, n: number): void => {
    const { matrix, offset, root } = game.common[n];
    for (let j = 0; j < g; j++) normals[j] = common.normal((path * steps + n) * g + j);
    for (let i = 0; i < g; i++) {
      let sum = offset[i];
      for (let j = 0; j < g; j++) sum += matrix.data[i * g + j] * y[j] + root.data[i * g + j] * normals[j];
      next[i] = sum;
    }
    y.set(next);
    crowd.advance(path, n, game.deviation[n]);
    watch?.look(path, n, times[n + 1] - times[n], y[0]);
  };
  const record = (k: number, n: number, sample: SamplePath | undefined): void => {
    const centred = y[0] - expected[n];
    one.mean[k] = y[0];
    one.deviation[k] = second.data[0];
    // The mean over paths is known, so that squares about it are unbiased and independent from path to path.
    one.state[k] = second.data[0] + centred * centred;
    if (sample === undefined) return;
    sample.mean[k] = y[0];
    for (const [i, player] of sample.players.entries()) player[k] = crowd.positions[i * d] - crowd.centre[0] + y[0];
  };

  let unreported = 0;
  for (let path = 0; path < paths; path++) {
    const sample = path < 2 ? newSample(players, grid.length) : undefined;
    let running = 0;
    let k = 0;
    begin(path);
    for (let n = 0; n <= steps; n++) {
      crowd.secondMoment(second);
      if (n === grid[k]) record(k++, n, sample);
      if (n === steps) break;
      // The noise of a centred deviation is (1 − 1/N) of a single player's.
      running += costOf(second, 1 - 1 / players, game.deviation[n].form, y, game.common[n].form);
      advance(path, n);
      unreported += players * d * d + OVERHEAD;
      if (unreported < WORK_BETWEEN_REPORTS) continue;
      unreported = 0;
      yield (path + n / steps) / paths;
      if (signal?.aborted !== true) continue;
      if (path === 0) throw new RefusalError("stopped before the first path was complete");
      return resultOf(scheme, times, grid, tally, samples, level);
    }
    const terminal = (traceProduct(game.terminalDeviation, second) + formAt(game.terminalCommon, y)) / 2;
    take(tally, running, terminal, one, watch, players);
    if (sample !== undefined) samples.push(sample);
  }
  return resultOf(scheme, times, grid, tally, samples, level);
}

/** In steps of one player on the line: some 10 ms, and what a step costs besides its players. */
const WORK_BETWEEN_REPORTS = 500_000;
const OVERHEAD = 32;

function requireFiniteGame(model: LinearQuadraticModel, settings: SimulationSettings): void {
  checkSimulation(settings, { players: MOST_PLAYERS, steps: MOST_STEPS, draws: model.layout.state });
  if (model.limitOnly !== undefined) throw new RefusalError(`players = ${settings.players}: ${model.limitOnly}`);
}

function watchFor(
  model: LinearQuadraticModel,
  level: number,
  crowd: { readonly positions: Float64Array; readonly centre: Float64Array },
  { players, steps, seed }: SimulationSettings,
  monitoring: Monitoring,
): Crossings {
  const { own, common } = noiseRates(model);
  const rates = { player: own.data[0] + common.data[0], mean: own.data[0] / players + common.data[0] };
  return crossings(level, crowd.positions, model.layout.state, crowd.centre, rates, monitoring, steps, seed);
}

/** The average cost over players of a step, given the second moment of the deviations and y at its start. */
function costOf(second: Matrix, share: number, own: Matrix, y: Float64Array, common: Matrix): number {
  const d = second.rows;
  let sum = share * own.data[own.data.length - 1];
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) sum += own.data[i * (d + 1) + j] * second.data[i * d + j];
  }
  return (sum + formAt(common, y)) / 2;
}

/** (y, 1)′Q(y, 1). */
function formAt(Q: Matrix, y: Float64Array): number {
  const m = Q.rows;
  let sum = 0;
  for (let i = 0; i < m; i++) {
    const left = i === m - 1 ? 1 : y[i];
    for (let j = 0; j < m; j++) sum += left * Q.data[i * m + j] * (j === m - 1 ? 1 : y[j]);
  }
  return sum;
}

/** E x̄ in its first coordinate after each step. */
function expectedMeans({ start, common }: GameSteps): Float64Array {
  const out = new Float64Array(common.length + 1);
  let y = start;
  out[0] = y[0];
  for (const [n, { matrix, offset }] of common.entries()) {
    const before = y;
    y = offset.map((value, i) => {
      let sum = value;
      for (let j = 0; j < before.length; j++) sum += matrix.data[i * before.length + j] * before[j];
      return sum;
    });
    out[n + 1] = y[0];
  }
  return out;
}

interface SeriesBuffers {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  readonly state: Float64Array;
}

function seriesBuffers(points: number): SeriesBuffers {
  return {
    mean: new Float64Array(points),
    deviation: new Float64Array(points),
    state: new Float64Array(points),
  };
}

interface Tally {
  readonly costs: Averages;
  readonly costBuffer: Float64Array;
  readonly mean: Averages;
  readonly deviation: Averages;
  readonly state: Averages;
  readonly single: Averages;
  readonly singleBuffer: Float64Array;
  readonly defaults: Float64Array;
  systemic: number;
}

function newTally(points: number, players: number): Tally {
  return {
    costs: averages(3),
    costBuffer: new Float64Array(3),
    mean: averages(points),
    deviation: averages(points),
    state: averages(points),
    single: averages(1),
    singleBuffer: new Float64Array(1),
    defaults: new Float64Array(players + 1),
    systemic: 0,
  };
}

function take(
  tally: Tally,
  running: number,
  terminal: number,
  one: SeriesBuffers,
  watch: Crossings | undefined,
  players: number,
): void {
  tally.costBuffer[0] = running + terminal;
  tally.costBuffer[1] = running;
  tally.costBuffer[2] = terminal;
  tally.costs.add(tally.costBuffer);
  tally.mean.add(one.mean);
  tally.deviation.add(one.deviation);
  tally.state.add(one.state);
  if (watch === undefined) return;
  const count = watch.count();
  tally.defaults[count]++;
  tally.singleBuffer[0] = count / players;
  tally.single.add(tally.singleBuffer);
  if (watch.systemic()) tally.systemic++;
}

function newSample(players: number, points: number): SamplePath {
  return {
    players: Array.from({ length: Math.min(12, players) }, () => new Float64Array(points)),
    mean: new Float64Array(points),
  };
}

function resultOf(
  scheme: Scheme,
  times: Float64Array,
  grid: readonly number[],
  tally: Tally,
  samples: readonly SamplePath[],
  level: number | undefined,
): Simulation {
  const count = tally.costs.count();
  const costErrors = tally.costs.standardErrors();
  const cost = (i: number): Estimate => estimate(tally.costs.mean[i], costErrors[i], count);
  const series = (of: Averages) => ({ mean: of.mean, standardError: of.standardErrors() });
  const result: Simulation = {
    scheme,
    pathsDone: count,
    cost: cost(0),
    scalars: { running_cost: cost(1), terminal_cost: cost(2) },
    t: Float64Array.from(grid, (n) => times[n]),
    series: {
      mean_state: series(tally.mean),
      var_state: series(tally.state),
      var_deviation: series(tally.deviation),
    },
    samples,
  };
  if (level === undefined) return result;
  const probabilities = tally.defaults.map((seen) => seen / count);
  return {
    ...result,
    defaults: {
      level,
      single: shareOf(tally.single.mean[0], tally.single.standardErrors()[0], count),
      systemic: proportion(tally.systemic, count),
      count: { value: probabilities, standardError: probabilities.map((p) => Math.sqrt((p * (1 - p)) / count)) },
    },
  };
}
