// Finite games along time: masses forwards, what couplings earn, values backwards, and what a policy forgoes.
//
// Tables are by time, state and action, those of states by time and state. Rows of the transitions of a time lie one behind
// the other, in the order of states and actions: row i has the entries start[i] up to start[i + 1], and where one kernel serves
// all times every time begins with row 0 again. A successor is a place in a table of states, counted from the next time on.
//
// Arguments of sweeps over time, as 64-bit floats from `at` on: 0 times, 1 states, 2 actions; 3 what states earn, 4 what pairs
// earn, 5 pairs from one time to the next in that; 6 starts of rows, 7 successors, 8 probabilities, 9 rows from one time's first
// to the next one's, 0 where one kernel serves all times; 10 which pairs are allowed, a byte each, 0 where all are; 11 laws of
// states, 12 laws of pairs; 13 scratch for two numbers for each time and state; 14 values of actions and 15 of states of best
// responses, 16 and 17 those of a policy, 18 the policy.

import { Elementary } from "./elementary";

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
class Finite {
  @inline
  static number(at: usize, i: usize): f64 {
    return load<f64>(at + (i << 3));
  }

  @inline
  static address(at: usize, i: usize): usize {
    return <usize>load<f64>(at + (i << 3));
  }

  /** Values of best responses, of a policy, or of both in one sweep. */
  @inline
  static backward(at: usize, best: bool, own: bool): void {
    const times = <i32>Finite.address(at, 0);
    const states = Finite.address(at, 1);
    const actions = Finite.address(at, 2);
    const tableStride = Finite.address(at, 5) << 3;
    const stride = Finite.address(at, 9) << 2;
    const next = Finite.address(at, 7);
    const probability = Finite.address(at, 8);
    const scratch = Finite.address(at, 13);
    const rows = states * actions;
    const masks = Finite.address(at, 10);
    for (let t = times - 1; t >= 0; t--) {
      const place = <usize>t * states;
      let here = Finite.address(at, 3) + (place << 3);
      let table = Finite.address(at, 4) + <usize>t * tableStride;
      let start = Finite.address(at, 6) + <usize>t * stride;
      let allowed = masks == 0 ? 0 : masks + <usize>t * rows;
      let bestQ = best ? Finite.address(at, 14) + ((<usize>t * rows) << 3) : 0;
      let bestV = best ? Finite.address(at, 15) + (place << 3) : 0;
      let ownQ = own ? Finite.address(at, 16) + ((<usize>t * rows) << 3) : 0;
      let ownV = own ? Finite.address(at, 17) + (place << 3) : 0;
      let policy = own ? Finite.address(at, 18) + ((<usize>t * rows) << 3) : 0;
      // Of both, values lie in pairs, that one transition reads together.
      const later = best && own ? scratch + ((place + states) << 4) : (best ? bestV : ownV) + (states << 3);
      let pair = scratch + (place << 4);
      const moves = t + 1 < times;
      let k: usize = moves ? load<u32>(start) : 0;
      for (let s: usize = 0; s < states; s++) {
        const earned = load<f64>(here);
        here += 8;
        let top = -Infinity;
        let mean: f64 = 0;
        for (let a: usize = 0; a < actions; a++) {
          let value = earned + load<f64>(table);
          let kept = value;
          table += 8;
          if (moves) {
            start += 4;
            const last: usize = load<u32>(start);
            if (best && own) {
              let both = f64x2.splat(value);
              for (; k < last; k++) {
                const to = later + ((<usize>load<u32>(next + (k << 2))) << 4);
                both = f64x2.add(both, f64x2.mul(v128.load64_splat(probability + (k << 3)), v128.load(to)));
              }
              value = f64x2.extract_lane(both, 0);
              kept = f64x2.extract_lane(both, 1);
            } else {
              for (; k < last; k++) {
                const to = later + ((<usize>load<u32>(next + (k << 2))) << 3);
                value += load<f64>(probability + (k << 3)) * load<f64>(to);
              }
              kept = value;
            }
          }
          if (masks != 0) {
            if (load<u8>(allowed) == 0) {
              value = -Infinity;
              kept = -Infinity;
            }
            allowed++;
          }
          if (best) {
            store<f64>(bestQ, value);
            bestQ += 8;
            if (value > top) top = value;
          }
          if (own) {
            store<f64>(ownQ, kept);
            ownQ += 8;
            const share = load<f64>(policy);
            policy += 8;
            if (masks == 0 || kept != -Infinity) mean += share * kept;
          }
        }
        if (best) {
          store<f64>(bestV, top);
          bestV += 8;
        }
        if (own) {
          store<f64>(ownV, mean);
          ownV += 8;
        }
        if (best && own) {
          store<f64>(pair, top);
          store<f64>(pair, mean, 8);
          pair += 16;
        }
      }
    }
  }
}

/** Laws of pairs at all times, and of states after the first; those of later times are 0 before. */
export function finiteFlow(at: usize): void {
  const times = <i32>Finite.address(at, 0);
  const states = Finite.address(at, 1);
  const actions = Finite.address(at, 2);
  let mu = Finite.address(at, 11);
  let pairs = Finite.address(at, 12);
  let policy = Finite.address(at, 18);
  const next = Finite.address(at, 7);
  const probability = Finite.address(at, 8);
  const stride = Finite.address(at, 9) << 2;
  for (let t = 0; t < times; t++) {
    const later = mu + (states << 3);
    const moves = t + 1 < times;
    let start = Finite.address(at, 6) + <usize>t * stride;
    let k: usize = moves ? load<u32>(start) : 0;
    for (let s: usize = 0; s < states; s++) {
      const mass = load<f64>(mu);
      mu += 8;
      for (let a: usize = 0; a < actions; a++) {
        const share = mass * load<f64>(policy);
        policy += 8;
        store<f64>(pairs, share);
        pairs += 8;
        if (moves) {
          start += 4;
          const last: usize = load<u32>(start);
          if (share != 0) {
            for (; k < last; k++) {
              const to = later + ((<usize>load<u32>(next + (k << 2))) << 3);
              store<f64>(to, load<f64>(to) + share * load<f64>(probability + (k << 3)));
            }
          }
          k = last;
        }
      }
    }
  }
}

/** here -= weight log(mu + floor), or with `least` weight log(max(mu, floor)), over `count` places. */
export function finiteLogDensity(count: usize, mu: usize, here: usize, weight: f64, floor: f64, least: bool): void {
  const floors = f64x2.splat(floor);
  const weights = f64x2.splat(weight);
  const end = mu + ((count & ~1) << 3);
  for (; mu < end; mu += 16, here += 16) {
    const x = v128.load(mu);
    const log = Elementary.logarithm(least ? f64x2.max(x, floors) : f64x2.add(x, floors));
    v128.store(here, f64x2.sub(v128.load(here), f64x2.mul(weights, log)));
  }
  if ((count & 1) != 0) {
    const x = v128.load64_splat(mu);
    const log = Elementary.logarithm(least ? f64x2.max(x, floors) : f64x2.add(x, floors));
    store<f64>(here, load<f64>(here) - weight * f64x2.extract_lane(log, 0));
  }
}

/** here += weight mu, over `count` places. */
export function finiteLocal(count: usize, mu: usize, here: usize, weight: f64): void {
  for (let i: usize = 0; i < count << 3; i += 8) store<f64>(here + i, load<f64>(here + i) + weight * load<f64>(mu + i));
}

/** here += matrix mu, at each of `times` times: a matrix of `states` rows and `width` columns. */
export function finiteLinear(times: i32, states: usize, width: usize, matrix: usize, mu: usize, here: usize): void {
  const whole = (width & ~1) << 3;
  for (let t = 0; t < times; t++) {
    let row = matrix;
    for (let s: usize = 0; s < states; s++) {
      let sums = f64x2.splat(0);
      for (let i: usize = 0; i < whole; i += 16)
        sums = f64x2.add(sums, f64x2.mul(v128.load(row + i), v128.load(mu + i)));
      let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
      if ((width & 1) != 0) sum += load<f64>(row + whole) * load<f64>(mu + whole);
      store<f64>(here, load<f64>(here) + sum);
      here += 8;
      row += width << 3;
    }
    mu += width << 3;
  }
}

/** table = base + sum over k of weights[k] times table k of `factors`, over `count` pairs; tables lie one behind the other. */
export function finiteFactors(
  count: usize,
  factors: usize,
  base: usize,
  tables: usize,
  weights: usize,
  table: usize,
): void {
  const whole = (count & ~1) << 3;
  const stride = count << 3;
  const end = weights + (factors << 3);
  for (let i: usize = 0; i < whole; i += 16) {
    let sums = v128.load(base + i);
    let at = tables + i;
    for (let k = weights; k < end; k += 8, at += stride)
      sums = f64x2.add(sums, f64x2.mul(v128.load64_splat(k), v128.load(at)));
    v128.store(table + i, sums);
  }
  if ((count & 1) != 0) {
    let sum = load<f64>(base + whole);
    let at = tables + whole;
    for (let k = weights; k < end; k += 8, at += stride) sum += load<f64>(k) * load<f64>(at);
    store<f64>(table + whole, sum);
  }
}

/** The first of `count` numbers that is not finite, or -1. */
export function finiteBroken(count: i32, numbers: usize): i32 {
  for (let i = 0; i < count; i++) {
    const x = load<f64>(numbers + ((<usize>i) << 3));
    if (!(x - x == 0)) return i;
  }
  return -1;
}

/** Values of best responses. */
export function finiteRespond(at: usize): void {
  Finite.backward(at, true, false);
}

/** Values of a policy. */
export function finiteEvaluate(at: usize): void {
  Finite.backward(at, false, true);
}

/** Both in one sweep. */
export function finiteRespondAndEvaluate(at: usize): void {
  Finite.backward(at, true, true);
}

/** What a policy forgoes: the sum over `count` states, and their actions, of shares of pairs times V - Q. */
export function finiteForgone(count: usize, actions: usize, pairs: usize, values: usize, Q: usize): f64 {
  let sum: f64 = 0;
  for (let end = values + (count << 3); values < end; values += 8) {
    const value = load<f64>(values);
    for (let a: usize = 0; a < actions; a++, pairs += 8, Q += 8) {
      const share = load<f64>(pairs);
      if (share != 0) sum += share * (value - load<f64>(Q));
    }
  }
  return sum;
}
