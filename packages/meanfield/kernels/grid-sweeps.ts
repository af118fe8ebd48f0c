// Implicit steps on the lines of a grid: values backwards, masses forwards, and the best response's Newton steps.
//
// Lines lie in pairs, two neighbouring lines whose rows alternate, so that a vector takes both and memory is read from
// beginning to end. Players jump at the rate up[i] from row i to i + 1 and down[i] to i - 1; on a circle the last
// row is next to the first. Values solve
//   kept f[i] + step (up[i] (f[i] - f[i+1]) + down[i] (f[i] - f[i-1])) = given[i],
// masses the transpose, kept being 1. Pivots are sums of what leaves a row towards rows that are still there and towards time,
// so that nothing is subtracted (Grassmann, Taksar and Heyman, Oper. Res. 33, 1985): rates >= 0 keep masses >= 0 to the last
// bit. On a circle the last row, the hub, is the last to go: every other row keeps its rates to and from it.
//
// A line without a neighbour is folded at its middle into a pair of halves (burn at both ends: I. Babuska, SIAM J. Numer. Anal.
// 9, 1972): the second counts from the far end inwards, with up and down exchanged, and their last rows are each other's
// next. The hub of a circle is the row after both.

/** Bytes of a pair. */
const WIDTH: usize = 16;

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
class Sweep {
  @inline
  static number(at: usize, i: usize): f64 {
    return load<f64>(at + (i << 3));
  }

  @inline
  static address(at: usize, i: usize): usize {
    return <usize>load<f64>(at + (i << 3));
  }

  /** The pair the other way round. */
  @inline
  static other(x: v128): v128 {
    return f64x2.shuffle(x, x, 1, 0);
  }

  /** The first of `x` and the second of `y`. */
  @inline
  static mixed(x: v128, y: v128): v128 {
    return f64x2.shuffle(x, y, 0, 3);
  }
}

/**
 * Solves for values on all lines. Arguments, as 64-bit floats from `at` on: 0 rows of a line, 1 pairs of lines, 2 whether lines
 * are circles, 3 step, 4 kept, 5 up, 6 down, 7 given values, replaced by the solution, 8 scratch for 3 pairs for each row;
 * 12 whether a line is folded into the pair: 0 no, 1 in even halves, 2 with an empty first row of the first half.
 */
export function gridValues(at: usize): void {
  const size = Sweep.address(at, 0) * WIDTH;
  const circle = Sweep.number(at, 2) != 0;
  const folded = Sweep.number(at, 12) != 0;
  const uneven = Sweep.number(at, 12) == 2;
  const step = f64x2.splat(Sweep.number(at, 3));
  const kept = f64x2.splat(Sweep.number(at, 4));
  const zero = f64x2.splat(0.0);
  const one = f64x2.splat(1.0);
  const hub = circle ? size - WIDTH : size;
  const scratch = Sweep.address(at, 8);
  let up = Sweep.address(at, 5);
  let down = Sweep.address(at, 6);
  let f = Sweep.address(at, 7);
  for (let group = <i32>Sweep.number(at, 1); group > 0; group--) {
    let inverse = one;
    let stays = zero;
    let value = zero;
    let forth = one;
    let toHub = zero;
    let fromHub = zero;
    let hubDown = zero;
    let hubPivot = zero;
    let hubValue = zero;
    if (circle) {
      toHub = one;
      fromHub = f64x2.mul(step, v128.load(up + hub));
      hubDown = f64x2.mul(step, v128.load(down + hub));
    }
    let q = scratch;
    for (let o: usize = 0; o < hub; o += WIDTH) {
      const back = f64x2.mul(step, v128.load(down + o));
      if (o > 0) fromHub = f64x2.mul(f64x2.mul(fromHub, forth), inverse);
      forth = f64x2.mul(step, v128.load(up + o));
      const staying = f64x2.mul(f64x2.mul(back, stays), inverse);
      // What rows before hand on to this one's pivot: one product, so that the next division waits for no sum.
      const handed = f64x2.mul(f64x2.mul(back, f64x2.add(stays, toHub)), inverse);
      value = f64x2.add(v128.load(f + o), f64x2.mul(f64x2.mul(back, value), inverse));
      toHub = f64x2.mul(f64x2.mul(back, toHub), inverse);
      stays = f64x2.add(kept, staying);
      let pivot = f64x2.add(f64x2.add(kept, forth), handed);
      if (folded && o == hub - WIDTH) {
        // The last rows of both halves are eliminated at once; the determinant is a sum of products, too.
        const rest = f64x2.add(kept, handed);
        const beside = Sweep.other(pivot);
        pivot = f64x2.add(f64x2.mul(rest, beside), f64x2.mul(forth, Sweep.other(rest)));
        value = f64x2.add(f64x2.mul(beside, value), f64x2.mul(forth, Sweep.other(value)));
        toHub = f64x2.add(f64x2.mul(beside, toHub), f64x2.mul(forth, Sweep.other(toHub)));
        stays = f64x2.add(f64x2.mul(beside, stays), f64x2.mul(forth, Sweep.other(stays)));
        forth = zero;
      } else if (circle && o == hub - WIDTH) {
        // The next row is the hub.
        pivot = f64x2.add(f64x2.add(kept, handed), forth);
        toHub = f64x2.add(toHub, forth);
        fromHub = f64x2.add(fromHub, hubDown);
        forth = zero;
      }
      inverse = f64x2.div(one, pivot);
      v128.store(q, f64x2.mul(value, inverse));
      v128.store(q + WIDTH, f64x2.mul(forth, inverse));
      v128.store(q + 2 * WIDTH, f64x2.mul(toHub, inverse));
      q += 3 * WIDTH;
      hubPivot = f64x2.add(hubPivot, f64x2.mul(f64x2.mul(fromHub, stays), inverse));
      hubValue = f64x2.add(hubValue, f64x2.mul(f64x2.mul(fromHub, value), inverse));
      if (uneven && o == 0) {
        // The first half begins with the next row.
        inverse = Sweep.mixed(one, inverse);
        stays = Sweep.mixed(zero, stays);
        value = Sweep.mixed(zero, value);
        forth = Sweep.mixed(one, forth);
        hubPivot = Sweep.mixed(zero, hubPivot);
        hubValue = Sweep.mixed(zero, hubValue);
        if (circle) {
          toHub = Sweep.mixed(one, toHub);
          fromHub = Sweep.mixed(f64x2.mul(step, v128.load(up + hub)), fromHub);
        }
      }
    }
    let around = zero;
    if (circle) {
      if (folded) {
        hubPivot = f64x2.add(hubPivot, Sweep.other(hubPivot));
        hubValue = f64x2.add(hubValue, Sweep.other(hubValue));
      }
      around = f64x2.div(f64x2.add(v128.load(f + hub), hubValue), f64x2.add(kept, hubPivot));
      v128.store(f + hub, around);
    }
    let x = zero;
    for (let o = hub; o > 0;) {
      o -= WIDTH;
      q -= 3 * WIDTH;
      const own = f64x2.add(v128.load(q), f64x2.mul(v128.load(q + 2 * WIDTH), around));
      x = f64x2.add(own, f64x2.mul(v128.load(q + WIDTH), x));
      v128.store(f + o, x);
    }
    up += size;
    down += size;
    f += size;
  }
}

/** Solves for masses; arguments as for values, 4 not read. */
export function gridMasses(at: usize): void {
  const size = Sweep.address(at, 0) * WIDTH;
  const circle = Sweep.number(at, 2) != 0;
  const folded = Sweep.number(at, 12) != 0;
  const uneven = Sweep.number(at, 12) == 2;
  const step = f64x2.splat(Sweep.number(at, 3));
  const zero = f64x2.splat(0.0);
  const one = f64x2.splat(1.0);
  const hub = circle ? size - WIDTH : size;
  const scratch = Sweep.address(at, 8);
  let up = Sweep.address(at, 5);
  let down = Sweep.address(at, 6);
  let f = Sweep.address(at, 7);
  for (let group = <i32>Sweep.number(at, 1); group > 0; group--) {
    let inverse = one;
    let stays = zero;
    let mass = zero;
    let forth = one;
    let toHub = zero;
    let fromHub = zero;
    let hubDown = zero;
    let hubPivot = zero;
    let hubMass = zero;
    if (circle) {
      toHub = one;
      fromHub = f64x2.mul(step, v128.load(up + hub));
      hubDown = f64x2.mul(step, v128.load(down + hub));
    }
    let q = scratch;
    for (let o: usize = 0; o < hub; o += WIDTH) {
      const back = f64x2.mul(step, v128.load(down + o));
      if (o > 0) fromHub = f64x2.mul(f64x2.mul(fromHub, forth), inverse);
      mass = f64x2.add(v128.load(f + o), f64x2.mul(f64x2.mul(forth, mass), inverse));
      forth = f64x2.mul(step, v128.load(up + o));
      const staying = f64x2.mul(f64x2.mul(back, stays), inverse);
      // What rows before hand on to this one's pivot: one product, so that the next division waits for no sum.
      const handed = f64x2.mul(f64x2.mul(back, f64x2.add(stays, toHub)), inverse);
      // What this row will return to the one before.
      v128.store(q + WIDTH, f64x2.mul(back, inverse));
      toHub = f64x2.mul(f64x2.mul(back, toHub), inverse);
      stays = f64x2.add(one, staying);
      let pivot = f64x2.add(f64x2.add(one, forth), handed);
      if (folded && o == hub - WIDTH) {
        const rest = f64x2.add(one, handed);
        const beside = Sweep.other(pivot);
        const hubward = f64x2.mul(fromHub, f64x2.add(f64x2.mul(beside, stays), f64x2.mul(forth, Sweep.other(stays))));
        pivot = f64x2.add(f64x2.mul(rest, beside), f64x2.mul(forth, Sweep.other(rest)));
        mass = f64x2.add(f64x2.mul(beside, mass), Sweep.other(f64x2.mul(forth, mass)));
        hubPivot = f64x2.add(hubPivot, f64x2.div(hubward, pivot));
        fromHub = f64x2.add(f64x2.mul(beside, fromHub), Sweep.other(f64x2.mul(forth, fromHub)));
        stays = zero;
        forth = zero;
      } else if (circle && o == hub - WIDTH) {
        pivot = f64x2.add(f64x2.add(one, handed), forth);
        toHub = f64x2.add(toHub, forth);
        fromHub = f64x2.add(fromHub, hubDown);
        forth = zero;
      }
      inverse = f64x2.div(one, pivot);
      v128.store(q, f64x2.mul(mass, inverse));
      v128.store(q + 2 * WIDTH, f64x2.mul(fromHub, inverse));
      q += 3 * WIDTH;
      hubPivot = f64x2.add(hubPivot, f64x2.mul(f64x2.mul(fromHub, stays), inverse));
      hubMass = f64x2.add(hubMass, f64x2.mul(f64x2.mul(toHub, mass), inverse));
      if (uneven && o == 0) {
        // The first half begins with the next row.
        inverse = Sweep.mixed(one, inverse);
        stays = Sweep.mixed(zero, stays);
        mass = Sweep.mixed(zero, mass);
        forth = Sweep.mixed(one, forth);
        hubPivot = Sweep.mixed(zero, hubPivot);
        hubMass = Sweep.mixed(zero, hubMass);
        if (circle) {
          toHub = Sweep.mixed(one, toHub);
          fromHub = Sweep.mixed(f64x2.mul(step, v128.load(up + hub)), fromHub);
        }
      }
    }
    let around = zero;
    if (circle) {
      if (folded) {
        hubPivot = f64x2.add(hubPivot, Sweep.other(hubPivot));
        hubMass = f64x2.add(hubMass, Sweep.other(hubMass));
      }
      around = f64x2.div(f64x2.add(v128.load(f + hub), hubMass), f64x2.add(one, hubPivot));
      v128.store(f + hub, around);
    }
    let returned = zero;
    for (let o = hub; o > 0;) {
      o -= WIDTH;
      q -= 3 * WIDTH;
      const own = f64x2.add(v128.load(q), f64x2.mul(v128.load(q + 2 * WIDTH), around));
      const x = f64x2.add(own, returned);
      v128.store(f + o, x);
      returned = f64x2.mul(v128.load(q + WIDTH), x);
    }
    up += size;
    down += size;
    f += size;
  }
}
