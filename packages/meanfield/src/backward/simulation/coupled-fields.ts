/** Fields of N players and of the limit for `coupled-errors.ts`: exact for linear systems, fitted for others. */

import type { Law } from "../../measure/law.ts";
import { normalLaw } from "../../measure/law.ts";
import type { Particles } from "../../measure/particles.ts";
import { closedLinearSolution } from "../closed-forms/linear.ts";
import { gaussianRule } from "../gaussian-rule.ts";
import { martingaleOf } from "../model.ts";
import type { InteractingModel, LinearSystem } from "../model.ts";
import { fittedField } from "../regression/fitted-field.ts";
import type { FittedField } from "../regression/fitted-field.ts";
import { openLevels } from "../regression/levels.ts";
import type { CoupledFields } from "./coupled-errors.ts";

/** Of a linear system, from its closed forms. */
export function linearFields(horizon: number, system: LinearSystem, players: number, steps: number): CoupledFields {
  const { at, slope, mean } = martingaleOf(system);
  const times = timesOf(horizon, steps);
  const finite = times.map(closedLinearSolution(horizon, system, players).at);
  const limit = times.map(closedLinearSolution(horizon, system, Infinity).at);
  return {
    values: (n, x, out) => {
      const { own, mean: crowd, constant } = finite[n];
      let sum = 0;
      for (let i = 0; i < x.length; i++) {
        out[i] = at(times[n], x[i]);
        sum += out[i];
      }
      const rest = (crowd * sum) / x.length + constant;
      for (let i = 0; i < x.length; i++) out[i] = own * out[i] + rest;
    },
    limit: (n, x, out) => {
      const { own, mean: crowd, constant } = limit[n];
      for (let i = 0; i < x.length; i++) out[i] = own * at(times[n], x[i]) + crowd * mean + constant;
    },
    exposures: (n, x, out) => {
      const share = finite[n].mean / players;
      for (let j = 0; j < x.length; j++) out[j] = share * slope(times[n], x[j]);
      out[0] += (finite[n].own - limit[n].own) * slope(times[n], x[0]);
    },
    lastExposure: steps,
  };
}

/** The law of Y in the limit at the n-th of the steps, of a linear system. */
export function linearLaw(
  horizon: number,
  system: LinearSystem,
  steps: number,
  n: number,
): Law | Particles | undefined {
  const t = timesOf(horizon, steps)[n];
  const { at, mean } = martingaleOf(system);
  const { own, mean: crowd, constant } = closedLinearSolution(horizon, system, Infinity).at(t);
  if (own === 0) return undefined;
  if (system.noise.kind === "gaussian") return normalLaw(constant, own * own * t);
  return brownianLaw(t, (w) => own * at(t, w) + crowd * mean + constant);
}

/** The law of u(W_t) on so many atoms that their size is nothing beside the distance of 10⁵ players to a law. */
export function brownianLaw(t: number, u: (w: number) => number): Particles {
  const { nodes, weights } = gaussianRule(0.002, 8);
  const root = Math.sqrt(t);
  const positions = nodes.map((node) => u(root * node));
  return { kind: "particles", count: positions.length, dimension: 1, positions, weights };
}

/** What is fitted: the regression of one system, on so many batches. */
export interface FitSettings {
  readonly steps: number;
  readonly seed: number;
  readonly paths: number;
  /** Fits that are independent of each other, and batches of each. */
  readonly fits: number;
  readonly batches: number;
}

/** Copies that tell how Y depends on numbers of all players. */
const FEWEST_COPIES = 100;

/** By regression, independent of each other but for the pilot that they are controlled by; yields the share done. */
export function* fittedSystem(
  model: InteractingModel,
  players: number,
  { steps, seed, paths, fits: count, batches }: FitSettings,
): Generator<number, readonly FittedField[], void> {
  const limit = players === Infinity;
  const levels = openLevels({
    model,
    players,
    scheme: { kind: "theta", theta: 0.5 },
    degrees: { own: 4, crowd: 2 },
    control: model.forward.kind === "brownian" ? "linear" : "martingale",
    steps,
    levels: 1,
    copies: limit ? 1 : Math.max(FEWEST_COPIES, Math.ceil(paths / players)),
    members: limit ? paths : players,
    seed,
    law: "sweep",
    sweeps: 1,
    settled: 1e-9,
    groups: count,
  });
  for (let batch = 0; batch < count * batches; batch++) {
    yield batch / (count * batches);
    levels.add(0);
  }
  return Array.from({ length: count }, (_, group) => {
    const finest = levels.finest(group);
    if (finest === undefined) throw new RangeError("fittedSystem: batches is 0; allowed is at least 1");
    const { fits, finalLaw } = finest;
    return fittedField({ model, players, fits, linear: levels.linearAt(steps), finalLaw });
  });
}

/** A fit of N players beside one of the limit. */
export function fittedFields(
  { horizon }: InteractingModel,
  steps: number,
  finite: FittedField,
  limit: FittedField,
): CoupledFields {
  const times = timesOf(horizon, steps);
  const [state, one] = [new Float64Array(1), new Float64Array(1)];
  return {
    values: (n, x, out) => finite.values(times[n], x, out),
    limit: (n, x, out) => {
      for (let i = 0; i < x.length; i++) {
        state[0] = x[i];
        limit.values(times[n], state, one);
        out[i] = one[0];
      }
    },
    exposures: (n, x, out) => {
      finite.exposures(times[n], x, 0, out);
      state[0] = x[0];
      limit.diagonal(times[n], state, one);
      out[0] -= one[0];
    },
    lastExposure: steps - 1,
  };
}

export function timesOf(horizon: number, steps: number): readonly number[] {
  return Array.from({ length: steps + 1 }, (_, n) => (n === steps ? horizon : (horizon * n) / steps));
}
