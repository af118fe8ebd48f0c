/** What a learner measures now and then, beside learning; between two measurements the last one stands. */

import { InputError } from "../../core/index.ts";
import type { Randomness, SavedState } from "../../core/index.ts";
import type { PlayedPolicy } from "../policy-class.ts";
import type { LearnedField, StationaryEnvironment } from "../simulation/environment.ts";
import { exploitabilityEstimate } from "./exploitability-estimate.ts";
import { fieldDistance } from "./field.ts";
import { drawsOf, purposes } from "./streams.ts";

/** Agents that Φ̂ is estimated with for the field's error. */
const agents = 400_000;

export interface Progress {
  readonly random: Randomness;
  readonly iterations: number;
  readonly every: number;
  /** Steps taken. */
  iteration: number;
  estimates: Readonly<Record<string, number>>;
}

/** Progress before the first step, or where it was saved. */
export function startProgress(
  random: Randomness,
  options: { readonly iterations: number; readonly "estimate-every": number },
  saved: SavedState | undefined,
): Progress {
  const { iterations } = options;
  const estimates = Object.entries(saved ?? {}).flatMap(([name, value]) =>
    name.startsWith(prefix) && typeof value === "number" ? [[name.slice(prefix.length), value] as const] : [],
  );
  return {
    random,
    iterations,
    every: options["estimate-every"] === 0 ? Math.ceil(iterations / 10) : options["estimate-every"],
    iteration: saved === undefined ? 0 : savedNumber(saved, "iteration"),
    estimates: Object.fromEntries(estimates),
  };
}

const prefix = "estimates.";

/** Progress as plain data. */
export function saveProgress({ iteration, estimates }: Progress): SavedState {
  const named = Object.entries(estimates).map(([name, value]) => [prefix + name, value] as const);
  return { iteration, ...Object.fromEntries(named) };
}

/** Whether iteration k, from 0, is one of those that measure. */
export function isDue({ iterations, every }: Progress, k: number): boolean {
  return k % every === 0 || k === iterations - 1;
}

/**
 * Measures a policy with the field that the learner believes it to have.
 *
 * @param temperature where given, `regularised_exploitability_estimate` pays for entropy at that rate
 */
export function measure(
  environment: StationaryEnvironment,
  progress: Progress,
  k: number,
  policy: PlayedPolicy,
  field: LearnedField,
  temperature?: number,
): void {
  const { random } = progress;
  const count = environment.space.positions === undefined ? field.length : agents;
  const next = environment.nextField(policy, field, count, drawsOf(random, k, purposes.estimateNextField));
  progress.estimates = {
    exploitability_estimate: exploitabilityEstimate(environment, policy, field, random, k),
    ...(temperature === undefined
      ? {}
      : {
          regularised_exploitability_estimate: exploitabilityEstimate(
            environment,
            policy,
            field,
            random,
            k,
            temperature,
          ),
        }),
    field_error_estimate: fieldDistance(environment.space, field, next),
  };
}

/** A number of a saved state. */
export function savedNumber(saved: SavedState, name: string): number {
  const value = saved[name];
  if (typeof value !== "number") throw new InputError(`the saved state's ${name}`, value, "a number");
  return value;
}

/** A list of a saved state. */
export function savedList(saved: SavedState, name: string): Float64Array {
  const value = saved[name];
  if (value === undefined || typeof value === "number")
    throw new InputError(`the saved state's ${name}`, value, "a list of numbers");
  return Float64Array.from(value);
}
