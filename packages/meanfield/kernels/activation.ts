// Activations of neurons and their derivatives, two neurons at a time.

/** Kinds of activation: types, told apart by size and sort, because the compiler makes one function for each type. */
export type Identity = u8;
export type Square = u16;
export type Relu = u32;
export type Tanh = u64;
export type Sigmoid = f64;

/** Constants, kept in memory because V8 builds one in a register anew, in three instructions, wherever it is used. */
const CONSTANTS = memory.data<f64>([
  1.0,
  40.0,
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
]);
const ONE = 0;
const LARGEST = 1;
const BINARY_LOG = 2;
const ROUNDING = 3;
const LOG_TWO = 4;
const LOG_TWO_REST = 5;
const TWO = 6;
const HALF = 7;
const FACTOR_3 = 8;

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
export class Activation {
  @inline
  static constant(i: usize): v128 {
    return v128.load64_splat(CONSTANTS + (i << 3));
  }

  @inline
  static term(coefficient: usize, r: v128): v128 {
    return f64x2.add(
      Activation.constant(FACTOR_3 + coefficient),
      f64x2.mul(r, Activation.constant(FACTOR_3 + coefficient + 1)),
    );
  }

  /**
   * tanh(z) to about two units in the last place: with 2|z| = k log 2 + r, |r| <= log(2)/2, e^r - 1 by its series to r^13
   * (rest below 1e-17), e^(2|z|) - 1 = 2^k (e^r - 1) + (2^k - 1), and tanh = that / (that + 2); nothing cancels near 0.
   */
  @inline
  static tanh(z: v128): v128 {
    const one = Activation.constant(ONE);
    const rounding = Activation.constant(ROUNDING);
    const size = f64x2.abs(z);
    const q = f64x2.pmin(f64x2.add(size, size), Activation.constant(LARGEST));
    const shifted = f64x2.add(f64x2.mul(q, Activation.constant(BINARY_LOG)), rounding);
    const k = f64x2.sub(shifted, rounding);
    let r = f64x2.sub(q, f64x2.mul(k, Activation.constant(LOG_TWO)));
    r = f64x2.sub(r, f64x2.mul(k, Activation.constant(LOG_TWO_REST)));
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    // 1/3! + r/4! + ... + r^10/13!, by Estrin's scheme.
    const low = f64x2.add(Activation.term(0, r), f64x2.mul(r2, Activation.term(2, r)));
    const middle = f64x2.add(Activation.term(4, r), f64x2.mul(r2, Activation.term(6, r)));
    const high = f64x2.add(Activation.term(8, r), f64x2.mul(r2, Activation.constant(FACTOR_3 + 10)));
    const tail = f64x2.add(low, f64x2.mul(r4, f64x2.add(middle, f64x2.mul(r4, high))));
    const p = f64x2.add(r, f64x2.mul(r2, f64x2.add(Activation.constant(HALF), f64x2.mul(r, tail))));
    const power = i64x2.add(i64x2.shl(shifted, 52), one);
    const grown = f64x2.add(f64x2.mul(power, p), f64x2.sub(power, one));
    const t = f64x2.div(grown, f64x2.add(grown, Activation.constant(TWO)));
    return v128.or(t, v128.and(z, f64x2.splat(-0.0)));
  }

  /** What is kept of z: s of the saturating ones, whose derivative s tells, else z itself. */
  @inline
  static kept<A>(z: v128): v128 {
    if (isFloat<A>()) {
      const half = Activation.constant(HALF);
      return f64x2.add(half, f64x2.mul(half, Activation.tanh(f64x2.mul(half, z))));
    }
    return sizeof<A>() == sizeof<Tanh>() ? Activation.tanh(z) : z;
  }

  /** The activation, of what was kept. */
  @inline
  static value<A>(kept: v128): v128 {
    if (sizeof<A>() == sizeof<Square>()) return f64x2.mul(kept, kept);
    if (sizeof<A>() == sizeof<Relu>()) return f64x2.pmax(f64x2.splat(0.0), kept);
    return kept;
  }

  /** Its derivative, of what was kept. */
  @inline
  static slope<A>(kept: v128): v128 {
    const one = Activation.constant(ONE);
    if (isFloat<A>()) return f64x2.mul(kept, f64x2.sub(one, kept));
    if (sizeof<A>() == sizeof<Square>()) return f64x2.add(kept, kept);
    if (sizeof<A>() == sizeof<Relu>()) return v128.and(f64x2.gt(kept, f64x2.splat(0.0)), one);
    if (sizeof<A>() == sizeof<Tanh>()) return f64x2.sub(one, f64x2.mul(kept, kept));
    return one;
  }
}
