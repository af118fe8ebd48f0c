/**
 * Hermite polynomials he_k, orthonormal under the standard normal law, in one variable and in products of total degree at most d.
 *
 * M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 22.7.14, divided by √(k!).
 */

/** Writes he_0(x) … he_d(x) to `out` from `at` on; d at most 30. */
export function hermite(x: number, degree: number, out: Float64Array, at = 0): void {
  out[at] = 1;
  if (degree === 0) return;
  out[at + 1] = x;
  let [before, now] = [1, x];
  for (let k = 1; k < degree; k++) {
    const next = (x * now - ROOTS[k] * before) * INVERSES[k + 1];
    out[at + k + 1] = next;
    before = now;
    now = next;
  }
}

const ROOTS = Float64Array.from({ length: 32 }, (_, k) => Math.sqrt(k));
const INVERSES = ROOTS.map((root) => 1 / root);

/** √k and 1/√k for k = 0 … 31, which the kernels are told. */
export function hermiteTables(): readonly [Float64Array, Float64Array] {
  return [ROOTS, INVERSES];
}

/** All exponents of `variables` numbers with sum at most `degree`, in lexicographic order: the constant first. */
export function exponents(variables: number, degree: number): readonly (readonly number[])[] {
  if (variables === 0) return [[]];
  return Array.from({ length: degree + 1 }, (_, first) =>
    exponents(variables - 1, degree - first).map((rest) => [first, ...rest]),
  ).flat();
}
