import { assert, double, pre, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFormula, evaluateFormula } from "./compile.ts";
import { derivative } from "./derivative.ts";
import { dualOf } from "./dual-numbers.testing.ts";
import { parseFormula } from "./parse.ts";
import { printFormula } from "./print.ts";
import { smoothFormula } from "./random-formulas.testing.ts";
import { simplify } from "./simplify.ts";

const place = double({ min: -2, max: 2, noNaN: true });
const parse = (text: string) => parseFormula(text, { names: ["x", "y"] });

describe("derivative", () => {
  it("agrees with dual numbers, wherever numbers stay tame", () => {
    assert(
      property(smoothFormula, place, place, (formula, x, y) => {
        let largest = 0;
        const dual = dualOf(formula, { x, y }, "x", ({ value, slope }) => {
          largest = Math.max(largest, Number.isNaN(value + slope) ? Infinity : Math.abs(value), Math.abs(slope));
        });
        const symbolic = evaluateFormula(derivative(formula, "x"), { x, y });
        // Products of numbers up to 100, four deep, round to 1e-16 of 1e8.
        pre(largest < 100 && Number.isFinite(symbolic));
        expect(Math.abs(symbolic - dual.slope)).toBeLessThan(1e-7 * (1 + Math.abs(dual.slope)));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    "exp(x*y)/(1 + x^2)",
    "normal(x, y, 1 + x^2)",
    "tanh(x)^3*erf(x - y)",
    "(1 + x^2)^(x*y)",
    "atan(x)*sinh(y*x)",
  ])("agrees with central differences, whose error falls as h²: %s", (text) => {
    const formula = parse(text);
    const slope = evaluateFormula(derivative(formula, "x"), { x: 0.7, y: 0.4 });
    const error = (h: number): number => {
      const [before, after] = [0.7 - h, 0.7 + h].map((x) => evaluateFormula(formula, { x, y: 0.4 }));
      return Math.abs((after - before) / (2 * h) - slope);
    };
    expect(error(1e-3) / error(5e-4)).toBeCloseTo(4, 1);
    expect(error(1e-3)).toBeLessThan(1e-5);
  });

  it.each([
    ["x^2/2", "x"],
    ["x^3", "3 * x^2"],
    ["y^2*x", "y^2"],
    ["y*sin(y)", "0"],
    ["(1 + y)^0.5*x^2/2", "(1 + y)^0.5 * x"],
    ["if(y > 0, x^2, x)", "if(y > 0, 2 * x, 1)"],
    ["abs(x)", "sign(x)"],
    ["indicator(x > 0)", "0"],
    ["-log(x)", "-(1 / x)"],
  ])("of %s is written %s", (text, slope) => {
    expect(printFormula(derivative(parse(text), "x"))).toBe(slope);
  });

  it.each(["(x - y)^2/2", "(1 + y)^0.7*x^2/2 + x*sin(y)", "x*(x + y)/y", "3*(2*x - y)^2 - x"])(
    "sees that the third derivative of a square is 0: %s",
    (text) => {
      const third = derivative(derivative(derivative(parse(text), "x"), "x"), "x");
      expect(third).toEqual({ kind: "number", value: 0 });
    },
  );
});

describe("simplify", () => {
  it("keeps the value, and so does the tape, wherever the formula is finite throughout", () => {
    assert(
      property(smoothFormula, place, place, (formula, x, y) => {
        const value = evaluateFormula(formula, { x, y });
        const tape = compileFormula(formula, ["x", "y"]);
        tape.inputs.set([x, y]);
        const [shorter, taped] = [evaluateFormula(simplify(formula), { x, y }), tape.run()];
        pre(Number.isFinite(value) && Math.abs(value) < 1e6 && Number.isFinite(shorter + taped));
        expect(Math.abs(shorter - value)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
        expect(Math.abs(taped - value)).toBeLessThan(1e-7 * (1 + Math.abs(value)));
      }),
      { numRuns: 600 },
    );
  });

  it.each([
    ["0*x + 1*y - 0", "y"],
    ["x*2*3*y", "6 * (x * y)"],
    ["-(-x) + -y", "x - y"],
    ["2*x/4", "0.5 * x"],
    ["x^1 + y^0", "x + 1"],
    ["if(1 < 2, x, y)", "x"],
    ["1/0 + x", "1 / 0 + x"],
    ["1e300*1e300*x", "1e+300 * (1e+300 * x)"],
    ["x - x", "0"],
  ])("makes %s into %s", (text, shorter) => {
    expect(printFormula(simplify(parse(text)))).toBe(shorter);
  });
});
