// One implicit Euler step of dm/dt + dF/dx = 0 on n cells with no flux through the ends. The flux between cells i and i + 1
// is F = right[i] m[i] - left[i] m[i+1] with rates >= 0: every monotone scheme (upwind, Scharfetter-Gummel, Chang-Cooper)
// is a choice of rates. Row i of the system is
//   -ratio * right[i-1] m[i-1] + (1 + ratio * (right[i] + left[i-1])) m[i] - ratio * left[i] m[i+1] = m(old)[i],
// ratio = dt / dx, and its columns sum to one. So each pivot splits as b = s + ratio * (rate away from the solved side)
// with s >= 1 that obeys a recurrence of its own, and the elimination never subtracts (Grassmann, Taksar and Heyman,
// Oper. Res. 33, 1985): the density stays >= 0 to the last bit and every cell is accurate relative to itself, however long
// the step, where ordinary elimination loses the smallest cells. Both ends at once, as in tridiagonal.ts.

/**
 * Steps the density m of n cells in place. `right` and `left` hold n - 1 rates; `scratch` has room for n numbers.
 */
export function fokkerPlanckStep(n: i32, m: usize, right: usize, left: usize, ratio: f64, scratch: usize): void {
  if (n < 2) return;
  const middle = (n - 1) >> 1;
  const centre = (<usize>middle) << 3;
  let i: usize = 0;
  let j = (<usize>(n - 1)) << 3;
  // What the solved side hands on to the next row: mass, and its addition to the row's pivot.
  let massDown: f64 = 0;
  let massUp: f64 = 0;
  let pivotDown: f64 = 1;
  let pivotUp: f64 = 1;
  for (; i < centre; i += 8) {
    const outDown = ratio * load<f64>(right + i);
    const backDown = ratio * load<f64>(left + i);
    const outUp = ratio * load<f64>(left + j - 8);
    const backUp = ratio * load<f64>(right + j - 8);
    const down = 1 / (pivotDown + outDown);
    const up = 1 / (pivotUp + outUp);
    pivotDown = 1 + backDown * pivotDown * down;
    pivotUp = 1 + backUp * pivotUp * up;
    massDown = (load<f64>(m + i) + massDown) * down;
    massUp = (load<f64>(m + j) + massUp) * up;
    store<f64>(scratch + i, backDown * down);
    store<f64>(scratch + j, backUp * up);
    store<f64>(m + i, massDown);
    store<f64>(m + j, massUp);
    massDown *= outDown;
    massUp *= outUp;
    j -= 8;
  }
  if (j > centre) {
    // An even number of cells: the upper side has one more.
    const outUp = ratio * load<f64>(left + centre);
    const backUp = ratio * load<f64>(right + centre);
    const up = 1 / (pivotUp + outUp);
    pivotUp = 1 + backUp * pivotUp * up;
    massUp = (load<f64>(m + j) + massUp) * up;
    store<f64>(scratch + j, backUp * up);
    store<f64>(m + j, massUp);
    massUp *= outUp;
  }
  // pivotDown >= 1, so the 1 that both sides count comes off without loss.
  let below = (load<f64>(m + centre) + massDown + massUp) / (pivotDown + (pivotUp - 1));
  let above = below;
  store<f64>(m + centre, below);
  j = centre;
  while (i > 0) {
    i -= 8;
    j += 8;
    below = load<f64>(m + i) + load<f64>(scratch + i) * below;
    above = load<f64>(m + j) + load<f64>(scratch + j) * above;
    store<f64>(m + i, below);
    store<f64>(m + j, above);
  }
  if (j < (<usize>(n - 1)) << 3) {
    j += 8;
    store<f64>(m + j, load<f64>(m + j) + load<f64>(scratch + j) * above);
  }
}

/**
 * Rates of the upwind scheme on `faces` faces: right = max(b, 0) + diffusion, left = max(-b, 0) + diffusion with
 * b = drift[face] + shift, the shift being a drift common to all cells; `diffusion` = sigma^2 / (2 dx).
 */
export function upwindRates(faces: i32, drift: usize, shift: f64, diffusion: f64, right: usize, left: usize): void {
  const shifts = f64x2.splat(shift);
  const diffusions = f64x2.splat(diffusion);
  const zero = f64x2.splat(0);
  const end = (<usize>faces) << 3;
  let o: usize = 0;
  for (; o + 16 <= end; o += 16) {
    const b = f64x2.add(v128.load(drift + o), shifts);
    v128.store(right + o, f64x2.add(f64x2.max(b, zero), diffusions));
    v128.store(left + o, f64x2.add(f64x2.max(f64x2.neg(b), zero), diffusions));
  }
  for (; o < end; o += 8) {
    const b = load<f64>(drift + o) + shift;
    store<f64>(right + o, max(b, 0) + diffusion);
    store<f64>(left + o, max(-b, 0) + diffusion);
  }
}

/** The sum of a[i] * b[i], in four partial sums so that no addition waits for the one before it. */
export function dot(n: i32, a: usize, b: usize): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  const end = (<usize>n) << 3;
  let o: usize = 0;
  for (; o + 32 <= end; o += 32) {
    even = f64x2.add(even, f64x2.mul(v128.load(a + o), v128.load(b + o)));
    odd = f64x2.add(odd, f64x2.mul(v128.load(a + o, 16), v128.load(b + o, 16)));
  }
  const both = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; o < end; o += 8) sum += load<f64>(a + o) * load<f64>(b + o);
  return sum;
}
