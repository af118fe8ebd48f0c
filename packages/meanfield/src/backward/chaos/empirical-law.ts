/**
 * How far the empirical law of N independent normal or log-normal variables is from their law, in W₂, exactly.
 *
 * The optimal coupling sends the i-th order statistic to the i-th slice of mass 1/N, so that
 *
 *     E W₂²(μᴺ, N(0,1)) = 2 − 2 Σ_i c_i E X₍ᵢ₎,     c_i = φ(q_{i−1}) − φ(q_i),     Φ(q_i) = i/N,
 *
 * where E X₍ᵢ₎ is an integral against a Bernstein polynomial of the distribution function; the sum over i is taken under the integral.
 * It falls like ln ln N/N, that of log-normal variables of deviation s more slowly than any ln N/N, since their tails are heavier: the
 * largest of them alone adds about e^{2s√(2 ln N)}/(N ln N) (S. Bobkov, M. Ledoux, "One-dimensional empirical measures, order statistics, and Kantorovich transport
 * distances", Memoirs of the American Mathematical Society 261 (2019), corollary 6.14).
 */

import { normalDensity, normalQuantile, normalDistribution } from "../../numeric/normal-distribution.ts";

/** Beyond it the tails of the rule would need a finer step. */
export const MOST_EMPIRICAL = 200_000;

/** Of the trapezoidal rule. */
const STEP = 0.02;
const REACH = 9;

/** E W₂²(μᴺ, N(0,1)); `players` from 1 to `MOST_EMPIRICAL`, else RangeError. */
export function expectedSquaredDistance(players: number): number {
  checkPlayers("expectedSquaredDistance", players);
  const ends = Float64Array.from({ length: players + 1 }, (_, i) =>
    i === 0 || i === players ? 0 : normalDensity(normalQuantile(i / players)),
  );
  const slices = Float64Array.from({ length: players }, (_, i) => ends[i] - ends[i + 1]);
  let sum = 0;
  // The integrand is even: x and the polynomial both change sign.
  for (let k = 1; k * STEP <= REACH; k++) {
    const x = k * STEP;
    sum += x * normalDensity(x) * bernstein(slices, normalDistribution(x), normalDistribution(-x));
  }
  return 2 - 4 * players * STEP * sum;
}

/**
 * E W₂² between the empirical law of M^1 … M^N and the law of M = e^{sZ − s²/2}, which has mean 1.
 *
 * c_i = Φ(q_i − s) − Φ(q_{i−1} − s) is the part of the mean in slice i, and e^{sz − s²/2}φ(z) = φ(z − s).
 *
 * @param deviation s > 0
 */
export function expectedLogNormalDistance(players: number, deviation: number): number {
  checkPlayers("expectedLogNormalDistance", players);
  const below = Float64Array.from({ length: players + 1 }, (_, i) =>
    normalDistribution((i === 0 ? -Infinity : i === players ? Infinity : normalQuantile(i / players)) - deviation),
  );
  // 1/N taken off, so that what is added up is centred.
  const slices = Float64Array.from({ length: players }, (_, i) => below[i + 1] - below[i] - 1 / players);
  let sum = 0;
  for (let k = Math.floor(-REACH / STEP); k * STEP <= REACH + deviation; k++) {
    const z = k * STEP;
    sum += normalDensity(z - deviation) * bernstein(slices, normalDistribution(z), normalDistribution(-z));
  }
  return 2 * Math.expm1(deviation * deviation) - 2 * players * STEP * sum;
}

function checkPlayers(name: string, players: number): void {
  if (!(Number.isSafeInteger(players) && players >= 1 && players <= MOST_EMPIRICAL)) {
    throw new RangeError(`${name}: players is ${players}; allowed are whole numbers to ${MOST_EMPIRICAL}`);
  }
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
