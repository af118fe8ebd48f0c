/**
 * Gauss rules: the n nodes and weights that integrate polynomials up to degree 2n − 1 exactly.
 *
 * For a symmetric measure the orthonormal polynomials obey x pₖ = bₖ₊₁ pₖ₊₁ + bₖ pₖ₋₁. The number of sign changes in
 * p₀(x), …, pₙ(x) counts the nodes above x (Sturm), so bisection isolates every node with no guess needed; Newton's method
 * finishes it. The weight is the Christoffel number 1/Σ_{k<n} pₖ(x)², a sum of positive terms, so that even weights of
 * 10⁻³⁰⁰ keep their digits. (Golub and Welsch, Mathematics of Computation 23 (1969) 221–230, take the weights from
 * eigenvectors, which gives small weights an absolute accuracy only.)
 * W. Gautschi, "Orthogonal Polynomials: Computation and Approximation", Oxford 2004, chapters 1.4 and 3.1.
 */

/** Nodes in increasing order and their weights. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

function checkCount(name: string, n: number, most: number): void {
  if (!Number.isInteger(n) || n < 1 || n > most) {
    throw new RangeError(`${name}: n is ${n}; allowed is a whole number of nodes from 1 to ${most}`);
  }
}

/** The rule of a probability measure symmetric about 0 whose nodes all lie within (−bound, bound). */
function symmetricRule(n: number, b: Float64Array, bound: number): QuadratureRule {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);

  const nodesAbove = (x: number): number => {
    let previous = 0;
    let current = 1;
    let changes = 0;
    for (let k = 0; k < n; k++) {
      const next = (x * current - b[k] * previous) / b[k + 1];
      if (next < 0 !== current < 0) changes++;
      previous = current;
      current = next;
    }
    return changes;
  };

  for (let i = 0; i < n >> 1; i++) {
    // Node i + 1 counted from the top: nodesAbove(low) > i >= nodesAbove(high).
    let low = 0;
    let high = bound;
    let above = n >> 1;
    let below = 0;
    while (above !== i + 1 || below !== i || high - low > 1e-3 * high) {
      const middle = 0.5 * (low + high);
      if (middle <= low || middle >= high) break;
      const count = nodesAbove(middle);
      if (count > i) {
        low = middle;
        above = count;
      } else {
        high = middle;
        below = count;
      }
    }
    let x = 0.5 * (low + high);
    for (let step = 0; step < 20; step++) {
      let previous = 0;
      let current = 1;
      let previousSlope = 0;
      let slope = 0;
      for (let k = 0; k < n; k++) {
        const lower = b[k];
        const upper = b[k + 1];
        const next = (x * current - lower * previous) / upper;
        const nextSlope = (current + x * slope - lower * previousSlope) / upper;
        previous = current;
        current = next;
        previousSlope = slope;
        slope = nextSlope;
      }
      let moved = x - current / slope;
      // Between node i + 1 and node i from the top the polynomial has the sign of (−1)ⁱ⁺¹.
      if (current > 0 === (i % 2 === 0)) high = x;
      else low = x;
      if (!(moved >= low && moved <= high)) moved = 0.5 * (low + high);
      const change = Math.abs(moved - x);
      x = moved;
      if (change <= 1e-15 * bound) break;
    }
    nodes[n - 1 - i] = x;
    nodes[i] = -x;
  }

  for (let i = 0; i < n; i++) {
    const x = nodes[i];
    let previous = 0;
    let current = 1;
    let sum = 1;
    for (let k = 0; k < n - 1; k++) {
      const next = (x * current - b[k] * previous) / b[k + 1];
      previous = current;
      current = next;
      sum += current * current;
    }
    weights[i] = 1 / sum;
  }
  return { nodes, weights };
}

/**
 * The Gauss–Legendre rule with `n` nodes: ∫₋₁¹ f(x) dx ≈ Σ wᵢ f(xᵢ), exact for polynomials of degree up to 2n − 1.
 *
 * `n` from 1 to 10 000 (throws `RangeError` otherwise); the work grows as n². Each call computes fresh arrays.
 */
export function gaussLegendre(n: number): QuadratureRule {
  checkCount("gaussLegendre", n, 10_000);
  const rule = symmetricRule(
    n,
    Float64Array.from({ length: n + 1 }, (_, k) => (k === 0 ? 0 : k / Math.sqrt(4 * k * k - 1))),
    1,
  );
  for (let i = 0; i < n; i++) rule.weights[i] = 2 * rule.weights[i];
  return rule;
}

/**
 * The Gauss–Hermite rule of probabilists with `n` nodes: E f(Z) ≈ Σ wᵢ f(xᵢ) for a standard normal Z; the weights sum to 1.
 *
 * `n` from 1 to 500 (throws `RangeError` otherwise): beyond that the outer polynomials overflow, and the outer weights have
 * long underflowed to zero. For N(m, s²) take f(m + s xᵢ).
 */
export function gaussHermite(n: number): QuadratureRule {
  checkCount("gaussHermite", n, 500);
  return symmetricRule(
    n,
    Float64Array.from({ length: n + 1 }, (_, k) => Math.sqrt(k)),
    2 * Math.sqrt(n) + 1,
  );
}
