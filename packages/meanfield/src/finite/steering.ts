/** What players earn by steering towards the population's mean, as moments and tables. */

import type { Factors } from "./model.ts";

/** What m_t − x earns: s u(m − x) − (d/2)(m − x)² for the control u. */
export interface Steering {
  /** m_t, counted from the middle place. */
  readonly mean: number;
  /** s. */
  readonly steer: number;
  /** d. */
  readonly distance: number;
}

/**
 * Its factors, products multiplied out. Places count from the middle, so that terms stay small and symmetric laws give symmetric
 * rewards exactly: best responses tie there.
 *
 * @param middle of the numbers of states, perhaps between two
 * @param idle the number of the action u = 0
 */
export function steeringFactors(
  middle: number,
  idle: number,
  at: (t: number, features: Float64Array) => Steering,
): Factors {
  return {
    count: 5,
    weights: (t, { features }, out) => {
      const { mean, steer, distance } = at(t, features);
      out[0] = -steer;
      out[1] = steer * mean;
      out[2] = -distance / 2;
      out[3] = distance * mean;
      out[4] = (-distance * mean ** 2) / 2;
    },
    table: (k, s, a) => {
      const [x, u] = [s - middle, a - idle];
      return [u * x, u, x ** 2, x, 1][k];
    },
  };
}
