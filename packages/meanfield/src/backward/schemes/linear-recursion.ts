/**
 * What a scheme gives for a linear system, without trees and without chance: a recursion for three numbers.
 *
 * Linear drivers keep Y_n = A_n φ^i + B_n φ̄ + y_n. A step needs two numbers of the law of the increments only,
 * m = E[φ_{n+1}]/φ_n and the slope s = E[φ_{n+1}ΔX]/(Δφ_n), or E[W_{n+1}ΔX]/Δ = 1 for φ = W. Against these values errors of regression
 * are told from errors of time discretisation, which are what is left between these values and the closed form.
 */

import type { Loadings } from "../candidate.ts";
import type { LinearSystem } from "../model.ts";
import type { Scheme } from "./scheme.ts";
import { weightsAt } from "./scheme.ts";

/** m and s of φ over one step of length `step`. */
export interface StepMoments {
  readonly mean: number;
  readonly slope: number;
}

export interface LinearRecursion {
  /** Y_n for n = 0 … steps. */
  readonly loads: readonly Loadings[];
  /** Z^{ii}_n for n = 0 … steps − 1: this number, times φ^i for log-normal φ. */
  readonly exposure: Float64Array;
  /** Z^{ij}_n, j ≠ i, likewise, times φ^j. */
  readonly cross: Float64Array;
}

export interface RecursionSettings {
  readonly horizon: number;
  readonly steps: number;
  /** `Infinity` for the limit. */
  readonly players: number;
  readonly scheme: Scheme;
  /** Of the increments; those of Brownian motion unless given. */
  readonly moments?: (step: number) => StepMoments;
}

/** The values of a scheme for a linear system. */
export function linearRecursion(system: LinearSystem, settings: RecursionSettings): LinearRecursion {
  const { horizon, steps, players, scheme } = settings;
  const { a, b, c, noise, terminal } = system;
  const step = horizon / steps;
  const share = 1 / players;
  const logNormal = noise.kind === "log-normal";
  const usual = { mean: 1, slope: logNormal ? noise.s : 1 };
  const { mean: m, slope } = settings.moments?.(step) ?? usual;
  const loads: Loadings[] = [terminal];
  const exposure = new Float64Array(steps);
  const cross = new Float64Array(steps);
  for (let n = steps - 1; n >= 0; n--) {
    const next = loads[loads.length - 1];
    const last = n === steps - 1;
    const { now, driverInZ } = weightsAt(scheme, last);
    // Only the theta scheme has a Z of its own at t_{n+1}; the others take Z_n, which is known at t_n.
    const drift = driverLoads(system, next, scheme.kind === "theta" && !last ? exposure[n + 1] : 0, logNormal);
    const inZ = driverInZ ? step : 0;
    exposure[n] = slope * (next.own + inZ * drift.own + share * (next.mean + inZ * drift.mean));
    cross[n] = slope * share * (next.mean + inZ * drift.mean);
    const before = (1 - now) * step;
    const after = now * step;
    // What Z_n adds to Y_n: through the implicit part, or for the other schemes through all of the driver.
    const known = (scheme.kind === "theta" ? after : step) * b * exposure[n];
    const own = (m * (next.own + before * drift.own) + (logNormal ? known : 0)) / (1 - after * a);
    const mean = m * (next.mean + before * drift.mean);
    // (1 − θΔ(a + c))(own + mean) holds what (1 − θΔa)own held, and the load on the mean.
    const both = (own * (1 - after * a) + mean) / (1 - after * (a + c));
    const constant = next.constant + before * drift.constant + after * system.h + (logNormal ? 0 : known);
    loads.push({ own, mean: both - own, constant: constant / (1 - after * (a + c)) });
  }
  return { loads: loads.toReversed(), exposure, cross };
}

/** Loads of a y + c ȳ + h + b ζ for Y with the given loads. */
function driverLoads({ a, b, c, h }: LinearSystem, y: Loadings, zeta: number, logNormal: boolean): Loadings {
  return {
    own: a * y.own + (logNormal ? b * zeta : 0),
    mean: a * y.mean + c * (y.own + y.mean),
    constant: (a + c) * y.constant + h + (logNormal ? 0 : b * zeta),
  };
}
