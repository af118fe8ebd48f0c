/** Where the search for a social optimum starts: J need not be concave, and the best of many ascents is taken. */

import { randomStream } from "../numeric/random.ts";
import { fieldOf } from "./exploitability.ts";
import { probabilityGradients } from "./gradients.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { stationaryFields } from "./stationary-field.ts";
import { hasThresholds, thresholdPolicy } from "./threshold-policies.ts";

/** Every action as likely as any other. */
export function uniformPolicy({ states, actions }: FiniteStationaryModel): Float64Array {
  return new Float64Array(states * actions).fill(1 / actions);
}

/**
 * Where ascents start: the uniform policy, each action alone, every threshold that is a local best, and `count` random
 * policies of a seed; only those that have a stationary field.
 */
export function startingPolicies(model: FiniteStationaryModel, count: number, seed: number): Float64Array[] {
  const { states, actions } = model;
  const starts = [uniformPolicy(model)];
  for (let a = 0; a < actions; a++) {
    starts.push(Float64Array.from({ length: states * actions }, (_, i) => (i % actions === a ? 1 : 0)));
  }
  if (hasThresholds(model)) {
    const worth = Array.from({ length: states + 1 }, (_, c) => worthOf(model, thresholdPolicy(model, c)));
    worth.forEach((J, c) => {
      if (J !== undefined && J >= (worth[c - 1] ?? -Infinity) && J >= (worth[c + 1] ?? -Infinity))
        starts.push(thresholdPolicy(model, c));
    });
  }
  for (let k = 0; k < count; k++) {
    const draws = randomStream(seed, k).sequence();
    const policy = new Float64Array(states * actions);
    for (let x = 0; x < states; x++) {
      let sum = 0;
      for (let a = 0; a < actions; a++) sum += policy[x * actions + a] = draws.exponential();
      for (let a = 0; a < actions; a++) policy[x * actions + a] /= sum;
    }
    starts.push(policy);
  }
  return starts.filter((policy) => stationaryFields(model, policy).fields.length > 0);
}

function worthOf(model: FiniteStationaryModel, policy: Float64Array): number | undefined {
  const { fields } = stationaryFields(model, policy);
  return fields.length === 0 ? undefined : probabilityGradients(model, policy, fields[0]).J;
}

/**
 * What has to be said of an optimum that uses the gap in its own definition: it holds all of the population in one state,
 * while J averages over initial states that the population never sees. Empty for any other.
 */
export function caveatOf(model: FiniteStationaryModel, policy: Float64Array): string {
  const state = fieldOf(model, policy).findIndex((p) => p > 1 - 1e-9);
  return state >= 0 && model.initial[state] < 1 - 1e-9
    ? `; beware: the whole population sits in state ${state} for ever, where J averages over initial states that it never visits`
    : "";
}
