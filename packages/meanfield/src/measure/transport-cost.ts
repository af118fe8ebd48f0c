/** The cost |distance|ᵖ of the Wasserstein distances, and its root. */

/** Throws `RangeError` unless the order is a finite number of at least 1. */
export function checkOrder(name: string, order: number): void {
  if (!(order >= 1 && order < Infinity)) {
    throw new RangeError(`${name}: order is ${order}; allowed is a finite number >= 1`);
  }
}

/** |distance|^order, quickly for the orders that matter. */
export function power(distance: number, order: number): number {
  if (order === 1) return Math.abs(distance);
  return order === 2 ? distance * distance : Math.abs(distance) ** order;
}

/** The order-th root. */
export function root(value: number, order: number): number {
  if (order === 1) return value;
  return order === 2 ? Math.sqrt(value) : value ** (1 / order);
}
