import { describe, expect, it } from "vitest";
import { compileFormula, evaluateFormula } from "./compile.ts";
import { substitute } from "./expression.ts";
import { parseFormula } from "./parse.ts";

const names = ["x", "m"];
const parse = (text: string) => parseFormula(text, { names });

describe("compileFormula", () => {
  it.each(["x^2 + x^3 - x^4 + x^-1 + m^0.5", "if(x > 1, log(m), -m)", "normal(x, 0.5, m)", "min(x, m, 1)*max(x, 2)"])(
    "gives what the tree gives: %s",
    (text) => {
      const tape = compileFormula(parse(text), names);
      for (const [x, m] of [
        [0.3, 2],
        [1.7, 0.4],
      ]) {
        tape.inputs.set([x, m]);
        // Powers as products differ in the last bit.
        expect(tape.run()).toBeCloseTo(evaluateFormula(parse(text), { x, m }), 14);
      }
    },
  );

  it("computes once what stands in several places", () => {
    expect(compileFormula(parse("sin(x*m) + cos(x*m)/(1 + x*m)"), names)).toHaveLength(6);
    expect(compileFormula(parse("2*3 + 4"), names)).toHaveLength(0);
  });

  it("reads a number or a name alone", () => {
    const tape = compileFormula(parse("m"), names);
    tape.inputs.set([1, 7]);
    expect([tape.run(), compileFormula(parse("0.5"), []).run()]).toEqual([7, 0.5]);
  });

  it("refuses a name that it has no place for", () => {
    expect(() => compileFormula(parse("x*m"), ["x"])).toThrow(new RangeError("m is not among x"));
    expect(() => evaluateFormula(parse("m"), { x: 1 })).toThrow(new RangeError("m has no value"));
  });
});

describe("substitute", () => {
  it("puts formulas and numbers in the place of names", () => {
    const formula = substitute(
      parse("x^2 + m"),
      new Map<string, ReturnType<typeof parse> | number>([
        ["x", 3],
        ["m", parse("2*x")],
      ]),
    );
    expect(evaluateFormula(formula, { x: 5 })).toBe(19);
  });
});
