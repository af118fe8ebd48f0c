/**
 * Hermite polynomials he_k, orthonormal under the standard normal law, in one variable and in products of total degree at most d.
 *
 * M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 22.7.14, divided by √(k!).
 */

/** Writes he_0(x) … he_d(x) to `out` from `at` on. */
export function hermite(x: number, degree: number, out: Float64Array, at = 0): void {
  out[at] = 1;
  if (degree === 0) return;
  out[at + 1] = x;
  for (let k = 1; k < degree; k++) {
    out[at + k + 1] = (x * out[at + k] - Math.sqrt(k) * out[at + k - 1]) / Math.sqrt(k + 1);
  }
}

/** All exponents of `variables` numbers with sum at most `degree`, in lexicographic order: the constant first. */
export function exponents(variables: number, degree: number): readonly (readonly number[])[] {
  if (variables === 0) return [[]];
  return Array.from({ length: degree + 1 }, (_, first) =>
    exponents(variables - 1, degree - first).map((rest) => [first, ...rest]),
  ).flat();
}
