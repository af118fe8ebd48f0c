import { describe, expect, it } from "vitest";
import { drawsOf, mostIterations, purposes } from "./streams.ts";

describe("random streams of learning", () => {
  it("differ between runs, iterations and purposes, and stay below 2^53", () => {
    const numbers = Object.values(purposes);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBeLessThan(64);
    const seen = new Set<number>();
    for (const run of [0, 1, 2 ** 23 - 1]) {
      for (const iteration of [0, 1, mostIterations - 1]) {
        for (const purpose of numbers) {
          const { seed, stream } = drawsOf({ seed: 9, run }, iteration, purpose);
          expect(seed).toBe(9);
          expect(Number.isSafeInteger(stream)).toBe(true);
          seen.add(stream);
        }
      }
    }
    expect(seen.size).toBe(9 * numbers.length);
  });
});
