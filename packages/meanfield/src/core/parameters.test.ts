import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { InputError } from "./errors.ts";
import {
  allowedRange,
  choice,
  describeParameters,
  flag,
  json,
  parseParameters,
  readParameter,
  real,
  whole,
} from "./parameters.ts";

const schema = z.object({
  sigma: real(0.3, "volatility", { minimum: 0, symbol: String.raw`\sigma` }),
  T: real(1, "horizon", { minimum: 0, maximum: 10, open: "minimum", unit: "years" }),
  N: whole(10, "players", { minimum: 2 }),
  discounted: flag(false, "whether the terminal cost is discounted"),
  rule: choice(["reset", "step"], "reset", "depreciation"),
  A: json(z.array(z.array(z.number())), [[0]], "drift matrix"),
});

describe("parseParameters", () => {
  it("fills in defaults", () => {
    expect(parseParameters(schema, { sigma: 1 })).toEqual({
      sigma: 1,
      T: 1,
      N: 10,
      discounted: false,
      rule: "reset",
      A: [[0]],
    });
  });

  it("knows parameters by what objects have by themselves", () => {
    const named = z.object({ constructor: real(2, "what it is called"), toString: real(3, "what it is called") });
    expect(parseParameters(named, { toString: 1 })).toEqual({ constructor: 2, toString: 1 });
  });

  it.each([
    [{ sigma: -1 }, "sigma = -1: must be a number in [0, ∞)"],
    [{ sigma: Number.NaN }, "sigma = NaN: must be a number in [0, ∞)"],
    [{ sigma: Infinity }, "sigma = Infinity: must be a number in [0, ∞)"],
    [{ T: 0 }, "T = 0: must be a number in (0, 10]"],
    [{ N: 2.5 }, "N = 2.5: must be a whole number in [2, ∞)"],
    [{ rule: "rest" }, 'rule = "rest": must be one of reset, step'],
    [{ discounted: "yes" }, 'discounted = "yes": must be true or false'],
    [{ sigam: 1 }, "sigam = 1: must be a known name (did you mean sigma?): sigma, T, N, discounted, rule, A"],
    [{ A: [["a"]] }, "A.0.0"],
  ])("refuses %o in one clear line", (given, message) => {
    expect(() => parseParameters(schema, given)).toThrow(InputError);
    expect(() => parseParameters(schema, given)).toThrow(message);
    expect(() => parseParameters(schema, given)).not.toThrow("\n");
  });

  it("either parses or throws an InputError, whatever it is given", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.constantFrom(...Object.keys(schema.shape)), fc.string()), fc.anything()),
        (given) => {
          const attempt = (): unknown => {
            try {
              return parseParameters(schema, given).sigma;
            } catch (error) {
              return error;
            }
          };
          const result = attempt();
          expect(result instanceof InputError || (Number.isFinite(result) && (result as number) >= 0)).toBe(true);
        },
      ),
    );
  });
});

describe("readParameter", () => {
  const facts = describeParameters(schema);

  it.each([
    ["sigma", "1e-3", 1e-3],
    ["sigma", "+.5", 0.5],
    ["sigma", "0x10", "0x10"],
    ["sigma", "", ""],
    ["sigma", "Infinity", "Infinity"],
    ["sigma", "1,5", "1,5"],
    ["discounted", "true", true],
    ["discounted", "1", "1"],
    ["rule", "step", "step"],
    ["A", "[[1,2]]", [[1, 2]]],
    ["A", "[[1", "[[1"],
  ])("%s=%s", (name, text, value) => {
    expect(readParameter(facts[name], text)).toEqual(value);
  });

  it("reads back every finite number as JavaScript prints it", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(readParameter(facts["sigma"], String(x))).toBe(x === 0 ? Number(String(x)) : x);
      }),
    );
  });
});

it("says ranges in words", () => {
  const facts = describeParameters(schema);
  expect(allowedRange(facts["T"])).toBe("a number in (0, 10]");
  expect(allowedRange({ kind: "real", meaning: "", default: 0 })).toBe("a number (finite)");
  expect(allowedRange({ kind: "real", meaning: "", default: 0, maximum: 1, open: "both" })).toBe("a number in (-∞, 1)");
});

it("knows the facts only of parameters made by its own makers", () => {
  expect(() => describeParameters(z.object({ x: z.number() }))).toThrow("parameters.x");
});
