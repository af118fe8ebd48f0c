import { normalLaw, wassersteinSampleLaw } from "../../measure/index.ts";
import type { Matrix } from "../../numeric/matrix.ts";
import { zeros } from "../../numeric/matrix.ts";
import { randomStream } from "../../numeric/random.ts";
import type { LinearStrategy } from "../linear-quadratic/candidate.ts";
import { noiseRates, sizes } from "../linear-quadratic/coefficients.ts";
import type { LinearQuadraticModel } from "../linear-quadratic/model.ts";
import { averages } from "../../core/estimate.ts";
import type { LinearSystem, Transition } from "../simulation/transition.ts";
import { covarianceRoot, exactTransitions } from "../simulation/transition.ts";
import { addBlock, loops } from "./coupling.ts";

export interface CoupledPaths {
  readonly players: number;
  readonly repeats: number;
  readonly steps: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SimulatedErrors {
  /** Fewer than asked for where the run was stopped. */
  readonly repeats: number;
  /** Of (1/N) Σ |X^{i,N}_T − X^i_T|². */
  readonly coupling: { readonly mean: number; readonly standardError: number };
  /**
   * Of W₁ between the empirical law of X^{i,N}_T and the limit's law given the common noise, first coordinate; absent
   * where that law has no density.
   */
  readonly distance: { readonly mean: number; readonly standardError: number } | undefined;
}

/**
 * Plays the N-player game and, on the same noises, N players of the limit; yields the share done.
 *
 * All that a player's own noise drives over a step — its deviation in the game, in the limit, and its share of the mean
 * — is one Gaussian vector per player with a covariance known exactly, and so is all that the common noise drives. So
 * there is no error of time discretisation, whatever the step.
 *
 * @param variance of the limit's first coordinate given the common noise, at T; 0 where it has none
 */
export function* simulateCoupling(
  model: LinearQuadraticModel,
  finite: LinearStrategy,
  infinite: LinearStrategy,
  variance: number,
  { players, repeats, steps, seed, signal }: CoupledPaths,
): Generator<number, SimulatedErrors, void> {
  const { state: d, common } = model.layout;
  const g = d + common;
  const q = 2 * d + g;
  const transitions = coupledTransitions(model, players, finite, infinite, steps);
  const initialRoot = covarianceRoot(model.initial.covariance);
  const start = Float64Array.of(...model.initial.mean, ...model.initial.commonState);
  // Every number of players has streams of its own, so that its results do not depend on the others asked for.
  const stream = (source: number) => randomStream(seed, 16 + 3 * players + source);
  const [initial, own, shared] = [stream(0), stream(1), stream(2)];
  const normals = new Float64Array(players * q);
  const commonNormals = new Float64Array(2 * g);
  // Rows per player: x_i − x̄ in the game, not centred, and x_i − m in the limit.
  const states = new Float64Array(players * 2 * d);
  const moved = new Float64Array(q);
  const sums = new Float64Array(q);
  const centre = new Float64Array(d);
  const y = new Float64Array(2 * g);
  const next = new Float64Array(2 * g);
  const sample = new Float64Array(players);
  const tally = averages(2);
  const observation = new Float64Array(2);

  const begin = (repeat: number): void => {
    initial.fillNormal(normals.subarray(0, players * d), repeat * players * d);
    centre.fill(0);
    for (let p = 0; p < players; p++) {
      for (let i = 0; i < d; i++) {
        let value = 0;
        for (let j = 0; j < d; j++) value += initialRoot.data[i * d + j] * normals[p * d + j];
        states[p * 2 * d + i] = value;
        states[p * 2 * d + d + i] = value;
        centre[i] += value / players;
      }
    }
    y.set(start);
    y.set(start, g);
    for (let i = 0; i < d; i++) y[i] += centre[i];
  };

  const advance = (repeat: number, n: number): void => {
    const [private_, public_] = transitions[n];
    own.fillNormal(normals, (repeat * steps + n) * players * q);
    shared.fillNormal(commonNormals, (repeat * steps + n) * 2 * g);
    sums.fill(0);
    const { matrix: A, root } = private_;
    for (let p = 0; p < players; p++) {
      for (let i = 0; i < q; i++) {
        let value = 0;
        for (let j = 0; j < q; j++) value += root.data[i * q + j] * normals[p * q + j];
        sums[i] += value;
        moved[i] = value;
      }
      const at = p * 2 * d;
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          moved[i] += A.data[i * q + j] * (states[at + j] - centre[j]);
          moved[d + i] += A.data[(d + i) * q + d + j] * states[at + d + j];
        }
      }
      for (let i = 0; i < 2 * d; i++) states[at + i] = moved[i];
    }
    // The deviations' sum was zero before: their new mean is the noises' mean.
    for (let i = 0; i < d; i++) centre[i] = sums[i] / players;
    const { matrix: B, offset, root: spread } = public_;
    for (let i = 0; i < 2 * g; i++) {
      let value = offset[i] + (i < g ? sums[2 * d + i] / players : 0);
      for (let j = 0; j < 2 * g; j++) {
        value += B.data[i * 2 * g + j] * y[j] + spread.data[i * 2 * g + j] * commonNormals[j];
      }
      next[i] = value;
    }
    y.set(next);
  };

  const observe = (): void => {
    let error = 0;
    for (let p = 0; p < players; p++) {
      for (let i = 0; i < d; i++) {
        const game = states[p * 2 * d + i] - centre[i] + y[i];
        const alone = states[p * 2 * d + d + i] + y[g + i];
        error += (game - alone) ** 2;
        if (i === 0) sample[p] = game;
      }
    }
    observation[0] = error / players;
    observation[1] = variance > 0 ? wassersteinSampleLaw(sample, normalLaw(y[g], variance), 1) : 0;
    tally.add(observation);
  };

  let unreported = 0;
  let stopped = false;
  for (let repeat = 0; repeat < repeats && !stopped; repeat++) {
    begin(repeat);
    for (let n = 0; n < steps; n++) {
      advance(repeat, n);
      unreported += players * q;
      if (unreported < WORK_BETWEEN_REPORTS) continue;
      unreported = 0;
      yield (repeat + n / steps) / repeats;
      stopped = signal?.aborted === true;
      if (stopped) break;
    }
    if (!stopped) observe();
  }
  const errors = tally.standardErrors();
  return {
    repeats: tally.count(),
    coupling: { mean: tally.mean[0], standardError: errors[0] },
    distance: variance > 0 ? { mean: tally.mean[1], standardError: errors[1] } : undefined,
  };
}

const WORK_BETWEEN_REPORTS = 1_000_000;

/** Per step: what the own noise drives, (D, X − m, y), and what the common noise drives, (y^N, y^∞). */
function coupledTransitions(
  model: LinearQuadraticModel,
  players: number,
  finite: LinearStrategy,
  infinite: LinearStrategy,
  steps: number,
): readonly (readonly [own: Transition, common: Transition])[] {
  const { layout, horizon } = model;
  const { state: d, common } = layout;
  const g = d + common;
  const pair = loops(model, players, finite, infinite);
  const typical = sizes(model);
  const unitY = Float64Array.of(...typical.state, ...typical.common);
  const own = system(Float64Array.of(...typical.state, ...typical.state, ...unitY));
  const shared = system(Float64Array.of(...unitY, ...unitY));
  const { own: rate } = noiseRates(model);
  for (const row of [0, d, 2 * d]) for (const column of [0, d, 2 * d]) addBlock(own.rate, row, column, rate, 1);
  for (const row of [0, g]) for (const column of [0, g]) addBlock(shared.rate, row, column, pair.commonRate, 1);
  const update = (t: number): void => {
    pair.update(t);
    putBlock(own.matrix, 0, pair.ownFinite);
    putBlock(own.matrix, d, pair.ownLimit);
    putBlock(own.matrix, 2 * d, pair.finite.matrix);
    putBlock(shared.matrix, 0, pair.finite.matrix);
    putBlock(shared.matrix, g, pair.limit.matrix);
    shared.offset.set(pair.finite.offset);
    shared.offset.set(pair.limit.offset, g);
  };
  return Array.from({ length: steps }, (_, n) => {
    const [first, second] = exactTransitions(
      update,
      [own, shared],
      (n * horizon) / steps,
      n + 1 === steps ? horizon : ((n + 1) * horizon) / steps,
    );
    return [first, second] as const;
  });
}

function system(unit: Float64Array): LinearSystem {
  const size = unit.length;
  return {
    size,
    matrix: zeros(size, size),
    offset: new Float64Array(size),
    rate: zeros(size, size),
    form: zeros(size + 1, size + 1),
    unit,
    costUnit: 1,
  };
}

/** Writes a block on the diagonal. */
function putBlock(into: Matrix, at: number, block: Matrix): void {
  for (let i = 0; i < block.rows; i++) {
    for (let j = 0; j < block.columns; j++) {
      into.data[(at + i) * into.columns + at + j] = block.data[i * block.columns + j];
    }
  }
}
