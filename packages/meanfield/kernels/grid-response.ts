// The best response of one stage on the lines of a grid, for Hamiltonians H = floor + scale / 2 (p - rest)^2, on both sides of
// rest or on one: Newton's method for
//   (1 + discounted) v - later + step (H(min(p1, rest)) + H(max(p2, rest)) - floor - diffusion - source) = 0
// (Engquist and Osher), p1 and p2 being differences to the next and the previous row, or both their sum where the difference
// is central. Each group of lines is iterated until its own residual is rounding. The elimination is that of grid-sweeps.ts.
//
// A row is a record of FIELDS numbers for each line of its group: what is known, the unknown, and the drifts found.
import { Lanes } from "./lanes";

const FIELDS: usize = 16;
// Places in a record.
const VALUE: usize = 0;
const LATER: usize = 1;
const SOURCE: usize = 2;
const SCALE: usize = 3;
const REST: usize = 4;
const FLOOR: usize = 5;
const ADD_UP: usize = 6;
const ADD_DOWN: usize = 7;
const DIFFUSE_UP: usize = 8;
const DIFFUSE_DOWN: usize = 9;
const GAIN_UP: usize = 10;
const GAIN_DOWN: usize = 11;
const CENTRAL: usize = 12;
const FREE: usize = 13;
const RISE: usize = 14;
const FALL: usize = 15;

/** What a row's evaluation leaves for its elimination, at the row's scratch: residual, and step times its rates. */
const RESIDUAL: usize = 0;
const FORTH: usize = 1;
const BACK: usize = 2;
const SCRATCH: usize = 3;

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
class Response {
  @inline
  static number(at: usize, i: usize): f64 {
    return load<f64>(at + (i << 3));
  }

  /** Evaluates the row whose record is at `r`, between values `before` and `after`; gives |H| + |source|. */
  @inline
  static evaluate<T>(
    r: usize,
    q: usize,
    before: T,
    here: T,
    after: T,
    step: T,
    discounted: T,
    rising: T,
    falling: T,
  ): T {
    const w = sizeof<T>();
    const zero = Lanes.splat<T>(0.0);
    const half = Lanes.splat<T>(0.5);
    const forward = Lanes.sub<T>(after, here);
    const backward = Lanes.sub<T>(here, before);
    const gainUp = load<T>(r + GAIN_UP * w);
    const gainDown = load<T>(r + GAIN_DOWN * w);
    const central = load<T>(r + CENTRAL * w);
    const above = Lanes.add<T>(Lanes.mul<T>(gainUp, forward), load<T>(r + ADD_UP * w));
    const below = Lanes.add<T>(Lanes.mul<T>(gainDown, backward), load<T>(r + ADD_DOWN * w));
    const rest = load<T>(r + REST * w);
    const p1 = Lanes.sub<T>(Lanes.add<T>(above, Lanes.mul<T>(central, below)), rest);
    const p2 = Lanes.sub<T>(Lanes.add<T>(below, Lanes.mul<T>(central, above)), rest);
    const under = Lanes.mul<T>(falling, Lanes.max<T>(Lanes.sub<T>(zero, p1), zero));
    const over = Lanes.mul<T>(rising, Lanes.max<T>(p2, zero));
    const scale = load<T>(r + SCALE * w);
    const up = Lanes.mul<T>(scale, under);
    const down = Lanes.mul<T>(scale, over);
    const cost = Lanes.add<T>(
      load<T>(r + FLOOR * w),
      Lanes.mul<T>(half, Lanes.add<T>(Lanes.mul<T>(up, under), Lanes.mul<T>(down, over))),
    );
    // A central difference has one drift of either sign.
    const rise = Lanes.sub<T>(up, Lanes.mul<T>(central, down));
    const fall = Lanes.sub<T>(down, Lanes.mul<T>(central, down));
    store<T>(r + RISE * w, rise);
    store<T>(r + FALL * w, fall);
    const diffuseUp = load<T>(r + DIFFUSE_UP * w);
    const diffuseDown = load<T>(r + DIFFUSE_DOWN * w);
    const diffusion = Lanes.sub<T>(Lanes.mul<T>(diffuseUp, forward), Lanes.mul<T>(diffuseDown, backward));
    const source = load<T>(r + SOURCE * w);
    const slope = Lanes.sub<T>(Lanes.sub<T>(cost, diffusion), source);
    const change = Lanes.add<T>(Lanes.sub<T>(here, load<T>(r + LATER * w)), Lanes.mul<T>(discounted, here));
    store<T>(q + RESIDUAL * w, Lanes.mul<T>(load<T>(r + FREE * w), Lanes.add<T>(change, Lanes.mul<T>(step, slope))));
    store<T>(q + FORTH * w, Lanes.mul<T>(step, Lanes.add<T>(diffuseUp, Lanes.mul<T>(rise, gainUp))));
    const drawn = Lanes.sub<T>(fall, Lanes.mul<T>(central, rise));
    store<T>(q + BACK * w, Lanes.mul<T>(step, Lanes.add<T>(diffuseDown, Lanes.mul<T>(drawn, gainDown))));
    return Lanes.add<T>(Lanes.abs<T>(cost), Lanes.abs<T>(source));
  }

  static solve<T>(at: usize): f64 {
    const w = sizeof<T>();
    const rows = <usize>Response.number(at, 0);
    const circle = Response.number(at, 2) != 0;
    const length = Response.number(at, 3);
    const rate = Response.number(at, 4);
    const most = <i32>Response.number(at, 5);
    const step = Lanes.splat<T>(length);
    const discounted = Lanes.splat<T>(rate);
    const rising = Lanes.splat<T>(Response.number(at, 6));
    const falling = Lanes.splat<T>(Response.number(at, 7));
    const zero = Lanes.splat<T>(0.0);
    const one = Lanes.splat<T>(1.0);
    const kept = Lanes.add<T>(one, discounted);
    const record = FIELDS * w;
    const last = (rows - 1) * record;
    const end = circle ? last : last + record;
    const scratch = <usize>Response.number(at, 9);
    const hub = scratch + (rows - 1) * SCRATCH * w;
    let lines = <usize>Response.number(at, 8);
    let worst: f64 = 0;
    let rounds: f64 = 0;
    for (let group = <i32>Response.number(at, 1); group > 0; group--) {
      let moved = f64.MAX_VALUE;
      for (let round = 0; ; round++) {
        const ending = load<T>(lines + last);
        let before = circle ? ending : load<T>(lines);
        let here = load<T>(lines);
        let inverse = one;
        let stays = zero;
        let value = zero;
        let forth = one;
        let toHub = zero;
        let fromHub = zero;
        let hubPivot = kept;
        let hubValue = zero;
        let costs = zero;
        let rates = zero;
        let sizes = zero;
        let residuals = zero;
        if (circle) {
          costs = Response.evaluate<T>(
            lines + last,
            hub,
            load<T>(lines + last - record),
            ending,
            here,
            step,
            discounted,
            rising,
            falling,
          );
          toHub = one;
          fromHub = load<T>(hub + FORTH * w);
          hubValue = load<T>(hub + RESIDUAL * w);
          residuals = Lanes.abs<T>(hubValue);
          sizes = Lanes.abs<T>(ending);
        }
        let q = scratch;
        for (let o: usize = 0; o < end; o += record) {
          const r = lines + o;
          const after = o < last ? load<T>(r + record) : here;
          costs = Lanes.max<T>(
            costs,
            Response.evaluate<T>(r, q, before, here, after, step, discounted, rising, falling),
          );
          const residual = load<T>(q + RESIDUAL * w);
          const back = load<T>(q + BACK * w);
          if (o > 0) fromHub = Lanes.mul<T>(Lanes.mul<T>(fromHub, forth), inverse);
          forth = load<T>(q + FORTH * w);
          sizes = Lanes.max<T>(sizes, Lanes.abs<T>(here));
          residuals = Lanes.max<T>(residuals, Lanes.abs<T>(residual));
          rates = Lanes.max<T>(rates, Lanes.add<T>(Lanes.abs<T>(forth), Lanes.abs<T>(back)));
          before = here;
          here = after;
          const handed = Lanes.mul<T>(Lanes.mul<T>(back, stays), inverse);
          value = Lanes.add<T>(residual, Lanes.mul<T>(Lanes.mul<T>(back, value), inverse));
          toHub = Lanes.mul<T>(Lanes.mul<T>(back, toHub), inverse);
          stays = Lanes.add<T>(kept, handed);
          if (circle && o == end - record) {
            toHub = Lanes.add<T>(toHub, forth);
            fromHub = Lanes.add<T>(fromHub, load<T>(hub + BACK * w));
            forth = zero;
          }
          inverse = Lanes.div<T>(one, Lanes.add<T>(Lanes.add<T>(Lanes.add<T>(kept, forth), toHub), handed));
          store<T>(q, Lanes.mul<T>(value, inverse));
          store<T>(q + w, Lanes.mul<T>(forth, inverse));
          store<T>(q + 2 * w, Lanes.mul<T>(toHub, inverse));
          q += SCRATCH * w;
          hubPivot = Lanes.add<T>(hubPivot, Lanes.mul<T>(Lanes.mul<T>(fromHub, stays), inverse));
          hubValue = Lanes.add<T>(hubValue, Lanes.mul<T>(Lanes.mul<T>(fromHub, value), inverse));
        }
        const largest = Lanes.largest<T>(residuals);
        const size = Lanes.largest<T>(sizes);
        const noise =
          4 * f64.EPSILON * (size * (2 + rate + Lanes.largest<T>(rates)) + length * Lanes.largest<T>(costs));
        if (largest <= noise || (moved <= 1e-10 && largest <= 64 * noise)) {
          worst = max(worst, largest);
          rounds += <f64>round;
          break;
        }
        // Not a number is not below any.
        if (round == most || !(largest <= f64.MAX_VALUE)) {
          store<f64>(at + (10 << 3), largest);
          return -1;
        }
        let around = zero;
        let far = zero;
        let sizeAfter = zero;
        if (circle) {
          around = Lanes.div<T>(hubValue, hubPivot);
          const found = Lanes.sub<T>(ending, around);
          store<T>(lines + last, found);
          far = Lanes.abs<T>(around);
          sizeAfter = Lanes.abs<T>(found);
        }
        let x = zero;
        for (let o = end; o > 0;) {
          o -= record;
          q -= SCRATCH * w;
          const own = Lanes.add<T>(load<T>(q), Lanes.mul<T>(load<T>(q + 2 * w), around));
          x = Lanes.add<T>(own, Lanes.mul<T>(load<T>(q + w), x));
          const found = Lanes.sub<T>(load<T>(lines + o), x);
          store<T>(lines + o, found);
          far = Lanes.max<T>(far, Lanes.abs<T>(x));
          sizeAfter = Lanes.max<T>(sizeAfter, Lanes.abs<T>(found));
        }
        moved = Lanes.largest<T>(far) / Lanes.largest<T>(sizeAfter);
      }
      lines += last + record;
    }
    store<f64>(at + (10 << 3), worst);
    return rounds;
  }
}

/**
 * Arguments, as 64-bit floats from `at` on: 0 rows of a line, 1 groups of lines, 2 whether lines are circles, 3 step, 4
 * discounted, 5 most Newton steps of a group, 6 whether p above rest costs, 7 whether p below does, 8 records (the unknown
 * holds a guess), 9 scratch for 3 numbers for each row of a group, 10 becomes the largest residual. Gives the Newton steps of
 * all groups together, or -1 where a group does not converge. `pairs`: whether groups are pairs of lines.
 */
export function gridResponse(at: usize, pairs: bool): f64 {
  return pairs ? Response.solve<v128>(at) : Response.solve<f64>(at);
}
