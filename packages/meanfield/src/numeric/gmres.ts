/**
 * Linear systems whose matrix is known only by its products: the generalised minimal residual method, without restarts.
 *
 * Y. Saad, M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856–869, by modified Gram–Schmidt, repeated once where
 * cancellation was heavy, and Givens rotations. Meant for the identity plus a compact map, where a dozen products reach
 * rounding whatever the number of unknowns; every product keeps one more vector of their size.
 */

export interface GmresOptions {
  /** Accepted |b − A x| relative to |b| (Euclidean). Default 1e-12. */
  readonly tolerance?: number;
  /** Largest number of products, and of vectors kept. Default 200. */
  readonly maximumIterations?: number;
}

export interface GmresSolution {
  readonly x: Float64Array;
  /** |b − A x| / |b| as the recurrence has it, after 0, 1, 2 … products. */
  readonly residuals: readonly number[];
  /** Whether the tolerance was reached; the x of the least residual is given either way. */
  readonly converged: boolean;
}

/**
 * The x with A x = b, starting at 0; `apply` gives A v into a new array (its argument must stay as it is).
 *
 * Throws RangeError where a product has another length than b or is not finite.
 */
export function gmres(
  apply: (v: Float64Array) => Float64Array,
  b: Float64Array,
  options: GmresOptions = {},
): GmresSolution {
  const { tolerance = 1e-12, maximumIterations = 200 } = options;
  const size = norm(b);
  if (size === 0) return { x: new Float64Array(b.length), residuals: [0], converged: true };
  const basis: Float64Array[] = [b.map((entry) => entry / size)];
  /** Columns of the triangular factor of the Hessenberg matrix. */
  const columns: Float64Array[] = [];
  const cosines: number[] = [];
  const sines: number[] = [];
  /** The right-hand side under the same rotations; its last entry is the residual. */
  const rotated = [size];
  const residuals = [1];
  while (columns.length < maximumIterations && residuals[columns.length] > tolerance) {
    const k = columns.length;
    const w = apply(basis[k]);
    if (w.length !== b.length) throw new RangeError(`gmres: a product has ${w.length} entries, b has ${b.length}.`);
    const column = new Float64Array(k + 1);
    const before = norm(w);
    if (!Number.isFinite(before)) throw new RangeError(`gmres: product ${k + 1} is not finite.`);
    let after = orthogonalise(w, basis, column);
    if (after < 0.7 * before) after = orthogonalise(w, basis, column);
    for (let i = 0; i < k; i++) {
      const upper = cosines[i] * column[i] + sines[i] * column[i + 1];
      column[i + 1] = cosines[i] * column[i + 1] - sines[i] * column[i];
      column[i] = upper;
    }
    // What is left at the level of rounding is noise: the space of the products is exhausted.
    const exhausted = !(after > 4 * Number.EPSILON * before);
    const below = exhausted ? 0 : after;
    const length = Math.hypot(column[k], below);
    if (length === 0) break;
    cosines.push(column[k] / length);
    sines.push(below / length);
    column[k] = length;
    columns.push(column);
    rotated.push(-sines[k] * rotated[k]);
    rotated[k] *= cosines[k];
    residuals.push(Math.abs(rotated[k + 1]) / size);
    if (exhausted) break;
    const unit = 1 / after;
    for (let i = 0; i < w.length; i++) w[i] *= unit;
    basis.push(w);
  }
  const count = columns.length;
  const x = new Float64Array(b.length);
  const weights = new Float64Array(count);
  for (let k = count - 1; k >= 0; k--) {
    let sum = rotated[k];
    for (let j = k + 1; j < count; j++) sum -= columns[j][k] * weights[j];
    weights[k] = sum / columns[k][k];
  }
  for (let k = 0; k < count; k++) {
    const v = basis[k];
    for (let i = 0; i < x.length; i++) x[i] += weights[k] * v[i];
  }
  return { x, residuals, converged: residuals[count] <= tolerance };
}

/** Takes the parts along the basis out of w, adds them to `parts`, and returns the norm of the rest. */
function orthogonalise(w: Float64Array, basis: readonly Float64Array[], parts: Float64Array): number {
  let part = product(basis[0], w);
  for (let j = 0; j < basis.length; j++) {
    parts[j] += part;
    // What is taken out along one is read at once along the next: vectors are longer than caches.
    part = withoutAlong(w, basis[j], part, j + 1 < basis.length ? basis[j + 1] : w);
  }
  return Math.sqrt(part);
}

function norm(v: Float64Array): number {
  return Math.sqrt(product(v, v));
}

/** ⟨v, w⟩, in four sums that do not wait for each other. */
function product(v: Float64Array, w: Float64Array): number {
  const whole = w.length & ~3;
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    first += v[i] * w[i];
    second += v[i + 1] * w[i + 1];
    third += v[i + 2] * w[i + 2];
    fourth += v[i + 3] * w[i + 3];
  }
  for (let i = whole; i < w.length; i++) first += v[i] * w[i];
  return first + second + (third + fourth);
}

/** Takes part · v out of w, and gives ⟨next, w⟩ after that; `next` may be w. */
function withoutAlong(w: Float64Array, v: Float64Array, part: number, next: Float64Array): number {
  const whole = w.length & ~3;
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    w[i] -= part * v[i];
    w[i + 1] -= part * v[i + 1];
    w[i + 2] -= part * v[i + 2];
    w[i + 3] -= part * v[i + 3];
    first += next[i] * w[i];
    second += next[i + 1] * w[i + 1];
    third += next[i + 2] * w[i + 2];
    fourth += next[i + 3] * w[i + 3];
  }
  for (let i = whole; i < w.length; i++) {
    w[i] -= part * v[i];
    first += next[i] * w[i];
  }
  return first + second + (third + fourth);
}
