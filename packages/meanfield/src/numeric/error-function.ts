/**
 * The error function and its complements.
 *
 * W. J. Cody, "Rational Chebyshev approximation for the error function", Mathematics of Computation 23 (1969) 631–637:
 * three rational functions, all of whose coefficients are positive, so that Horner's rule loses next to nothing.
 * What differs from his program is the exponential: see `expMinusSquare`.
 */

/** erf(x) = x P(x²)/Q(x²) for |x| ≤ 15/32; highest power first. */
const CENTRE_P = [
  0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694,
] as const;
const CENTRE_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171] as const;

/** exp(x²) erfc(x) = P(x)/Q(x) for 15/32 ≤ x ≤ 4. */
const MIDDLE_P = [
  2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
] as const;
const MIDDLE_Q = [
  1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
] as const;

/** exp(x²) erfc(x) = (1/√π − x⁻² P(x⁻²)/Q(x⁻²)) / x for x ≥ 4. */
const TAIL_P = [
  0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
] as const;
const TAIL_Q = [
  1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
] as const;

const ONE_OVER_ROOT_PI = 0.5641895835477563;
const CENTRE = 15 / 32;

function horner(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let i = 0; i < coefficients.length; i++) value = value * x + coefficients[i];
  return value;
}

/**
 * exp(−scale·x²) to full relative accuracy, for `scale` a power of two.
 *
 * The obvious `Math.exp(-scale * x * x)` turns the rounding of x² into a relative error of up to 10⁻¹³ in the tails.
 * Here x is cut at 24 bits so that the large part of the square is exact, and the small part is a factor of its own.
 */
export function expMinusSquare(x: number, scale: number): number {
  const size = Math.abs(x);
  if (scale * size * size > 750) return 0;
  const high = Math.fround(size);
  const low = size - high;
  return Math.exp(-scale * high * high) * Math.exp(-scale * low * (size + high));
}

/** exp(x²) erfc(x) for x ≥ 15/32. */
function scaledBeyondCentre(x: number): number {
  if (x <= 4) return horner(MIDDLE_P, x) / horner(MIDDLE_Q, x);
  const z = 1 / (x * x);
  return (ONE_OVER_ROOT_PI - (z * horner(TAIL_P, z)) / horner(TAIL_Q, z)) / x;
}

/** The error function erf(x) = (2/√π) ∫₀ˣ exp(−t²) dt, with a relative error below 10⁻¹⁵ for every x. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size <= CENTRE) return (x * horner(CENTRE_P, x * x)) / horner(CENTRE_Q, x * x);
  const value = 1 - expMinusSquare(size, 1) * scaledBeyondCentre(size);
  return x < 0 ? -value : value;
}

/** The complement erfc(x) = 1 − erf(x), with a small relative error also where it is tiny (it underflows at x ≈ 26.6). */
export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size <= CENTRE) return 1 - erf(x);
  const tail = expMinusSquare(size, 1) * scaledBeyondCentre(size);
  return x < 0 ? 2 - tail : tail;
}

/** exp(x²) erfc(x): what is left of erfc once its Gaussian decay is taken out; about 1/(x√π) for large x, never underflows. */
export function erfcScaled(x: number): number {
  if (x > CENTRE) return scaledBeyondCentre(x);
  const growth = 1 / expMinusSquare(x, 1);
  return x >= -CENTRE ? growth * (1 - erf(x)) : 2 * growth - scaledBeyondCentre(-x);
}
