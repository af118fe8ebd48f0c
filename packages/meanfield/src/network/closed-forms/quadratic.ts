/**
 * The quadratic network g(x) = (1/N) Σ (w_i·x)² against a teacher x′M*x on Gaussian data, c ≡ 1.
 *
 * M = Eww′ follows Ṁ = GM + MG with G = 2α(2Δ + tr Δ I), Δ = M* − M (fourth moments of X). In one dimension that is a
 * logistic equation.
 */

/** m(t) = μ/(1 + (μ/m₀ − 1)e^{−12αμt}) with μ = m*; for μ = 0 its limit m₀/(1 + 12αm₀t), and 0 for m₀ = 0. */
export function logisticMoment(mStar: number, m0: number, alpha: number, t: number): number {
  if (m0 === 0) return 0;
  if (mStar === 0) return m0 / (1 + 12 * alpha * m0 * t);
  // Written so that either sign of m* stays finite.
  const k = 12 * alpha * mStar * t;
  return k > 0
    ? mStar / (1 + (mStar / m0 - 1) * Math.exp(-k))
    : (mStar * Math.exp(k)) / (Math.exp(k) + (mStar / m0 - 1));
}

/** ½E(Y − g)² = ½(2 tr Δ² + (tr Δ)²) + ½σ_ε² for X ~ N(0, I), Δ given row by row. */
export function quadraticLoss(delta: ArrayLike<number>, d: number, sige: number): number {
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < d; i++) {
    trace += delta[i * d + i];
    for (let j = 0; j < d; j++) squares += delta[i * d + j] * delta[j * d + i];
  }
  return 0.5 * (2 * squares + trace * trace) + 0.5 * sige * sige;
}
