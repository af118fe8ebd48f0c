/**
 * The principal branch of Lambert's W: the solution w ≥ −1 of w exp(w) = x.
 *
 * R. M. Corless, G. H. Gonnet, D. E. G. Hare, D. J. Jeffrey, D. E. Knuth, "On the Lambert W function", Advances in
 * Computational Mathematics 5 (1996) 329–359: the series at the branch point is (4.22)–(4.25).
 * F. N. Fritsch, R. E. Shafer, W. P. Crowley, "Solution of the transcendental equation w eʷ = x", Communications of the ACM
 * 16 (1973) 123–124: the fourth-order step.
 */

/** 1/e as a double, and what that double lacks. */
const ONE_OVER_E = 0.36787944117144233;
const ONE_OVER_E_REST = -1.2428753672788363e-17;

/** W₀ = Σ μₖ pᵏ with p = √(2(ex + 1)), of radius √2. */
const BRANCH_SERIES = branchSeries(32);
const BRANCH_REACH = 0.45;

function branchSeries(count: number): Float64Array {
  const mu = new Float64Array(count);
  const alpha = new Float64Array(count);
  mu[0] = -1;
  mu[1] = 1;
  alpha[0] = 2;
  alpha[1] = -1;
  for (let k = 2; k < count; k++) {
    for (let j = 2; j < k; j++) alpha[k] = alpha[k] + mu[j] * mu[k + 1 - j];
    mu[k] = ((k - 1) / (k + 1)) * (mu[k - 2] / 2 + alpha[k - 2] / 4) - alpha[k] / 2 - mu[k - 1] / (k + 1);
  }
  return mu;
}

/**
 * W₀(x), the principal branch, for x ≥ −1/e (as a double); throws `RangeError` below.
 *
 * The relative error is below 10⁻¹⁵ everywhere, at the branch point included, where W₀ is as sensitive as a square root:
 * there x + 1/e is formed with an extended 1/e.
 */
export function lambertW0(x: number): number {
  if (!(x >= -ONE_OVER_E)) {
    if (Number.isNaN(x)) return Number.NaN;
    throw new RangeError(`lambertW0: x is ${x}; allowed is x >= -1/e`);
  }
  if (x === 0 || x === Infinity) return x;
  const p = Math.sqrt(Math.max(0, 2 * Math.E * (x + ONE_OVER_E + ONE_OVER_E_REST)));
  if (p < BRANCH_REACH) {
    let w = 0;
    for (let k = BRANCH_SERIES.length - 1; k >= 0; k--) w = w * p + BRANCH_SERIES[k];
    return w;
  }
  // A start within a few per cent; each step takes the fourth power of the relative error.
  let w: number;
  if (x < 3) {
    w = Math.log1p(x) * (1 - Math.log1p(Math.log1p(x)) / (2 + Math.log1p(x)));
  } else {
    const l = Math.log(x);
    const ll = Math.log(l);
    w = l - ll + ll / l;
  }
  for (let step = 0; step < 4; step++) {
    const z = Math.log(x / w) - w;
    const q = 2 * (1 + w) * (1 + w + (2 / 3) * z);
    const relative = ((z / (1 + w)) * (q - z)) / (q - 2 * z);
    w += w * relative;
    if (Math.abs(relative) < 1e-5) break;
  }
  return w;
}
