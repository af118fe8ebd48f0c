// The best response of one stage on the lines of a grid, for Hamiltonians H = floor + scale / 2 (p - rest)^2, on both sides of
// rest or on one: Newton's method for
//   (1 + discounted) v - later + step (H(min(p1, rest)) + H(max(p2, rest)) - floor - diffusion - source) = 0
// (Engquist and Osher), p1 and p2 being differences to the next and the previous row, or both their sum where the difference
// is central. Each pair of lines is iterated until its own residual is rounding. The elimination is that of grid-sweeps.ts.
//
// A row is a record of FIELDS pairs of numbers: what is known, the unknown, and the drifts found.

/** Bytes of a pair. */
const WIDTH: usize = 16;
const FIELDS: usize = 16;
const RECORD: usize = FIELDS * WIDTH;
// Places in a record, in bytes.
const VALUE: usize = 0 * WIDTH;
const LATER: usize = 1 * WIDTH;
const SOURCE: usize = 2 * WIDTH;
const SCALE: usize = 3 * WIDTH;
const REST: usize = 4 * WIDTH;
const FLOOR: usize = 5 * WIDTH;
const ADD_UP: usize = 6 * WIDTH;
const ADD_DOWN: usize = 7 * WIDTH;
const DIFFUSE_UP: usize = 8 * WIDTH;
const DIFFUSE_DOWN: usize = 9 * WIDTH;
const GAIN_UP: usize = 10 * WIDTH;
const GAIN_DOWN: usize = 11 * WIDTH;
const CENTRAL: usize = 12 * WIDTH;
const FREE: usize = 13 * WIDTH;
const RISE: usize = 14 * WIDTH;
const FALL: usize = 15 * WIDTH;

// What a row's evaluation leaves at the row's scratch, in bytes: its residual, step times its rates; then its share of what
// decides whether the residual is rounding.
const RESIDUAL: usize = 0 * WIDTH;
const FORTH: usize = 1 * WIDTH;
const BACK: usize = 2 * WIDTH;
const SCRATCH: usize = 3 * WIDTH;

// Places among the arguments of what is found; below NEARLY the next Newton step is likely one too many.
const LARGEST: usize = 10;
const NOISE: usize = 11;
const NEARLY: f64 = 1e-5;

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
class Response {
  @inline
  static number(at: usize, i: usize): f64 {
    return load<f64>(at + (i << 3));
  }

  /** The root of the larger entry of a pair of squares. */
  @inline
  static root(squares: v128): f64 {
    return sqrt(max(f64x2.extract_lane(squares, 0), f64x2.extract_lane(squares, 1)));
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

  /** Whether a momentum on the costly side costs: first for the pair's first line, then for the second. */
  @inline
  static costly(at: usize, ahead: usize): v128 {
    const own = Response.number(at, ahead);
    const folded = Response.number(at, 12) != 0;
    return f64x2.replace_lane(f64x2.splat(own), 1, folded ? Response.number(at, 13 - ahead) : own);
  }

  /** The larger square, of `squares` and of x. */
  @inline
  static larger(squares: v128, x: v128): v128 {
    return f64x2.pmax(squares, f64x2.mul(x, x));
  }

  /** Evaluates the row whose record is at `r`, between values `before` and `after`; gives H - source. */
  @inline
  static evaluate(
    r: usize,
    q: usize,
    before: v128,
    here: v128,
    after: v128,
    step: v128,
    discounted: v128,
    rising: v128,
    falling: v128,
  ): v128 {
    const zero = f64x2.splat(0.0);
    const forward = f64x2.sub(after, here);
    const backward = f64x2.sub(here, before);
    const gainUp = v128.load(r, GAIN_UP);
    const gainDown = v128.load(r, GAIN_DOWN);
    const central = v128.load(r, CENTRAL);
    const above = f64x2.add(f64x2.mul(gainUp, forward), v128.load(r, ADD_UP));
    const below = f64x2.add(f64x2.mul(gainDown, backward), v128.load(r, ADD_DOWN));
    const rest = v128.load(r, REST);
    const under = f64x2.mul(falling, f64x2.pmax(zero, f64x2.sub(f64x2.sub(rest, above), f64x2.mul(central, below))));
    const over = f64x2.mul(rising, f64x2.pmax(zero, f64x2.sub(f64x2.add(below, f64x2.mul(central, above)), rest)));
    const scale = v128.load(r, SCALE);
    const up = f64x2.mul(scale, under);
    const down = f64x2.mul(scale, over);
    const paid = f64x2.mul(f64x2.splat(0.5), f64x2.add(f64x2.mul(up, under), f64x2.mul(down, over)));
    const cost = f64x2.sub(f64x2.add(v128.load(r, FLOOR), paid), v128.load(r, SOURCE));
    // A central difference has one drift of either sign.
    const mixed = f64x2.mul(central, down);
    const rise = f64x2.sub(up, mixed);
    const fall = f64x2.sub(down, mixed);
    v128.store(r, rise, RISE);
    v128.store(r, fall, FALL);
    const diffuseUp = v128.load(r, DIFFUSE_UP);
    const diffuseDown = v128.load(r, DIFFUSE_DOWN);
    const diffusion = f64x2.sub(f64x2.mul(diffuseUp, forward), f64x2.mul(diffuseDown, backward));
    const change = f64x2.add(f64x2.sub(here, v128.load(r, LATER)), f64x2.mul(discounted, here));
    const residual = f64x2.add(change, f64x2.mul(step, f64x2.sub(cost, diffusion)));
    v128.store(q, f64x2.mul(v128.load(r, FREE), residual), RESIDUAL);
    v128.store(q, f64x2.mul(step, f64x2.add(diffuseUp, f64x2.mul(rise, gainUp))), FORTH);
    const drawn = f64x2.sub(fall, f64x2.mul(central, rise));
    v128.store(q, f64x2.mul(step, f64x2.add(diffuseDown, f64x2.mul(drawn, gainDown))), BACK);
    return cost;
  }

  /**
   * Leaves among the arguments the largest residual and what rounding alone may make of it, from the squares of residuals,
   * values, rates and costs; `total` is not a number where a residual is not.
   */
  @inline
  static judge(at: usize, total: v128, residuals: v128, sizes: v128, rates: v128, costs: v128): void {
    const size = Response.root(sizes) * (2 + Response.number(at, 4) + Response.root(rates));
    const sum = f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
    store<f64>(at + (LARGEST << 3), sum == sum ? Response.root(residuals) : sum);
    store<f64>(at + (NOISE << 3), 4 * f64.EPSILON * (size + Response.number(at, 3) * Response.root(costs)));
  }

  /** Whether the equations hold: to rounding, or to a little more where Newton's method has come to rest. */
  @inline
  static settled(at: usize, moved: f64): bool {
    const largest = Response.number(at, LARGEST);
    const noise = Response.number(at, NOISE);
    return largest <= noise || (moved <= 1e-10 && largest <= 64 * noise);
  }

  /** Evaluates all rows of the pair at `lines` and judges them, without elimination. */
  static survey(at: usize, lines: usize): void {
    const last = (<usize>Response.number(at, 0) - 1) * RECORD;
    const circle = Response.number(at, 2) != 0;
    const step = f64x2.splat(Response.number(at, 3));
    const discounted = f64x2.splat(Response.number(at, 4));
    const rising = Response.costly(at, 6);
    const falling = Response.costly(at, 7);
    const folded = Response.number(at, 12) != 0;
    const uneven = Response.number(at, 12) == 2;
    const q = <usize>Response.number(at, 9);
    let first = v128.load(lines);
    const hub = v128.load(lines + last);
    const turn = folded ? (circle ? last - RECORD : last) : last + RECORD;
    let before = circle ? hub : first;
    let here = first;
    if (uneven) first = Response.mixed(v128.load(lines + RECORD), first);
    let total = f64x2.splat(0.0);
    let costs = total;
    let rates = total;
    let sizes = total;
    let residuals = total;
    for (let o: usize = 0; o <= last; o += RECORD) {
      const r = lines + o;
      if (folded && circle && o == last) before = Response.other(first);
      let after = here;
      if (o == turn) after = Response.other(here);
      else if (o < last) after = v128.load(r + RECORD);
      else if (circle) after = first;
      const cost = Response.evaluate(r, q, before, here, after, step, discounted, rising, falling);
      const residual = v128.load(q, RESIDUAL);
      total = f64x2.add(total, residual);
      residuals = Response.larger(residuals, residual);
      costs = Response.larger(costs, cost);
      sizes = Response.larger(sizes, here);
      rates = Response.larger(rates, f64x2.add(v128.load(q, FORTH), v128.load(q, BACK)));
      before = uneven && circle && o == 0 ? Response.mixed(hub, here) : here;
      here = o == turn && circle ? hub : after;
    }
    Response.judge(at, total, residuals, sizes, rates, costs);
  }
}

/**
 * Solves one pair of lines. Arguments, as 64-bit floats from `at` on: 0 rows, 1 not read, 2 whether lines are circles, 3
 * step, 4 discounted, 5 most Newton steps, 6 whether p above rest costs, 7 whether p below does, 8 records (the unknown holds
 * a guess), 9 scratch for 3 pairs for each row; 10 becomes the largest residual, 11 is written too. Gives the Newton steps, or
 * -1 where they do not converge; 12 whether a line is folded into the pair, as for sweeps.
 */
export function gridResponse(at: usize): i32 {
  const circle = Response.number(at, 2) != 0;
  const folded = Response.number(at, 12) != 0;
  const uneven = Response.number(at, 12) == 2;
  const most = <i32>Response.number(at, 5);
  const step = f64x2.splat(Response.number(at, 3));
  const discounted = f64x2.splat(Response.number(at, 4));
  const rising = Response.costly(at, 6);
  const falling = Response.costly(at, 7);
  const zero = f64x2.splat(0.0);
  const one = f64x2.splat(1.0);
  const kept = f64x2.add(one, discounted);
  const rows = <usize>Response.number(at, 0);
  const last = (rows - 1) * RECORD;
  const end = circle ? last : last + RECORD;
  const lines = <usize>Response.number(at, 8);
  const scratch = <usize>Response.number(at, 9);
  const hub = scratch + (rows - 1) * SCRATCH;
  let moved = f64.MAX_VALUE;
  for (let round = 0; round <= most; round++) {
    if (moved < NEARLY) {
      Response.survey(at, lines);
      if (Response.settled(at, moved)) return round;
    }
    const ending = v128.load(lines + last);
    let here = v128.load(lines);
    let before = circle ? ending : here;
    let inverse = one;
    let stays = zero;
    let value = zero;
    let forth = one;
    let toHub = zero;
    let fromHub = zero;
    let hubPivot = zero;
    let hubValue = zero;
    let costs = zero;
    let rates = zero;
    let sizes = zero;
    let residuals = zero;
    let total = zero;
    if (circle) {
      const next = uneven ? Response.mixed(v128.load(lines + RECORD), here) : here;
      const previous = folded ? Response.other(next) : v128.load(lines + last - RECORD);
      costs = Response.evaluate(lines + last, hub, previous, ending, next, step, discounted, rising, falling);
      costs = f64x2.mul(costs, costs);
      toHub = one;
      fromHub = v128.load(hub, FORTH);
      total = v128.load(hub, RESIDUAL);
      residuals = f64x2.mul(total, total);
      sizes = f64x2.mul(ending, ending);
    }
    let q = scratch;
    for (let o: usize = 0; o < end; o += RECORD) {
      const r = lines + o;
      const ends = o == end - RECORD;
      const after = ends && folded ? Response.other(here) : o < last ? v128.load(r + RECORD) : here;
      const cost = Response.evaluate(r, q, before, here, after, step, discounted, rising, falling);
      const residual = v128.load(q, RESIDUAL);
      const back = v128.load(q, BACK);
      if (o > 0) fromHub = f64x2.mul(f64x2.mul(fromHub, forth), inverse);
      forth = v128.load(q, FORTH);
      total = f64x2.add(total, residual);
      residuals = Response.larger(residuals, residual);
      costs = Response.larger(costs, cost);
      sizes = Response.larger(sizes, here);
      rates = Response.larger(rates, f64x2.add(forth, back));
      before = here;
      here = after;
      const staying = f64x2.mul(f64x2.mul(back, stays), inverse);
      // What rows before hand on to this one's pivot: one product, so that the next division waits for no sum.
      const handed = f64x2.mul(f64x2.mul(back, f64x2.add(stays, toHub)), inverse);
      value = f64x2.add(residual, f64x2.mul(f64x2.mul(back, value), inverse));
      toHub = f64x2.mul(f64x2.mul(back, toHub), inverse);
      stays = f64x2.add(kept, staying);
      let pivot = f64x2.add(f64x2.add(kept, forth), handed);
      if (folded && ends) {
        // The last rows of both halves at once.
        const rest = f64x2.add(kept, handed);
        const beside = Response.other(pivot);
        pivot = f64x2.add(f64x2.mul(rest, beside), f64x2.mul(forth, Response.other(rest)));
        value = f64x2.add(f64x2.mul(beside, value), f64x2.mul(forth, Response.other(value)));
        toHub = f64x2.add(f64x2.mul(beside, toHub), f64x2.mul(forth, Response.other(toHub)));
        stays = f64x2.add(f64x2.mul(beside, stays), f64x2.mul(forth, Response.other(stays)));
        forth = zero;
      } else if (circle && ends) {
        // The next row is the hub.
        pivot = f64x2.add(f64x2.add(kept, handed), forth);
        toHub = f64x2.add(toHub, forth);
        fromHub = f64x2.add(fromHub, v128.load(hub, BACK));
        forth = zero;
      }
      inverse = f64x2.div(one, pivot);
      v128.store(q, f64x2.mul(value, inverse));
      v128.store(q, f64x2.mul(forth, inverse), WIDTH);
      v128.store(q, f64x2.mul(toHub, inverse), 2 * WIDTH);
      q += SCRATCH;
      if (circle) {
        hubPivot = f64x2.add(hubPivot, f64x2.mul(f64x2.mul(fromHub, stays), inverse));
        hubValue = f64x2.add(hubValue, f64x2.mul(f64x2.mul(fromHub, value), inverse));
      }
      if (uneven && o == 0) {
        // The first half begins with the next row.
        inverse = Response.mixed(one, inverse);
        stays = Response.mixed(zero, stays);
        value = Response.mixed(zero, value);
        forth = Response.mixed(one, forth);
        if (circle) {
          before = Response.mixed(ending, before);
          toHub = Response.mixed(one, toHub);
          fromHub = Response.mixed(v128.load(hub, FORTH), fromHub);
          hubPivot = Response.mixed(zero, hubPivot);
          hubValue = Response.mixed(zero, hubValue);
        }
      }
    }
    Response.judge(at, total, residuals, sizes, rates, costs);
    if (Response.settled(at, moved)) return round;
    // Not a number is not below any.
    if (round == most || !(Response.number(at, LARGEST) <= f64.MAX_VALUE)) return -1;
    let around = zero;
    let far = zero;
    let sizeAfter = zero;
    if (circle) {
      if (folded) {
        hubPivot = f64x2.add(hubPivot, Response.other(hubPivot));
        hubValue = f64x2.add(hubValue, Response.other(hubValue));
      }
      around = f64x2.div(f64x2.add(v128.load(hub, RESIDUAL), hubValue), f64x2.add(kept, hubPivot));
      const found = f64x2.sub(ending, around);
      v128.store(lines + last, found);
      far = f64x2.mul(around, around);
      sizeAfter = f64x2.mul(found, found);
    }
    let x = zero;
    for (let o = end; o > 0;) {
      o -= RECORD;
      q -= SCRATCH;
      let own = v128.load(q);
      if (circle) own = f64x2.add(own, f64x2.mul(v128.load(q, 2 * WIDTH), around));
      x = f64x2.add(own, f64x2.mul(v128.load(q, WIDTH), x));
      const found = f64x2.sub(v128.load(lines + o), x);
      v128.store(lines + o, found);
      far = Response.larger(far, x);
      sizeAfter = Response.larger(sizeAfter, found);
    }
    moved = Response.root(far) / Response.root(sizeAfter);
  }
  return -1;
}
