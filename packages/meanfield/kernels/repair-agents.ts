// Agents of the malware game with its continuous state x in [0, 1]: left alone, X' = X + (1 - X) w with w uniform; repaired,
// X' = 0; a step pays -(c x + lambda a), c frozen (M. Huang, Y. Ma, CDC 2016).
//
// Kernels keep y = 1 - x, for which the law of motion is Y' = Y v with v = 1 - w, uniform as w is: one product, and no branch.
// Two agents share a vector and a draw, 32 bits each (v is the centre of one of 2^32 equal intervals); four pairs are
// under way at once, for the products of one wait for each other.
import { Agent, COIN, NEXT_STEP, NOISE, START } from "./agents";
import { scramble, WEYL } from "./hash";

/** Kinds of policy: action 1 above the threshold, below it, or with a probability that is smooth in x. */
const ABOVE: i32 = 0;
const BELOW: i32 = 1;
const SMOOTH: i32 = 2;

class Repair {
  /** Two uniforms (u + 1/2) 2^-32: u is put into the low half of the significand of 2^20, whose unit is 2^-32. */
  @inline
  static uniforms(bits: u64): v128 {
    const halves = v128.shuffle<i32>(i64x2.splat(bits), i32x4.splat(0x41300000), 0, 4, 1, 5);
    return f64x2.sub(halves, f64x2.splat(1048576.0 - 1.1641532182693481e-10));
  }

  /**
   * e^q for q in [-60, 60] to 1e-14, relative: q = k log 2 + r, |r| <= log(2)/2, and Taylor's polynomial of degree 11 for e^r
   * (its error is below r^12/12! = 7e-15).
   */
  @inline
  static exponential(q: v128): v128 {
    const magic = f64x2.splat(6755399441055744.0); // 1.5 * 2^52: adding it leaves the nearest integer in the low bits
    const shifted = f64x2.add(f64x2.mul(q, f64x2.splat(1.4426950408889634)), magic);
    const k = f64x2.sub(shifted, magic);
    let r = f64x2.sub(q, f64x2.mul(k, f64x2.splat(0.6931471803691238)));
    r = f64x2.sub(r, f64x2.mul(k, f64x2.splat(1.9082149292705877e-10)));
    let p = f64x2.splat(2.505210838544172e-8); // 1/11!
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.755731922398589e-7));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.7557319223985893e-6));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(2.48015873015873e-5));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.984126984126984e-4));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.388888888888889e-3));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(8.333333333333333e-3));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(4.1666666666666664e-2));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.6666666666666666e-1));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
    p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0));
    return i64x2.add(p, i64x2.shl(shifted, 52));
  }

  /**
   * All ones in the lanes of those who repair.
   *
   * Hard: `edge` is 1 - theta. Smooth: they repair with probability 1/(1 + e^q), q = slope (y - edge), by their own coins.
   */
  @inline
  static acts(kind: i32, y: v128, edge: v128, slope: v128, z: u64, coinKey: u64): v128 {
    if (kind == ABOVE) return f64x2.lt(y, edge);
    if (kind == BELOW) return f64x2.gt(y, edge);
    let q = f64x2.mul(slope, f64x2.sub(y, edge));
    q = f64x2.pmax(f64x2.splat(-60.0), f64x2.pmin(f64x2.splat(60.0), q));
    const u = Repair.uniforms(scramble(z, coinKey));
    return f64x2.lt(f64x2.mul(u, f64x2.add(f64x2.splat(1.0), Repair.exponential(q))), f64x2.splat(1.0));
  }

  /** Y' of those who act, and of the others. */
  @inline
  static next(y: v128, v: v128, acts: v128): v128 {
    return f64x2.pmax(f64x2.mul(y, v), v128.and(acts, f64x2.splat(1.0)));
  }

  /** repairReturns for one kind of policy. */
  @inline
  static returns(at: usize, first: i32, last: i32, kind: i32): void {
    const states = <usize>load<f64>(at);
    const agent = <u64>load<f64>(at, 8);
    const steps = <i32>load<f64>(at, 24);
    const keys = <usize>load<f64>(at, 32);
    const one = f64x2.splat(1.0);
    const edge = f64x2.splat(1.0 - load<f64>(at, 48));
    const slope = f64x2.splat(load<f64>(at, 56));
    const discount = f64x2.splat(load<f64>(at, 80));
    const out = <usize>load<f64>(at, 88);
    const noiseKey = load<u64>(keys, 8) ^ NOISE;
    const coinKey = load<u64>(keys, 8) ^ COIN;
    // Sum of gamma^t (c y - lambda a); what a reward has beside that, -c gamma^t, is the same for all.
    let whole: f64 = 0;
    let weight: f64 = load<f64>(at, 64);
    for (let t = 0; t < steps; t++) {
      whole += weight;
      weight *= load<f64>(at, 80);
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
        const v0 = Repair.uniforms(scramble(z, noiseKey));
        const v1 = Repair.uniforms(scramble(z + WEYL, noiseKey));
        const v2 = Repair.uniforms(scramble(z + 2 * WEYL, noiseKey));
        const v3 = Repair.uniforms(scramble(z + 3 * WEYL, noiseKey));
        const a0 = Repair.acts(kind, y0, edge, slope, z, coinKey);
        const a1 = Repair.acts(kind, y1, edge, slope, z + WEYL, coinKey);
        const a2 = Repair.acts(kind, y2, edge, slope, z + 2 * WEYL, coinKey);
        const a3 = Repair.acts(kind, y3, edge, slope, z + 3 * WEYL, coinKey);
        g0 = f64x2.add(g0, f64x2.sub(f64x2.mul(c, y0), v128.and(a0, lambda)));
        g1 = f64x2.add(g1, f64x2.sub(f64x2.mul(c, y1), v128.and(a1, lambda)));
        g2 = f64x2.add(g2, f64x2.sub(f64x2.mul(c, y2), v128.and(a2, lambda)));
        g3 = f64x2.add(g3, f64x2.sub(f64x2.mul(c, y3), v128.and(a3, lambda)));
        y0 = Repair.next(y0, v0, a0);
        y1 = Repair.next(y1, v1, a1);
        y2 = Repair.next(y2, v2, a2);
        y3 = Repair.next(y3, v3, a3);
        c = f64x2.mul(c, discount);
        lambda = f64x2.mul(lambda, discount);
        z += NEXT_STEP;
      }
      const g = out + ((<usize>block) << 6);
      v128.store(g, f64x2.sub(g0, base));
      v128.store(g, f64x2.sub(g1, base), 16);
      v128.store(g, f64x2.sub(g2, base), 32);
      v128.store(g, f64x2.sub(g3, base), 48);
    }
  }

  /** repairMove for one kind of policy. */
  @inline
  static move(at: usize, first: i32, last: i32, kind: i32): void {
    const states = <usize>load<f64>(at);
    const agent = <u64>load<f64>(at, 8);
    const steps = <i32>load<f64>(at, 24);
    const keys = <usize>load<f64>(at, 32);
    const one = f64x2.splat(1.0);
    const edge = f64x2.splat(1.0 - load<f64>(at, 48));
    const slope = f64x2.splat(load<f64>(at, 56));
    const noiseKey = load<u64>(keys, 8) ^ NOISE;
    const coinKey = load<u64>(keys, 8) ^ COIN;
    for (let block = first; block < last; block++) {
      const x = states + ((<usize>block) << 6);
      let y0 = f64x2.sub(one, v128.load(x));
      let y1 = f64x2.sub(one, v128.load(x, 16));
      let y2 = f64x2.sub(one, v128.load(x, 32));
      let y3 = f64x2.sub(one, v128.load(x, 48));
      let z = Agent.position(keys, (agent >> 1) + ((<u64>block) << 2), <u64>load<f64>(at, 16));
      for (let t = 0; t < steps; t++) {
        const a0 = Repair.acts(kind, y0, edge, slope, z, coinKey);
        const a1 = Repair.acts(kind, y1, edge, slope, z + WEYL, coinKey);
        const a2 = Repair.acts(kind, y2, edge, slope, z + 2 * WEYL, coinKey);
        const a3 = Repair.acts(kind, y3, edge, slope, z + 3 * WEYL, coinKey);
        y0 = Repair.next(y0, Repair.uniforms(scramble(z, noiseKey)), a0);
        y1 = Repair.next(y1, Repair.uniforms(scramble(z + WEYL, noiseKey)), a1);
        y2 = Repair.next(y2, Repair.uniforms(scramble(z + 2 * WEYL, noiseKey)), a2);
        y3 = Repair.next(y3, Repair.uniforms(scramble(z + 3 * WEYL, noiseKey)), a3);
        z += NEXT_STEP;
      }
      v128.store(x, f64x2.sub(one, y0));
      v128.store(x, f64x2.sub(one, y1), 16);
      v128.store(x, f64x2.sub(one, y2), 32);
      v128.store(x, f64x2.sub(one, y3), 48);
    }
  }

  /** repairRecord for one kind of policy. */
  @inline
  static record(at: usize, first: i32, last: i32, kind: i32): void {
    const states = <usize>load<f64>(at);
    const agent = <u64>load<f64>(at, 8);
    const steps = <usize>load<f64>(at, 24);
    const keys = <usize>load<f64>(at, 32);
    const one = f64x2.splat(1.0);
    const edge = f64x2.splat(1.0 - load<f64>(at, 48));
    const slope = f64x2.splat(load<f64>(at, 56));
    const c = f64x2.splat(load<f64>(at, 64));
    const lambda = f64x2.splat(load<f64>(at, 72));
    const rewards = <usize>load<f64>(at, 88);
    const recorded = <usize>load<f64>(at, 96);
    const actions = <usize>load<f64>(at, 104);
    const noiseKey = load<u64>(keys, 8) ^ NOISE;
    const coinKey = load<u64>(keys, 8) ^ COIN;
    // One pair after the other: here the stores are the work.
    for (let pair = (<usize>first) << 2; pair < (<usize>last) << 2; pair++) {
      let y = f64x2.sub(one, v128.load(states + (pair << 4)));
      let z = Agent.position(keys, (agent >> 1) + <u64>pair, <u64>load<f64>(at, 16));
      let i = pair * 2 * steps;
      const end = i + steps;
      for (; i < end; i++) {
        const j = i + steps;
        const acts = Repair.acts(kind, y, edge, slope, z, coinKey);
        const x = f64x2.sub(one, y);
        const r = f64x2.sub(f64x2.neg(f64x2.mul(c, x)), v128.and(acts, lambda));
        v128.store_lane<f64>(recorded + (i << 3), x, 0);
        v128.store_lane<f64>(recorded + (j << 3), x, 1);
        v128.store_lane<f64>(rewards + (i << 3), r, 0);
        v128.store_lane<f64>(rewards + (j << 3), r, 1);
        store<u8>(actions + i, i8x16.extract_lane_u(acts, 0) & 1);
        store<u8>(actions + j, i8x16.extract_lane_u(acts, 8) & 1);
        y = Repair.next(y, Repair.uniforms(scramble(z, noiseKey)), acts);
        z += NEXT_STEP;
      }
      v128.store(states + (pair << 4), f64x2.sub(one, y));
    }
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
  const kind = <i32>load<f64>(at, 40);
  if (kind == ABOVE) Repair.returns(at, first, last, ABOVE);
  else if (kind == BELOW) Repair.returns(at, first, last, BELOW);
  else Repair.returns(at, first, last, SMOOTH);
}

/** Moves the agents of blocks first, ..., last - 1 by `steps` steps. */
export function repairMove(at: usize, first: i32, last: i32): void {
  const kind = <i32>load<f64>(at, 40);
  if (kind == ABOVE) Repair.move(at, first, last, ABOVE);
  else if (kind == BELOW) Repair.move(at, first, last, BELOW);
  else Repair.move(at, first, last, SMOOTH);
}

/**
 * Moves the agents of blocks first, ..., last - 1 and records state, action (one byte) and reward of agent j (from 0 in
 * the arrays) at its step t at j * steps + t.
 */
export function repairRecord(at: usize, first: i32, last: i32): void {
  const kind = <i32>load<f64>(at, 40);
  if (kind == ABOVE) Repair.record(at, first, last, ABOVE);
  else if (kind == BELOW) Repair.record(at, first, last, BELOW);
  else Repair.record(at, first, last, SMOOTH);
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
  let z = Agent.position(keys, (<u64>load<f64>(at, 8) >> 1) + ((<u64>first) << 2), <u64>load<f64>(at, 16));
  for (let pair = (<usize>first) << 2; pair < (<usize>last) << 2; pair++) {
    const x = v128.load(states + (pair << 4));
    const a0 = <f64>load<u8>(actions + (pair << 1));
    const a1 = <f64>load<u8>(actions + (pair << 1), 1);
    const acts = f64x2.replace_lane(f64x2.splat(a0), 1, a1);
    const r = f64x2.sub(f64x2.neg(f64x2.mul(f64x2.splat(c), x)), f64x2.mul(f64x2.splat(lambda), acts));
    v128.store(rewards + (pair << 4), r);
    const y = f64x2.mul(f64x2.sub(f64x2.splat(1.0), x), Repair.uniforms(scramble(z, noiseKey)));
    v128.store(states + (pair << 4), f64x2.sub(f64x2.splat(1.0), f64x2.pmax(y, acts)));
    z += WEYL;
  }
}

/** Places the agents of blocks first, ..., last - 1 uniformly. */
export function repairStart(at: usize, first: i32, last: i32): void {
  const states = <usize>load<f64>(at);
  const keys = <usize>load<f64>(at, 32);
  const key1 = load<u64>(keys, 8) ^ START;
  let z = Agent.position(keys, (<u64>load<f64>(at, 8) >> 1) + ((<u64>first) << 2), 0);
  for (let pair = (<usize>first) << 2; pair < (<usize>last) << 2; pair++) {
    v128.store(states + (pair << 4), Repair.uniforms(scramble(z, key1)));
    z += WEYL;
  }
}
