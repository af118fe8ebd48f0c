// The counter-based generator behind every random number: a keyed hash of the index, so that draw number i of a stream
// is a pure function of (seed, stream, i) and results depend on neither thread count nor schedule (Salmon, Moraes, Dror
// and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011, for the idea).
//
// `scramble` walks a Weyl sequence (key0 + i * WEYL, odd, so of full period 2^64), takes one xor-shift-multiply round,
// adds a second key in the middle and ends with the whole SplitMix64 finaliser (Steele, Lea and Flood, OOPSLA 2014;
// Stafford's variant 13). SplitMix64 alone passes the usual batteries with two multiplications, but its streams are
// windows on ONE cycle of 2^64 numbers: two streams repeat each other wherever their windows meet, likely with 10^6
// streams of 10^6 draws. The second key makes every stream a permutation of its own. Philox4x64 needs 128-bit products,
// which WebAssembly lacks, and Squares (Widynski 2020) five dependent squarings for 64 bits; this needs three products.

/** 2^64 / golden ratio, odd. */
export const WEYL: u64 = 0x9e3779b97f4a7c15;

/** SplitMix64's finaliser: a bijection of 64-bit words in which every input bit reaches every output bit. */
export function finalise(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** The 64 random bits at Weyl position `z` = key0 + index * WEYL. */
export function scramble(z: u64, key1: u64): u64 {
  return finalise(((z ^ (z >> 32)) * 0xd6e8feb86659fd93) ^ key1);
}

/**
 * The two keys of a stream. For a fixed seed, stream -> key0 is a bijection; and key1 = bijection(key0 ^ bijection(seed)),
 * so two pairs (seed, stream) with equal keys would have equal seeds, hence equal streams: no two streams share keys.
 */
export function firstKey(seed: u64, stream: u64): u64 {
  return finalise(finalise(seed + WEYL) + (stream + 1) * 0xda942042e4dd58b5);
}

export function secondKey(seed: u64, stream: u64): u64 {
  return finalise(firstKey(seed, stream) ^ finalise(finalise(seed + WEYL) + 0xd1342543de82ef95));
}

// Each kind of draw has its own permutation, so that uniform(i) and normal(i) of one stream are independent.
export const UNIFORM: u64 = 0;
export const NORMAL: u64 = 0x8cb92ba72f3d8dd7;
export const EXPONENTIAL: u64 = 0x5851f42d4c957f2d;
/** Further draws that a rejected normal asks for. */
export const REJECTED: u64 = 0xaef17502108ef2d9;
