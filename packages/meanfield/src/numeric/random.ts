/**
 * Random numbers addressed by (seed, stream, index).
 *
 * Draw number `index` of a stream is a pure function of its address: there is no state to carry, any part of a sequence
 * can be drawn in any order on any number of threads, and equal addresses give equal bits in Node, in a page and in the
 * kernels. The generator is a keyed 64-bit counter hash (kernels/hash.ts says which and why); normals are by the
 * ziggurat of Marsaglia and Tsang (2000). Both live in WebAssembly, the one fast 64-bit arithmetic that every runtime
 * has and the one whose logarithms agree everywhere; there is no second implementation to drift from it.
 *
 * Different kinds of draw at one index are independent of each other, as are different indices, streams and seeds.
 */
import { type Arena, openArena } from "../kernels/index.ts";
import { categoryOf } from "./categorical.ts";

/** A stream of independent draws; `index` is any integer from 0 to 2^53 - 1. */
export interface RandomStream {
  /** Uniform on [0, 1), a multiple of 2^-53. */
  readonly uniform: (index: number) => number;
  /** Standard normal. */
  readonly normal: (index: number) => number;
  /** Exponential of mean one. */
  readonly exponential: (index: number) => number;
  /** An index into `weights`, drawn in proportion to them (finite, >= 0, not all zero; else RangeError). */
  readonly categorical: (index: number, weights: ArrayLike<number>) => number;
  /** out[i] = uniform(firstIndex + i). */
  readonly fillUniform: (out: Float64Array, firstIndex: number) => void;
  /** out[i] = normal(firstIndex + i). */
  readonly fillNormal: (out: Float64Array, firstIndex: number) => void;
  /** out[i] = exponential(firstIndex + i). */
  readonly fillExponential: (out: Float64Array, firstIndex: number) => void;
  /** A cursor that draws from `firstIndex` on, one index per draw of whatever kind. */
  readonly sequence: (firstIndex?: number) => RandomSequence;
  /** The two 64-bit keys as four words (low before high): what kernels that draw for themselves are given. */
  readonly keys: Uint32Array;
}

/** Draws one after the other, for code where addresses would say nothing. */
export interface RandomSequence {
  /** The index that the next draw will use. */
  readonly index: number;
  readonly uniform: () => number;
  readonly normal: () => number;
  readonly exponential: () => number;
  readonly categorical: (weights: ArrayLike<number>) => number;
}

/**
 * The stream numbered `stream` (an integer from 0 to 2^53 - 1) of a seed (such an integer, or a bigint below 2^64).
 *
 * Give every source of randomness in a computation its own stream: initial states 0, private noise 1, common noise 2.
 */
export function randomStream(seed: number | bigint, stream: number): RandomStream {
  const { kernels, words, buffer } = workshop();
  checkNatural("stream", stream);
  const [low, high] = splitSeed(seed);
  kernels.deriveKeys(words.byteOffset, low, high, stream);
  const keys = Uint32Array.from(words);
  const [a, b, c, d] = keys as unknown as readonly [number, number, number, number];

  const fill = (
    kind: "fillUniform" | "fillNormal" | "fillExponential",
    out: Float64Array,
    firstIndex: number,
  ): void => {
    checkNatural("firstIndex", firstIndex);
    checkNatural("firstIndex + out.length", firstIndex + out.length);
    words.set(keys);
    for (let done = 0; done < out.length; done += buffer.length) {
      const count = Math.min(buffer.length, out.length - done);
      kernels[kind](buffer.byteOffset, count, words.byteOffset, firstIndex + done);
      out.set(count === buffer.length ? buffer : buffer.subarray(0, count), done);
    }
  };

  const result: RandomStream = {
    uniform: (index) => kernels.uniformAt(a, b, c, d, checkNatural("index", index)),
    normal: (index) => kernels.normalAt(a, b, c, d, checkNatural("index", index)),
    exponential: (index) => kernels.exponentialAt(a, b, c, d, checkNatural("index", index)),
    categorical: (index, weights) =>
      categoryOf(kernels.uniformAt(a, b, c ^ CATEGORICAL, d, checkNatural("index", index)), weights),
    fillUniform: (out, firstIndex) => fill("fillUniform", out, firstIndex),
    fillNormal: (out, firstIndex) => fill("fillNormal", out, firstIndex),
    fillExponential: (out, firstIndex) => fill("fillExponential", out, firstIndex),
    sequence: (firstIndex = 0) => {
      let index = checkNatural("firstIndex", firstIndex);
      return {
        get index() {
          return index;
        },
        uniform: () => result.uniform(index++),
        normal: () => result.normal(index++),
        exponential: () => result.exponential(index++),
        categorical: (weights) => result.categorical(index++, weights),
      };
    },
    keys,
  };
  return result;
}

/** Marks the key of categorical draws, as kernels/hash.ts marks those of the other kinds. */
const CATEGORICAL = 0x6a09e667;

/** Draws a fill makes before it copies them out: they stay in the nearest cache. */
const BUFFER = 2048;

let shared: (Pick<Arena, "kernels"> & { readonly words: Uint32Array; readonly buffer: Float64Array }) | undefined;

/** The one small arena in which all streams of this thread draw. */
function workshop() {
  if (shared === undefined) {
    const arena = openArena(8 * BUFFER + 64);
    const words = new Uint32Array(arena.memory.buffer, arena.int32(4).byteOffset, 4);
    shared = { kernels: arena.kernels, words, buffer: arena.float64(BUFFER) };
  }
  return shared;
}

function splitSeed(seed: number | bigint): [low: number, high: number] {
  if (typeof seed === "bigint") {
    if (seed < 0n || seed >> 64n !== 0n) throw new RangeError(`seed must be from 0 to 2^64 - 1, got ${seed}`);
    return [Number(seed & 0xff_ff_ff_ffn), Number(seed >> 32n)];
  }
  checkNatural("seed", seed);
  return [seed % 2 ** 32, Math.floor(seed / 2 ** 32)];
}

function checkNatural(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name} must be an integer from 0 to 2^53 - 1, got ${value}`);
  }
  return value;
}
