import { inflateSync } from "node:zlib";
import { assert, property, uint8Array, integer } from "fast-check";
import { describe, expect, it } from "vitest";
import { palettePng } from "../../../meanfield/src/figures/palette-png.ts";

/** Reads the indices back with an inflater that is not ours. */
function decode(address: string): { width: number; height: number; palette: Buffer; indices: number[] } {
  const bytes = Buffer.from(address.replace("data:image/png;base64,", ""), "base64");
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    chunks[bytes.toString("latin1", at + 4, at + 8)] = bytes.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
  const [width, height] = [chunks.IHDR.readUInt32BE(0), chunks.IHDR.readUInt32BE(4)];
  const rows = inflateSync(chunks.IDAT);
  const indices: number[] = [];
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)];
    for (let x = 0; x < width; x++) {
      const before = filter === 1 && x > 0 ? indices.at(-1) : filter === 2 && y > 0 ? indices.at(-width) : 0;
      indices.push((rows[y * (width + 1) + 1 + x] + (before ?? 0)) & 255);
    }
  }
  return { width, height, palette: chunks.PLTE, indices };
}

describe("palettePng", () => {
  it("survives the round trip through zlib, whose checksum must agree", () => {
    assert(
      property(integer({ min: 1, max: 40 }), uint8Array({ minLength: 1, maxLength: 900 }), (width, bytes) => {
        const height = Math.max(1, Math.floor(bytes.length / width));
        const indices = new Uint8Array(width * height);
        indices.set(bytes.subarray(0, indices.length));
        const back = decode(palettePng(indices, width, height, ["#000000", "#0a0b0c"]));
        expect(back).toMatchObject({ width, height, indices: [...indices] });
        expect([...back.palette]).toEqual([0, 0, 0, 10, 11, 12]);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("codes every length of run", () => {
    const runs = Array.from({ length: 300 }, (_, n) => [...Array.from({ length: n }, () => 7), n % 7]).flat();
    expect(decode(palettePng(Uint8Array.from(runs), runs.length, 1, ["#000000"])).indices).toEqual(runs);
  });

  it("makes a smooth field much smaller than its pixels", () => {
    // A density that spreads slowly, as most fields over (t, x) do.
    const density = (t: number, x: number): number => Math.exp((-x * x) / (0.02 + 0.1 * t)) / Math.sqrt(1 + 5 * t);
    const indices = Uint8Array.from(
      { length: 400 * 300 },
      (_, i) => 255 * density((i % 400) / 400, Math.floor(i / 400) / 150 - 1),
    );
    expect(palettePng(indices, 400, 300, ["#000000"]).length).toBeLessThan(0.4 * indices.length);
  });
});
