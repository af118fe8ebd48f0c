/**
 * How far the empirical law of N independent normal variables is from the normal law, in W₂, exactly.
 *
 * The optimal coupling sends the i-th order statistic to the i-th slice of mass 1/N, so that
 *
 *     E W₂²(μᴺ, N(0,1)) = 2 − 2 Σ_i c_i E X₍ᵢ₎,     c_i = φ(q_{i−1}) − φ(q_i),     Φ(q_i) = i/N,
 *
 * where E X₍ᵢ₎ is an integral against a Bernstein polynomial of the distribution function; the sum over i is taken under the integral.
 * It falls like ln ln N/N (S. Bobkov, M. Ledoux, "One-dimensional empirical measures, order statistics, and Kantorovich transport
 * distances", Memoirs of the American Mathematical Society 261 (2019), corollary 6.14).
 */

import { normalDensity, normalQuantile, normalDistribution } from "../../numeric/normal-distribution.ts";

/** Beyond it the tails of the rule would need a finer step. */
export const MOST_EMPIRICAL = 200_000;

/** E W₂²(μᴺ, N(0,1)); `players` from 1 to `MOST_EMPIRICAL`, else RangeError. */
export function expectedSquaredDistance(players: number): number {
  if (!(Number.isSafeInteger(players) && players >= 1 && players <= MOST_EMPIRICAL)) {
    throw new RangeError(
      `expectedSquaredDistance: players is ${players}; allowed are whole numbers to ${MOST_EMPIRICAL}`,
    );
  }
  const ends = Float64Array.from({ length: players + 1 }, (_, i) =>
    i === 0 || i === players ? 0 : normalDensity(normalQuantile(i / players)),
  );
  const slices = Float64Array.from({ length: players }, (_, i) => ends[i] - ends[i + 1]);
  const step = 0.02;
  let sum = 0;
  // The integrand is even: x and the polynomial both change sign.
  for (let k = 1; k * step <= 9; k++) {
    const x = k * step;
    sum += x * normalDensity(x) * bernstein(slices, normalDistribution(x), normalDistribution(-x));
  }
  return 2 - 4 * players * step * sum;
}

/**
 * Σ_i v_i C(n, i) uⁱ (1 − u)ⁿ⁻ⁱ for n + 1 values, `rest` = 1 − u.
 *
 * Outwards from the largest weight until the rest is nothing, and divided by the sum of the weights: their common factor, which
 * logarithms of factorials would give to few digits, is not needed.
 */
function bernstein(values: Float64Array, u: number, rest: number): number {
  const n = values.length - 1;
  const centre = Math.min(n, Math.floor((n + 1) * u));
  let sum = values[centre];
  let total = 1;
  for (let i = centre, weight = 1; i < n && weight > 1e-19; i++) {
    weight *= ((n - i) / (i + 1)) * (u / rest);
    sum += weight * values[i + 1];
    total += weight;
  }
  for (let i = centre, weight = 1; i > 0 && weight > 1e-19; i--) {
    weight *= (i / (n - i + 1)) * (rest / u);
    sum += weight * values[i - 1];
    total += weight;
  }
  return sum / total;
}
