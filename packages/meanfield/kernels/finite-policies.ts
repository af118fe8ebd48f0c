// Policies of finite games, from values of their actions: rows of |A| numbers, one for each time and state.

import { Elementary } from "./elementary";

/** Numbers that are exponentiated at a time, so that they stay near. */
const BLOCK: usize = 1024;

/** A class only because a decorated method, unlike a decorated function, is TypeScript that a formatter can read. */
class Rows {
  /** e^x of `count` numbers <= 0, in place. */
  @inline
  static exponentiate(numbers: usize, count: usize): void {
    const end = numbers + ((count & ~1) << 3);
    for (; numbers < end; numbers += 16) v128.store(numbers, Elementary.exponential(v128.load(numbers)));
    if ((count & 1) != 0) {
      store<f64>(numbers, f64x2.extract_lane(Elementary.exponential(v128.load64_splat(numbers)), 0));
    }
  }

  /** Divides each of `rows` rows by its sum: multiplies with its inverse, which is as good to a unit in the last place. */
  @inline
  static normalise(numbers: usize, rows: usize, actions: usize): void {
    const bytes = actions << 3;
    for (let end = numbers + rows * bytes; numbers < end; numbers += bytes) {
      let sum: f64 = 0;
      for (let o: usize = 0; o < bytes; o += 8) sum += load<f64>(numbers + o);
      const inverse = 1 / sum;
      for (let o: usize = 0; o < bytes; o += 8) store<f64>(numbers + o, load<f64>(numbers + o) * inverse);
    }
  }

  @inline
  static largest(numbers: usize, actions: usize): f64 {
    let top = -Infinity;
    for (let o: usize = 0; o < actions << 3; o += 8) {
      const value = load<f64>(numbers + o);
      if (value > top) top = value;
    }
    return top;
  }

  /** Rows of a block: an even number of numbers, or all that is left. */
  @inline
  static ofBlock(left: usize, actions: usize): usize {
    return min(left, max(BLOCK / actions, 2) & ~1);
  }
}

/** policy = the softmax of scale values, row by row. */
export function finiteSoftmax(rows: usize, actions: usize, values: usize, scale: f64, policy: usize): void {
  const bytes = actions << 3;
  while (rows > 0) {
    const block = Rows.ofBlock(rows, actions);
    let to = policy;
    for (let i: usize = 0; i < block; i++) {
      const top = Rows.largest(values, actions);
      for (let o: usize = 0; o < bytes; o += 8) store<f64>(to + o, scale * (load<f64>(values + o) - top));
      values += bytes;
      to += bytes;
    }
    Rows.exponentiate(policy, block * actions);
    Rows.normalise(policy, block, actions);
    policy = to;
    rows -= block;
  }
}

/**
 * A step of mirror descent, row by row: y += alpha (Q - V), less the largest of the row, and policy = the softmax of y. With a
 * V of 0 the step is alpha Q.
 */
export function finiteAscend(
  rows: usize,
  actions: usize,
  y: usize,
  alpha: f64,
  Q: usize,
  V: usize,
  policy: usize,
): void {
  const bytes = actions << 3;
  while (rows > 0) {
    const block = Rows.ofBlock(rows, actions);
    let to = policy;
    for (let i: usize = 0; i < block; i++) {
      let value: f64 = 0;
      if (V != 0) {
        value = load<f64>(V);
        V += 8;
      }
      let top = -Infinity;
      for (let o: usize = 0; o < bytes; o += 8) {
        const sum = load<f64>(y + o) + alpha * (load<f64>(Q + o) - value);
        store<f64>(to + o, sum);
        if (sum > top) top = sum;
      }
      for (let o: usize = 0; o < bytes; o += 8) {
        const less = load<f64>(to + o) - top;
        store<f64>(to + o, less);
        store<f64>(y + o, less);
      }
      Q += bytes;
      y += bytes;
      to += bytes;
    }
    Rows.exponentiate(policy, block * actions);
    Rows.normalise(policy, block, actions);
    policy = to;
    rows -= block;
  }
}

/** The best of each row: all that are within the tolerance of it alike, or the first of them. */
export function finiteGreedy(
  rows: usize,
  actions: usize,
  values: usize,
  tolerance: f64,
  first: bool,
  policy: usize,
): void {
  const bytes = actions << 3;
  for (; rows > 0; rows--) {
    const top = Rows.largest(values, actions);
    const margin = top - tolerance * max(1.0, abs(top));
    let count: f64 = 0;
    for (let o: usize = 0; o < bytes; o += 8) {
      const best = load<f64>(values + o) >= margin && !(first && count > 0);
      store<f64>(policy + o, best ? 1.0 : 0.0);
      if (best) count += 1;
    }
    if (count > 1) {
      const share = 1.0 / count;
      for (let o: usize = 0; o < bytes; o += 8) store<f64>(policy + o, load<f64>(policy + o) * share);
    }
    values += bytes;
    policy += bytes;
  }
}

/**
 * Moves a policy a share of the way to another, both weighted by who comes to each state under them. Where neither comes they
 * are mixed as if both came alike, or made uniform over the actions that `allowed` has a byte for.
 */
export function finiteMix(
  rows: usize,
  actions: usize,
  share: f64,
  mu: usize,
  policy: usize,
  otherMu: usize,
  other: usize,
  uniform: bool,
  allowed: usize,
): void {
  const bytes = actions << 3;
  for (; rows > 0; rows--) {
    let stay = (1 - share) * load<f64>(mu);
    let go = share * load<f64>(otherMu);
    const nobody = !(stay + go > 0);
    if (nobody && uniform) {
      let count = <f64>actions;
      if (allowed != 0) {
        count = 0;
        for (let a: usize = 0; a < actions; a++) count += <f64>load<u8>(allowed + a);
      }
      for (let a: usize = 0; a < actions; a++)
        store<f64>(policy + (a << 3), allowed == 0 || load<u8>(allowed + a) != 0 ? 1 / count : 0);
    } else {
      if (nobody) {
        stay = 1 - share;
        go = share;
      }
      const weight = go / (stay + go);
      const rest = 1 - weight;
      for (let o: usize = 0; o < bytes; o += 8)
        store<f64>(policy + o, rest * load<f64>(policy + o) + weight * load<f64>(other + o));
    }
    mu += 8;
    otherMu += 8;
    policy += bytes;
    other += bytes;
    if (allowed != 0) allowed += actions;
  }
}

/** The sum of `count` numbers: NaN where one is. */
export function finiteSum(count: usize, numbers: usize): f64 {
  let sums = f64x2.splat(0);
  const end = numbers + ((count & ~1) << 3);
  for (; numbers < end; numbers += 16) sums = f64x2.add(sums, v128.load(numbers));
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  if ((count & 1) != 0) sum += load<f64>(numbers);
  return sum;
}
