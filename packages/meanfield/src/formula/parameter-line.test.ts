import { describe, expect, it } from "vitest";
import { parseParameterLine } from "./parameter-line.ts";

describe("parseParameterLine", () => {
  it.each([
    ["kappa = 0.4", { name: "kappa", default: 0.4 }],
    ["kappa = 0.4 in [0, 2]", { name: "kappa", default: 0.4, minimum: 0, maximum: 2 }],
    [
      "nu = 0.2 in (0, 10] log, 1/s (per second)  # half the variance, always",
      {
        name: "nu",
        default: 0.2,
        minimum: 0,
        maximum: 10,
        open: "minimum",
        scale: "log",
        unit: "1/s (per second)",
        meaning: "half the variance, always",
      },
    ],
    [
      "s = max(sqrt(0.25), -1) in (-pi, max(1, exp(0)))",
      { name: "s", default: 0.5, minimum: -Math.PI, maximum: 1, open: "both" },
    ],
    ["q = -3 in [-5, 0), m/s", { name: "q", default: -3, minimum: -5, maximum: 0, open: "maximum", unit: "m/s" }],
  ])("reads %s", (line, parameter) => {
    expect(parseParameterLine(line)).toEqual(parameter);
  });

  it.each([
    ["0.4 = kappa", 1, "expected the name of a parameter, as in `kappa = 0.4 in [0, 2]`"],
    ["kappa 0.4", 7, "expected `=` and the default of kappa, found `0.4`"],
    ["kappa =", 8, "expected a number, a name or `(`, but the formula ends"],
    ["kappa = b", 9, "unknown name `b` (known are pi, e)"],
    ["kappa = 1/0", 9, "the default is Infinity: must be finite"],
    ["kappa = 3 in [5, 9]", 9, "the default 3 is outside the range of kappa"],
    ["kappa = 0 in (0, 9]", 9, "the default 0 is outside the range of kappa"],
    ["kappa = 3 in [9, 5]", 14, "the range from 9 to 5 is empty"],
    ["kappa = 3 in [0 5]", 17, "expected `,` and the largest value, found `5`"],
    ["kappa = 3 in 0, 5", 14, "expected `[` or `(` and the least value, found `0`"],
    ["kappa = 3 in [0, 5] lin", 21, "expected `log`, a comma and a unit, `#` and a meaning, or the end, found `lin`"],
    ["kappa = 0 in [-1, 5] log", 9, "a logarithmic scale needs a range from 0 or above"],
    ["sin = 3", 1, "`sin` already means something in formulas"],
    ["a = 3", 1, "a is the control"],
  ])("says of %s what is wrong at column %i", (line, column, fault) => {
    const taken = (name: string) => (name === "a" ? "a is the control" : undefined);
    expect(() => parseParameterLine(line, {}, taken)).toThrow(expect.objectContaining({ column, fault }));
  });
});
