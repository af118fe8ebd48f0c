import { describe, expect, it } from "vitest";
import { openArena } from "./index.ts";

describe("an arena", () => {
  it("hands out zeroed arrays that do not overlap, each on a cache line of its own", () => {
    const arena = openArena(10_000);
    const arrays = [arena.float64(3), arena.int32(5), arena.float64(100)];
    let end = arena.kernels.heapStart();
    for (const array of arrays) {
      expect(array.every((value) => value === 0)).toBe(true);
      expect(array.byteOffset % 64).toBe(0);
      expect(array.byteOffset).toBeGreaterThanOrEqual(end);
      end = array.byteOffset + array.byteLength;
    }
  });

  it("has room for what was asked, and says what does not fit", () => {
    const arena = openArena(1_000_000);
    expect(arena.float64(125_000)).toHaveLength(125_000);
    expect(() => arena.float64(125_000)).toThrow("an array of 125000 numbers takes 1000000 bytes and only");
    expect(() => arena.int32(-1)).toThrow("an array of -1 integers must have an integer length >= 0");
    expect(() => openArena(-1)).toThrow("bytes must be an integer >= 0, got -1");
    expect(() => openArena(2 ** 32)).toThrow("bytes must leave room in 4 GiB");
  });

  it("gives released memory out again, zeroed", () => {
    const arena = openArena(100_000);
    const mark = arena.mark();
    const first = arena.float64(10_000).fill(7);
    arena.release(mark);
    const second = arena.float64(10_000);
    expect(second.byteOffset).toBe(first.byteOffset);
    expect(second.every((value) => value === 0)).toBe(true);
  });

  it("shares its memory when asked to, and only then", () => {
    expect(openArena(0, { shared: true }).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(openArena(0).memory.buffer).toBeInstanceOf(ArrayBuffer);
  });
});
