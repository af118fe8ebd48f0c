import { describe, expect, it } from "vitest";
import { referenceKeys, referenceUniform } from "./counter-hash.testing.ts";
import { randomStream } from "./random.ts";

// The largest seeds, streams and indices are among them: nothing is lost where numbers pass 2^32.
const addresses: readonly (readonly [seed: bigint, stream: number, index: number])[] = [
  [0n, 0, 0],
  [0n, 0, 1],
  [0n, 1, 0],
  [1n, 0, 0],
  [12345n, 67, 89],
  [0xdeadbeefn, 2 ** 32, 2 ** 32 + 1],
  [2n ** 63n, 2 ** 40 + 3, 2 ** 45 + 7],
  [2n ** 64n - 1n, 2 ** 53 - 1, 2 ** 53 - 1],
];

/** FNV-1a over the bytes: one word that changes when any bit of any draw does. */
function fingerprint(draws: Float64Array): string {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(draws.buffer, draws.byteOffset, draws.byteLength)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

describe("the counter hash", () => {
  it("derives the keys that its definition, written in BigInt, derives", () => {
    for (const [seed, stream] of addresses) {
      expect([...randomStream(seed, stream).keys]).toEqual(referenceKeys(seed, BigInt(stream)));
    }
  });

  it("draws the uniforms that its definition, written in BigInt, draws", () => {
    for (const [seed, stream, index] of addresses) {
      expect(randomStream(seed, stream).uniform(index)).toBe(referenceUniform(seed, BigInt(stream), BigInt(index)));
    }
    const stream = randomStream(7, 3);
    for (let index = 0; index < 500; index++)
      expect(stream.uniform(index)).toBe(referenceUniform(7n, 3n, BigInt(index)));
  });
});

describe("the same numbers everywhere and for ever", () => {
  it("draws these very numbers", () => {
    const drawn = addresses.map(([seed, stream, index]) => {
      const random = randomStream(seed, stream);
      return [random.uniform(index), random.normal(index), random.exponential(index)];
    });
    expect(drawn).toEqual(golden);
  });

  // A million normals include some 12,000 from the wedges and 250 from the tail, where exponentials and logarithms decide.
  it("draws a million of each kind to the last bit", () => {
    const out = new Float64Array(1_000_000);
    const stream = randomStream(2024, 11);
    stream.fillUniform(out, 0);
    const uniform = fingerprint(out);
    stream.fillNormal(out, 0);
    const normal = fingerprint(out);
    stream.fillExponential(out, 0);
    expect({ uniform, normal, exponential: fingerprint(out) }).toEqual(fingerprints);
  });
});

const golden = [
  [0.5543775914194018, 0.5206231033905246, 0.7293534966361614],
  [0.35092356863045027, -0.3539677167632044, 0.18058893193095538],
  [0.5972073658966288, 0.9887961715877572, 1.9977602207354836],
  [0.31784386284926214, 0.5138991602999478, 0.6383959757389903],
  [0.7960042977925479, -0.909994521787754, 0.8724025661777237],
  [0.845923269509592, -0.3470179982481279, 0.09256673346280705],
  [0.6973397945056727, -0.9250612932471621, 5.592839589391393],
  [0.554888711368345, 1.2144526817001355, 0.4503608460191449],
];

const fingerprints = { uniform: "3915cf3e", normal: "69d26b53", exponential: "de6a89f1" };
