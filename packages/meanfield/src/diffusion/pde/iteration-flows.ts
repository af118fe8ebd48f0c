/** Flows and policies as vectors: distances, mixtures, and what conservation of mass misses. */

import type { GridFlow, GridPolicy, GridProblem } from "./problem.ts";

/**
 * The largest distance at any time: Σ |difference of masses|, at most 2, and differences of aggregates relative to the
 * largest size that either takes over time (where that exceeds 1).
 */
export function flowDistance(a: GridFlow, b: GridFlow): number {
  let largest = 0;
  a.mass.forEach((masses, s) => {
    const others = b.mass[s];
    let sum = 0;
    for (let i = 0; i < masses.length; i++) sum += Math.abs(masses[i] - others[i]);
    // Written so that not-a-number shows.
    if (!(sum <= largest)) largest = sum;
  });
  const scales = aggregateScales(a, b);
  a.aggregates.forEach((values, s) => {
    for (let k = 0; k < values.length; k++) {
      const distance = Math.abs(values[k] - b.aggregates[s][k]) / scales[k];
      if (!(distance <= largest)) largest = distance;
    }
  });
  return largest;
}

function aggregateScales(a: GridFlow, b: GridFlow): Float64Array {
  const scales = new Float64Array(a.aggregates[0].length).fill(1);
  for (const flow of [a, b]) {
    for (const values of flow.aggregates) {
      for (let k = 0; k < values.length; k++) scales[k] = Math.max(scales[k], Math.abs(values[k]));
    }
  }
  return scales;
}

/** (1 − share) a + share b. */
export function mixFlows(a: GridFlow, b: GridFlow, share: number): GridFlow {
  return { mass: mixAll(a.mass, b.mass, share), aggregates: mixAll(a.aggregates, b.aggregates, share) };
}

/** (1 − share) a + share b, control by control. */
export function mixPolicies(a: GridPolicy, b: GridPolicy, share: number): GridPolicy {
  return { rise: mixAll(a.rise, b.rise, share), fall: mixAll(a.fall, b.fall, share) };
}

function mixAll(a: readonly Float64Array[], b: readonly Float64Array[], share: number): Float64Array[] {
  // At the end itself, so that a whole step is the other flow to the last bit.
  return a.map((values, s) => values.map((value, i) => (share === 1 ? b[s][i] : value + share * (b[s][i] - value))));
}

/** Arrays, one after another. */
export function joined(arrays: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const values of arrays) {
    out.set(values, place);
    place += values.length;
  }
  return out;
}

/** Takes a joined vector apart, in the lengths of other arrays. */
export function parted(vector: Float64Array, like: readonly Float64Array[]): Float64Array[] {
  let place = 0;
  return like.map(({ length }) => vector.slice(place, (place += length)));
}

/** Nobody moves on purpose. */
export function restingPolicy({ stages, size }: GridProblem): GridPolicy {
  return { rise: stages.map(() => new Float64Array(size)), fall: stages.map(() => new Float64Array(size)) };
}

/** The largest |1 − total mass|; where players can leave, the largest gain of the total from one level to the next. */
export function massFault({ place }: GridProblem, { mass }: GridFlow): number {
  const leaves = place.includes(2);
  let largest = 0;
  let before = 1;
  for (const masses of mass) {
    let total = 0;
    for (let i = 0; i < masses.length; i++) total += masses[i];
    const fault = leaves ? total - before : Math.abs(1 - total);
    // Written so that not-a-number shows.
    if (!(fault <= largest)) largest = fault;
    before = total;
  }
  return largest;
}
