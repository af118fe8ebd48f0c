import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "../core/nearest.ts";
import { evaluateFormula } from "./compile.ts";
import { parseFormula } from "./parse.ts";
import { printFormula } from "./print.ts";
import { anyFormula } from "./random-formulas.testing.ts";

const names = ["x", "t", "a", "m", "kappa"];
const at = { x: 3, t: 0.5, a: -2, m: 5, kappa: 0.25 };
const parse = (text: string) => parseFormula(text, { names, suggest: nearest, variables: ["x", "t"], opaque: ["m"] });

describe("parseFormula", () => {
  it.each([
    ["-x^2", -9],
    ["(-x)^2", 9],
    ["2^3^2", 512],
    ["2^-x*8", 1],
    ["-2^-1", -0.5],
    ["1 - 2 - 3", -4],
    ["12/2/3", 2],
    ["12/2*3", 18],
    ["2*x^2 + 1", 19],
    ["1 + 2*-x", -5],
    ["2 - -x", 5],
    ["+x - +1", 2],
    ["--x", 3],
    ["x > 2 and a < 0 or 1/0 > 0", 1],
    ["1 or 0 and 0", 1],
    ["not x > 2", 0],
    ["not (x < 2) + 1", 0],
    ["(x > 2) + (x >= 3) + (x == 3) + (x != 3) + (x <= 2)", 3],
    ["if(m > 5, 1, if(m >= 5, 2, 3))", 2],
    ["min(x, a, m) + max(x, a, m)", 3],
    ["indicator(x > 1) * abs(a) - sign(a)", 3],
    ["ln(e) + log(1) + cos(pi)", 0],
    ["1.5e1 + .5 + 2. + 1E-1", 17.6],
    ["2·x − 3×a", 12],
    ["sqrt(x + 1) ^ 2 ^ kappa", 2 ** (2 ** 0.25)],
    ["diff(x^3 + t*x, x)", 27.5],
    ["at(x, 10, 20, 30, 40, 50)", 40],
    ["at(t, x, 2) + at(a, 10, 20) + at(m, 1, 2*x)", 19],
    ["at(1, 5)", 5],
    ["diff(at(t, x^2, x), x)", 6],
  ])("%s is %d at x = 3, t = 1/2, a = −2, m = 5, κ = 1/4", (text, value) => {
    // Two roundings at most stand between the tree and the number.
    expect(evaluateFormula(parse(text), at)).toBeCloseTo(value, 14);
  });

  it.each([
    ["a + kapa*m", 5, "unknown name `kapa` (did you mean kappa?)"],
    ["epx(x)", 1, "unknown function `epx` (did you mean exp?)"],
    ["q", 1, "unknown name `q` (known are x, t, a, m, kappa, pi, e)"],
    ["2x", 2, "expected an operator before `x`: products are written out, as 2*x"],
    ["(x + 1)(x - 1)", 8, "expected an operator before `(`: products are written out, as (…)*(…)"],
    ["x t", 3, "expected an operator before `t`: products are written out, as x*t"],
    ["x(t + 1)", 2, "x is no function: a product is written x*(…)"],
    ["sin x", 1, "the function sin needs parentheses: sin(x)"],
    ["normal(x, 0)", 1, "normal takes 3 arguments, normal(x, mean, deviation), 2 given"],
    ["at(x)", 1, "at takes at least 2 arguments, at(i, value of 0, value of 1, …), 1 given"],
    ["min(x)", 1, "min takes at least 2 arguments, min(a, b), 1 given"],
    ["0 < x < 1", 7, "comparisons are not chained: write `0 < x and x < 1` for `0 < x < 1`"],
    ["(x + 1", 7, "expected `)` for the `(` at column 1, but the formula ends"],
    ["exp(x]", 6, "expected `)` for the `exp(` at column 4, found `]`"],
    ["x + ", 4, "expected a number, a name or `(`, but the formula ends"],
    ["x * / 2", 5, "expected a number, a name or `(`, found `/`"],
    ["", 1, "expected a number, a name or `(`, but the formula ends"],
    ["x = 1", 3, "expected an operator: `==` compares, found `=`"],
    ["x)", 2, "expected an operator or the end, found `)`"],
    ["x && t", 3, "unexpected `&`: conditions are joined by `and` and `or`"],
    ["!x", 1, "unexpected `!`: the opposite of a condition is `not`"],
    ["κ*x", 1, "unexpected `κ`: names are of the letters a to z, digits and _"],
    ["x # 1", 3, "unexpected `#`"],
    ["diff(x, a)", 9, "diff differentiates by x or t, found `a`"],
    ["diff(x*m, x)", 6, "diff cannot differentiate m, which is not a formula but depends on x"],
    ["constructor", 1, "unknown name `constructor` (known are x, t, a, m, kappa, pi, e)"],
    ["(".repeat(300), 201, "the formula is nested deeper than 200 levels"],
  ])("says of %s what is wrong at column %i", (text, column, fault) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({ column, fault, message: `at column ${column}, ${fault}` }),
    );
  });

  it("says why a name that is known elsewhere is not allowed here", () => {
    const scope = { names, elsewhere: (name: string) => (name === "z" ? "z is only for kernels" : undefined) };
    expect(() => parseFormula("x + z", scope)).toThrow("at column 5, z is only for kernels");
  });

  it("puts definitions in their place", () => {
    const definitions = new Map([["well", parse("(x^2 - 1)^2")]]);
    expect(evaluateFormula(parseFormula("2*well", { names, definitions }), at)).toBe(128);
  });
});

describe("printFormula", () => {
  it("reads back as the same tree", () => {
    assert(
      property(anyFormula, (formula) => {
        expect(parseFormula(printFormula(formula), { names: ["x", "y"] })).toEqual(formula);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["((a) + ((m)))", "a + m"],
    ["a - (m - x)", "a - (m - x)"],
    ["(a - m) - x", "a - m - x"],
    ["(a^m)^x", "(a^m)^x"],
    ["a^(m^x)", "a^m^x"],
    ["(-a)^2 - (-a^2)", "(-a)^2 - -a^2"],
    ["(not a) + 1", "(not a) + 1"],
  ])("writes %s as %s", (given, printed) => {
    expect(printFormula(parse(given))).toBe(printed);
  });
});
