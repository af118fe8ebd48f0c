/** What rounds of particles leave behind, read as functions: gradients of the value, what players see, and their drifts. */

import type { Question } from "../../core/index.ts";
import type { ParticleCandidate } from "../pde/candidate.ts";
import type { DiffusionModel } from "../pde/model.ts";
import type { Crowd, CrowdTables } from "./crowd.ts";
import { emptyJet } from "./cubic-splines.ts";
import type { SplineBasis } from "./cubic-splines.ts";

export interface ParticleFields {
  readonly times: Float64Array;
  readonly basis: SplineBasis;
  readonly crowd: Crowd;
  /** Coefficients of û at each time. */
  readonly values: readonly Float64Array[];
  readonly tables: readonly CrowdTables[];
  /** At each time; means of drifts included at T too, where they are the limit from before. */
  readonly aggregates: readonly Float64Array[];
  readonly positions: readonly Float64Array[];
  readonly alive: readonly Uint8Array[];
}

/** û, its gradient, and what a player sees, by (t, x, y): straight between times. */
interface FieldReadings {
  readonly gradient: (axis: 0 | 1, t: number, x: number, y: number) => number;
  readonly density: (t: number, x: number, y: number) => number;
  readonly nearby: (t: number, x: number, y: number) => number;
  readonly aggregates: (t: number, into: Float64Array) => void;
}

/**
 * An answer from the fields of rounds; where those with steps twice as long are given, twice the one less the other.
 *
 * That removes the error of the order of the step from everything that is read: gradients, densities and means
 * (L. F. Richardson, J. A. Gaunt, Phil. Trans. A 226 (1927) 299–361; of Euler's scheme: D. Talay, L. Tubaro, Stochastic Anal. Appl. 8
 * (1990) 483–509). Drifts follow as −H_p of these, so that they stay among those that controls give.
 */
export function particleCandidate(
  model: DiffusionModel,
  question: Question,
  fine: ParticleFields,
  coarse?: ParticleFields,
): ParticleCandidate {
  const read = coarse === undefined ? readingsOf(fine) : extrapolated(readingsOf(fine), readingsOf(coarse), model);
  const population = { density: 0, nearby: 0, aggregates: new Float64Array(model.aggregates.length) };
  const { times } = fine;
  const aggregates = Array.from(times, (t) => {
    const z = new Float64Array(model.aggregates.length);
    read.aggregates(t, z);
    return z;
  });
  return {
    kind: "particles",
    model,
    question,
    times,
    adjoint: read.gradient,
    drift: (axis, t, x, y) => {
      population.density = read.density(t, x, y);
      population.nearby = read.nearby(t, x, y);
      read.aggregates(t, population.aggregates);
      const { slope } = model.hamiltonian[axis] ?? model.hamiltonian[0];
      return -slope(t, x, y, read.gradient(axis, t, x, y), population);
    },
    density: (t, x, y) => Math.max(0, read.density(t, x, y)),
    particles: fine.positions,
    alive: fine.alive,
    aggregates,
  };
}

function readingsOf({ times, basis, crowd, values, tables, aggregates }: ParticleFields): FieldReadings {
  const jet = emptyJet();
  const last = times.length - 1;
  const at = { below: 0, share: 0 };
  const look = (t: number): void => {
    let [low, high] = [0, last];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times[middle] <= t) low = middle;
      else high = middle;
    }
    at.below = low;
    at.share = Math.min(1, Math.max(0, (t - times[low]) / (times[low + 1] - times[low])));
  };
  const between = (t: number, read: (n: number) => number): number => {
    look(t);
    const { below, share } = at;
    if (share === 0) return read(below);
    if (share === 1) return read(below + 1);
    return (1 - share) * read(below) + share * read(below + 1);
  };
  return {
    gradient: (axis, t, x, y) =>
      between(t, (n) => {
        basis.read(values[n], x, y, jet);
        return axis === 0 ? jet.x : jet.y;
      }),
    density: (t, x, y) => between(t, (n) => crowd.read(tables[n].density, x, y)),
    nearby: (t, x, y) => between(t, (n) => crowd.read(tables[n].nearby, x, y)),
    aggregates: (t, into) => {
      look(t);
      const [a, b] = [aggregates[at.below], aggregates[at.below + 1]];
      for (let k = 0; k < into.length; k++) into[k] = a[k] + at.share * (b[k] - a[k]);
    },
  };
}

function extrapolated(fine: FieldReadings, coarse: FieldReadings, { aggregates }: DiffusionModel): FieldReadings {
  const beside = new Float64Array(aggregates.length);
  return {
    gradient: (axis, t, x, y) => 2 * fine.gradient(axis, t, x, y) - coarse.gradient(axis, t, x, y),
    density: (t, x, y) => 2 * fine.density(t, x, y) - coarse.density(t, x, y),
    nearby: (t, x, y) => 2 * fine.nearby(t, x, y) - coarse.nearby(t, x, y),
    aggregates: (t, into) => {
      fine.aggregates(t, into);
      coarse.aggregates(t, beside);
      for (let k = 0; k < into.length; k++) into[k] = 2 * into[k] - beside[k];
    },
  };
}
