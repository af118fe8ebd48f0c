import { expect, it } from "vitest";
import { InputError } from "../core/index.ts";
import { fieldSlices } from "./field-slices.ts";
import { filled } from "./plane-overlay.ts";

const { NaN: none } = Number;

it("fields go on into walls, nearest first", () => {
  const walled = [1, 2, 3, none, none, 4, none, none, none];
  expect([...filled(3, 3, walled)]).toEqual([1, 2, 3, 1, 3, 4, 1, 3.5, 4]);
  expect([...filled(1, 2, [7, none, 5], 1)]).toEqual([5, 5]);
  expect([...filled(1, 2, [none, none])]).toEqual([none, none]);
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
      "Level lines at 0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0.",
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
