import { expect, it } from "vitest";
import { digits, duration, magnitude } from "./numbers.ts";
import { table } from "./table.ts";
import { wrap } from "./wrap.ts";

it.each([
  [0.6047945935176487, "0.604794593518"],
  [1, "1"],
  [100, "100"],
  [1e-12, "1e-12"],
  [-2.5e20, "-2.5e+20"],
  [Number.NaN, "NaN"],
  [null, "—"],
])("digits(%s) = %s", (value, text) => {
  expect(digits(value)).toBe(text);
});

it("gives magnitudes two digits", () => {
  expect(magnitude(3.14159e-9)).toBe("3.1e-9");
  expect(magnitude(2)).toBe("2.0");
  expect(magnitude(null)).toBe("—");
});

it("gives durations in the unit a person would use", () => {
  expect([0.0123, 0.513, 1.5, 600].map(duration)).toEqual(["12 ms", "510 ms", "1.50 s", "10.0 min"]);
});

it("aligns numbers to the right and words to the left", () => {
  expect(
    table([
      ["name", "value"],
      ["a", "1.5"],
      ["long", "-10"],
    ]),
  ).toBe("name  value\na       1.5\nlong    -10");
});

it("wraps at spaces", () => {
  expect(wrap("one two three", 7)).toBe("one two\nthree");
});
