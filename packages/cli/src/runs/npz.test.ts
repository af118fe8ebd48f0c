import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { npy } from "meanfield";
import { npz } from "./npz.ts";

/** Reads version 1.0 `.npy` bytes by the format's own rules, independently of the writer. */
function read(bytes: Uint8Array): { header: string; data: number[] } {
  expect(Array.from(bytes.subarray(0, 8))).toEqual([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint16(8, true);
  const start = 10 + length;
  const data = Array.from({ length: (bytes.length - start) / 8 }, (_, i) => view.getFloat64(start + 8 * i, true));
  return { header: new TextDecoder().decode(bytes.slice(10, start)), data };
}

it("writes what the format says: aligned header, little-endian doubles in C order", () => {
  const bytes = npy({ shape: [2, 3], data: Float64Array.of(1, -2, 3.5, 1e-300, Infinity, Number.NaN) });
  const { header, data } = read(bytes);
  expect(header).toMatch(/^\{'descr': '<f8', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/);
  expect((10 + header.length) % 64).toBe(0);
  expect(data).toEqual([1, -2, 3.5, 1e-300, Infinity, Number.NaN]);
});

it.each([
  [[], 1, "()"],
  [[4], 4, "(4,)"],
  [[0], 0, "(0,)"],
  [[2, 1, 2], 4, "(2, 1, 2)"],
])("writes the shape %j as Python's tuple", (shape, count, tuple) => {
  expect(read(npy({ shape, data: new Float64Array(count) })).header).toContain(`'shape': ${tuple},`);
});

it("refuses a shape that does not hold the data", () => {
  expect(() => npy({ shape: [3], data: new Float64Array(2) })).toThrow("shape (3) holds 3 numbers, not 2");
});

it("zips arrays under their names, the same bytes for the same arrays", () => {
  const arrays = {
    eta: { shape: [2], data: Float64Array.of(0.5, 0.25) },
    cost: { shape: [], data: Float64Array.of(7) },
  };
  const files = unzipSync(npz(arrays));
  expect(Object.keys(files)).toEqual(["eta.npy", "cost.npy"]);
  expect(read(files["eta.npy"] as Uint8Array).data).toEqual([0.5, 0.25]);
  expect(npz(arrays)).toEqual(npz(arrays));
});
