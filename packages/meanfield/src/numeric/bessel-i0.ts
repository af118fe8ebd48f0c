/**
 * The modified Bessel function I₀ of the first kind and order zero.
 *
 * NIST Digital Library of Mathematical Functions, 10.25.2 (power series, all terms positive) and 10.40.1 (expansion for
 * large x, whose smallest term is about exp(−2x): below rounding from x = 20 on). No table of coefficients is needed.
 */

const FAR = 20;

/** Σ (x²/4)ᵏ/k!² */
function series(x: number): number {
  const quarter = 0.25 * x * x;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

/** √(2πx) exp(−x) I₀(x) for x ≥ `FAR`. */
function expansion(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > 1e-17; k++) {
    term *= (2 * k - 1) ** 2 / (8 * k * x);
    sum += term;
  }
  return sum;
}

/** exp(−|x|) I₀(x), which neither overflows nor underflows; relative error below 2·10⁻¹⁵. */
export function besselI0Scaled(x: number): number {
  const size = Math.abs(x);
  if (size === Infinity) return 0;
  return size < FAR ? series(size) * Math.exp(-size) : expansion(size) / Math.sqrt(2 * Math.PI * size);
}

/** I₀(x) = (1/π) ∫₀^π exp(x cos θ) dθ; relative error below 2·10⁻¹⁵ where it is finite (|x| < 713). */
export function besselI0(x: number): number {
  const size = Math.abs(x);
  if (size < FAR) return series(size);
  // Two factors, because the exponential overflows a little before I₀ does.
  const half = Math.exp(0.5 * size);
  return half * (besselI0Scaled(size) * half);
}
