/**
 * p-values for the tests of random draws: chi-square (regularised incomplete gamma function: series below the mean, Lentz's
 * continued fraction above, as in Press et al., Numerical Recipes, 6.2) and Kolmogorov–Smirnov (Stephens 1970).
 */
import { logGamma } from "./log-gamma.ts";

/** The probability that a chi-square variable of the given degrees of freedom exceeds `statistic`. */
export function chiSquareSurvival(statistic: number, degrees: number): number {
  const [a, x] = [degrees / 2, statistic / 2];
  if (x <= 0) return 1;
  const scale = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-17; n++) sum += term *= x / (a + n);
    return 1 - scale * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > 1e-15; n++) {
    const numerator = n * (a - n);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    change = c * d;
    fraction *= change;
  }
  return scale * fraction;
}

/** Pearson's test of counts against expected counts. */
export function chiSquarePValue(counts: ArrayLike<number>, expected: (category: number) => number): number {
  let statistic = 0;
  for (let i = 0; i < counts.length; i++) statistic += (counts[i] - expected(i)) ** 2 / expected(i);
  return chiSquareSurvival(statistic, counts.length - 1);
}

/** The test of Kolmogorov and Smirnov of a sample (sorted here, in place) against a continuous law. */
export function kolmogorovSmirnovPValue(sample: Float64Array, distribution: (x: number) => number): number {
  sample.sort();
  const n = sample.length;
  let distance = 0;
  for (let i = 0; i < n; i++) {
    const p = distribution(sample[i]);
    distance = Math.max(distance, (i + 1) / n - p, p - i / n);
  }
  const t = distance * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  let p = 0;
  for (let k = 1; k <= 100; k++) p += 2 * (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * (k * t) ** 2);
  return t < 0.3 ? 1 : Math.min(1, Math.max(0, p));
}
