/** Distances of a player of N on a tree from its copy in the limit on the same walk, as expectations over the tree. */

import type { CountingTree } from "./counting-tree.ts";
import { at } from "./counting-tree.ts";
import type { LimitTree } from "./limit-tree.ts";
import { multinomial, populations } from "./populations.ts";

export interface CountedErrors {
  /** |Y^{1,N}_0 − Y_0|. */
  readonly start: number;
  /** max_n E|Y^{1,N}_n − Y_n|². */
  readonly y: number;
  /** Σ_n Δ E|Z^{11}_n − Z_n|². */
  readonly zOwn: number;
  /** Σ_n Δ E Σ_{j≠1}|Z^{1j}_n|². */
  readonly zCross: number;
}

/** @param limit on the same walk: the same number of steps to the same horizon */
export function countedErrors({ players, levels, values, own, cross }: CountingTree, limit: LimitTree): CountedErrors {
  const steps = own.length;
  const step = levels[steps].t / steps;
  let [y, zOwn, zCross] = [0, 0, 0];
  for (let n = 0; n <= steps; n++) {
    const { weights } = levels[n];
    const chances =
      n < steps || values[n][0].length > 1 ? multinomial(populations(players - 1, n), weights) : new Float64Array(1);
    /** Over the player's own place and the others'. */
    const meanSquare = (rows: readonly Float64Array[], centre: Float64Array): number =>
      weights.reduce((sum, weight, k) => sum + weight * squares(rows[k], chances, centre[k]), 0);
    y = Math.max(y, meanSquare(values[n], limit.values[n]));
    if (n === steps) break;
    zOwn += step * meanSquare(own[n], limit.exposures[n]);
    if (cross[n].length === 0) continue;
    const others = multinomial(populations(players - 2, n), weights);
    for (let k = 0; k <= n; k++) {
      for (let j = 0; j <= n; j++) {
        zCross += step * (players - 1) * weights[k] * weights[j] * squares(cross[n][k][j], others, 0);
      }
    }
  }
  return { start: Math.abs(values[0][0][0] - limit.values[0][0]), y, zOwn, zCross };
}

/** E|v − centre|². */
function squares(row: Float64Array, chances: Float64Array, centre: number): number {
  if (row.length === 1) return (at(row, 0) - centre) ** 2;
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += chances[i] * (row[i] - centre) ** 2;
  return sum;
}
