// Agents of the malware game with its continuous state x in [0, 1]: left alone, X' = X + (1 - X) w with w uniform; repaired,
// X' = 0; a step pays -(c x + lambda a), c frozen (M. Huang, Y. Ma, CDC 2016).
//
// Kernels keep y = 1 - x, for which the law of motion is Y' = Y v with v = 1 - w, uniform as w is: one product, and no branch.
// Two agents share a vector and a draw, 32 bits each (v is the centre of one of 2^32 equal intervals); four pairs are
// under way at once, for the products of one wait for each other.
import { Agent, COIN, NEXT_STEP, NOISE, START } from "./agents";
import { scramble, WEYL } from "./hash";

/**
 * Kinds of policy: action 1 above the threshold, below it, or with a probability that is smooth in x.
 *
 * Types and not numbers, told apart by their size, because the compiler makes one function for each type but may fold the
 * calls of one function for different numbers into one.
 */
type Above = u8;
type Below = u16;
type Smooth = u32;

/** What is done with agents beside moving them. */
const RETURNS: i32 = 0;
const MOVE: i32 = 1;
const RECORD: i32 = 2;

/** Constants, kept in memory because V8 builds one in a register anew, in three instructions, wherever it is used. */
const CONSTANTS = memory.data<f64>([
  1048576.0, // 2^20
  1048575.9999999999, // 2^20 - 2^-33
  1.0,
  60.0,
  -60.0,
  1.4426950408889634, // 1/log 2
  6755399441055744.0, // 1.5 * 2^52: adding it leaves the nearest integer in the low bits
  0.6931471803691238, // log 2, the first 32 bits and the rest
  1.9082149292705877e-10,
  0.5, // 1/n! from n = 2 on
  0.16666666666666666,
  0.041666666666666664,
  0.008333333333333333,
  0.001388888888888889,
  0.0001984126984126984,
  0.0000248015873015873,
]);
const UNIT_HIGH = 0;
const UNIT_OFFSET = 1;
const ONE = 2;
const LARGEST = 3;
const LEAST = 4;
const BINARY_LOG = 5;
const ROUNDING = 6;
const LOG_TWO = 7;
const LOG_TWO_REST = 8;
const FACTOR_2 = 9;

class Repair {
  @inline
  static constant(i: usize): v128 {
    return v128.load64_splat(CONSTANTS + (i << 3));
  }

  /** Two uniforms (u + 1/2) 2^-32: u is put into the low half of the significand of 2^20, whose unit is 2^-32. */
  @inline
  static uniforms(bits: u64, high: v128, offset: v128): v128 {
    return f64x2.sub(v128.shuffle<i32>(i64x2.splat(bits), high, 0, 4, 1, 5), offset);
  }

  /** The high half of 2^20 in every 32-bit lane. */
  @inline
  static unitHigh(): v128 {
    return v128.shuffle<i32>(Repair.constant(UNIT_HIGH), Repair.constant(UNIT_HIGH), 1, 1, 1, 1);
  }

  /**
   * e^q for q in [-60, 60], relative to 2.1e-10: q = k log 2 + r, |r| <= log(2)/2, and Taylor's polynomial of degree 8 for e^r,
   * by Estrin's scheme. A probability p of action 1 is off by less than 2.1e-10 p (1 - p), less than coins of 32 bits see.
   */
  @inline
  static exponential(q: v128, one: v128): v128 {
    const rounding = Repair.constant(ROUNDING);
    const shifted = f64x2.add(f64x2.mul(q, Repair.constant(BINARY_LOG)), rounding);
    const k = f64x2.sub(shifted, rounding);
    let r = f64x2.sub(q, f64x2.mul(k, Repair.constant(LOG_TWO)));
    r = f64x2.sub(r, f64x2.mul(k, Repair.constant(LOG_TWO_REST)));
    const r2 = f64x2.mul(r, r);
    const r4 = f64x2.mul(r2, r2);
    const p01 = f64x2.add(r, one);
    const p23 = f64x2.add(f64x2.mul(r, Repair.constant(FACTOR_2 + 1)), Repair.constant(FACTOR_2));
    const p45 = f64x2.add(f64x2.mul(r, Repair.constant(FACTOR_2 + 3)), Repair.constant(FACTOR_2 + 2));
    const p67 = f64x2.add(f64x2.mul(r, Repair.constant(FACTOR_2 + 5)), Repair.constant(FACTOR_2 + 4));
    const p03 = f64x2.add(p01, f64x2.mul(p23, r2));
    const p47 = f64x2.add(p45, f64x2.mul(p67, r2));
    const p48 = f64x2.add(p47, f64x2.mul(r4, Repair.constant(FACTOR_2 + 6)));
    return i64x2.add(f64x2.add(p03, f64x2.mul(r4, p48)), i64x2.shl(shifted, 52));
  }

  /**
   * All ones in the lanes of those who repair.
   *
   * Hard: `edge` is 1 - theta. Smooth: they repair with probability 1/(1 + e^q), q = slope (y - edge), by their own coins.
   */
  @inline
  static acts<Kind>(y: v128, edge: v128, slope: v128, z: u64, coinKey: u64, one: v128, high: v128, offset: v128): v128 {
    if (sizeof<Kind>() == sizeof<Above>()) return f64x2.lt(y, edge);
    if (sizeof<Kind>() == sizeof<Below>()) return f64x2.gt(y, edge);
    let q = f64x2.mul(slope, f64x2.sub(y, edge));
    q = f64x2.pmax(Repair.constant(LEAST), f64x2.pmin(Repair.constant(LARGEST), q));
    const u = Repair.uniforms(scramble(z, coinKey), high, offset);
    return f64x2.lt(f64x2.mul(u, f64x2.add(one, Repair.exponential(q, one))), one);
  }

  /** Y' of those who act, and of the others. */
  @inline
  static next(y: v128, v: v128, acts: v128, one: v128): v128 {
    return f64x2.pmax(f64x2.mul(y, v), v128.and(acts, one));
  }

  /** repairReturns, repairMove or repairRecord for one kind of policy. */
  @inline
  static run<Kind>(at: usize, first: i32, last: i32, mode: i32): void {
    const states = <usize>load<f64>(at);
    const agent = <u64>load<f64>(at, 8);
    const steps = <i32>load<f64>(at, 24);
    const keys = <usize>load<f64>(at, 32);
    const high = Repair.unitHigh();
    const offset = Repair.constant(UNIT_OFFSET);
    const one = Repair.constant(ONE);
    const edge = f64x2.splat(1.0 - load<f64>(at, 48));
    const slope = f64x2.splat(load<f64>(at, 56));
    const discount = f64x2.splat(load<f64>(at, 80));
    const out = <usize>load<f64>(at, 88);
    const noiseKey = load<u64>(keys, 8) ^ NOISE;
    const coinKey = load<u64>(keys, 8) ^ COIN;
    const f0 = Agent.factor(0);
    const f1 = Agent.factor(1);
    const f2 = Agent.factor(2);
    // A return is the sum of gamma^t (c y - lambda a) less that of gamma^t c, which is the same for all.
    let whole: f64 = 0;
    let weight: f64 = load<f64>(at, 64);
    if (mode == RETURNS) {
      for (let t = 0; t < steps; t++) {
        whole += weight;
        weight *= load<f64>(at, 80);
      }
    }
    const base = f64x2.splat(whole);
    for (let block = first; block < last; block++) {
      const x = states + ((<usize>block) << 6);
      let y0 = f64x2.sub(one, v128.load(x));
      let y1 = f64x2.sub(one, v128.load(x, 16));
      let y2 = f64x2.sub(one, v128.load(x, 32));
      let y3 = f64x2.sub(one, v128.load(x, 48));
      let g0 = f64x2.splat(0.0);
      let g1 = f64x2.splat(0.0);
      let g2 = f64x2.splat(0.0);
      let g3 = f64x2.splat(0.0);
      let c = f64x2.splat(load<f64>(at, 64));
      let lambda = f64x2.splat(load<f64>(at, 72));
      let z = Agent.position(keys, (agent >> 1) + ((<u64>block) << 2), <u64>load<f64>(at, 16));
      for (let t = 0; t < steps; t++) {
        const row = <usize>block * 8 * <usize>steps + <usize>t;
        const a0 = Repair.acts<Kind>(y0, edge, slope, z, coinKey, one, high, offset);
        if (mode == RETURNS) g0 = f64x2.add(g0, f64x2.sub(f64x2.mul(c, y0), v128.and(a0, lambda)));
        if (mode == RECORD) Repair.record(at, row, <usize>steps, f64x2.sub(one, y0), a0, c, lambda);
        y0 = Repair.next(y0, Repair.uniforms(Agent.scramble(z, noiseKey, f0, f1, f2), high, offset), a0, one);
        const a1 = Repair.acts<Kind>(y1, edge, slope, z + WEYL, coinKey, one, high, offset);
        if (mode == RETURNS) g1 = f64x2.add(g1, f64x2.sub(f64x2.mul(c, y1), v128.and(a1, lambda)));
        if (mode == RECORD) Repair.record(at, row + 2 * <usize>steps, <usize>steps, f64x2.sub(one, y1), a1, c, lambda);
        y1 = Repair.next(y1, Repair.uniforms(Agent.scramble(z + WEYL, noiseKey, f0, f1, f2), high, offset), a1, one);
        const a2 = Repair.acts<Kind>(y2, edge, slope, z + 2 * WEYL, coinKey, one, high, offset);
        if (mode == RETURNS) g2 = f64x2.add(g2, f64x2.sub(f64x2.mul(c, y2), v128.and(a2, lambda)));
        if (mode == RECORD) Repair.record(at, row + 4 * <usize>steps, <usize>steps, f64x2.sub(one, y2), a2, c, lambda);
        y2 = Repair.next(
          y2,
          Repair.uniforms(Agent.scramble(z + 2 * WEYL, noiseKey, f0, f1, f2), high, offset),
          a2,
          one,
        );
        const a3 = Repair.acts<Kind>(y3, edge, slope, z + 3 * WEYL, coinKey, one, high, offset);
        if (mode == RETURNS) g3 = f64x2.add(g3, f64x2.sub(f64x2.mul(c, y3), v128.and(a3, lambda)));
        if (mode == RECORD) Repair.record(at, row + 6 * <usize>steps, <usize>steps, f64x2.sub(one, y3), a3, c, lambda);
        y3 = Repair.next(
          y3,
          Repair.uniforms(Agent.scramble(z + 3 * WEYL, noiseKey, f0, f1, f2), high, offset),
          a3,
          one,
        );
        if (mode == RETURNS) {
          c = f64x2.mul(c, discount);
          lambda = f64x2.mul(lambda, discount);
        }
        z += NEXT_STEP;
      }
      if (mode == RETURNS) {
        const g = out + ((<usize>block) << 6);
        v128.store(g, f64x2.sub(g0, base));
        v128.store(g, f64x2.sub(g1, base), 16);
        v128.store(g, f64x2.sub(g2, base), 32);
        v128.store(g, f64x2.sub(g3, base), 48);
      } else {
        v128.store(x, f64x2.sub(one, y0));
        v128.store(x, f64x2.sub(one, y1), 16);
        v128.store(x, f64x2.sub(one, y2), 32);
        v128.store(x, f64x2.sub(one, y3), 48);
      }
    }
  }

  /** Records a step of two agents at entry `i` and one row further. */
  @inline
  static record(at: usize, i: usize, row: usize, x: v128, acts: v128, c: v128, lambda: v128): void {
    const reward = f64x2.sub(f64x2.neg(f64x2.mul(c, x)), v128.and(acts, lambda));
    const rewards = <usize>load<f64>(at, 88) + (i << 3);
    const states = <usize>load<f64>(at, 96) + (i << 3);
    const actions = <usize>load<f64>(at, 104) + i;
    v128.store_lane<f64>(states, x, 0);
    v128.store_lane<f64>(states + (row << 3), x, 1);
    v128.store_lane<f64>(rewards, reward, 0);
    v128.store_lane<f64>(rewards + (row << 3), reward, 1);
    store<u8>(actions, i8x16.extract_lane_u(acts, 0) & 1);
    store<u8>(actions + row, i8x16.extract_lane_u(acts, 8) & 1);
  }

  @inline
  static runKind(at: usize, first: i32, last: i32, mode: i32): void {
    const kind = <i32>load<f64>(at, 40);
    if (kind == 0) Repair.run<Above>(at, first, last, mode);
    else if (kind == 1) Repair.run<Below>(at, first, last, mode);
    else Repair.run<Smooth>(at, first, last, mode);
  }
}

/**
 * Discounted returns of the agents of blocks first, ..., last - 1 of eight agents; their states are left as they are.
 *
 * Arguments of every kernel in this file, as 64-bit floats from `at` on: 0 address of the states x, 1 number of the first
 * agent, even, 2 number of the first step, 3 steps, 4 keys, 5 kind of policy (0: action 1 above the threshold, 1: below, 2:
 * smooth), 6 threshold, 7 slope (1/width, negative where action 1 is taken below), 8 c, 9 lambda, 10 discount, 11 returns or
 * recorded rewards, 12 recorded states, 13 recorded actions. Arrays over agents hold whole blocks.
 */
export function repairReturns(at: usize, first: i32, last: i32): void {
  Repair.runKind(at, first, last, RETURNS);
}

/** Moves the agents of blocks first, ..., last - 1 by `steps` steps. */
export function repairMove(at: usize, first: i32, last: i32): void {
  Repair.runKind(at, first, last, MOVE);
}

/**
 * Moves the agents of blocks first, ..., last - 1 and records state, action (one byte) and reward of agent j (from 0 in
 * the arrays) at its step t at j * steps + t.
 */
export function repairRecord(at: usize, first: i32, last: i32): void {
  Repair.runKind(at, first, last, RECORD);
}

/** One step of the agents of blocks first, ..., last - 1 with the actions that argument 13 points to; rewards recorded. */
export function repairTransition(at: usize, first: i32, last: i32): void {
  const states = <usize>load<f64>(at);
  const keys = <usize>load<f64>(at, 32);
  const c = load<f64>(at, 64);
  const lambda = load<f64>(at, 72);
  const rewards = <usize>load<f64>(at, 88);
  const actions = <usize>load<f64>(at, 104);
  const noiseKey = load<u64>(keys, 8) ^ NOISE;
  const high = Repair.unitHigh();
  const offset = Repair.constant(UNIT_OFFSET);
  let z = Agent.position(keys, (<u64>load<f64>(at, 8) >> 1) + ((<u64>first) << 2), <u64>load<f64>(at, 16));
  for (let pair = (<usize>first) << 2; pair < (<usize>last) << 2; pair++) {
    const x = v128.load(states + (pair << 4));
    const a0 = <f64>load<u8>(actions + (pair << 1));
    const a1 = <f64>load<u8>(actions + (pair << 1), 1);
    const acts = f64x2.replace_lane(f64x2.splat(a0), 1, a1);
    const r = f64x2.sub(f64x2.neg(f64x2.mul(f64x2.splat(c), x)), f64x2.mul(f64x2.splat(lambda), acts));
    v128.store(rewards + (pair << 4), r);
    const y = f64x2.mul(f64x2.sub(f64x2.splat(1.0), x), Repair.uniforms(scramble(z, noiseKey), high, offset));
    v128.store(states + (pair << 4), f64x2.sub(f64x2.splat(1.0), f64x2.pmax(y, acts)));
    z += WEYL;
  }
}

/** Places the agents of blocks first, ..., last - 1 uniformly. */
export function repairStart(at: usize, first: i32, last: i32): void {
  const states = <usize>load<f64>(at);
  const keys = <usize>load<f64>(at, 32);
  const key1 = load<u64>(keys, 8) ^ START;
  const high = Repair.unitHigh();
  const offset = Repair.constant(UNIT_OFFSET);
  let z = Agent.position(keys, (<u64>load<f64>(at, 8) >> 1) + ((<u64>first) << 2), 0);
  for (let pair = (<usize>first) << 2; pair < (<usize>last) << 2; pair++) {
    v128.store(states + (pair << 4), Repair.uniforms(scramble(z, key1), high, offset));
    z += WEYL;
  }
}
