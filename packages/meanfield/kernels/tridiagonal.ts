// Tridiagonal systems, eliminated from both ends at once towards the middle row (the "burn at both ends" or twisted
// factorisation: Babuska, "Numerical stability in problems of linear algebra", SIAM J. Numer. Anal. 9, 1972).
// Thomas's sweep takes as many operations, but each row waits for the division in the row before it; the two chains here
// do not wait for each other, and the processor runs them side by side.

/**
 * Solves lower[i] x[i-1] + diagonal[i] x[i] + upper[i] x[i+1] = right-hand side, which `x` holds on entry and the solution
 * on return; lower[0] and upper[n-1] are not read. `scratch` has room for n numbers. No pivoting: for matrices that are
 * diagonally dominant or M-matrices.
 */
export function tridiagonalSolve(n: i32, lower: usize, diagonal: usize, upper: usize, x: usize, scratch: usize): void {
  if (n == 1) {
    store<f64>(x, load<f64>(x) / load<f64>(diagonal));
    return;
  }
  // Rows 0, ..., middle - 1 go down, rows n - 1, ..., middle + 1 go up; the sides differ by at most one row.
  const middle = (n - 1) >> 1;
  // One division per row: towards the middle, ratio = (coefficient that stays) / pivot.
  let i: usize = 0;
  let j = (<usize>(n - 1)) << 3;
  let pivot = 1 / load<f64>(diagonal + j);
  let ratioUp = load<f64>(lower + j) * pivot;
  let valueUp = load<f64>(x + j) * pivot;
  store<f64>(scratch + j, ratioUp);
  store<f64>(x + j, valueUp);
  j -= 8;
  let ratioDown: f64 = 0;
  let valueDown: f64 = 0;
  if (middle > 0) {
    pivot = 1 / load<f64>(diagonal);
    ratioDown = load<f64>(upper) * pivot;
    valueDown = load<f64>(x) * pivot;
    store<f64>(scratch, ratioDown);
    store<f64>(x, valueDown);
    i = 8;
  }
  const m = (<usize>middle) << 3;
  for (; i < m; i += 8) {
    const a = load<f64>(lower + i);
    const c = load<f64>(upper + j);
    const down = 1 / (load<f64>(diagonal + i) - a * ratioDown);
    const up = 1 / (load<f64>(diagonal + j) - c * ratioUp);
    ratioDown = load<f64>(upper + i) * down;
    ratioUp = load<f64>(lower + j) * up;
    valueDown = (load<f64>(x + i) - a * valueDown) * down;
    valueUp = (load<f64>(x + j) - c * valueUp) * up;
    store<f64>(scratch + i, ratioDown);
    store<f64>(scratch + j, ratioUp);
    store<f64>(x + i, valueDown);
    store<f64>(x + j, valueUp);
    j -= 8;
  }
  for (; j > m; j -= 8) {
    const c = load<f64>(upper + j);
    const up = 1 / (load<f64>(diagonal + j) - c * ratioUp);
    ratioUp = load<f64>(lower + j) * up;
    valueUp = (load<f64>(x + j) - c * valueUp) * up;
    store<f64>(scratch + j, ratioUp);
    store<f64>(x + j, valueUp);
  }
  const c = load<f64>(upper + m);
  let centre = load<f64>(x + m) - c * valueUp;
  let last = load<f64>(diagonal + m) - c * ratioUp;
  if (middle > 0) {
    const a = load<f64>(lower + m);
    centre -= a * valueDown;
    last -= a * ratioDown;
  }
  valueDown = valueUp = centre / last;
  store<f64>(x + m, valueUp);
  i = m;
  j = m;
  while (i > 0) {
    i -= 8;
    j += 8;
    valueDown = load<f64>(x + i) - load<f64>(scratch + i) * valueDown;
    valueUp = load<f64>(x + j) - load<f64>(scratch + j) * valueUp;
    store<f64>(x + i, valueDown);
    store<f64>(x + j, valueUp);
  }
  if (j < (<usize>(n - 1)) << 3) {
    j += 8;
    store<f64>(x + j, load<f64>(x + j) - load<f64>(scratch + j) * valueUp);
  }
}
