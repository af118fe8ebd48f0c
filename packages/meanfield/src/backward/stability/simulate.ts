/**
 * Cells of the table by simulation.
 *
 * Y₀ needs no solution of the equation: a linear scheme says
 *
 *     Y^j_n = E_n[(1 + bΔX^j_{n+1})((1 + aΔ)Y^j_{n+1} + cΔȲ_{n+1} + hΔ)],
 *
 * so that weights with g_0 = e_1 and g_{n+1} = (1 + aΔ)g_n(1 + bΔX) + (cΔ/N)Σ_j g^j_n(1 + bΔX^j) carry
 * Y₀ = E[Σ_n hΔ Σ_j g^j_n(1 + bΔX^j) + g_k·ξ] forward along simulated martingales (N. El Karoui, S. Peng, M. C. Quenez, Mathematical
 * Finance 7 (1997) 1–71, proposition 2.2, in discrete time); only in the limit N = ∞ is E[Y] taken from the recursion. Without steps
 * there is no such identity, and Y₀ = E[ξ + ∫f dt] is sampled along the solution. Distances are averages over the same paths, with
 * Y from the recursion and its limits from closed forms.
 */

import type { StabilityEstimate } from "../../core/index.ts";
import { randomStream } from "../../numeric/random.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { meanWithError } from "../../numeric/statistics.ts";
import type { Loadings } from "../candidate.ts";
import { martingaleOf } from "../model.ts";
import type { DataSet } from "./data-set.ts";
import type { LoadedProcess } from "./processes.ts";

/** What one cell needs. */
export interface CellRun {
  readonly data: DataSet;
  /** T of the unperturbed system. */
  readonly horizon: number;
  /** S^{k,N}, by the recursion where there are steps. */
  readonly process: LoadedProcess;
  /** S^{k,∞}, S^{∞,N}, S^{∞,∞}. */
  readonly rowLimit: LoadedProcess;
  readonly columnLimit: LoadedProcess;
  readonly corner: LoadedProcess;
  readonly repeats: number;
  readonly seed: number;
  /** Number of the cell, for random numbers of its own. */
  readonly stream: number;
}

/** Y₀ and the three mean square distances. */
export interface CellEstimates {
  readonly start: StabilityEstimate;
  readonly toLimit: StabilityEstimate;
  readonly vertical: StabilityEstimate;
  readonly horizontal: StabilityEstimate;
}

/** Parts of [0, Tᵏ] where the driving martingale has no steps of its own. */
const STRATA = 16;

/** Estimates of one cell from `repeats` independent paths, each with its mirror image for Y₀. */
export function simulateCell(run: CellRun): CellEstimates {
  const players = Number.isFinite(run.process.players) ? run.process.players : 1;
  const path = emptyPath(players, run.data.steps ?? STRATA, run.data.horizon);
  const normals = randomStream(run.seed, 2 * run.stream + 20_000);
  const uniforms = randomStream(run.seed, 2 * run.stream + 20_001);
  const [start, toLimit, vertical, horizontal] = Array.from({ length: 4 }, () => new Float64Array(run.repeats));
  for (let repeat = 0; repeat < run.repeats; repeat++) {
    drawPath(path, normals, uniforms, repeat);
    start[repeat] = 0.5 * (startSample(run, path, 1) + startSample(run, path, -1));
    [toLimit[repeat], vertical[repeat], horizontal[repeat]] = distanceSamples(run, path);
  }
  return {
    start: estimateOf(start),
    toLimit: estimateOf(toLimit),
    vertical: estimateOf(vertical),
    horizontal: estimateOf(horizontal),
  };
}

function estimateOf(values: Float64Array): StabilityEstimate {
  if (values.length === 1) return { mean: values[0], standardError: Infinity };
  const { mean, standardError } = meanWithError(values);
  return { mean, standardError };
}

/** Brownian motions of all players at the steps, and at one random time inside each of them. */
interface Path {
  readonly players: number;
  readonly steps: number;
  readonly times: Float64Array;
  /** Row n at times[n], a column for each player. */
  readonly grid: Float64Array;
  readonly insideTimes: Float64Array;
  readonly inside: Float64Array;
  readonly draws: Float64Array;
}

function emptyPath(players: number, steps: number, horizon: number): Path {
  return {
    players,
    steps,
    times: Float64Array.from({ length: steps + 1 }, (_, n) => (horizon * n) / steps),
    grid: new Float64Array(players * (steps + 1)),
    insideTimes: new Float64Array(steps),
    inside: new Float64Array(players * steps),
    draws: new Float64Array(2 * players * steps),
  };
}

function drawPath(path: Path, normals: RandomStream, uniforms: RandomStream, repeat: number): void {
  const { players, steps, times, grid, insideTimes, inside, draws } = path;
  normals.fillNormal(draws, repeat * draws.length);
  for (let n = 0; n < steps; n++) {
    const width = times[n + 1] - times[n];
    const share = uniforms.uniform(repeat * steps + n);
    insideTimes[n] = times[n] + share * width;
    const [first, second] = [Math.sqrt(share * width), Math.sqrt((1 - share) * width)];
    const row = n * players;
    for (let j = 0; j < players; j++) {
      inside[row + j] = grid[row + j] + first * draws[2 * (row + j)];
      grid[row + players + j] = inside[row + j] + second * draws[2 * (row + j) + 1];
    }
  }
}

/** One unbiased sample of Y₀; `sign` −1 mirrors the path. */
function startSample({ data, process }: CellRun, path: Path, sign: number): number {
  const { players, steps, times, grid, insideTimes, inside } = path;
  const { a, b, c, h, terminal } = data.system;
  const phi = martingaleOf(data.system);
  const limit = !Number.isFinite(process.players);
  const last = grid.subarray(steps * players);
  let crowd = phi.mean;
  if (!limit) crowd = average(last, (w) => phi.at(data.horizon, sign * w));
  const final = (w: number): number =>
    terminal.own * phi.at(data.horizon, sign * w) + terminal.mean * crowd + terminal.constant;
  if (data.steps === undefined) {
    let sum = final(last[0]);
    for (let n = 0; n < steps; n++) {
      const t = insideTimes[n];
      const states = inside.subarray(n * players, (n + 1) * players);
      const loads = process.at(t);
      const mean = limit ? phi.mean : average(states, (w) => phi.at(t, sign * w));
      const rest = loads.mean * mean + loads.constant;
      const own = sign * states[0];
      const Y = loads.own * phi.at(t, own) + rest;
      const Z = phi.slope(t, own) * (loads.own + loads.mean / process.players);
      const everybody = loads.own * mean + rest;
      sum += (times[n + 1] - times[n]) * (a * Y + b * Z + c * everybody + h);
    }
    return sum;
  }
  const weights = new Float64Array(players);
  weights[0] = 1;
  let gained = 0;
  for (let n = 0; n < steps; n++) {
    const step = times[n + 1] - times[n];
    const row = n * players;
    let sum = 0;
    for (let j = 0; j < players; j++) {
      weights[j] *= 1 + b * sign * (grid[row + players + j] - grid[row + j]);
      sum += weights[j];
    }
    gained += h * step * sum;
    if (limit) gained += c * step * sum * meanOf(process.at(n + 1), phi.mean);
    const share = limit ? 0 : (c * step * sum) / players;
    for (let j = 0; j < players; j++) weights[j] = (1 + a * step) * weights[j] + share;
  }
  for (let j = 0; j < players; j++) gained += weights[j] * final(last[j]);
  return gained;
}

/** Samples of the distances to S^{∞,∞}, to S^{∞,N} and to S^{k,∞}: a random time a step, averaged over the players. */
function distanceSamples(run: CellRun, path: Path): [toLimit: number, vertical: number, horizontal: number] {
  const { players, steps, times, grid, insideTimes, inside } = path;
  const { data, horizon, process, rowLimit, columnLimit, corner } = run;
  const phi = martingaleOf(data.system);
  const limit = !Number.isFinite(process.players);
  let [toLimit, vertical, horizontal] = [0, 0, 0];
  const early = new Float64Array(players);
  const late = new Float64Array(players);
  for (let n = 0; n < steps; n++) {
    const [low, high] = [times[n], times[n + 1]];
    const t = insideTimes[n];
    for (let j = 0; j < players; j++) late[j] = phi.at(t, inside[n * players + j]);
    const lateMean = limit ? phi.mean : average(late);
    const stepped = data.steps !== undefined;
    for (let j = 0; j < players; j++) early[j] = stepped ? phi.at(low, grid[n * players + j]) : late[j];
    const earlyMean = stepped && !limit ? average(early) : lateMean;
    const here = process.at(stepped ? n : t);
    const across = rowLimit.at(stepped ? n : t);
    const before = t <= horizon;
    const [below, end] = before ? [columnLimit.at(t), corner.at(t)] : [here, here];
    let [a, b, c] = [0, 0, 0];
    for (let j = 0; j < players; j++) {
      const Y = here.own * early[j] + here.mean * earlyMean + here.constant;
      c += (Y - across.own * early[j] - across.mean * phi.mean - across.constant) ** 2;
      a += (Y - end.own * late[j] - end.mean * phi.mean - end.constant) ** 2;
      b += (Y - below.own * late[j] - below.mean * lateMean - below.constant) ** 2;
    }
    horizontal += ((high - low) * c) / players;
    if (before) {
      // The random time is uniform on the whole step: one beyond T counts as nothing.
      toLimit += ((high - low) * a) / players;
      vertical += ((high - low) * b) / players;
    }
  }
  return [toLimit / horizon, vertical / horizon, horizontal / data.horizon];
}

function meanOf({ own, mean, constant }: Loadings, level: number): number {
  return (own + mean) * level + constant;
}

function average(values: Float64Array, f: (value: number) => number = (value) => value): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += f(values[i]);
  return sum / values.length;
}
