/**
 * The standard normal law: density, distribution, survival, their logarithms where the values underflow, and quantile.
 *
 * Distribution through Cody's scaled complementary error function (see `error-function.ts`).
 * Quantile: M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37
 * (1988) 477–484, followed by one step of Halley's method on the distribution itself.
 */

import { erf, erfcScaled, expMinusSquare } from "./error-function.ts";

const ONE_OVER_ROOT_TWO_PI = 0.3989422804014327;
const HALF_LOG_TWO_PI = 0.9189385332046727;
const CENTRE = (Math.SQRT2 * 15) / 32;

/** AS 241, |p − ½| ≤ 0.425, in r = 0.180625 − (p − ½)²; highest power first. */
const CENTRE_P = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
] as const;
const CENTRE_Q = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
] as const;

/** AS 241, in r = √(−ln p) − 1.6 for √(−ln p) ≤ 5. */
const MIDDLE_P = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
] as const;
const MIDDLE_Q = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
] as const;

/** AS 241, in r = √(−ln p) − 5 beyond. */
const TAIL_P = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
] as const;
const TAIL_Q = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
] as const;

function ratio(numerator: readonly number[], denominator: readonly number[], x: number): number {
  let p = 0;
  let q = 0;
  for (let i = 0; i < numerator.length; i++) {
    p = p * x + numerator[i];
    q = q * x + denominator[i];
  }
  return p / q;
}

/** P(Z ≥ x) for x ≥ `CENTRE`. */
function upperTail(x: number): number {
  return 0.5 * expMinusSquare(x, 0.5) * erfcScaled(x * Math.SQRT1_2);
}

/** The density φ(x) = exp(−x²/2)/√(2π) of the standard normal law. */
export function normalDensity(x: number): number {
  return ONE_OVER_ROOT_TWO_PI * expMinusSquare(x, 0.5);
}

/** The distribution function Φ(x) = P(Z ≤ x) of the standard normal law, with a small relative error in both tails. */
export function normalDistribution(x: number): number {
  if (Math.abs(x) <= CENTRE) return 0.5 + 0.5 * erf(x * Math.SQRT1_2);
  return x < 0 ? upperTail(-x) : 1 - upperTail(x);
}

/** The survival function P(Z > x) = Φ(−x) of the standard normal law. */
export function normalSurvival(x: number): number {
  return normalDistribution(-x);
}

/** ln φ(x). */
export function normalLogDensity(x: number): number {
  return -0.5 * x * x - HALF_LOG_TWO_PI;
}

/** ln Φ(x), finite and accurate also where Φ(x) itself underflows (x < −38). */
export function normalLogDistribution(x: number): number {
  if (x > -CENTRE) return x > CENTRE ? Math.log1p(-upperTail(x)) : Math.log(normalDistribution(x));
  return -0.5 * x * x + Math.log(0.5 * erfcScaled(-x * Math.SQRT1_2));
}

/**
 * The quantile Φ⁻¹(p) of the standard normal law.
 *
 * `p` in [0, 1]; 0 and 1 give ∓∞. Throws `RangeError` outside. The relative error is below 10⁻¹⁵ for every p, the tails and
 * the neighbourhood of ½ (where the quantile is nearly zero) included; for p close to 1 call it with the small tail
 * probability and change the sign, since 1 − p has then lost its digits before it comes here.
 */
export function normalQuantile(p: number): number {
  // 1 − p is exact for p ≥ ½: one half of the line is enough.
  if (p > 0.5 && p <= 1) return -lowerQuantile(1 - p);
  if (p >= 0 && p <= 0.5) return lowerQuantile(p);
  throw new RangeError(`normalQuantile: p is ${p}; allowed is a probability between 0 and 1`);
}

/** Φ⁻¹(p) for 0 ≤ p ≤ ½. */
function lowerQuantile(p: number): number {
  if (p === 0) return -Infinity;
  const q = p - 0.5;
  let x: number;
  if (q >= -0.425) {
    x = q * ratio(CENTRE_P, CENTRE_Q, 0.180625 - q * q);
  } else {
    const r = Math.sqrt(-Math.log(p));
    x = r <= 5 ? -ratio(MIDDLE_P, MIDDLE_Q, r - 1.6) : -ratio(TAIL_P, TAIL_Q, r - 5);
  }
  // Below p ≈ 10⁻³⁰⁰ the density nears underflow and a refinement would add noise; AS 241 alone holds 10⁻¹⁵ there.
  if (p < 1e-300) return x;
  // Near the centre the error is formed in p − ½ (exact for p ≥ ¼), so that small quantiles keep their relative accuracy.
  const excess = q >= -0.25 ? 0.5 * erf(x * Math.SQRT1_2) - q : normalDistribution(x) - p;
  const newton = excess / normalDensity(x);
  return x - newton / (1 + 0.5 * x * newton);
}
