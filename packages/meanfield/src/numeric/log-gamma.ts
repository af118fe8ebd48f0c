/**
 * The logarithm of the gamma function and of the beta function.
 *
 * NIST Digital Library of Mathematical Functions, 5.7.3 (series about 2, in which the zeros of ln Γ at 1 and 2 are explicit)
 * and 5.11.1 (Stirling).
 */

const HALF_LOG_TWO_PI = 0.9189385332046727;
const ONE_MINUS_EULER = 0.42278433509846713;

/** ζ(k) − 1 for k = 2, 3, …, 29 (mpmath, 30 digits). */
const ZETA_MINUS_ONE = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
  0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5,
  7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6, 9.539620338727962e-7, 4.769329867878064e-7,
  2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8,
  7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
] as const;

/** ln Γ(2 + z) for |z| ≤ ½. */
function aboutTwo(z: number): number {
  let sum = 0;
  for (let k = ZETA_MINUS_ONE.length + 1; k >= 2; k--) sum = ZETA_MINUS_ONE[k - 2] / k - z * sum;
  return z * (ONE_MINUS_EULER + z * sum);
}

/** Γ(x) = √(2π) x^(x−½) e^(−x) exp(δ(x)): δ for x ≥ 10, where the neglected term is below 10⁻¹⁷. */
function stirlingRemainder(x: number): number {
  const z = 1 / (x * x);
  return (
    (1 / 12 -
      z *
        (1 / 360 -
          z *
            (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - z * (691 / 360360 - z * (1 / 156 - (z * 3617) / 122400))))))) /
    x
  );
}

/** ln Γ(x) for x > 0, with a small relative error also near its zeros at 1 and 2; throws `RangeError` for x ≤ 0. */
export function logGamma(x: number): number {
  if (!(x > 0)) {
    if (Number.isNaN(x)) return Number.NaN;
    throw new RangeError(`logGamma: x is ${x}; allowed is x > 0`);
  }
  if (x < 0.5) return aboutTwo(x) - Math.log(x) - Math.log1p(x);
  if (x < 1.5) return aboutTwo(x - 1) - Math.log1p(x - 1);
  if (x <= 2.5) return aboutTwo(x - 2);
  if (x < 10) {
    let product = 1;
    let lower = x;
    while (lower > 2.5) {
      lower -= 1;
      product *= lower;
    }
    return aboutTwo(lower - 2) + Math.log(product);
  }
  if (x === Infinity) return Infinity;
  return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingRemainder(x);
}

/**
 * ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0.
 *
 * Where an argument is large the three terms are big and nearly cancel; there Stirling's formula is subtracted on paper.
 */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const big = Math.max(a, b);
  if (big < 10) return logGamma(small) + logGamma(big) - logGamma(small + big);
  const remainder = stirlingRemainder(big) - stirlingRemainder(small + big);
  if (small < 10) {
    const shift = -(small + big - 0.5) * Math.log1p(small / big) - small * Math.log(big) + small;
    return logGamma(small) + (shift + remainder);
  }
  return (
    (small - 0.5) * -Math.log1p(big / small) -
    big * Math.log1p(small / big) -
    0.5 * Math.log(big) +
    HALF_LOG_TWO_PI +
    (stirlingRemainder(small) + remainder)
  );
}
