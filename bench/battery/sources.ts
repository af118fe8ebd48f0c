/** Orders in which the generator's words are read: whatever a simulation may do, and what weak generators fail at. */
import { type Arena, openArena } from "meanfield/kernels";
import { randomStream } from "../../packages/meanfield/src/numeric/random.ts";

/** Fills `out` with the next words of an endless sequence. */
export type Source = (out: Uint32Array) => void;

const CHUNK = 1024;

/** The 64-bit words of addresses (seed, stream, index) that `address(n)` gives, one after the other, low halves first. */
function addressed(
  address: (n: number) => readonly [seed: number, stream: number, index: number],
  run: number,
): Source {
  const arena = openArena(8 * CHUNK + 200);
  const keys = arena.int32(4);
  const buffer = arena.float64(run);
  const words = new Uint32Array(arena.memory.buffer, buffer.byteOffset, 2 * run);
  let n = 0;
  return (out) => {
    for (let done = 0; done < out.length; done += 2 * run, n++) {
      const [seed, stream, index] = address(n);
      deriveKeys(arena, keys, seed, stream);
      arena.kernels.fillBits(buffer.byteOffset, run, keys.byteOffset, index);
      out.set(done + 2 * run <= out.length ? words : words.subarray(0, out.length - done), done);
    }
  };
}

function deriveKeys({ kernels }: Arena, keys: Int32Array, seed: number, stream: number): void {
  kernels.deriveKeys(keys.byteOffset, seed % 2 ** 32, Math.floor(seed / 2 ** 32), stream);
}

/** Each word with its bits in the opposite order: tests that look at high bits see the low ones. */
function reversed(source: Source): Source {
  return (out) => {
    source(out);
    for (let i = 0; i < out.length; i++) {
      let w = out[i];
      w = ((w >>> 1) & 0x55555555) | ((w & 0x55555555) << 1);
      w = ((w >>> 2) & 0x33333333) | ((w & 0x33333333) << 2);
      w = ((w >>> 4) & 0x0f0f0f0f) | ((w & 0x0f0f0f0f) << 4);
      w = ((w >>> 8) & 0x00ff00ff) | ((w & 0x00ff00ff) << 8);
      out[i] = (w >>> 16) | (w << 16);
    }
  };
}

/** The normals of one stream, array by array. */
export function normals(seed: number, stream: number): (out: Float64Array) => void {
  const random = randomStream(seed, stream);
  let index = 0;
  return (out) => {
    random.fillNormal(out, index);
    index += out.length;
  };
}

/** Generators known to be weak: a battery that passes them is worth nothing. */
export const controls: Readonly<Record<string, () => Source>> = {
  "linear congruential, 32 bits (must fail)": () => {
    let state = 1;
    return (out) => out.forEach((_, i) => (out[i] = state = (Math.imul(state, 1664525) + 1013904223) >>> 0));
  },
  "xorshift, 32 bits (must fail)": () => {
    let state = 2463534242;
    return (out) =>
      out.forEach((_, i) => {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        out[i] = state >>>= 0;
      });
  },
};

export function sources(seed: number): Readonly<Record<string, () => Source>> {
  const sequential = () => addressed((n) => [seed, 0, n * CHUNK], CHUNK);
  return {
    "one stream": sequential,
    "one stream, bits reversed": () => reversed(sequential()),
    "one draw from each stream": () => addressed((n) => [seed, n, 0], 1),
    "one draw from each seed": () => addressed((n) => [seed + n, 0, 0], 1),
    "64 streams in turn": () => addressed((n) => [seed, n % 64, Math.floor(n / 64)], 1),
    "every 2^32nd draw": () => addressed((n) => [seed, 0, (n % 2 ** 21) * 2 ** 32 + Math.floor(n / 2 ** 21)], 1),
    "128 agents step by step": () => addressed((n) => [seed, 0, (n % 2 ** 21) * 2 ** 32], 128),
    "streams of sparse numbers": () => addressed((n) => [seed, 2 ** (n % 53), Math.floor(n / 53)], 1),
  };
}
