import { describe, expect, it } from "vitest";
import { fieldSlices } from "./field-slices.ts";

const plane = {
  name: "density",
  title: "Density",
  t: [0, 1],
  x: [0, 1, 2],
  y: [0, 1],
  value: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, Number.NaN],
  valueText: { title: "Density", symbol: "m" },
  xText: { title: "Length" },
  yText: { title: "Width" },
};

describe("fieldSlices", () => {
  it("has the shape of the plane, rows of pictures, and says what is missing", () => {
    const wide = fieldSlices(plane);
    const high = fieldSlices({ ...plane, x: [0, 0.25, 0.5] });
    expect(wide.caption).toMatch(/^Density\. .*1 .*not a finite number/);
    expect(high.height).toBeGreaterThan(wide.height + 100);
    const four = { ...plane, t: [0, 1, 2, 3], value: [...plane.value, ...plane.value] };
    expect(fieldSlices(four).height).toBeGreaterThan(1.8 * wide.height - 100);
    expect(fieldSlices({ ...plane, width: 420 }).height).toBeLessThan(wide.height);
  });

  it("refuses what does not fill its grid, or has no room", () => {
    expect(() => fieldSlices({ ...plane, t: [0, 1, 2] })).toThrow(/value\.length = 12: must be 3 × 3 × 2 = 18/);
    expect(() => fieldSlices({ ...plane, x: [0, 0, 1] })).toThrow(/x\[1\] = 0/);
    expect(() => fieldSlices({ ...plane, width: 120 })).toThrow(/width = 120/);
    expect(() => fieldSlices({ ...plane, height: 80 })).toThrow(/height = 80/);
  });
});
