/**
 * The minimum of a function of one variable on an interval, where it falls and then rises.
 *
 * Golden sections and parabolas (R. P. Brent, "Algorithms for Minimization without Derivatives", Prentice-Hall 1973, chapter 5)
 * find it to the square root of the rounding error, since values are flat there; where the function is smooth, Newton's
 * method on the quartic through five points then finds where its slope vanishes, nearly to the last bits. Kinks and ends are
 * found by values alone, which are not flat at them.
 */

export interface BoundedMinimum {
  readonly x: number;
  readonly value: number;
  /** f'' there where it is a smooth minimum inside; 0 at an end and at a kink. */
  readonly curvature: number;
}

const golden = 0.5 * (3 - Math.sqrt(5));
/** Distance of the five points over the width of the interval: differences lose 4 digits, the quartic errs by less. */
const stencil = 2e-4;

/**
 * Where `f` is least on [low, high]; the first end where all is equal, `low = high` allowed.
 *
 * The answer is exact for convex functions; others may end in a local minimum. A `guess` from which Newton's method leads to the
 * minimum saves the search by sections. Throws `RangeError` for ends in the wrong order or not finite. A value that is not a number
 * counts as infinite.
 */
export function boundedMinimum(f: (x: number) => number, low: number, high: number, guess?: number): BoundedMinimum {
  if (!(low <= high && Number.isFinite(high - low))) {
    throw new RangeError(
      `boundedMinimum: the ends are ${low} and ${high}; allowed are finite ends in increasing order`,
    );
  }
  const at = (x: number): number => {
    const value = f(x);
    return Number.isNaN(value) ? Infinity : value;
  };
  const [first, last] = [at(low), at(high)];
  const left = { x: low, value: first, curvature: 0 };
  if (low === high) return left;
  const right = { x: high, value: last, curvature: 0 };
  if (leaves(at, left, high) && first <= last) return left;
  if (leaves(at, right, low) && last < first) return right;
  const led = guess !== undefined && guess > low && guess < high ? fromGuess(at, guess, left, right) : undefined;
  if (led !== undefined) return led;
  const coarse = bySections(at, low, high, 1e-8, true);
  // Beside a kink the points on one side of the minimum are those of a smooth function.
  const best =
    bySlope(at, coarse, left, right, 2) ??
    bySlope(at, coarse, left, right, 0) ??
    bySlope(at, coarse, left, right, 4) ??
    bySections(at, low, high, Number.EPSILON, false);
  const end = last < first ? right : left;
  return best.value < end.value ? best : end;
}

/** Whether a convex function rises at once from an end of the interval, by more than rounding could. */
function leaves(f: (x: number) => number, { x, value }: BoundedMinimum, other: number): boolean {
  return f(x + 1e-10 * (other - x)) - value > 4 * Number.EPSILON * Math.abs(value);
}

/** Brent's method; golden sections alone at kinks, to which parabolas creep. */
function bySections(
  f: (x: number) => number,
  low: number,
  high: number,
  precision: number,
  parabolas: boolean,
): BoundedMinimum {
  let [left, right] = [low, high];
  let best = left + golden * (right - left);
  let [second, third] = [best, best];
  let value = f(best);
  let [secondValue, thirdValue] = [value, value];
  let [step, before] = [0, 0];
  const width = high - low;
  for (let k = 0; k < 120; k++) {
    const middle = 0.5 * (left + right);
    const spacing = precision * (Math.abs(best) + 1e-3 * width);
    if (Math.abs(best - middle) + 0.5 * (right - left) <= 2 * spacing) break;
    let parabola = Number.NaN;
    if (parabolas && Math.abs(before) > spacing) {
      const r = (best - second) * (value - thirdValue);
      const q = (best - third) * (value - secondValue);
      const bottom = 2 * (q - r);
      parabola = bottom === 0 ? Number.NaN : ((best - second) * r - (best - third) * q) / bottom;
    }
    const trusted = Math.abs(parabola) < 0.5 * Math.abs(before) && best + parabola > left && best + parabola < right;
    before = trusted ? step : best < middle ? right - best : left - best;
    step = trusted ? parabola : golden * before;
    const x = best + (Math.abs(step) >= spacing ? step : step > 0 ? spacing : -spacing);
    const here = f(x);
    if (here <= value) {
      if (x < best) right = best;
      else left = best;
      [third, thirdValue, second, secondValue, best, value] = [second, secondValue, best, value, x, here];
    } else {
      if (x < best) left = x;
      else right = x;
      if (here <= secondValue || second === best)
        [third, thirdValue, second, secondValue] = [second, secondValue, x, here];
      else if (here <= thirdValue || third === best || third === second) [third, thirdValue] = [x, here];
    }
  }
  return { x: best, value, curvature: 0 };
}

/** The minimum to which the quartics through five points lead from a guess; undefined where one of them leads astray. */
function fromGuess(
  f: (x: number) => number,
  guess: number,
  left: BoundedMinimum,
  right: BoundedMinimum,
): BoundedMinimum | undefined {
  const width = right.x - left.x;
  let found: BoundedMinimum = { x: guess, value: f(guess), curvature: 0 };
  for (let k = 0; k < 4; k++) {
    const next = bySlope(f, found, left, right, 2, width);
    if (next === undefined) return undefined;
    // Within the five points the quartic is the function, nearly to the last bits.
    if (Math.abs(next.x - found.x) <= 2 * stencil * width) return next;
    found = next;
  }
  return undefined;
}

/**
 * The zero of the slope near a minimum found by values, which is the point of that number of the five, from 0; undefined where f is
 * not smooth or not curved there.
 */
function bySlope(
  f: (x: number) => number,
  found: BoundedMinimum,
  { x: low, value: first }: BoundedMinimum,
  { x: high, value: last }: BoundedMinimum,
  number: number,
  reach = 1e-6 * (high - low),
): BoundedMinimum | undefined {
  const h = stencil * (high - low);
  const start = Math.min(Math.max(found.x - number * h, low), high - 4 * h);
  const [a, b, c, d, e] = [0, 1, 2, 3, 4].map((k) => f(start + k * h));
  // Differences of the quartic through the five points, at s steps from the middle one.
  const d1 = (a - 8 * b + 8 * d - e) / 12;
  const d2 = (-a + 16 * b - 30 * c + 16 * d - e) / 12;
  const d3 = (-a + 2 * b - 2 * d + e) / 2;
  const d4 = a - 4 * b + 6 * c - 4 * d + e;
  // Higher differences of a smooth function are smaller by a factor of h each; at a kink they are not.
  if (!(Math.abs(d3) + Math.abs(d4) < 0.1 * d2)) return undefined;
  let s = (found.x - start) / h - 2;
  for (let k = 0; k < 4; k++) {
    s -= (d1 + s * (d2 + s * (d3 / 2 + (s * d4) / 6))) / (d2 + s * (d3 + (s * d4) / 2));
  }
  const x = start + (s + 2) * h;
  const curvature = (d2 + s * (d3 + (s * d4) / 2)) / (h * h);
  const near = Math.abs(x - found.x) <= reach;
  if (!(near && curvature > 0 && x > low && x < high)) return undefined;
  const value = f(x);
  // Terms that cancel at the minimum round as they are; those of the ends do not cancel there, too, or not both.
  const sizes = [value, found.value, first, last].map(Math.abs).filter(Number.isFinite);
  const rounding = 8 * Number.EPSILON * Math.max(...sizes);
  return value <= found.value + rounding ? { x, value, curvature } : undefined;
}
