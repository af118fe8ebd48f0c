/**
 * Integrals of exponentials whose quotients have removable singularities: (e^{xτ} − 1)/x at x = 0 and the like.
 *
 * M. Hochbruck, A. Ostermann, "Exponential integrators", Acta Numerica 19 (2010) 209–286, section 2.1, calls them φ₁, φ₂.
 */

/** ∫₀^τ e^{xu} du = (e^{xτ} − 1)/x, and τ at x = 0. */
export function growth(x: number, tau: number): number {
  const z = x * tau;
  return z === 0 ? tau : (tau * Math.expm1(z)) / z;
}

/** ∫₀^τ u e^{xu} du = (τe^{xτ} − (e^{xτ} − 1)/x)/x, and τ²/2 at x = 0. */
export function weightedGrowth(x: number, tau: number): number {
  const z = x * tau;
  if (Math.abs(z) > 0.7) return (tau * tau * (Math.exp(z) - Math.expm1(z) / z)) / z;
  // Σ_{n≥1} n z^{n−1}/(n+1)!: 17 terms leave less than 10⁻¹⁷ of the first at 0.7.
  let sum = 0;
  let power = 0.5;
  for (let n = 1; n <= 17; n++) {
    sum += n * power;
    power *= z / (n + 2);
  }
  return tau * tau * sum;
}
