// Exponentials and logarithms of pairs of numbers, to about one unit in the last place.

/** Constants, kept in memory because V8 builds one in a register anew, in three instructions, wherever it is used. */
const CONSTANTS = memory.data<f64>([
  1.0,
  -708.0,
  1.4426950408889634, // 1/log 2
  6755399441055744.0, // 1.5 * 2^52: adding it leaves the nearest integer in the low bits
  0.6931471803691238, // log 2, the first 32 bits and the rest
  1.9082149292705877e-10,
  2.0,
  0.5,
  0.16666666666666666, // 1/n! from n = 3 on
  0.041666666666666664,
  0.008333333333333333,
  0.001388888888888889,
  0.0001984126984126984,
  0.0000248015873015873,
  0.0000027557319223985893,
  2.755731922398589e-7,
  2.505210838544172e-8,
  2.08767569878681e-9,
  1.6059043836821613e-10,
  0.6666666666666666, // 2/(2n + 1) from n = 1 on
  0.4,
  0.2857142857142857,
  0.2222222222222222,
  0.18181818181818182,
  0.15384615384615385,
  0.13333333333333333,
  0.11764705882352941,
  0.10526315789473684,
  0.09523809523809523,
]);
const ONE = 0;
const LEAST = 1;
const BINARY_LOG = 2;
const ROUNDING = 3;
const LOG_TWO = 4;
const LOG_TWO_REST = 5;
const TWO = 6;
const HALF = 7;
const FACTORIALS = 8;
const ODDS = 19;

/** The least number that has all its bits, and the bits of the square root of a half. */
const NORMAL = reinterpret<f64>(0x0010000000000000);
const ROOT_HALF: i64 = 0x3fe6a09e667f3bcd;

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
export class Elementary {
  @inline
  static constant(i: usize): v128 {
    return v128.load64_splat(CONSTANTS + (i << 3));
  }

  /** a_i + x a_{i+1}. */
  @inline
  static term(i: usize, x: v128): v128 {
    return f64x2.add(Elementary.constant(i), f64x2.mul(x, Elementary.constant(i + 1)));
  }

  /** e^x of x <= 0, and 0 below -708: with x = k log 2 + r, |r| <= log(2)/2, 2^k times the series of e^r to r^13. */
  @inline
  static exponential(x: v128): v128 {
    const least = Elementary.constant(LEAST);
    const rounding = Elementary.constant(ROUNDING);
    const q = f64x2.pmax(x, least);
    const shifted = f64x2.add(f64x2.mul(q, Elementary.constant(BINARY_LOG)), rounding);
    const k = f64x2.sub(shifted, rounding);
    let r = f64x2.sub(q, f64x2.mul(k, Elementary.constant(LOG_TWO)));
    r = f64x2.sub(r, f64x2.mul(k, Elementary.constant(LOG_TWO_REST)));
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    const low = f64x2.add(Elementary.term(FACTORIALS, r), f64x2.mul(r2, Elementary.term(FACTORIALS + 2, r)));
    const middle = f64x2.add(Elementary.term(FACTORIALS + 4, r), f64x2.mul(r2, Elementary.term(FACTORIALS + 6, r)));
    const high = f64x2.add(Elementary.term(FACTORIALS + 8, r), f64x2.mul(r2, Elementary.constant(FACTORIALS + 10)));
    const tail = f64x2.add(low, f64x2.mul(r4, f64x2.add(middle, f64x2.mul(r4, high))));
    const p = f64x2.add(r, f64x2.mul(r2, f64x2.add(Elementary.constant(HALF), f64x2.mul(r, tail))));
    const power = i64x2.add(i64x2.shl(shifted, 52), Elementary.constant(ONE));
    return v128.andnot(f64x2.add(power, f64x2.mul(power, p)), f64x2.lt(x, least));
  }

  /**
   * log x: with x = 2^k m, m = 1 + f about one and s = f/(2 + f), k log 2 + 2 artanh(s) by its series to s^21; the largest part
   * of that is written as f - f^2/2 + s f^2/2, which is exact where m is near one. Numbers without all their bits, infinity and
   * what has no logarithm one by one.
   */
  @inline
  static logarithm(x: v128): v128 {
    const usual = v128.and(f64x2.ge(x, f64x2.splat(NORMAL)), f64x2.lt(x, f64x2.splat(Infinity)));
    if (!i64x2.all_true(usual)) {
      const first = f64x2.splat(Math.log(f64x2.extract_lane(x, 0)));
      return f64x2.replace_lane(first, 1, Math.log(f64x2.extract_lane(x, 1)));
    }
    // The bits above the mantissa of x over the square root of a half are k, which is taken out of those of x.
    const offset = i64x2.sub(x, i64x2.splat(ROOT_HALF));
    const whole = v128.and(offset, i64x2.splat(0xfff0000000000000));
    const m = i64x2.sub(x, whole);
    // k as a number: added to the bits of 1.5 * 2^52.
    const rounding = Elementary.constant(ROUNDING);
    const biased = i64x2.shr_u(i64x2.add(offset, i64x2.splat(0x4000000000000000)), 52);
    const k = f64x2.sub(f64x2.sub(i64x2.add(biased, rounding), rounding), f64x2.splat(1024.0));
    const f = f64x2.sub(m, Elementary.constant(ONE));
    const s = f64x2.div(f, f64x2.add(f, Elementary.constant(TWO)));
    const half = f64x2.mul(f64x2.mul(f, f), Elementary.constant(HALF));
    const z = f64x2.mul(s, s);
    const z2 = f64x2.mul(z, z);
    const z4 = f64x2.mul(z2, z2);
    const low = f64x2.add(Elementary.term(ODDS, z), f64x2.mul(z2, Elementary.term(ODDS + 2, z)));
    const middle = f64x2.add(Elementary.term(ODDS + 4, z), f64x2.mul(z2, Elementary.term(ODDS + 6, z)));
    const high = Elementary.term(ODDS + 8, z);
    const series = f64x2.add(low, f64x2.mul(z4, f64x2.add(middle, f64x2.mul(z4, high))));
    const rest = f64x2.mul(z, series);
    const small = f64x2.add(f64x2.mul(s, f64x2.add(half, rest)), f64x2.mul(k, Elementary.constant(LOG_TWO_REST)));
    return f64x2.sub(f64x2.mul(k, Elementary.constant(LOG_TWO)), f64x2.sub(f64x2.sub(half, small), f));
  }
}
