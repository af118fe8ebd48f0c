/**
 * The generator of kernels/hash.ts written a second time, in BigInt and straight from its definition: what the compiled
 * kernels are held against. Thousands of times too slow to be used for anything else.
 */
const WORD = (1n << 64n) - 1n;
const WEYL = 0x9e3779b97f4a7c15n;

function finalise(z: bigint): bigint {
  let w = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & WORD;
  w = ((w ^ (w >> 27n)) * 0x94d049bb133111ebn) & WORD;
  return w ^ (w >> 31n);
}

const marks = {
  uniform: 0n,
  normal: 0x8cb92ba72f3d8dd7n,
  exponential: 0x5851f42d4c957f2dn,
  rejected: 0xaef17502108ef2d9n,
};

/** The two keys of a stream, as four 32-bit words, low before high. */
export function referenceKeys(seed: bigint, stream: bigint): number[] {
  const { key0, key1 } = keysOf(seed, stream);
  return [key0, key1].flatMap((key) => [Number(key & 0xff_ff_ff_ffn), Number(key >> 32n)]);
}

function keysOf(seed: bigint, stream: bigint): { key0: bigint; key1: bigint } {
  const own = finalise((seed + WEYL) & WORD);
  const key0 = finalise((own + (stream + 1n) * 0xda942042e4dd58b5n) & WORD);
  return { key0, key1: finalise(key0 ^ finalise((own + 0xd1342543de82ef95n) & WORD)) };
}

/** The 64 random bits behind a draw. */
export function referenceBits(seed: bigint, stream: bigint, index: bigint, kind: keyof typeof marks): bigint {
  const { key0, key1 } = keysOf(seed, stream);
  const z = (key0 + index * WEYL) & WORD;
  return finalise((((z ^ (z >> 32n)) * 0xd6e8feb86659fd93n) & WORD) ^ key1 ^ marks[kind]);
}

export function referenceUniform(seed: bigint, stream: bigint, index: bigint): number {
  return Number(referenceBits(seed, stream, index, "uniform") >> 11n) * 2 ** -53;
}
