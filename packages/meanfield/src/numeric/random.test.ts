import { describe, expect, it } from "vitest";
import { openArena } from "../kernels/index.ts";
import { chiSquarePValue, chiSquareSurvival, kolmogorovSmirnovPValue } from "./goodness-of-fit.testing.ts";
import { normalDensity, normalDistribution, normalSurvival } from "./normal-distribution.ts";
import { randomStream } from "./random.ts";

// Seeds are fixed, so these tests pass or fail for good; the bounds are those of a test at level 1e-4 (3.9 standard errors,
// p-values 1e-4 from either end): an ideal generator would pass all of them together with probability 0.98.
const LIMIT = 3.9;

const LEVEL = 1e-4;

/** How far a p-value is from either end: too good a fit is as suspicious as too bad a one. */
function margin(pValue: number): number {
  return Math.min(pValue, 1 - pValue);
}

/** n draws of one kind as an array. */
function drawn(
  kind: "Uniform" | "Normal" | "Exponential",
  n: number,
  seed = 1,
  stream = 0,
  firstIndex = 0,
): Float64Array {
  const out = new Float64Array(n);
  randomStream(seed, stream)[`fill${kind}`](out, firstIndex);
  return out;
}

/** The raw bits behind uniform draws, as pairs of 32-bit words. */
function bits(n: number, seed: number, stream: number, firstIndex = 0): Uint32Array {
  const mark = arena.mark();
  const keys = arena.int32(4);
  keys.set(randomStream(seed, stream).keys);
  const out = arena.float64(n);
  arena.kernels.fillBits(out.byteOffset, n, keys.byteOffset, firstIndex);
  arena.release(mark);
  return new Uint32Array(arena.memory.buffer, out.byteOffset, 2 * n).slice();
}

const arena = openArena(4_000_100);

/** Correlation times sqrt(n): standard normal for independent samples. */
function correlationScore(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  let [sx, sy, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sx += x[i];
    sy += y[i];
    sxx += x[i] * x[i];
    syy += y[i] * y[i];
    sxy += x[i] * y[i];
  }
  return ((sxy - (sx * sy) / n) / Math.sqrt((sxx - (sx * sx) / n) * (syy - (sy * sy) / n))) * Math.sqrt(n);
}

/** Pearson's test that pairs of uniforms fill a 32 × 32 board evenly. */
function pairPValue(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const counts = new Float64Array(1024);
  for (let i = 0; i < x.length; i++) counts[32 * Math.floor(32 * x[i]) + Math.floor(32 * y[i])]++;
  return chiSquarePValue(counts, () => x.length / 1024);
}

describe("addresses", () => {
  const stream = randomStream(42, 5);

  it("fills with the very draws that are addressed one by one", () => {
    // Longer than the buffer through which fills go, from an index beyond 32 bits.
    const first = 2 ** 40 + 12_345;
    const out = new Float64Array(5000);
    for (const kind of ["Uniform", "Normal", "Exponential"] as const) {
      stream[`fill${kind}`](out, first);
      const one = stream[kind.toLowerCase() as "uniform" | "normal" | "exponential"];
      expect(out.every((value, i) => Object.is(value, one(first + i)))).toBe(true);
    }
  });

  it("fills the same whatever the blocks and their order", () => {
    const whole = drawn("Normal", 10_000, 42, 5);
    for (const size of [1, 7, 2047, 2048, 2049]) {
      const parts = new Float64Array(whole.length);
      for (let first = Math.floor((whole.length - 1) / size) * size; first >= 0; first -= size) {
        stream.fillNormal(parts.subarray(first, first + size), first);
      }
      expect(parts).toEqual(whole);
    }
  });

  it("walks the same draws as a sequence, one index each", () => {
    const sequence = stream.sequence(100);
    expect([sequence.uniform(), sequence.normal(), sequence.exponential(), sequence.categorical([1, 2, 3])]).toEqual([
      stream.uniform(100),
      stream.normal(101),
      stream.exponential(102),
      stream.categorical(103, [1, 2, 3]),
    ]);
    expect(sequence.index).toBe(104);
  });

  it("takes a bigint seed for the same seed", () => {
    expect(randomStream(2 ** 40 + 1, 3).normal(7)).toBe(randomStream(2n ** 40n + 1n, 3).normal(7));
  });

  it("says what a seed, a stream and an index may be", () => {
    expect(() => randomStream(-1, 0)).toThrow("seed must be an integer from 0 to 2^53 - 1, got -1");
    expect(() => randomStream(0.5, 0)).toThrow("seed must be an integer");
    expect(() => randomStream(2n ** 64n, 0)).toThrow("seed must be from 0 to 2^64 - 1");
    expect(() => randomStream(0, Number.NaN)).toThrow("stream must be an integer from 0 to 2^53 - 1, got NaN");
    expect(() => stream.normal(2 ** 53)).toThrow("index must be an integer");
    expect(() => stream.fillNormal(new Float64Array(2), 2 ** 53 - 1)).toThrow("firstIndex + out.length");
    expect(() => stream.categorical(0, [1, -1])).toThrow("weights[1] must be a number >= 0, got -1");
    expect(() => stream.categorical(0, [0, 0])).toThrow(
      "weights must have a positive finite sum, got 0 over 2 weights",
    );
    expect(() => stream.categorical(0, [1, Number.NaN])).toThrow("weights[1] must be a number >= 0, got NaN");
  });
});

describe("the ziggurat's tables", () => {
  const { memory, kernels } = openArena(0);
  const edges = new Float64Array(memory.buffer, kernels.zigguratEdges(), 512);
  const heights = new Float64Array(memory.buffer, kernels.zigguratHeights(), 257);
  const outer = (layer: number) => edges[2 * layer] * 2 ** 53;
  const inner = (layer: number) => edges[2 * layer + 1];

  it("has 256 layers of equal area, the base one with the tail", () => {
    const R = inner(255);
    const root = Math.sqrt(2 * Math.PI);
    const area = R * root * normalDensity(R) + root * normalSurvival(R);
    // Differences of heights lose digits towards the top, where two of them agree to a part in a hundred.
    for (let i = 0; i < 255; i++) {
      expect(Math.abs((outer(i) * (heights[i] - heights[i + 1])) / area - 1)).toBeLessThan(2e-13);
    }
    expect(Math.abs((outer(255) * heights[255]) / area - 1)).toBeLessThan(1e-15);
  });

  it("has edges that meet and heights on the curve", () => {
    expect(inner(0)).toBe(0);
    expect(heights[256]).toBe(0);
    for (let i = 0; i < 255; i++) expect(inner(i + 1)).toBe(outer(i));
    for (let i = 0; i < 256; i++) expect(Math.abs(heights[i] / Math.exp(-0.5 * inner(i) ** 2) - 1)).toBeLessThan(1e-14);
  });
});

describe("normal draws", () => {
  const n = 2_000_000;
  const x = drawn("Normal", n);

  it("has the normal moments up to the eighth", () => {
    // Var(x^k) = E x^2k - (E x^k)^2 with E x^2k = (2k - 1)!!
    const even = [1, 1, 3, 15, 105, 945, 10_395, 135_135, 2_027_025];
    for (let k = 1; k <= 8; k++) {
      const moment = k % 2 === 0 ? even[k / 2] : 0;
      let mean = 0;
      for (const value of x) mean += value ** k / n;
      expect(Math.abs(mean - moment) / Math.sqrt((even[k] - moment ** 2) / n)).toBeLessThan(LIMIT);
    }
  });

  it("falls evenly into 1024 cells of equal probability", () => {
    const counts = new Float64Array(1024);
    for (const value of x) counts[Math.floor(1024 * normalDistribution(value))]++;
    expect(margin(chiSquarePValue(counts, () => n / 1024))).toBeGreaterThan(LEVEL);
  });

  it("passes the test of Kolmogorov and Smirnov", () => {
    expect(margin(kolmogorovSmirnovPValue(x.slice(0, 200_000), normalDistribution))).toBeGreaterThan(LEVEL);
  });

  it("has the normal's tails, beyond the last layer as well", () => {
    const out = new Float64Array(1_000_000);
    const levels = [2, 3, 3.5, 3.654152885361009, 4, 4.5, 5];
    const beyond = new Float64Array(2 * levels.length);
    const tail: number[] = [];
    for (let block = 0; block < 10; block++) {
      randomStream(3, 1).fillNormal(out, block * out.length);
      for (const value of out) {
        if (Math.abs(value) < 2) continue;
        levels.forEach((level, i) => {
          if (value > level) beyond[2 * i]++;
          if (value < -level) beyond[2 * i + 1]++;
        });
        if (Math.abs(value) > levels[3]) tail.push(Math.abs(value));
      }
    }
    beyond.forEach((count, i) => {
      const expected = 1e7 * normalSurvival(levels[Math.floor(i / 2)]);
      expect(Math.abs(count - expected) / Math.sqrt(expected)).toBeLessThan(LIMIT);
    });
    const total = normalSurvival(levels[3]);
    expect(
      margin(kolmogorovSmirnovPValue(Float64Array.from(tail), (value) => 1 - normalSurvival(value) / total)),
    ).toBeGreaterThan(LEVEL);
  });
});

describe("uniform, exponential and categorical draws", () => {
  it("is uniform on [0, 1)", () => {
    const x = drawn("Uniform", 200_000, 9, 2);
    expect(x.every((value) => value >= 0 && value < 1 && Number.isInteger(value * 2 ** 53))).toBe(true);
    expect(margin(kolmogorovSmirnovPValue(x, (value) => value))).toBeGreaterThan(LEVEL);
  });

  it("is exponential of mean one", () => {
    const x = drawn("Exponential", 200_000, 9, 2);
    expect(x.every((value) => value >= 0 && value < Infinity)).toBe(true);
    expect(margin(kolmogorovSmirnovPValue(x, (value) => -Math.expm1(-value)))).toBeGreaterThan(LEVEL);
  });

  it("draws categories in proportion to their weights and never one of weight zero", () => {
    const weights = [0, 0.5, 3, 0, 1.5, 0.1, 0];
    const counts = new Float64Array(weights.length);
    const stream = randomStream(4, 4);
    for (let i = 0; i < 200_000; i++) counts[stream.categorical(i, weights)]++;
    const drawable = [1, 2, 4, 5];
    expect(counts.filter((_, i) => !drawable.includes(i))).toEqual(new Float64Array(3));
    expect(
      margin(
        chiSquarePValue(
          drawable.map((i) => counts[i]),
          (k) => (200_000 * weights[drawable[k]]) / 5.1,
        ),
      ),
    ).toBeGreaterThan(LEVEL);
  });
});

describe("the bits", () => {
  it("has bytes that are uniform in every place of the word", () => {
    const n = 500_000;
    const bytes = new Uint8Array(bits(n, 5, 0).buffer);
    for (let place = 0; place < 8; place++) {
      const counts = new Float64Array(256);
      for (let i = place; i < bytes.length; i += 8) counts[bytes[i]]++;
      expect(margin(chiSquarePValue(counts, () => n / 256))).toBeGreaterThan(LEVEL);
    }
  });

  it("changes each output bit with probability one half when any bit of seed, stream or index changes", () => {
    const base = { seed: 0x1234_5678, stream: 77, index: 1001 };
    const at = ({ seed, stream, index }: typeof base) => bits(1, seed, stream, index);
    const trials = 40;
    for (const part of ["seed", "stream", "index"] as const) {
      for (let bit = 0; bit < 53; bit += 4) {
        const flips = new Float64Array(64);
        for (let trial = 0; trial < trials; trial++) {
          const from = { ...base, [part]: base[part] + 7919 * trial };
          const low = Math.floor(from[part] / 2 ** bit) % 2 === 0;
          const [a, b] = [at(from), at({ ...from, [part]: from[part] + (low ? 1 : -1) * 2 ** bit })];
          for (let k = 0; k < 64; k++) flips[k] += ((a[k >> 5] ^ b[k >> 5]) >>> (k & 31)) & 1;
        }
        // Each count is binomial(trials, 1/2); the sum of squared scores is chi-square with 64 degrees of freedom.
        const statistic = flips.reduce((sum, count) => sum + (count - trials / 2) ** 2 / (trials / 4), 0);
        expect(margin(chiSquareSurvival(statistic, 64))).toBeGreaterThan(LEVEL);
      }
    }
  });

  it("never repeats a word over 2,000 streams of 500 draws: no stream is a window on another", () => {
    const words = new Set<bigint>();
    for (let stream = 0; stream < 2000; stream++) {
      const part = bits(500, 6, stream);
      for (const word of new BigUint64Array(part.buffer, part.byteOffset, 500)) words.add(word);
    }
    // Even one chance repeat among a million random words of 64 bits has probability 3e-8.
    expect(words.size).toBe(1_000_000);
  });
});

describe("independence", () => {
  const n = 200_000;

  it("has no serial correlation at any short lag, nor at strides of powers of two", () => {
    const x = drawn("Normal", n + 65_536, 8, 0);
    for (const lag of [1, 2, 3, 4, 5, 7, 8, 16, 256, 4096, 65_536]) {
      expect(Math.abs(correlationScore(x.subarray(0, n), x.subarray(lag, lag + n)))).toBeLessThan(LIMIT);
    }
  });

  it("fills the square evenly with consecutive draws", () => {
    const x = drawn("Uniform", n + 1, 8, 1);
    expect(margin(pairPValue(x.subarray(0, n), x.subarray(1)))).toBeGreaterThan(LEVEL);
  });

  const neighbours: readonly (readonly [seed: number, stream: number, firstIndex: number])[] = [
    [8, 3, 0],
    [8, 2 ** 32 + 2, 0],
    [9, 2, 0],
    [8 + 2 ** 32, 2, 0],
    [2, 8, 0],
    [8, 2, 2 ** 32],
    [8, 2, 2 ** 52],
  ];
  it.each(neighbours)(
    "is independent of seed 8, stream 2 at seed %d, stream %d, index %d",
    (seed, stream, firstIndex) => {
      const x = drawn("Uniform", n, 8, 2);
      const y = drawn("Uniform", n, seed, stream, firstIndex);
      expect(Math.abs(correlationScore(x, y))).toBeLessThan(LIMIT);
      expect(margin(pairPValue(x, y))).toBeGreaterThan(LEVEL);
    },
  );

  it("draws independently across 200,000 streams at one index, which is how players are numbered", () => {
    const x = Float64Array.from({ length: n }, (_, stream) => randomStream(8, stream).uniform(0));
    expect(margin(pairPValue(x.subarray(1), x.subarray(0, n - 1)))).toBeGreaterThan(LEVEL);
    expect(margin(kolmogorovSmirnovPValue(x, (value) => value))).toBeGreaterThan(LEVEL);
  });

  it("draws independently across 200,000 seeds", () => {
    const x = Float64Array.from({ length: n }, (_, seed) => randomStream(seed, 0).uniform(0));
    expect(margin(pairPValue(x.subarray(1), x.subarray(0, n - 1)))).toBeGreaterThan(LEVEL);
    expect(margin(kolmogorovSmirnovPValue(x, (value) => value))).toBeGreaterThan(LEVEL);
  });

  it("draws different kinds independently at the same index", () => {
    const uniform = drawn("Uniform", n, 8, 4);
    const normal = drawn("Normal", n, 8, 4).map(normalDistribution);
    const exponential = drawn("Exponential", n, 8, 4).map((value) => -Math.expm1(-value));
    expect(margin(pairPValue(uniform, normal))).toBeGreaterThan(LEVEL);
    expect(margin(pairPValue(uniform, exponential))).toBeGreaterThan(LEVEL);
    expect(margin(pairPValue(normal, exponential))).toBeGreaterThan(LEVEL);
  });
});
