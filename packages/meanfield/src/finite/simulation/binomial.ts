/**
 * Binomial numbers from one uniform each, by exact inversion: equal uniforms under near parameters give near numbers, which
 * is what common random numbers need. L. Devroye, "Non-Uniform Random Variate Generation", Springer 1986, chapter X.4.
 */

import { incompleteBetaOf } from "../../numeric/incomplete-beta.ts";
import { logBeta } from "../../numeric/log-gamma.ts";
import { normalQuantile } from "../../numeric/normal-distribution.ts";

/** Expected successes up to which probabilities are added up from zero successes on. */
const few = 30;

/**
 * The least k with P(X ≤ k) > u, X the number of successes in n trials of probability p; u in [0, 1).
 *
 * Probabilities carry a relative error of about 2·10⁻¹⁵ max(10, n).
 */
export function binomialQuantile(n: number, p: number, u: number): number {
  if (n === 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (n === 1) return u < 1 - p ? 0 : 1;
  // By failures where these are fewer, from the other end.
  if (p > 0.5) return n - ascending(n, 1 - p, p, 1 - u);
  return ascending(n, p, 1 - p, u);
}

/** Terms of a mean below this part of the largest probability are left out. */
const negligible = 1e-18;

/** E f(X), X the number of successes in n trials of probability p: a sum around the likeliest numbers, without chance. */
export function binomialMean(n: number, p: number, f: (successes: number) => number): number {
  if (n === 0 || p <= 0) return f(0);
  if (p >= 1) return f(n);
  const odds = p / (1 - p);
  const mode = Math.min(n, Math.floor((n + 1) * p));
  // Relative to the largest; what they sum to is divided by.
  let [mass, sum] = [1, f(mode)];
  for (let k = mode, weight = 1; k < n;) {
    weight *= ((n - k) / (k + 1)) * odds;
    if (weight < negligible) break;
    mass += weight;
    sum += weight * f(++k);
  }
  for (let k = mode, weight = 1; k > 0;) {
    weight *= k / ((n - k + 1) * odds);
    if (weight < negligible) break;
    mass += weight;
    sum += weight * f(--k);
  }
  return sum / mass;
}

function ascending(n: number, p: number, q: number, u: number): number {
  const odds = p / q;
  let k = 0;
  let probability: number;
  let below: number;
  if (n * p <= few) {
    probability = q ** n;
    below = probability;
  } else {
    // Two terms of Cornish and Fisher come within a few numbers, from where the distribution function leads.
    const z = normalQuantile(Math.min(Math.max(u, 2 ** -54), 1 - 2 ** -53));
    const guess = Math.round(n * p + z * Math.sqrt(n * p * q) + ((q - p) * (z * z - 1)) / 6);
    k = Math.min(Math.max(guess, 0), n - 1);
    below = incompleteBetaOf(n - k, k + 1, q, p);
    probability = Math.exp(k * Math.log(p) + (n - k) * Math.log(q) - logBeta(k + 1, n - k + 1)) / (n + 1);
    while (k > 0 && u < below - probability) {
      below -= probability;
      probability *= k / ((n - k + 1) * odds);
      k--;
    }
  }
  while (k < n && u >= below) {
    probability *= ((n - k) / (k + 1)) * odds;
    k++;
    below += probability;
  }
  return k;
}
