/**
 * Online training of the linear network as an exact chain of two numbers.
 *
 * A step multiplies every A = c + w by 1 + (α/N)ex and every B = c − w by 1 − (α/N)ex, e = y − Mx, so that P = mean A² and
 * Q = mean B² go on by the squares of these factors, whatever the neurons are; and M = (P − Q)/4.
 */

import type { RandomStream } from "../../numeric/random.ts";

/** Data and rate of a linear network in one dimension. */
export interface ChainTraining {
  readonly beta: number;
  readonly s2: number;
  readonly alpha: number;
  readonly sige: number;
}

/** The next (P, Q) for N neurons, given a sample. */
export function chainStep(
  alpha: number,
  players: number,
  [P, Q]: readonly [number, number],
  x: number,
  y: number,
): readonly [number, number] {
  const move = (alpha / players) * (y - (x * (P - Q)) / 4) * x;
  return [P * (1 + move) ** 2, Q * (1 - move) ** 2];
}

const chunk = 1024;

/** M after `steps` samples of Gaussian data: x is number 2k and ε number 2k + 1 of the stream. */
export function chainSlope(
  { beta, s2, alpha, sige }: ChainTraining,
  players: number,
  [P0, Q0]: readonly [number, number],
  steps: number,
  stream: RandomStream,
): number {
  let [P, Q] = [P0, Q0];
  const draws = new Float64Array(2 * chunk);
  const deviation = Math.sqrt(s2);
  for (let k = 0; k < steps; k++) {
    if (k % chunk === 0) stream.fillNormal(draws, 2 * k);
    const x = deviation * draws[2 * (k % chunk)];
    const y = beta * x + sige * draws[2 * (k % chunk) + 1];
    const move = (alpha / players) * (y - (x * (P - Q)) / 4) * x;
    P *= (1 + move) ** 2;
    Q *= (1 - move) ** 2;
  }
  return (P - Q) / 4;
}
