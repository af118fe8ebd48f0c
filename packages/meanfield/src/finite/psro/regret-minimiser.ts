/** Choosing among a few things again and again, and hearing afterwards what each would have been worth. */

export interface RegretMinimiser {
  /** The shares of the next choice; they sum to one. */
  readonly shares: Float64Array;
  /** Hears what the things were worth, and changes `shares`. */
  readonly learn: (payoffs: Float64Array) => void;
}

/** What changes the payoffs of a round from best to worst. */
export function rangeOf(payoffs: Float64Array): number {
  return Math.max(...payoffs) - Math.min(...payoffs);
}

export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** Divides by the sum; all alike where it is zero. */
export function normalise(shares: Float64Array): void {
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum > 0) for (let i = 0; i < shares.length; i++) shares[i] /= sum;
  else shares.fill(1 / shares.length);
}
