/**
 * The damped fixed point as steps: respond, move part of the way, cool where the field has settled, try to polish.
 *
 * What is iterated on is the field; what is certified along the way are the responses.
 */

import { RefusalError } from "../core/index.ts";
import { deviation, fieldOf } from "./exploitability.ts";
import { featuresAt } from "./finite-model.ts";
import type { FiniteStationaryModel } from "./model.ts";
import { uniformPolicy } from "./optimum-starts.ts";
import { polishedEquilibrium, softResponse } from "./regularised-equilibrium.ts";
import { tablesAt } from "./tables.ts";

export interface CoolingSettings {
  /** Share of the way that the field moves. */
  readonly damping: number;
  /** First temperature, in units of the spread of rewards. */
  readonly temperature: number;
  /** Factor of the temperature each time the field has settled. */
  readonly cooling: number;
  /** Accepted exploitability, relative to the value where that exceeds one. */
  readonly tolerance: number;
}

export interface Cooling {
  readonly settings: CoolingSettings;
  /** Largest difference of rewards at the first field: the unit of temperatures. */
  readonly spread: number;
  damping: number;
  temperature: number;
  field: Float64Array;
  value: Float64Array | undefined;
  policy: Float64Array;
  /** ‖z_BR − z‖₁ of the step before, within one temperature. */
  distance: number;
  exploitability: number;
  status: "running" | "settled" | "cold";
}

/** @throws RefusalError where the uniform policy has no stationary field */
export function startCooling(model: FiniteStationaryModel, settings: CoolingSettings): Cooling {
  const policy = uniformPolicy(model);
  const field = fieldOf(model, policy);
  const { r } = tablesAt(model, featuresAt(model, field));
  const spread = Math.max(...r) - Math.min(...r) || 1;
  return {
    settings,
    spread,
    damping: settings.damping,
    temperature: settings.temperature * spread,
    field,
    value: undefined,
    policy,
    distance: Infinity,
    exploitability: Infinity,
    status: "running",
  };
}

/** One response and one move of the field. */
export function cool(model: FiniteStationaryModel, state: Cooling): void {
  const { tolerance, cooling, damping: firstDamping } = state.settings;
  const tables = tablesAt(model, featuresAt(model, state.field));
  const { V, policy } = softResponse(model, tables, state.temperature, state.value);
  state.value = V;
  state.policy = policy;
  const induced = fieldOf(model, policy);
  const distance = induced.reduce((sum, p, x) => sum + Math.abs(p - state.field[x]), 0);
  if (distance > state.distance) state.damping *= 0.5;
  const { damping } = state;
  state.field = state.field.map((p, x) => p + damping * (induced[x] - p));
  state.distance = distance;
  let judged = worth(model, policy);
  if (distance < 1e-3 * Math.min(1, state.temperature / state.spread) || damping < 1e-6) {
    state.temperature *= cooling;
    state.damping = firstDamping;
    state.distance = Infinity;
    const exact = polishedOrNothing(model, policy);
    const better = exact === undefined ? undefined : worth(model, exact);
    if (exact !== undefined && better !== undefined && better.exploitability <= tolerance * better.size) {
      state.policy = exact;
      judged = better;
    }
  }
  state.exploitability = judged.exploitability;
  if (judged.exploitability <= tolerance * judged.size) state.status = "settled";
  else if (state.temperature < 1e-9 * state.spread) state.status = "cold";
}

/** The equilibrium that cooling with the defaults comes to; undefined where it comes to none. */
export function cooledEquilibrium(model: FiniteStationaryModel): Float64Array | undefined {
  try {
    const state = startCooling(model, { damping: 0.5, temperature: 0.1, cooling: 0.5, tolerance: 1e-10 });
    for (let k = 0; k < 1000 && state.status === "running"; k++) cool(model, state);
    return state.status === "settled" ? state.policy : undefined;
  } catch (error) {
    // A response without a stationary field: there is nothing to compare with.
    if (error instanceof RefusalError) return undefined;
    throw error;
  }
}

function worth(model: FiniteStationaryModel, policy: Float64Array): { exploitability: number; size: number } {
  const { exploitability, own } = deviation(model, policy);
  return { exploitability, size: Math.max(1, Math.abs(own.J)) };
}

/** Which actions count as used is a guess at any temperature; the two thresholds tried see most supports. */
function polishedOrNothing(model: FiniteStationaryModel, policy: Float64Array): Float64Array | undefined {
  for (const inUse of [0.05, 1e-3]) {
    const exact = polishedEquilibrium(model, policy, inUse);
    if (exact !== undefined) return exact;
  }
  return undefined;
}
