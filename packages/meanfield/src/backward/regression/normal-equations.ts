/**
 * Least squares by normal equations, with functions that say nothing new left out.
 *
 * Products of Hermite polynomials are nearly orthonormal on the samples, so that the equations are as well conditioned as the
 * samples are many. Functions can still coincide on all samples, such as the state and the average of a single player.
 */

/** Solves for the coefficients of right-hand sides, one after the other. */
export interface NormalEquations {
  /** The coefficients for Σ φ_k(x)·target; zero for functions that were left out. */
  readonly solve: (right: Float64Array) => Float64Array;
  /** How many functions were left out. */
  readonly dropped: number;
}

/** Below this part of its length a function is what those before it say already. */
const NEWS = 1e-6;

/**
 * @param gram Σ φ_k φ_l, K × K, of which the lower triangle is read
 */
export function normalEquations(gram: Float64Array, size: number): NormalEquations {
  const lower = new Float64Array(size * size);
  const kept: boolean[] = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      if (!kept[j]) continue;
      let sum = gram[i * size + j];
      for (let k = 0; k < j; k++) sum -= lower[i * size + k] * lower[j * size + k];
      lower[i * size + j] = sum / lower[j * size + j];
    }
    const whole = gram[i * size + i];
    let left = whole;
    for (let k = 0; k < i; k++) left -= lower[i * size + k] ** 2;
    // Not a number counts as news, so that it comes through.
    kept.push(!(left <= NEWS * whole));
    lower[i * size + i] = Math.sqrt(left);
    if (!kept[i]) lower.fill(0, i * size, (i + 1) * size);
  }
  return {
    dropped: kept.filter((is) => !is).length,
    solve: (right) => {
      const out = new Float64Array(size);
      for (let i = 0; i < size; i++) {
        if (!kept[i]) continue;
        let sum = right[i];
        for (let k = 0; k < i; k++) sum -= lower[i * size + k] * out[k];
        out[i] = sum / lower[i * size + i];
      }
      for (let i = size - 1; i >= 0; i--) {
        if (!kept[i]) continue;
        let sum = out[i];
        for (let k = i + 1; k < size; k++) sum -= lower[k * size + i] * out[k];
        out[i] = sum / lower[i * size + i];
      }
      return out;
    },
  };
}
