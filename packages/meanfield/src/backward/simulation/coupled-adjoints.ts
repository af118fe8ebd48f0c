/**
 * How far N players of a linear–quadratic forward–backward system are from their copies in the limit, by simulation of both on the same
 * starts and noises, with the adjoints' loads known.
 *
 * States by Heun's scheme, whose weak order is two where noise is additive (P. E. Kloeden, E. Platen, "Numerical Solution of Stochastic
 * Differential Equations", Springer 1992, section 15.1).
 */

import type { ChaosSettings } from "../../core/index.ts";
import { RefusalError } from "../../core/index.ts";
import { averages } from "../../core/estimate.ts";
import { normalLaw } from "../../measure/law.ts";
import { wassersteinSampleLaw } from "../../measure/wasserstein-sample-law.ts";
import { integrate } from "../../numeric/ode.ts";
import { randomStream } from "../../numeric/random.ts";
import type { SimulatedColumn, SimulatedEntry } from "../chaos/columns.ts";
import { feedback, meanUnder, solveAdjointSystem } from "../forward-backward/adjoint-system.ts";
import type { ForwardBackwardModel } from "../forward-backward/model.ts";
import { timesOf } from "./coupled-fields.ts";

interface AdjointErrors {
  /** E|X^{i,N} − X^i|² and E|Y^{i,N} − Y^i|² at T. */
  readonly finalX: SimulatedEntry;
  readonly finalY: SimulatedEntry;
  /** Their integrals over time. */
  readonly pathX: SimulatedEntry;
  readonly pathY: SimulatedEntry;
  /** E W₂² of the empirical law of X at the step nearest T/2; absent where the limit's law is a point. */
  readonly empirical: SimulatedEntry | undefined;
}

const FIRST_STREAM = 2_000_000;
const WORK_BETWEEN_REPORTS = 500_000;

/** Columns of a linear–quadratic system, each an average over the players; a number of players is simulated once for all. */
export function simulatedAdjointColumns(model: ForwardBackwardModel): SimulatedColumn[] {
  if (model.linear === undefined) return [];
  const known = new Map<number, { readonly settings: ChaosSettings; readonly errors: AdjointErrors | undefined }>();
  const column = (
    name: string,
    title: string,
    story: string,
    read: (errors: AdjointErrors) => SimulatedEntry | undefined,
  ): SimulatedColumn => ({
    name: `${name}_simulated`,
    title: `${title}, simulated`,
    story: `${story} Simulated, with exact loads.`,
    theory: -1,
    *estimate(players, settings) {
      const found = known.get(players);
      const errors = found?.settings === settings ? found.errors : yield* simulate(model, players, settings);
      known.set(players, { settings, errors });
      return errors === undefined ? undefined : read(errors);
    },
  });
  const all = [
    column("error_X_T", "Error of X at the horizon", "E|X^{i,N} − X^i|² at T.", ({ finalX }) => finalX),
    column("error_Y_T", "Error of Y at the horizon", "E|Y^{i,N} − Y^i|² at T.", ({ finalY }) => finalY),
    column("error_X", "Error of X over time", "∫E|X^{i,N} − X^i|²dt.", ({ pathX }) => pathX),
    column("error_Y", "Error of Y over time", "∫E|Y^{i,N} − Y^i|²dt.", ({ pathY }) => pathY),
  ];
  const law = column(
    "empirical_w2_squared_X",
    "Squared Wasserstein distance of the empirical law of X",
    "E W₂² between the empirical law of X of all players at the step nearest T/2 and the limit's law.",
    ({ empirical }) => empirical,
  );
  return model.volatility === 0 && model.start.variance === 0 ? all : [...all, law];
}

function* simulate(
  model: ForwardBackwardModel,
  players: number,
  { repeats, steps, seed, signal }: ChaosSettings,
): Generator<number, AdjointErrors | undefined, void> {
  const { horizon, volatility, start, linear: game } = model;
  if (game === undefined) throw new RefusalError("this forward–backward system is not linear–quadratic");
  const step = horizon / steps;
  const times = timesOf(horizon, steps);
  const [finite, limit] = [solveAdjointSystem(model, players), solveAdjointSystem(model, Infinity)];
  const loads = times.map((t) => [finite.at(t), limit.at(t)] as const);
  const drifts = loads.map(([ours, theirs]) => [feedback(game, ours).drift, feedback(game, theirs).drift] as const);
  const means = times.map(meanUnder(model, limit));
  const half = Math.round(steps / 2);
  const law = lawAt(model, times[half], means[half], (t) => feedback(game, limit.at(t)).drift[0]);
  const starts = randomStream(seed, FIRST_STREAM + 2 * players);
  const noise = randomStream(seed, FIRST_STREAM + 2 * players + 1);
  const rows = (): Float64Array => new Float64Array(players);
  const [x, copy, draws, next, rates] = [rows(), rows(), rows(), rows(), rows()];
  const spread = Math.sqrt(start.variance);
  const tally = averages(5);
  const observation = new Float64Array(5);
  let unreported = 0;

  for (let repeat = 0; repeat < repeats; repeat++) {
    starts.fillNormal(draws, repeat * players);
    for (let i = 0; i < players; i++) x[i] = copy[i] = start.mean + spread * draws[i];
    observation.fill(0);
    for (let n = 0; n <= steps; n++) {
      const [ours, theirs] = loads[n];
      const average = averageOf(x);
      let [errorX, errorY] = [0, 0];
      for (let i = 0; i < players; i++) {
        errorX += (x[i] - copy[i]) ** 2;
        const gap = ours.own * x[i] + ours.mean * average - theirs.own * copy[i] - theirs.mean * means[n];
        errorY += gap * gap;
      }
      const weight = ((n === 0 || n === steps ? 0.5 : 1) * step) / players;
      observation[2] += weight * errorX;
      observation[3] += weight * errorY;
      if (n === half && law !== undefined) observation[4] = wassersteinSampleLaw(x, law, 2) ** 2;
      if (n === steps) {
        observation[0] = errorX / players;
        observation[1] = errorY / players;
        break;
      }
      noise.fillNormal(draws, (repeat * steps + n) * players);
      for (let i = 0; i < players; i++) draws[i] *= volatility * Math.sqrt(step);
      heun(x, drifts[n][0], drifts[n + 1][0], undefined);
      heun(copy, drifts[n][1], drifts[n + 1][1], [means[n], means[n + 1]]);
      unreported += players;
      if (unreported < WORK_BETWEEN_REPORTS) continue;
      unreported = 0;
      yield (repeat + n / (steps + 1)) / repeats;
      if (stopped(signal)) return undefined;
    }
    tally.add(observation);
  }
  const errors = tally.standardErrors();
  const entry = (k: number): SimulatedEntry => ({ value: tally.mean[k], standardError: errors[k] });
  return {
    finalX: entry(0),
    finalY: entry(1),
    pathX: entry(2),
    pathY: entry(3),
    empirical: law === undefined ? undefined : entry(4),
  };

  /** One step of all players; `known` is the mean before and after it, where it is not their own average. */
  function heun(
    states: Float64Array,
    [a, b]: readonly [number, number],
    [c, d]: readonly [number, number],
    known: readonly [number, number] | undefined,
  ): void {
    const before = known?.[0] ?? averageOf(states);
    for (let i = 0; i < players; i++) {
      rates[i] = a * states[i] + b * before;
      next[i] = states[i] + step * rates[i] + draws[i];
    }
    const after = known?.[1] ?? averageOf(next);
    for (let i = 0; i < players; i++) states[i] += 0.5 * step * (rates[i] + c * next[i] + d * after) + draws[i];
  }
}

/** The normal law of X at a time in the limit. */
function lawAt({ start, volatility }: ForwardBackwardModel, time: number, mean: number, rate: (t: number) => number) {
  if (time === 0) return start.variance > 0 ? normalLaw(mean, start.variance) : undefined;
  const solution = integrate(
    (t, v, dv) => (dv[0] = 2 * rate(t) * v[0] + volatility * volatility),
    0,
    time,
    [start.variance],
    { relative: 1e-12, absolute: 1e-15 },
  );
  if (solution.outcome !== "finished") throw new RefusalError(`the variance cannot be followed: ${solution.reason}`);
  const [variance] = solution.end;
  return variance > 0 ? normalLaw(mean, variance) : undefined;
}

function averageOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Asked by a function, since a signal changes behind the compiler's back. */
function stopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
