/**
 * How far N players are from their copies in the limit, by simulation of both on the same Brownian motions.
 *
 * Each repetition is one system of N players. Errors of Y are averages over its players, those of Z are of the first, whose exposures
 * to all others are summed. Where fields are fitted, several independent fits of each are taken, and (Yᴺ − Y)² is the average of
 * (Yᴺ_A − Y_A)(Yᴺ_B − Y_B) over all pairs of them: what a fit is off by itself has mean zero in it, where in a square it would not. How
 * much the average still depends on the fits is told by leaving out one after the other (B. Efron, C. Stein, "The jackknife estimate of
 * variance", Annals of Statistics 9 (1981) 586–596).
 */

import { averages } from "../../core/estimate.ts";
import { wassersteinSampleLaw } from "../../measure/wasserstein-sample-law.ts";
import { wassersteinSamples } from "../../measure/wasserstein-samples.ts";
import type { Law } from "../../measure/law.ts";
import type { Particles } from "../../measure/particles.ts";
import type { InteractingModel } from "../model.ts";
import { simulatePaths } from "../regression/paths.ts";

/** Y and Z of N players and of the limit at the times of the steps. */
export interface CoupledFields {
  /** Writes Y^{i,N}. */
  readonly values: (n: number, x: Float64Array, out: Float64Array) => void;
  /** Writes the Y of every player's copy in the limit. */
  readonly limit: (n: number, x: Float64Array, out: Float64Array) => void;
  /** Writes Z^{1j} of all j, that of the limit taken off the first. */
  readonly exposures: (n: number, x: Float64Array, out: Float64Array) => void;
  /** Number of the last step that Z is known at: that of the horizon, or the one before it. */
  readonly lastExposure: number;
}

export interface CoupledSettings {
  readonly players: number;
  readonly repeats: number;
  readonly steps: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Means over repetitions, with standard errors. */
export interface CoupledErrors {
  /** (1/T) ∫E|Y^{i,N} − Y^i|²dt. */
  readonly yPath: Mean;
  /** E∫(|Z^{ii} − Z^i|² + Σ_{j≠i}|Z^{ij}|²)dt. */
  readonly z: Mean;
  /** E∫Σ_{j≠i}|Z^{ij}|²dt. */
  readonly zCross: Mean;
  /** E W₂² of the empirical law at the step nearest T/2; absent where the law of the limit is not known. */
  readonly empirical: Mean | undefined;
  /** One of each a repetition, averaged over its players; where fields are exact. */
  readonly paths: PathErrors | undefined;
}

export interface PathErrors {
  /** sup_t |Y^{i,N} − Y^i|² over the times of the steps. */
  readonly largest: Float64Array;
  /** (1/T) ∫|Y^{i,N} − Y^i|²dt. */
  readonly average: Float64Array;
}

export interface Mean {
  readonly value: number;
  readonly standardError: number;
}

/** Different numbers of players have different random numbers. */
const FIRST_STREAM = 1_000_000;
const WORK_BETWEEN_REPORTS = 500_000;

/**
 * Yields the share done; undefined where it was stopped.
 *
 * @param fields one where they are exact, else three or more independent fits
 * @param law of Y in the limit at the step nearest T/2
 */
export function* simulateCoupled(
  { forward, horizon }: InteractingModel,
  fields: readonly CoupledFields[],
  law: Law | Particles | undefined,
  { players, repeats, steps, seed, signal }: CoupledSettings,
): Generator<number, CoupledErrors | undefined, void> {
  const half = Math.round(steps / 2);
  const [{ lastExposure }] = fields;
  const weights = trapezoidalRule(steps, steps);
  const exposureWeights = trapezoidalRule(steps, lastExposure);
  const rows = (): Float64Array => new Float64Array(players);
  const copy = rows();
  const gaps = fields.map(rows);
  // Of Y, Z and the cross part of Z each the average over all pairs of fits, and over those without one of them.
  const count = fields.length;
  const width = 1 + (count > 1 ? count : 0);
  const tally = averages(3 * width + 1);
  const observation = new Float64Array(3 * width + 1);
  const products = new Float64Array(width);
  // Of several fits the square of a gap is not known without its noise.
  const worst = count === 1 ? rows() : undefined;
  const paths = { largest: new Float64Array(repeats), average: new Float64Array(repeats) };
  let unreported = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const { states } = simulatePaths({
      forward,
      horizon,
      steps,
      copies: 1,
      players,
      seed,
      stream: FIRST_STREAM + 2 * players,
      batch: repeat,
    });
    observation.fill(0);
    worst?.fill(0);
    for (let n = 0; n <= steps; n++) {
      const x = states[n];
      fields.forEach(({ values }, k) => values(n, x, gaps[k]));
      if (n === half && law !== undefined) {
        // Of several fits their average, which is nearest to the truth.
        for (let i = 0; i < players; i++) copy[i] = gaps.reduce((sum, gap) => sum + gap[i], 0) / count;
        const distance = "kind" in law ? wassersteinSamples(copy, law, 2) : wassersteinSampleLaw(copy, law, 2);
        observation[3 * width] = distance * distance;
      }
      fields.forEach(({ limit }, k) => {
        limit(n, x, copy);
        for (let i = 0; i < players; i++) gaps[k][i] -= copy[i];
      });
      if (worst !== undefined) for (let i = 0; i < players; i++) worst[i] = Math.max(worst[i], gaps[0][i] ** 2);
      add(0, 0, players, weights[n] / (players * steps));
      if (n <= lastExposure) {
        fields.forEach(({ exposures }, k) => exposures(n, x, gaps[k]));
        const weight = (exposureWeights[n] * horizon) / steps;
        add(1, 0, players, weight);
        add(2, 1, players, weight);
      }
      unreported += players;
      if (unreported < WORK_BETWEEN_REPORTS) continue;
      unreported = 0;
      yield (repeat + n / (steps + 1)) / repeats;
      if (stopped(signal)) return undefined;
    }
    tally.add(observation);
    paths.average[repeat] = observation[0];
    if (worst !== undefined) for (let i = 0; i < players; i++) paths.largest[repeat] += worst[i] / players;
  }
  const errors = tally.standardErrors();
  const mean = (which: number): Mean => {
    const first = which * width;
    const value = tally.mean[first];
    const without = tally.mean.slice(first + 1, first + width);
    const centre = without.reduce((sum, estimate) => sum + estimate / count, 0);
    const spread = without.reduce((sum, estimate) => sum + (estimate - centre) ** 2, 0);
    return { value, standardError: Math.sqrt(errors[first] ** 2 + ((count - 1) / count) * spread) };
  };
  return {
    yPath: mean(0),
    z: mean(1),
    zCross: mean(2),
    empirical: law === undefined ? undefined : { value: tally.mean[3 * width], standardError: errors[3 * width] },
    paths: worst === undefined ? undefined : paths,
  };

  /** Adds the average over pairs of fits of Σ_{first ≤ i < end} gap_A gap_B, and the same without each of the fits. */
  function add(which: number, first: number, end: number, weight: number): void {
    products.fill(0);
    for (let i = first; i < end; i++) {
      let [sum, squares] = [0, 0];
      for (let k = 0; k < count; k++) {
        sum += gaps[k][i];
        squares += gaps[k][i] ** 2;
      }
      if (count === 1) products[0] += squares;
      else {
        products[0] += (sum * sum - squares) / (count * (count - 1));
        for (let k = 0; k < count; k++) {
          const own = gaps[k][i];
          products[k + 1] += ((sum - own) ** 2 - (squares - own * own)) / ((count - 1) * (count - 2));
        }
      }
    }
    for (let k = 0; k < width; k++) observation[which * width + k] += weight * products[k];
  }
}

/** Weights of the values at 0 … `last`; a value at the end of the steps that is not known is continued as a straight line. */
export function trapezoidalRule(steps: number, last: number): Float64Array {
  const weights = new Float64Array(last + 1).fill(1);
  weights[0] = 0.5;
  if (last === steps) weights[steps] = 0.5;
  else if (last >= 1) {
    weights[last] += 1;
    weights[last - 1] -= 0.5;
  } else weights[0] = 1;
  return weights;
}

/** Asked by a function, since a signal changes behind the compiler's back. */
function stopped(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
