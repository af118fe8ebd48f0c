/**
 * One player among finitely many who have settled, exactly: what it earns by everybody's policy, and what it gains by the
 * best reply that looks at its own state alone.
 *
 * Where P does not depend on the field, the other N − 1 are independent of each other and of the newcomer, each with the
 * stationary law z. Where moreover r is affine in the field, the newcomer in x earns on average what it would at the field
 * z + (δ_x − z)/N: a Markov decision problem like the limit's, with rewards that differ from it by a multiple of 1/N.
 */

import { policyIteration } from "../best-response.ts";
import { evaluate, occupancy } from "../evaluation.ts";
import { featuresAt } from "../finite-model.ts";
import type { FiniteStationaryModel } from "../model.ts";
import { slopesAt, tablesAt } from "../tables.ts";

export interface OneOfMany {
  /** J of the policy for the newcomer. */
  readonly performance: number;
  /** What the best reply that sees its own state alone earns more. */
  readonly gain: number;
}

/** By the number of players; undefined for a game with other couplings than these. */
export function oneOfMany(
  model: FiniteStationaryModel,
  policy: Float64Array,
  field: Float64Array,
): ((players: number) => OneOfMany) | undefined {
  if (model.transitionsCoupled) return undefined;
  const { states, actions, features } = model;
  const phi = featuresAt(model, field);
  const { P, r } = tablesAt(model, phi);
  const slopes = Array.from(phi, (_, f) => slopesAt(model, phi, f).r);
  const shifted = (x: number, a: number, to: (f: number) => number): number =>
    slopes.reduce((sum, slope, f) => sum + slope[x * actions + a] * (to(f) - phi[f]), r[x * actions + a]);
  if (!isAffine(model, shifted)) return undefined;
  const visits = occupancy(model, P, policy);
  return (players) => {
    const rewards = r.map((value, i) => {
      const x = Math.floor(i / actions);
      return value + (shifted(x, i % actions, (f) => features.data[f * states + x]) - value) / players;
    });
    const tables = { P, r: rewards };
    const { V, Q } = policyIteration(model, tables, policy);
    // The difference of the two values as a sum of what is forgone, which does not cancel.
    let gain = 0;
    for (let x = 0; x < states; x++) {
      for (let a = 0; a < actions; a++) {
        const forgone = V[x] - Q[x * actions + a];
        if (forgone > ROUNDING * Math.abs(V[x])) gain += visits[x] * policy[x * actions + a] * forgone;
      }
    }
    return { performance: evaluate(model, tables, policy).J, gain };
  };
}

/** Of a linear solve, relative. */
const ROUNDING = 1e-13;

/** Whether the tangent at a field tells r̄ at other fields: ξ₀ and populations in one state. */
function isAffine(
  model: FiniteStationaryModel,
  tangent: (x: number, a: number, to: (f: number) => number) => number,
): boolean {
  const { states, actions, initial } = model;
  const single = [0, states >> 1, states - 1].map((x) =>
    Float64Array.from({ length: states }, (_, y) => (x === y ? 1 : 0)),
  );
  return [initial, ...single].every((field) => {
    const phi = featuresAt(model, field);
    const { r } = tablesAt(model, phi);
    const size = r.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-300);
    return r.every(
      (value, i) => Math.abs(value - tangent(Math.floor(i / actions), i % actions, (f) => phi[f])) <= 1e-9 * size,
    );
  });
}
