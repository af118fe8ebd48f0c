/**
 * Central differences on an even grid of a line, of orders 2 to 8.
 *
 * B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", Mathematics of Computation 51 (1988)
 * 699–706, table 1.
 */

export const differenceOrders = ["2", "4", "6", "8"] as const;
export type DifferenceOrder = (typeof differenceOrders)[number];

export interface CentralDifferences {
  /** Neighbours on each side. */
  readonly width: number;
  /** y′ ≈ Σ first[j] (y[i+j] − y[i−j]) for unit steps; entry 0 is not read. */
  readonly first: readonly number[];
  /** y″ ≈ second[0] y[i] + Σ second[j] (y[i+j] + y[i−j]). */
  readonly second: readonly number[];
}

export const centralDifferences: Readonly<Record<DifferenceOrder, CentralDifferences>> = {
  "2": { width: 1, first: [0, 1 / 2], second: [-2, 1] },
  "4": { width: 2, first: [0, 2 / 3, -1 / 12], second: [-5 / 2, 4 / 3, -1 / 12] },
  "6": { width: 3, first: [0, 3 / 4, -3 / 20, 1 / 60], second: [-49 / 18, 3 / 2, -3 / 20, 1 / 90] },
  "8": {
    width: 4,
    first: [0, 4 / 5, -1 / 5, 4 / 105, -1 / 280],
    second: [-205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560],
  },
};
