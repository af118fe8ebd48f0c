/**
 * Fields as learners hold them: shares of finitely many states, or a sample of a continuous one.
 *
 * J. Subramanian, A. Mahajan, AAMAS 2019, section 3: z_{k+1} = z_k + β_k (Φ̂(z_k, π) − z_k) with an unbiased mini-batch Φ̂.
 */

import type { Randomness } from "../../core/index.ts";
import { wassersteinSamples } from "../../measure/wasserstein-samples.ts";
import { randomStream } from "../../numeric/random.ts";
import type { PlayedPolicy, PolicySpace } from "../policy-class.ts";
import type { LearnedField, StationaryEnvironment } from "../simulation/environment.ts";
import { drawsOf, purposes } from "./streams.ts";

/** ⟨z⟩. */
export function fieldMean({ positions }: PolicySpace, field: LearnedField): number {
  let sum = 0;
  for (let i = 0; i < field.length; i++) sum += positions === undefined ? field[i] : field[i] * positions[i];
  return positions === undefined ? sum / field.length : sum;
}

/** Distance of two fields: ‖z − z′‖₁ of shares, the first Wasserstein distance of samples. */
export function fieldDistance({ positions }: PolicySpace, z: LearnedField, other: LearnedField): number {
  if (positions === undefined) return wassersteinSamples(z, other, 1);
  return z.reduce((sum, p, x) => sum + Math.abs(p - other[x]), 0);
}

/** The field before the first step: ξ₀, as shares or as `particles` draws of it. */
export function startingField(environment: StationaryEnvironment, particles: number, random: Randomness): LearnedField {
  const initial = environment.initialField(drawsOf(random, 0, purposes.initialField));
  if (environment.space.positions !== undefined) return initial.slice();
  const { seed, stream } = drawsOf(random, 0, purposes.replacement);
  const uniforms = new Float64Array(particles);
  randomStream(seed, stream).fillUniform(uniforms, 0);
  return uniforms.map((u) => initial[Math.floor(u * initial.length)]);
}

/**
 * z + β (Φ̂(z, π) − z), in place, with a mini-batch of `batch` agents.
 *
 * Of a sample, each particle is replaced with probability β by a draw of Φ̂, which is the same in expectation.
 */
export function trackField(
  environment: StationaryEnvironment,
  policy: PlayedPolicy,
  field: LearnedField,
  settings: { readonly beta: number; readonly batch: number },
  random: Randomness,
  iteration: number,
): void {
  const beta = Math.min(1, settings.beta);
  const draws = drawsOf(random, iteration, purposes.field);
  if (environment.space.positions !== undefined) {
    const next = environment.nextField(policy, field, settings.batch, draws);
    for (let x = 0; x < field.length; x++) field[x] += beta * (next[x] - field[x]);
    return;
  }
  const { seed, stream } = drawsOf(random, iteration, purposes.replacement);
  const uniforms = new Float64Array(field.length);
  randomStream(seed, stream).fillUniform(uniforms, 0);
  const replaced = [...uniforms.keys()].filter((i) => uniforms[i] < beta);
  if (replaced.length === 0) return;
  const next = environment.nextField(policy, field, replaced.length, draws);
  replaced.forEach((particle, i) => (field[particle] = next[i]));
}
