/**
 * The nearest point of the unit simplex, in place: out_i = max(v_i − θ, 0) with θ such that the entries sum to one.
 *
 * M. Held, P. Wolfe, H. P. Crowder, "Validation of subgradient optimization", Math. Programming 6 (1974) 62–88.
 */
export function projectOntoSimplex(v: Float64Array): void {
  const sorted = v.toSorted().toReversed();
  let [sum, threshold] = [0, 0];
  for (let k = 0; k < sorted.length; k++) {
    sum += sorted[k];
    const candidate = (sum - 1) / (k + 1);
    if (sorted[k] > candidate) threshold = candidate;
  }
  for (let i = 0; i < v.length; i++) v[i] = Math.max(v[i] - threshold, 0);
}
