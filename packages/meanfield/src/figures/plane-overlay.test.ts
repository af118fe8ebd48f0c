import { expect, it } from "vitest";
import { InputError } from "../core/index.ts";
import { fieldSlices } from "./field-slices.ts";
import { patchedSample } from "./plane-overlay.ts";

const { NaN: none } = Number;

it("reads fields bilinearly, and up to walls from the corners that are left", () => {
  const [x, y] = [
    [0, 1, 2],
    [0, 2],
  ];
  const sample = patchedSample(x, y, [1, 3, 2, 4, none, none]);
  expect(sample(0.5, 1)).toBeCloseTo(2.5, 9);
  // Only (1, 0) and (1, 2) are left.
  expect(sample(1.7, 1)).toBeCloseTo(3, 9);
  expect(sample(2, 0)).toBeCloseTo(3, 9);
  expect(patchedSample(x, y, [none, none, none, none, 1, 1])(0.5, 1)).toBeNaN();
});

const grid = [0, 0.5, 1];
const density = {
  t: [0, 1],
  x: grid,
  y: grid,
  valueText: { title: "Density" },
  xText: { title: "x" },
  yText: { title: "y" },
};
const values = Array.from({ length: 18 }, (_, k) => k % 5);

it("says in the caption what is drawn over a field", () => {
  const plain = fieldSlices({ ...density, name: "plain", title: "Plain", value: values });
  expect(plain.caption).toBe("Plain.");
  const full = fieldSlices({
    ...density,
    name: "full",
    title: "Full",
    value: values,
    shade: "root",
    levels: true,
    drift: [values.map(() => 1), values.map(() => 0)],
    place: (x) => (x > 0.9 ? "exit" : x < 0.1 ? "wall" : "free"),
  });
  expect(full.caption).toBe(
    "Full. Colours by the square root. Lines lead where people drift. Walls are grey, exits are marked on the frame. " +
      "Level lines at 0, 1, 2, 3, 4.",
  );
  expect(full.plot.marks?.length).toBeGreaterThan(plain.plot.marks?.length ?? 0);
});

it("refuses a drift that does not fill the grid", () => {
  const drift = [
    [1, 2],
    [3, 4],
  ] as const;
  expect(() => fieldSlices({ ...density, name: "short", title: "Short", value: values, drift })).toThrow(InputError);
});
