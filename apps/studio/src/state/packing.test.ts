import { describe, expect, it } from "vitest";
import { pack, unpack } from "./packing.ts";

describe("what a link carries", () => {
  it.each([null, 5, "Täler ≤ ∞", { a: [1, { b: "x" }] }, "y".repeat(200_000), noise(50_000)])(
    "comes back as it was",
    (value) => {
      expect(unpack(pack(value))).toEqual(value);
    },
  );

  it.each(["", "garbage", "####", pack({ title: "x".repeat(500) }).slice(0, 6)])(
    "is nothing where it is broken: %s",
    (text) => {
      expect(unpack(text)).toBeUndefined();
    },
  );

  it("is nothing where it would fill the memory", () => {
    const bomb = pack("x".repeat(20_000_000));
    expect(bomb.length).toBeLessThan(30_000);
    expect(unpack(bomb)).toBeUndefined();
  });
});

/** What deflates badly. */
function noise(length: number): readonly number[] {
  let state = 1;
  return Array.from({ length }, () => (state = (state * 48_271) % 2_147_483_647));
}
