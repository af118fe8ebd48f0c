/**
 * Exponential and whole powers of a 2×2 matrix by hand.
 *
 * With μ half the trace, δ² = ((m₁₁ − m₂₂)/2)² + m₁₂m₂₁ and M₀ = M − μI, whose square is δ²I (Cayley and Hamilton),
 *
 *     e^{Mτ} = e^{μτ}(cosh δτ I + (sinh δτ/δ) M₀),     Mⁿ = ½(λ₊ⁿ + λ₋ⁿ)I + ((λ₊ⁿ − λ₋ⁿ)/2δ) M₀,     λ± = μ ± δ,
 *
 * with circular functions where δ² < 0.
 */

/** Row-major. */
export type TwoByTwo = readonly [m11: number, m12: number, m21: number, m22: number];

export function exponential(M: TwoByTwo, tau: number): TwoByTwo {
  const { mu, square } = halves(M);
  const size = Math.sqrt(Math.abs(square));
  const factor = Math.exp(mu * tau);
  return square < 0
    ? combination(M, mu, factor * Math.cos(size * tau), factor * ratio(Math.sin, size, tau))
    : combination(M, mu, factor * Math.cosh(size * tau), factor * ratio(Math.sinh, size, tau));
}

/** Mⁿ for whole n ≥ 0. */
export function power(M: TwoByTwo, n: number): TwoByTwo {
  const { mu, square } = halves(M);
  const size = Math.sqrt(Math.abs(square));
  if (square < 0) {
    const [radius, angle] = [Math.hypot(mu, size), Math.atan2(size, mu)];
    return combination(M, mu, radius ** n * Math.cos(n * angle), (radius ** n * Math.sin(n * angle)) / size);
  }
  // A factor of a step that is not positive, as of steps longer than the equation's own time, leaves no logarithm.
  if (!(mu > size)) return squared(M, n);
  const [middle, half] = [0.5 * (Math.log(mu + size) + Math.log(mu - size)), Math.atanh(size / mu)];
  const factor = Math.exp(n * middle);
  const spread = size === 0 ? n / mu : Math.sinh(n * half) / size;
  return combination(M, mu, factor * Math.cosh(n * half), factor * spread);
}

function halves([m11, m12, m21, m22]: TwoByTwo): { readonly mu: number; readonly square: number } {
  return { mu: 0.5 * (m11 + m22), square: (0.5 * (m11 - m22)) ** 2 + m12 * m21 };
}

function combination([m11, m12, m21, m22]: TwoByTwo, mu: number, one: number, rest: number): TwoByTwo {
  return [one + rest * (m11 - mu), rest * m12, rest * m21, one + rest * (m22 - mu)];
}

/** f(xτ)/x, and τ at x = 0. */
function ratio(f: (z: number) => number, x: number, tau: number): number {
  return x === 0 ? tau : f(x * tau) / x;
}

function squared(M: TwoByTwo, n: number): TwoByTwo {
  let square = M;
  let product: TwoByTwo = [1, 0, 0, 1];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product = times(product, square);
    square = times(square, square);
  }
  return product;
}

function times(p: TwoByTwo, q: TwoByTwo): TwoByTwo {
  return [p[0] * q[0] + p[1] * q[2], p[0] * q[1] + p[1] * q[3], p[2] * q[0] + p[3] * q[2], p[2] * q[1] + p[3] * q[3]];
}
