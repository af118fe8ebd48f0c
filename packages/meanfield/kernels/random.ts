// Uniform, normal and exponential draws addressed by (keys, index), one at a time or by the array.
// A stream's keys lie in memory as two 64-bit words (`deriveKeys`), except in the `...At` functions, which take them as
// four 32-bit numbers because JavaScript passes those for nothing and a BigInt dearly.
import { EXPONENTIAL, firstKey, NORMAL, scramble, secondKey, UNIFORM, WEYL } from "./hash";
import { exponentialOf, unit } from "./unit";
import { Ziggurat } from "./ziggurat";
import { EDGES, HEIGHTS } from "./ziggurat-table";

function join(low: u32, high: u32): u64 {
  return ((<u64>high) << 32) | <u64>low;
}

/** Writes the keys of (seed, stream) as two 64-bit words at `keys`. */
export function deriveKeys(keys: usize, seedLow: u32, seedHigh: u32, stream: f64): void {
  const seed = join(seedLow, seedHigh);
  store<u64>(keys, firstKey(seed, <u64>stream));
  store<u64>(keys, secondKey(seed, <u64>stream), 8);
}

function position(key0Low: u32, key0High: u32, index: f64): u64 {
  return join(key0Low, key0High) + <u64>index * WEYL;
}

export function uniformAt(key0Low: u32, key0High: u32, key1Low: u32, key1High: u32, index: f64): f64 {
  return unit(scramble(position(key0Low, key0High, index), join(key1Low, key1High) ^ UNIFORM));
}

export function normalAt(key0Low: u32, key0High: u32, key1Low: u32, key1High: u32, index: f64): f64 {
  return Ziggurat.normal(position(key0Low, key0High, index), join(key1Low, key1High) ^ NORMAL);
}

export function exponentialAt(key0Low: u32, key0High: u32, key1Low: u32, key1High: u32, index: f64): f64 {
  return exponentialOf(scramble(position(key0Low, key0High, index), join(key1Low, key1High) ^ EXPONENTIAL));
}

/** out[i] = uniform draw number firstIndex + i, i < count. */
export function fillUniform(out: usize, count: i32, keys: usize, firstIndex: f64): void {
  let z = load<u64>(keys) + <u64>firstIndex * WEYL;
  const key1 = load<u64>(keys, 8) ^ UNIFORM;
  const end = out + ((<usize>count) << 3);
  for (; out < end; out += 8) {
    store<f64>(out, unit(scramble(z, key1)));
    z += WEYL;
  }
}

/** out[i] = normal draw number firstIndex + i, i < count. */
export function fillNormal(out: usize, count: i32, keys: usize, firstIndex: f64): void {
  let z = load<u64>(keys) + <u64>firstIndex * WEYL;
  const key1 = load<u64>(keys, 8) ^ NORMAL;
  const end = out + ((<usize>count) << 3);
  for (; out < end; out += 8) {
    store<f64>(out, Ziggurat.normal(z, key1));
    z += WEYL;
  }
}

/** out[i] = exponential draw number firstIndex + i, i < count. */
export function fillExponential(out: usize, count: i32, keys: usize, firstIndex: f64): void {
  let z = load<u64>(keys) + <u64>firstIndex * WEYL;
  const key1 = load<u64>(keys, 8) ^ EXPONENTIAL;
  const end = out + ((<usize>count) << 3);
  for (; out < end; out += 8) {
    store<f64>(out, exponentialOf(scramble(z, key1)));
    z += WEYL;
  }
}

/** out[i] = the raw 64 bits behind uniform draw number firstIndex + i: what the statistical batteries read. */
export function fillBits(out: usize, count: i32, keys: usize, firstIndex: f64): void {
  let z = load<u64>(keys) + <u64>firstIndex * WEYL;
  const key1 = load<u64>(keys, 8) ^ UNIFORM;
  const end = out + ((<usize>count) << 3);
  for (; out < end; out += 8) {
    store<u64>(out, scramble(z, key1));
    z += WEYL;
  }
}

/** Where the ziggurat's tables lie, for the test that recomputes their areas. */
export function zigguratEdges(): usize {
  return EDGES;
}

export function zigguratHeights(): usize {
  return HEIGHTS;
}
