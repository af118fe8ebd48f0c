/** A measure made of finitely many weighted points: the empirical measure of a population of players. */

export interface Particles {
  readonly kind: "particles";
  readonly count: number;
  readonly dimension: number;
  /** Particle by particle: coordinate c of particle i is at index i · dimension + c. */
  readonly positions: Float64Array;
  /** Positive or zero with sum 1; absent where all weigh 1/count. */
  readonly weights?: Float64Array;
}

/**
 * The particles at the given positions (not copied), `dimension` coordinates each.
 *
 * `weights`, if given, one for each particle, finite, not negative and not all zero; they are divided by their sum. Throws
 * `RangeError` for what does not fit.
 */
export function particles(positions: Float64Array, dimension = 1, weights?: ArrayLike<number>): Particles {
  if (!(Number.isInteger(dimension) && dimension >= 1)) {
    throw new RangeError(`particles: dimension is ${dimension}; allowed is a whole number >= 1`);
  }
  if (positions.length === 0 || positions.length % dimension !== 0) {
    throw new RangeError(
      `particles: positions has length ${positions.length}; allowed is a positive multiple of the dimension, ${dimension}`,
    );
  }
  const count = positions.length / dimension;
  if (weights === undefined) return { kind: "particles", count, dimension, positions };
  if (weights.length !== count) {
    throw new RangeError(`particles: weights has length ${weights.length}; allowed is one for each particle, ${count}`);
  }
  let sum = 0;
  for (let i = 0; i < count; i++) {
    if (!(weights[i] >= 0 && weights[i] < Infinity)) {
      throw new RangeError(`particles: weights[${i}] is ${weights[i]}; allowed are finite numbers >= 0`);
    }
    sum += weights[i];
  }
  if (!(sum > 0)) throw new RangeError("particles: the weights are all 0; allowed is at least one > 0");
  return { kind: "particles", count, dimension, positions, weights: Float64Array.from(weights, (w) => w / sum) };
}
