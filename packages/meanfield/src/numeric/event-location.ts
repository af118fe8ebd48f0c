/**
 * Locates a sign change inside a bracket by inverse quadratic interpolation guarded by bisection.
 *
 * Chandrupatla, A new hybrid quadratic/bisection algorithm, Advances in Engineering Software 28 (1997) 145-149.
 */

/**
 * The end, of a bracket no wider than `width`, at which `value` has left the sign it has at `a`.
 *
 * `value(a)` must be nonzero and `value(b)` zero or of the other sign. The far end is returned, not the middle, so
 * that an integration restarted from the event does not find the same crossing again. Not-a-number where `value`
 * gives one.
 */
export function locateSignChange(
  value: (x: number) => number,
  a: number,
  valueAtA: number,
  b: number,
  valueAtB: number,
  width: number,
): number {
  // `near` always keeps the sign at a; `far` has lost it. `older` is the point dropped last.
  let near = a;
  let nearValue = valueAtA;
  let far = b;
  let farValue = valueAtB;
  let fraction = 0.5;
  while (farValue !== 0 && Math.abs(far - near) > width) {
    // Never nearer to an end than half the width asked for, else the bracket would shrink from one side only.
    const least = (0.5 * width) / Math.abs(far - near);
    const x = near + Math.min(1 - least, Math.max(least, fraction)) * (far - near);
    if (x === near || x === far) break;
    const valueAtX = value(x);
    if (Number.isNaN(valueAtX)) return Number.NaN;
    const staysNear = valueAtX !== 0 && valueAtX > 0 === valueAtA > 0;
    const older = staysNear ? near : far;
    const olderValue = staysNear ? nearValue : farValue;
    if (staysNear) {
      near = x;
      nearValue = valueAtX;
    } else {
      far = x;
      farValue = valueAtX;
    }
    // x and the kept end bracket the root; interpolate through them and the dropped point where that is monotone.
    const kept = staysNear ? far : near;
    const keptValue = staysNear ? farValue : nearValue;
    const xi = (x - kept) / (older - kept);
    const phi = (valueAtX - keptValue) / (olderValue - keptValue);
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi) {
      const fromX =
        (valueAtX / (keptValue - valueAtX)) * (olderValue / (keptValue - olderValue)) +
        (((older - x) / (kept - x)) * valueAtX * keptValue) / ((olderValue - valueAtX) * (olderValue - keptValue));
      fraction = staysNear ? fromX : 1 - fromX;
    } else {
      fraction = 0.5;
    }
  }
  return far;
}
